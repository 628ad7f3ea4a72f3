"""Meetings: planned, moved, their agenda and papers, who comes, opened and closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day, settings
from casework.forms.committee import CancelForm, MeetingForm
from casework.models import Committee, Meeting
from casework.queries.committees import lists, room
from casework.services import forms
from casework.services.committees import agenda, attendance, common, deciding, meetings, telling
from casework.services.committees.meetings import When
from casework.services.errors import ForbiddenError, RefusedError
from casework.services.outbox.committees import invitation
from casework.web import kept
from casework.web.base import committing, guarded, lang, me, not_found, sent_id, sent_key, whole
from casework.web.committees import find, form_page
from casework.web.filters import reason_text
from casework.workflows.declaration import POSTPONEMENTS

bp = Blueprint("meetings", __name__)

PRESENCES = ("present", "remote", "absent", "proxy")


@bp.route("/committees/<committee_id>/meetings/new", methods=["GET", "POST"])
@guarded(policy.committee)
def plan(committee_id: str) -> ResponseReturnValue:
    """Plan a meeting."""
    committee = find(committee_id)
    if not common.is_keeper(me(), committee.id):
        raise ForbiddenError("meeting")
    back = url_for("committees.show", committee_id=committee.id)
    form: Any = forms.bind(MeetingForm, kept.form_data())
    if request.method == "POST" and form.validate():
        with acting():
            made = meetings.plan(me(), committee.id, _when(form), sent_key())
            kept.forget()
            back = _place(db.session.get_one(Meeting, made).number)
            flash(_("The meeting is planned, and everybody is invited."), "good")
        return redirect(back, code=303)
    return form_page(form, _("Plan a meeting"), back, committee)


@bp.get("/meetings/<meeting_number>")
@guarded(policy.committee)
def show(meeting_number: str) -> ResponseReturnValue:
    """Show a meeting: its agenda, its papers, who comes, what is done in it."""
    meeting = find_meeting(meeting_number)
    seen = room.load(meeting, now())
    keeps = common.is_keeper(me(), meeting.committee_id)
    lines = lists.agenda(me(), meeting.id)
    own = lists.ties_of(me(), meeting.committee_id, [x.case.id for x in lines if x.case])
    changing = keeps and meeting.state in {"planned", "open"}
    return render_template(
        "committees/meeting.html",
        meeting=meeting,
        committee=seen.committee,
        room=seen,
        quorum=seen.quorum(),
        forecast=seen.forecast(),
        lines=lines,
        own=own,
        mine=seen.person(me().id),
        open_items=[x for x in lines if x.item.state == "planned"],
        keeps=keeps,
        changing=changing,
        ready=lists.ready(me(), seen.committee.kind, seen.committee.id) if changing else [],
        postponements=POSTPONEMENTS,
        today=house_day(),
        its_day=seen.day,
        now=now(),
    )


@bp.route("/meetings/<meeting_number>/move", methods=["GET", "POST"])
@guarded(policy.committee)
def move(meeting_number: str) -> ResponseReturnValue:
    """Give a meeting another date or place."""
    meeting, committee = _kept_meeting(meeting_number)
    form: Any = forms.bind(MeetingForm, kept.form_data(), obj=_Shown(meeting))
    if request.method == "POST" and form.validate():
        version = whole(request.form.get("version", ""), -1)
        with acting():
            meetings.move(me(), meeting.id, _when(form), version, sent_key())
            kept.forget()
            flash(_("The meeting has moved, and everybody is told."), "good")
        return redirect(_place(meeting.number), code=303)
    title = _("Another date or place for %(number)s", number=meeting.number)
    return form_page(form, title, _place(meeting.number), committee, version=meeting.version)


@bp.route("/meetings/<meeting_number>/cancel", methods=["GET", "POST"])
@guarded(policy.committee)
def cancel(meeting_number: str) -> ResponseReturnValue:
    """Cancel a meeting."""
    meeting, committee = _kept_meeting(meeting_number)
    form: Any = forms.bind(CancelForm, kept.form_data())
    if request.method == "POST" and form.validate():
        with acting():
            meetings.cancel(me(), meeting.id, form.reason.data, sent_key())
            kept.forget()
            flash(_("The meeting is cancelled, and everybody is told."), "good")
        return redirect(_place(meeting.number), code=303)
    title = _("Cancel %(number)s", number=meeting.number)
    return form_page(form, title, _place(meeting.number), committee)


@bp.post("/meetings/<meeting_number>/cases")
@guarded(policy.committee)
def add_cases(meeting_number: str) -> ResponseReturnValue:
    """Put cases on the agenda, in the order of their ids."""
    meeting, _committee = _kept_meeting(meeting_number)
    chosen = sorted({sent_id(text) for text in request.form.getlist("case")})
    with acting():
        for case_id in chosen:
            agenda.add_case(me(), meeting.id, case_id, f"{sent_key()} {case_id}")
        flash(_("The agenda is changed."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/subjects")
@guarded(policy.committee)
def add_subject(meeting_number: str) -> ResponseReturnValue:
    """Put a subject that is no case on the agenda."""
    meeting, _committee = _kept_meeting(meeting_number)
    subject = " ".join(request.form.get("subject", "").split())[:300]
    if not subject:
        flash(_("Write what it is about."), "bad")
        return redirect(_place(meeting.number), code=303)
    with acting():
        agenda.add_subject(me(), meeting.id, subject, sent_key())
        flash(_("The agenda is changed."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/order")
@guarded(policy.committee)
def order(meeting_number: str) -> ResponseReturnValue:
    """Give the items another order, by the numbers written beside them."""
    meeting, _committee = _kept_meeting(meeting_number)
    numbers = {
        sent_id(name.removeprefix("position-")): whole(value, 999)
        for name, value in request.form.items()
        if name.startswith("position-")
    }
    with acting():
        wanted = sorted(numbers, key=lambda item_id: numbers[item_id])
        agenda.order(me(), meeting.id, wanted, sent_key())
        flash(_("The agenda is changed."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/papers")
@guarded(policy.committee)
def papers(meeting_number: str) -> ResponseReturnValue:
    """Send the papers now."""
    meeting, _committee = _kept_meeting(meeting_number)
    with acting():
        agenda.send_papers(me(), meeting.id)
        flash(_("The papers are out: members may now read the files."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/announce")
@guarded(policy.committee)
def announce(meeting_number: str) -> ResponseReturnValue:
    """Say whether one comes."""
    meeting = find_meeting(meeting_number)
    answer = "yes" if request.form.get("answer") == "yes" else "no"
    reason = request.form.get("reason", "").strip()[:500]
    with acting():
        attendance.announce(me(), meeting.id, answer, reason, sent_key())
        flash(_("Thank you, it is noted."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/begin")
@guarded(policy.committee)
def begin(meeting_number: str) -> ResponseReturnValue:
    """Open the meeting."""
    meeting, _committee = _kept_meeting(meeting_number)
    presiding = request.form.get("presiding", "")
    with acting():
        who = sent_id(presiding) if presiding else None
        meetings.begin(me(), meeting.id, sent_key(), who)
        flash(_("The meeting is open: note who is there."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/attendance")
@guarded(policy.committee)
def note(meeting_number: str) -> ResponseReturnValue:
    """Note who is there."""
    meeting, _committee = _kept_meeting(meeting_number)
    said: dict[UUID, tuple[str, UUID | None]] = {}
    for name, value in request.form.items():
        if name.startswith("presence-") and value in PRESENCES:
            who = name.removeprefix("presence-")
            proxy = request.form.get(f"proxy-{who}", "") if value == "proxy" else ""
            said[sent_id(who)] = (value, sent_id(proxy) if proxy else None)
    with acting():
        attendance.note(me(), meeting.id, said, sent_key())
        flash(_("Attendance is noted."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/postpone")
@guarded(policy.committee)
def postpone_all(meeting_number: str) -> ResponseReturnValue:
    """Put everything that is still open off, at once."""
    meeting, _committee = _kept_meeting(meeting_number)
    reason = request.form.get("reason", "")
    note_text = request.form.get("note", "").strip()[:2000]
    with acting():
        count = deciding.postpone_all(me(), meeting.id, reason, note_text, sent_key(), lang())
        flash(_("Put off: %(count)s.", count=count), "good")
    return redirect(_place(meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/close")
@guarded(policy.committee)
def hold(meeting_number: str) -> ResponseReturnValue:
    """Close the meeting; its minutes are drafted."""
    meeting, _committee = _kept_meeting(meeting_number)
    with acting():
        meetings.hold(me(), meeting.id, sent_key())
        flash(_("The meeting is closed, and its minutes are drafted."), "good")
    return redirect(_place(meeting.number), code=303)


@bp.get("/meetings/<meeting_number>/invitation")
@guarded(policy.committee)
def ics(meeting_number: str) -> ResponseReturnValue:
    """Send the invitation as a calendar file."""
    meeting = find_meeting(meeting_number)
    committee = db.session.get_one(Committee, meeting.committee_id)
    sender = parseaddr(settings().mail_from)[1]
    content = invitation(
        telling.invitation(meeting), committee.name(lang()), sender, meeting.created_at
    )
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{meeting.number}.ics"'
    return answer


def find_meeting(meeting_number: str) -> Meeting:
    """Return a meeting of a committee in which the person sits or serves, or answer 404."""
    meeting = db.session.scalar(sa.select(Meeting).where(Meeting.number == meeting_number))
    if meeting is None or meeting.committee_id not in me().scoped("committee"):
        not_found(meeting_number)
    return meeting


@contextmanager
def acting() -> Iterator[None]:
    """Do something in one transaction; what is refused is told on the page one comes back to."""
    try:
        with committing():
            yield
    except RefusedError as error:
        for reason in error.reasons:
            flash(reason_text(reason), "bad")


def _kept_meeting(meeting_number: str) -> tuple[Meeting, Committee]:
    meeting = find_meeting(meeting_number)
    if not common.is_keeper(me(), meeting.committee_id):
        raise ForbiddenError("meeting")
    return meeting, db.session.get_one(Committee, meeting.committee_id)


def _place(number: str) -> str:
    return url_for("meetings.show", meeting_number=number)


def _when(form: Any) -> When:
    zone, day = settings().zone, form.day.data
    return When(
        datetime.combine(day, form.begins.data, zone),
        datetime.combine(day, form.ends.data, zone),
        form.place.data or "",
        form.link.data or "",
    )


class _Shown:
    """A meeting as its form shows it: a day, two times, a place."""

    def __init__(self, meeting: Meeting) -> None:
        begins = meeting.starts_at.astimezone(settings().zone)
        self.day = begins.date()
        self.begins = begins.time()
        self.ends = meeting.ends_at.astimezone(settings().zone).time()
        self.place, self.link = meeting.place, meeting.link
