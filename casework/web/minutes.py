"""Minutes: read, edited by who keeps the meeting, approved, printed, saved as PDF."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.forms.committee import MinutesForm
from casework.models import Committee, Meeting, MinutesVersion
from casework.queries.committees import lists
from casework.queries.committees import minutes as reading
from casework.services import forms
from casework.services.committees import common, minutes, minutes_sheet
from casework.services.errors import ForbiddenError, RefusedError
from casework.web import kept, sending
from casework.web.base import committing, guarded, lang, me, not_found, sent_id, sent_key, whole
from casework.web.filters import reason_text
from casework.web.meetings import acting, find_meeting

bp = Blueprint("minutes", __name__)


@bp.get("/meetings/<meeting_number>/minutes")
@guarded(policy.committee)
def show(meeting_number: str) -> ResponseReturnValue:
    """Show the minutes, with their versions."""
    meeting, versions = _found(meeting_number)
    keeps = common.is_keeper(me(), meeting.committee_id)
    blocks = reading.readable(me(), versions[0][0])
    return render_template(
        "committees/minutes.html",
        meeting=meeting,
        committee=db.session.get_one(Committee, meeting.committee_id),
        newest=versions[0][0],
        blocks=blocks,
        versions=versions,
        keeps=keeps,
        edits=keeps and not any(block.gap for block in blocks),
        approving=lists.open_meetings(meeting.committee_id, meeting.id) if keeps else [],
    )


@bp.get("/meetings/<meeting_number>/minutes/print")
@guarded(policy.committee)
def printed(meeting_number: str) -> ResponseReturnValue:
    """Show the minutes as a clean sheet for paper."""
    meeting, versions = _found(meeting_number)
    return render_template(
        "committees/minutes_print.html",
        meeting=meeting,
        committee=db.session.get_one(Committee, meeting.committee_id),
        newest=versions[0][0],
        blocks=reading.readable(me(), versions[0][0]),
        back_url=url_for("minutes.show", meeting_number=meeting.number),
        now=now(),
    )


@bp.get("/meetings/<meeting_number>/minutes/pdf")
@guarded(policy.committee)
def pdf(meeting_number: str) -> ResponseReturnValue:
    """Send the minutes as a PDF: what the person may read of them, in the language they are in."""
    meeting, versions = _found(meeting_number)
    content = minutes_sheet.pdf(me(), meeting, versions[0][0])
    name = f"{meeting.number}-v{versions[0][0].version}.pdf"
    return sending.made(content, name, "application/pdf")


@bp.route("/meetings/<meeting_number>/minutes/edit", methods=["GET", "POST"])
@guarded(policy.committee)
def edit(meeting_number: str) -> ResponseReturnValue:
    """Write another version."""
    meeting, versions = _found(meeting_number)
    if not common.is_keeper(me(), meeting.committee_id):
        raise ForbiddenError("minutes")
    if reading.hidden(me(), meeting.id):
        flash(_(minutes.PARTLY_HIDDEN), "bad")
        return redirect(_place(meeting), code=303)
    newest = versions[0][0]
    form: Any = forms.bind(MinutesForm, kept.form_data(), obj=newest)
    if request.method == "POST" and form.validate():
        seen = whole(request.form.get("version", ""), -1)
        try:
            with committing():
                minutes.write(me(), meeting.id, form.text.data, seen, sent_key())
                kept.forget()
        except RefusedError as error:
            form.text.errors = [reason_text(error.reasons[0])]
        else:
            flash(_("Saved."), "good")
            return redirect(_place(meeting), code=303)
    page = render_template(
        "committees/form.html",
        form=form,
        title=_("Edit the minutes of meeting %(number)s", number=meeting.number),
        back=_place(meeting),
        intro="",
        version=newest.version,
        parent=db.session.get_one(Committee, meeting.committee_id).name(lang()),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/meetings/<meeting_number>/minutes/approve")
@guarded(policy.committee)
def approve(meeting_number: str) -> ResponseReturnValue:
    """Note that a later meeting approves them."""
    meeting, _versions = _found(meeting_number)
    with acting():
        minutes.approve(me(), meeting.id, sent_id(request.form.get("meeting", "")), sent_key())
        flash(_("The minutes are approved."), "good")
    return redirect(_place(meeting), code=303)


def _found(meeting_number: str) -> tuple[Meeting, list[tuple[MinutesVersion, str | None]]]:
    meeting = find_meeting(meeting_number)
    versions = lists.minutes_versions(meeting.id)
    if not versions:
        not_found(meeting_number)
    return meeting, versions


def _place(meeting: Meeting) -> str:
    return url_for("minutes.show", meeting_number=meeting.number)
