"""My long work: how far it is, what came out of it, and the file that it made."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from casework import policy
from casework.adapters import queue
from casework.adapters.storage import AwayError, DamagedError
from casework.db import announce_write
from casework.extensions import db, settings
from casework.i18n import N_
from casework.models import BackgroundWork
from casework.queries import background as lists
from casework.services import background, background_files
from casework.services.background_kinds import KINDS, Kind
from casework.web.base import (
    asked_page,
    committing,
    committing_once,
    go,
    guarded,
    lang,
    log,
    me,
    not_found,
    sent_id,
    sent_key,
    side,
)
from casework.web.errors import error_page

bp = Blueprint("background", __name__)

MIB = 1024 * 1024
POLLING_ENDS = 286  # htmx stops asking when it gets this
STATES: dict[str, tuple[str, str]] = {
    "waiting": (N_("waits"), "neutral"),
    "running": (N_("under way"), "info"),
    "done": (N_("done"), "good"),
    "failed": (N_("could not be done"), "bad"),
    "cancelled": (N_("cancelled"), "neutral"),
}


@bp.app_template_filter("whole_number")
def whole_number(value: float) -> str:
    """Return a number in the reader's format."""
    return str(format_decimal(value))


@bp.app_template_filter("file_size")
def file_size(value: int) -> str:
    """Return how large a file is, in KB or MB."""
    if value < MIB:
        return str(_("%(size)s kB", size=whole_number(max(1, value // 1024))))
    return str(_("%(size)s MB", size=whole_number(round(value / MIB, 1))))


@bp.get("/work")
@guarded(policy.signed_in)
def index() -> ResponseReturnValue:
    """Show a page of my long work, newest first."""
    page = lists.page(me(), asked_page())
    return render_template(
        "work/index.html", side=side(), page=page, kinds=KINDS, states=STATES, pager=_pager(page)
    )


@bp.get("/work/<work_id>")
@guarded(policy.signed_in)
def show(work_id: str) -> ResponseReturnValue:
    """Show one piece of my work: its progress, then its result."""
    work = _find(work_id)
    page = KINDS[work.kind].page
    if page and work.state == "done":
        return go(page, work_id=work.id)
    return render_template("work/show.html", side=side(), **_shown(work))


@bp.get("/work/<work_id>/progress")
@guarded(policy.signed_in)
def progress(work_id: str) -> ResponseReturnValue:
    """Send the part of the page that changes; once the work has ended, ask for the whole page."""
    work = _find(work_id)
    if work.ended:
        return "", POLLING_ENDS, {"HX-Refresh": "true"}
    answer = make_response(render_template("work/_progress.html", **_shown(work)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/work/<work_id>/file")
@guarded(policy.signed_in)
def download(work_id: str) -> ResponseReturnValue:
    """Send the file that the work made, always as a file to be saved."""
    work = _find(work_id)
    if not work.file_sha256:
        not_found(work_id)
    if not background_files.may_have(me(), work):
        return _withdraw(work)
    try:
        file = background_files.storage().open(work.file_sha256)
    except AwayError as error:
        log.warning("document_store_away", path=request.path, error=str(error))
        return error_page(503)
    except DamagedError as error:
        log.error("work_file_missing", work=str(work.id), error=str(error))
        flash(_("The file is no longer there. Please ask for it once more."), "bad")
        return go("background.show", work_id=work.id)
    response = send_file(
        file, mimetype=work.file_type, as_attachment=True, download_name=work.file_name
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post("/work/<work_id>/cancel")
@guarded(policy.signed_in)
def cancel(work_id: str) -> ResponseReturnValue:
    """End my work before it is done."""
    work = _find(work_id)
    with committing():
        ended = background.cancel(me(), work.id)
    flash(_("The work is cancelled.") if ended else _("The work had ended already."), "info")
    return go("background.show", work_id=work.id)


@bp.post("/work/<work_id>/again")
@guarded(policy.signed_in)
def again(work_id: str) -> ResponseReturnValue:
    """Begin the same work anew."""
    work = _find(work_id)
    if not work.ended or KINDS[work.kind].once or not KINDS[work.kind].whom(me()):
        return go("background.show", work_id=work.id)
    with committing_once() as sent:
        fresh = background.begin(me(), work.kind, work.params, sent_key(), lang())
        sent.url = url_for("background.show", work_id=fresh.id)
    return go("background.show", work_id=fresh.id)


@bp.app_errorhandler(background.TooMuchWorkError)
def too_much(_error: background.TooMuchWorkError) -> ResponseReturnValue:
    """Say that enough of this person's work is waiting already."""
    flash(
        _("You have much work waiting already. Let some of it end, or cancel it, then ask again."),
        "wait",
    )
    return go("background.index")


def _withdraw(work: BackgroundWork) -> ResponseReturnValue:
    """Remove a file that its owner may no longer have; the page of the work says why."""
    log.warning("work_file_withdrawn", work=str(work.id), user=str(me().id))
    work_id = work.id
    db.session.rollback()
    announce_write()
    background_files.withdraw(work_id)
    return go("background.show", work_id=work_id)


def _find(work_id: str) -> BackgroundWork:
    work = lists.one(me(), sent_id(work_id))
    if work is None or work.kind not in KINDS:
        not_found(work_id)
    return work


def _shown(work: BackgroundWork) -> dict[str, Any]:
    kind: Kind = KINDS[work.kind]
    word, tone = STATES[work.state]
    return {
        "work": work,
        "kind": kind,
        "word": _(word),
        "tone": tone,
        "queue_away": work.state == "waiting" and not queue.ping(settings().redis_url),
        "error": _(work.error, **work.error_params) if work.error else "",
        "result_url": url_for(kind.page, work_id=work.id) if kind.page and work.ended else None,
        "may_repeat": not kind.once
        and kind.whom(me())
        and (work.state in {"failed", "cancelled"} or bool(work.error)),
        "kept_until": work.finished_at + kind.kept if work.finished_at else None,
    }


def _pager(page: lists.Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "has_prev": page.number > 1,
        "has_next": page.has_next,
        "prev_url": url_for("background.index", page=page.number - 1),
        "next_url": url_for("background.index", page=page.number + 1),
        "total_label": "",
    }
