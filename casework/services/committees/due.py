"""What a committee has to do by when, as deadlines: papers, minutes, seats, its yearly report.

The deadlines follow the committee's rows: whatever changes a meeting, a mandate or the rules calls
:func:`follow` or :func:`follow_mandate` in its transaction. Papers go out by themselves when theirs
is over; of the others people are reminded (:mod:`.timed`).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import Offset
from casework.clock import now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Committee, Deadline, Mandate, Meeting, MinutesVersion
from casework.policy import Actor
from casework.queries.committees import room
from casework.roles import Role
from casework.services import changes, house, receipts
from casework.services.committees.common import day_begins, demand_keeper, lock_committee
from casework.services.deadlines import clocks, reminders
from casework.workflows.declaration import DeadlineRule, ReminderRule

PAPERS, MINUTES, APPROVAL = "papers", "minutes", "approval"
MANDATE, REPORT = "mandate", "annual_report"
KEEPERS = (Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
REMEMBERED = timedelta(days=365)
"""For how long after a meeting its minutes are asked for."""


def _rule(key: str, label: str, *offsets: str, also: tuple[Role, ...] = ()) -> DeadlineRule:
    return DeadlineRule(
        key,
        label,
        Role.COMMITTEE_SECRETARY,
        label,
        reminders=tuple(
            ReminderRule(Offset.parse(offset), role)
            for offset in offsets
            for role in (*also, *KEEPERS)
        ),
    )


RULES = {
    rule.key: rule
    for rule in (
        _rule(PAPERS, N_("Papers are sent")),
        _rule(MINUTES, N_("Draft of the minutes"), "0 d"),
        _rule(APPROVAL, N_("Approval of the minutes"), "-1 d"),
        _rule(MANDATE, N_("End of a mandate"), "-90 d", also=(Role.COMMITTEE_MEMBER,)),
        _rule(REPORT, N_("Yearly report"), "-30 d", "0 d"),
    )
}


@dataclass(frozen=True)
class Wanted:
    """A deadline that there should be: on what, by which rule, and until when.

    A date is meant to its end; None: there should be none any more.
    """

    subject_kind: str
    subject_id: UUID
    rule: str
    due: datetime | date | None
    cancelled: bool = False


def follow(committee_id: UUID, moment: datetime) -> None:
    """Bring the deadlines of a committee's meetings and of its report in step with its rows."""
    db.session.flush()
    running = _running(Deadline.committee_id == committee_id, Deadline.rule != MANDATE)
    rules = room.rules_of(committee_id)
    wanted = [
        *_meetings(committee_id, rules.papers_days, running, moment),
        _report(committee_id, rules.report_month, moment),
    ]
    _step(committee_id, wanted, running, moment)


def follow_mandate(mandate: Mandate, moment: datetime) -> None:
    """Bring the deadline of a mandate in step with its last day."""
    db.session.flush()
    running = _running(Deadline.subject_id == mandate.id)
    due = mandate.ends_on if mandate.ends_on >= house_day(moment) else None
    _step(mandate.committee_id, [Wanted("mandate", mandate.id, MANDATE, due)], running, moment)


def catch_up(moment: datetime) -> None:
    """Open what active committees lack: rows written by an earlier version had no deadlines."""
    query = sa.select(Committee.id).where(Committee.active.is_(True)).order_by(Committee.id)
    for committee_id in db.session.scalars(query).all():
        follow(committee_id, moment)
    known = sa.exists().where(Deadline.subject_id == Mandate.id, Deadline.rule == MANDATE)
    lacking = sa.select(Mandate).where(Mandate.ends_on >= house_day(moment), ~known)
    for mandate in db.session.scalars(lacking.order_by(Mandate.id)).all():
        follow_mandate(mandate, moment)


