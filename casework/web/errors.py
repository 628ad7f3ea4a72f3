"""Every failure becomes a page that says what happened, what was kept and what to do."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from casework import policy
from casework.db import lost_race, unit_of_work
from casework.extensions import db, settings
from casework.forms.account import SignInForm
from casework.models import Case
from casework.queries import timeline
from casework.services import cases, drafts
from casework.services.errors import (
    ForbiddenError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
from casework.web import auth, filters, kept, limits
from casework.web.base import (
    RepeatedError,
    SecondStepNeeded,
    SignInNeeded,
    audiences,
    case_url,
    internal,
)

log = structlog.get_logger("casework.web")
WITH_SECRETS = {"links", "feed"}  # blueprints whose addresses are secrets themselves
PAGES = {400, 403, 404, 409, 413, 422, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Tell the application how to answer each kind of failure."""
    answers: dict[type[Exception], Any] = {
        SignInNeeded: _sign_in_first,
        SecondStepNeeded: _second_step_first,
        limits.TooManyError: lambda error: error_page(429, minutes=error.minutes),
        RepeatedError: lambda error: redirect(error.url, code=303),
        CSRFError: _form_too_old,
        HTTPException: _http,
        NotFoundError: lambda _error: error_page(404),
        ForbiddenError: lambda _error: error_page(403),
        NotOpenError: _stale,
        StaleError: _stale,
        StaleDataError: _stale,
        RefusedError: lambda _error: error_page(422),
        IntegrityError: _again,
        OperationalError: _again,
        Exception: _unexpected,
    }
    for kind, answer in answers.items():
        app.register_error_handler(kind, answer)


def _path() -> str:
    """Return the address for the log, without the secrets that some addresses are made of."""
    if request.blueprint in WITH_SECRETS and request.url_rule is not None:
        return request.url_rule.rule
    return request.path


def error_page(code: int, **values: Any) -> ResponseReturnValue:
    """Return the page for a status code."""
    if code in {403, 404} and g.get("actor") is not None:
        log.warning("address_refused", address=_path(), user=str(g.actor.id))
    g.bare = True  # an error page asks nobody anything: no menu, no query
    shown = code if code in PAGES else 400 if code < 500 else 500  # noqa: PLR2004 - families
    return render_template(f"errors/{shown}.html", code=code, **values), code


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects pass
        return error.get_response()
    if error.code == 413:  # noqa: PLR2004 - the code itself
        return error_page(413, limit=f"{settings().max_upload_bytes // 1024**2} MB")
    return error_page(error.code)


def _sign_in_first(_error: SignInNeeded) -> ResponseReturnValue:
    if request.blueprint == "guest":
        return render_template("guest/ended.html"), 401
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))
    return _sign_in_with_text()


def _form_too_old(error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose session is over: its text is kept and comes back."""
    if g.get("actor") is None and request.blueprint not in {"auth", "links"}:
        return _sign_in_with_text()
    if g.get("actor") is None:
        flash(_("The page had been open for long. Please sign in once more."), "wait")
        return redirect(url_for("auth.sign_in", next=request.form.get("next", "/")), code=303)
    log.warning("csrf_refused", reason=error.description, path=_path())
    place = _put_by() if request.blueprint not in WITH_SECRETS else None
    flash(_("The page had been open for long. Check your text and send it again."), "wait")
    return redirect(kept.local(place or kept.page()), code=303)


def _second_step_first(_error: SecondStepNeeded) -> ResponseReturnValue:
    """Lead to where the second step is set up; what was typed waits as a draft."""
    _put_by()
    flash(_("Before you go on, set up the second step of your sign-in."), "wait")
    return redirect(url_for("second_step.show"), code=303)


def _put_by() -> str | None:
    """Keep the text of the form that came as this person's draft; return its form's page."""
    text = kept.take() if request.method == "POST" else ""
    if not text:
        return None
    with unit_of_work(db.session):
        return kept.bring_back(text, g.actor.id)


def _sign_in_with_text() -> ResponseReturnValue:
    text = kept.take()
    if text:
        flash(_("Your session had ended. Sign in, and what you wrote comes back."), "wait")
    else:
        flash(_("Your session had ended. Please sign in again."), "wait")
    return auth.page(SignInForm(), kept.page(), text), 401


def _stale(error: Exception) -> ResponseReturnValue:
    """Answer 409: what changed meanwhile, and that the typed text waits in the form."""
    db.session.rollback()
    changes: list[str] = []
    reference = (request.view_args or {}).get("reference")
    seen = policy.visible_to(g.actor) if g.get("actor") is not None else sa.false()
    case = db.session.scalar(sa.select(Case).where(Case.reference == reference, seen))
    if case is not None:
        latest = timeline.entries(
            case,
            cases.workflow_of(case),
            internal=internal(case),
            audiences=audiences(case),
            limit=3,
        )
        changes = [
            f"{_(entry.title)} · {entry.actor or _('the system')} · {filters.moment(entry.at)}"
            for entry in latest
        ]
    fields = kept.typed()
    if fields and g.get("actor") is not None:
        with unit_of_work(db.session), suppress(drafts.TooLargeError):
            drafts.keep(g.actor.id, request.path, fields)
    log.info("stale_page", path=_path(), error=str(error))
    back = case_url(reference) if reference else kept.page()
    return error_page(409, changes=changes, back_url=back)


def _again(error: DBAPIError) -> ResponseReturnValue:
    """Handle a form once more that somebody was faster with, usually its own first sending.

    What they have written is there now, so the view says what it says to whoever comes later.
    """
    if not lost_race(error) or g.handled_again:
        away = isinstance(error, OperationalError)
        return _database_away(error) if away else _unexpected(error)
    g.handled_again = True
    db.session.rollback()
    log.info("handled_again", path=_path(), error=type(error.orig).__name__)
    for file in request.files.values():
        file.stream.seek(0)
    try:
        return current_app.dispatch_request()
    except Exception as raised:  # noqa: BLE001 - it is answered as if it were the first
        return current_app.handle_user_exception(raised)


def _database_away(error: DBAPIError) -> ResponseReturnValue:
    log.error("database_unreachable", error=str(error.orig))
    return error_page(503)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected_error", path=_path(), exc_info=error)
    return error_page(500)
