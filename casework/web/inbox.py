"""Messages: what a person was told, read in the application, and how they want to hear of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casework import policy
from casework.clock import now
from casework.extensions import house_day
from casework.forms.notifications import choices_form
from casework.queries import absences
from casework.services import outbox
from casework.services.outbox import inbox
from casework.web.base import (
    asked_page,
    committing,
    go,
    guarded,
    lang,
    me,
    not_found,
    sent_id,
    side,
)

bp = Blueprint("inbox", __name__)


@bp.get("/inbox")
@guarded(policy.signed_in)
def index() -> ResponseReturnValue:
    """Show a page of my messages, newest first."""
    show, between = request.args.get("show"), None
    if show == "away" and (absence := absences.latest(_my_id(), house_day())) is not None:
        between = absences.span(absence)
    page = inbox.page(
        me(), lang(), now(), asked_page(), only_unread=show == "unread", between=between
    )
    return render_template(
        "inbox/index.html",
        side=side(),
        page=page,
        pager=_pager(page, show="away" if between else None),
        tabs=_tabs(page, away=between is not None),
        until=now().isoformat(),
        sees_failures=policy.administrator(me()),
    )


@bp.post("/inbox/<message_id>/open")
@guarded(policy.signed_in)
def open_message(message_id: str) -> ResponseReturnValue:
    """Mark a message as read and go to the page it is about."""
    path = _read(message_id)
    return redirect(path, code=303) if path else go("inbox.index")


@bp.post("/inbox/<message_id>/read")
@guarded(policy.signed_in)
def read(message_id: str) -> ResponseReturnValue:
    """Mark a message as read and stay in the list."""
    _read(message_id)
    return go("inbox.index", page=request.form.get("page", "1")[:6])


@bp.post("/inbox/read-all")
@guarded(policy.signed_in)
def read_all() -> ResponseReturnValue:
    """Mark as read what was on the list when it was shown."""
    with committing():
        inbox.mark_all_read(me(), _moment(request.form.get("until", "")))
    flash(_("All messages are marked as read."), "good")
    return go("inbox.index")


@bp.route("/inbox/choices", methods=["GET", "POST"])
@guarded(policy.signed_in)
def choices() -> ResponseReturnValue:
    """Show or keep how I want to hear of each kind of message."""
    sent = request.form if request.method == "POST" else None
    person = _my_id()
    form = choices_form(outbox.KINDS, outbox.CHOICES, sent, outbox.choices_of(person))
    if sent is None or not form.validate():
        page = render_template("inbox/choices.html", side=side(), form=form)
        return page, 200 if sent is None else 422
    with committing():
        outbox.choose(person, {kind: form[kind].data for kind in outbox.KINDS})
    flash(_("Your choices are kept."), "good")
    return go("inbox.index")


@bp.get("/inbox/failed")
@guarded(policy.administrator)
def failed() -> ResponseReturnValue:
    """Show which mails failed for good."""
    return render_template(
        "inbox/failed.html", side=side(), failures=outbox.failures(), kinds=outbox.NAMES
    )


@bp.post("/inbox/failed/all")
@guarded(policy.administrator)
def retry_all() -> ResponseReturnValue:
    """Have every mail that failed sent again, but for addresses that refuse ours."""
    with committing():
        number = outbox.retry_all(now())
    flash(
        ngettext("%(num)d mail is sent again.", "%(num)d mails are sent again.", number)
        if number
        else _("There is no mail to send again: correct the addresses first."),
        "good" if number else "wait",
    )
    return go("inbox.failed")


@bp.post("/inbox/failed/<message_id>")
@guarded(policy.administrator)
def retry(message_id: str) -> ResponseReturnValue:
    """Have a mail that failed sent again."""
    with committing():
        again = outbox.retry(sent_id(message_id), now())
    if not again:
        not_found(message_id)
    flash(_("The mail is sent again."), "good")
    return go("inbox.failed")


def _my_id() -> UUID:
    person = me().id
    if person is None:
        not_found("the system has no inbox")
    return person


def _read(message_id: str) -> str | None:
    """Mark one of my messages as read; return where it leads. Another's does not exist: 404."""
    with committing():
        words = inbox.open_message(me(), sent_id(message_id), lang(), now())
    if words is None:
        not_found(message_id)
    return words.path


def _moment(text: str) -> datetime:
    """Return the moment that a form carries, never later than now."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return now()
    return min(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now())


def _tabs(page: inbox.Page, *, away: bool) -> list[dict[str, Any]]:
    everything = not page.unread_only and not away
    tabs = [
        {"label": _("All"), "url": url_for("inbox.index"), "current": everything},
        {
            "label": _("Unread"),
            "url": url_for("inbox.index", show="unread"),
            "current": page.unread_only,
            "count": page.unread,
        },
    ]
    if away:
        url = url_for("inbox.index", show="away")
        tabs.append({"label": _("While I was away"), "url": url, "current": True})
    return tabs


def _pager(page: inbox.Page, *, show: str | None) -> dict[str, Any]:
    show = "unread" if page.unread_only else show
    return {
        "number": page.number,
        "has_prev": page.number > 1,
        "has_next": page.number < page.pages,
        "prev_url": url_for("inbox.index", page=page.number - 1, show=show),
        "next_url": url_for("inbox.index", page=page.number + 1, show=show),
        "total_label": _("Page %(number)s of %(pages)s", number=page.number, pages=page.pages),
    }