def hand_in_report(actor: Actor, committee_id: UUID, key: str) -> None:
    """Note that the yearly report has been handed in: the next one is due in a year.

    Raises NotFoundError, ForbiddenError.
    """
    demand_keeper(actor, committee_id)
    committee = lock_committee(committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    moment = now()
    for deadline in _running(Deadline.subject_id == committee.id, Deadline.rule == REPORT):
        clocks.close(deadline, reminders.of([deadline])[deadline.id], moment)
        said = {"annual_report": str(house_day(deadline.due_at))}
        changes.record(committee, {}, said, actor.id)
    follow(committee_id, moment)
    receipts.keep(key, actor.id, {}, moment)


def report_due(committee_id: UUID) -> Deadline | None:
    """Return the running deadline of a committee's yearly report."""
    running = _running(Deadline.subject_id == committee_id, Deadline.rule == REPORT)
    return running[0] if running else None


def _meetings(
    committee_id: UUID, papers_days: int, running: Iterable[Deadline], moment: datetime
) -> Iterator[Wanted]:
    """Return what is to be done about meetings: those to come, and those held in the last year."""
    ours = {d.subject_id for d in running}
    finished = sa.exists().where(
        MinutesVersion.meeting_id == Meeting.id, MinutesVersion.version > 1
    )
    approved = sa.exists().where(
        MinutesVersion.meeting_id == Meeting.id, MinutesVersion.approved_at.is_not(None)
    )
    rows = db.session.execute(
        sa.select(Meeting, finished, approved)
        .where(
            Meeting.committee_id == committee_id,
            sa.or_(
                Meeting.state.in_(("planned", "open")),
                sa.and_(
                    Meeting.state == "held", Meeting.closed_at > moment - REMEMBERED, ~approved
                ),
                Meeting.id.in_(ours),
            ),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    coming = [meeting.starts_at for meeting, *_ in rows if meeting.state in {"planned", "open"}]
    for meeting, written, passed in rows:
        yield _papers(meeting, papers_days)
        old = meeting.closed_at is not None and meeting.closed_at <= moment - REMEMBERED
        yield from _minutes(meeting, coming, written=written, done=passed or old)


def _papers(meeting: Meeting, days: int) -> Wanted:
    due = None
    if meeting.state == "planned" and meeting.papers_at is None:
        due = day_begins(house_day(meeting.starts_at) - timedelta(days=days))
    cancelled = meeting.state == "cancelled"
    return Wanted("meeting", meeting.id, PAPERS, due, cancelled=cancelled)


def _minutes(
    meeting: Meeting, coming: list[datetime], *, written: bool, done: bool
) -> Iterator[Wanted]:
    """Yield what is left to do about the minutes: the draft, then the approval at the next one."""
    draft: datetime | None = None
    approval: date | None = None
    if meeting.state == "held" and meeting.closed_at is not None and not done:
        later = [at for at in coming if at > meeting.starts_at]
        if not written:
            days = room.rules_of(meeting.committee_id, meeting.rules_id).minutes_days
            draft = meeting.closed_at + timedelta(days=days)
        if later:
            approval = house_day(later[0])
    yield Wanted("meeting", meeting.id, MINUTES, draft)
    yield Wanted("meeting", meeting.id, APPROVAL, approval, cancelled=not done)


def _report(committee_id: UUID, month: int, moment: datetime) -> Wanted:
    """Return the first report that was not handed in yet."""
    active = db.session.scalar(sa.select(Committee.active).where(Committee.id == committee_id))
    if not month or not active:
        return Wanted("committee", committee_id, REPORT, None, cancelled=True)
    last = db.session.scalar(
        sa.select(sa.func.max(Deadline.due_at)).where(
            Deadline.subject_id == committee_id,
            Deadline.rule == REPORT,
            Deadline.state.in_(("met", "missed")),
        )
    )
    today = house_day(moment)
    year = today.year + (_month_end(today.year, month) < today)
    if last is not None:
        year = house_day(last).year + 1
    return Wanted("committee", committee_id, REPORT, _month_end(year, month))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _running(*conditions: Any) -> list[Deadline]:
    query = sa.select(Deadline).where(Deadline.state.in_(clocks.RUNNING), *conditions)
    return list(db.session.scalars(query.order_by(Deadline.due_at, Deadline.id)))


def _step(
    committee_id: UUID, wanted: Iterable[Wanted], running: list[Deadline], moment: datetime
) -> None:
    """Open, move and close deadlines until they are as wanted."""
    cal = house.calendar()
    known = {(d.subject_id, d.rule): d for d in running}
    own = reminders.of(running)
    for each in wanted:
        deadline = known.get((each.subject_id, each.rule))
        due = clocks.end_of(each.due, cal) if each.due is not None else None
        if deadline is None and due is not None:
            clocks.open_row(
                RULES[each.rule],
                moment,
                cal,
                due=due,
                committee_id=committee_id,
                subject_kind=each.subject_kind,
                subject_id=each.subject_id,
                occurrence=_next(each),
            )
        elif deadline is not None and due is None:
            clocks.close(deadline, own[deadline.id], moment, cancelled=each.cancelled)
        elif deadline is not None and due is not None and deadline.due_at != due:
            clocks.move(deadline, own[deadline.id], due, moment, cal)
    db.session.flush()


def _next(wanted: Wanted) -> int:
    """Return the number of a new occurrence: one more than there were."""
    last = db.session.scalar(
        sa.select(sa.func.max(Deadline.occurrence)).where(
            Deadline.subject_id == wanted.subject_id, Deadline.rule == wanted.rule
        )
    )
    return (last or 0) + 1
