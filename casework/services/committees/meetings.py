"""Meetings: planned, moved, cancelled, opened and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case, Committee, Meeting, MeetingItem
from casework.policy import Actor
from casework.queries.committees import room
from casework.services import numbers, receipts
from casework.services.committees import agenda, due, minutes, sight, telling
from casework.services.committees.common import (
    CHANGED,
    NOT_ACTIVE,
    demand_keeper,
    demand_open,
    follow_dates,
    lock_committee,
    lock_meeting,
    refuse,
)
from casework.services.errors import NotFoundError
from casework.workflows.declaration import Reason

NOT_PLANNED = N_("The meeting has begun, is over or was cancelled.")
NOT_TODAY = N_("The meeting is on %(day)s: it can be opened on that day.")
ENDS_FIRST = N_("The meeting ends before it begins.")
NOBODY_PRESIDES = N_("Choose somebody with a mandate on that day to lead the meeting.")
ITEMS_LEFT = N_("Items that are neither decided nor postponed: %(count)s.")


@dataclass(frozen=True)
class When:
    """When and where: aware moments, a place, a link for those who are far."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""


def plan(actor: Actor, committee_id: UUID, when: When, key: str) -> UUID:
    """Plan a meeting and invite everybody who will sit on that day; return its identifier.

    Raises ForbiddenError, RefusedError.
    """
    demand_keeper(actor, committee_id)
    committee = lock_committee(committee_id)
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["meeting_id"])
    if not committee.active:
        refuse("plan", Reason(NOT_ACTIVE), committee=committee.id)
    if when.ends_at <= when.starts_at:
        refuse("plan", Reason(ENDS_FIRST), committee=committee.id)
    series = f"{committee.prefix}-{house_day(when.starts_at).year}"
    moment = now()
    meeting = Meeting(
        id=new_id(),
        committee_id=committee_id,
        number=f"{series}-{numbers.next_in(f'meeting {series}'):02d}",
        state="planned",
        sequence=0,
        version=1,
        cancelled_reason="",
        created_at=moment,
        created_by_id=actor.id,
        **vars(when),
    )
    db.session.add(meeting)
    db.session.flush()
    due.follow(committee_id, moment)
    telling.invite(meeting, committee, "planned", moment)
    receipts.keep(key, actor.id, {"meeting_id": str(meeting.id)}, moment)
    return meeting.id


def move(actor: Actor, meeting_id: UUID, when: When, version: int, key: str) -> None:
    """Give a planned meeting another date or place; the invitation follows it.

    Raises ForbiddenError, RefusedError.
    """
    found = cases_first(meeting_id)
    meeting, committee = _planned(actor, meeting_id, "move")
    if receipts.find(key, actor.id) is not None:
        return
    demand_unchanged("move", meeting, version)
    if when.ends_at <= when.starts_at:
        refuse("move", Reason(ENDS_FIRST), meeting=meeting.id)
    for name, value in vars(when).items():
        setattr(meeting, name, value)
    meeting.sequence += 1
    meeting.version += 1
    db.session.flush()
    for case in found:
        follow_dates(case, now())
    due.follow(committee.id, now())
    telling.invite(meeting, committee, "moved", now())
    receipts.keep(key, actor.id, {}, now())


def cancel(actor: Actor, meeting_id: UUID, reason: str, key: str) -> None:
    """Cancel a planned meeting: its cases are ready for another one, its sights end.

    Raises ForbiddenError, RefusedError.
    """
    cases_first(meeting_id)
    meeting, committee = _planned(actor, meeting_id, "cancel")
    if receipts.find(key, actor.id) is not None:
        return
    moment = now()
    for item in agenda.planned_items(meeting.id):
        agenda.take_off(item, actor, moment)
    meeting.state, meeting.cancelled_reason = "cancelled", reason
    meeting.sequence += 1
    meeting.version += 1
    db.session.flush()
    due.follow(committee.id, moment)
    telling.invite(meeting, committee, "cancelled", moment)
    receipts.keep(key, actor.id, {}, moment)


def begin(actor: Actor, meeting_id: UUID, key: str, presiding_id: UUID | None = None) -> None:
    """Open a meeting on its day: from now on its rules are fixed, and items can be decided.

    ``presiding_id`` leads it: by default the chair. Raises ForbiddenError, RefusedError.
    """
    meeting, committee = _planned(actor, meeting_id, "begin")
    if receipts.find(key, actor.id) is not None:
        return
    moment, day = now(), house_day(meeting.starts_at)
    if house_day(moment) < day:
        refuse("begin", Reason(NOT_TODAY, {"day": day}), meeting=meeting.id)
    who = presiding_id or room.officer(committee.id, "chair", day)
    seen = room.load(meeting, moment)
    if who not in seen.by_id:
        refuse("begin", Reason(NOBODY_PRESIDES), meeting=meeting.id)
    meeting.rules_id, meeting.presiding_id = seen.rules.id, who
    meeting.state, meeting.opened_at = "open", moment
    meeting.version += 1
    due.follow(committee.id, moment)
    receipts.keep(key, actor.id, {}, moment)


def hold(actor: Actor, meeting_id: UUID, key: str) -> None:
    """Close a meeting whose items are all done with, and draft its minutes.

    Raises ForbiddenError, RefusedError.
    """
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    demand_open("hold", meeting)
    left = len(agenda.planned_items(meeting.id))
    if left:
        refuse("hold", Reason(ITEMS_LEFT, {"count": left}), meeting=meeting.id)
    meeting.state, meeting.closed_at = "held", now()
    meeting.version += 1
    db.session.flush()
    minutes.draft(meeting, actor)
    due.follow(meeting.committee_id, now())
    receipts.keep(key, actor.id, {}, now())


def demand_unchanged(act: str, meeting: Meeting, version: int) -> None:
    """Refuse an act on a meeting that is no longer as the actor saw it."""
    if meeting.version != version:
        refuse(act, Reason(CHANGED), meeting=meeting.id)


def cases_first(meeting_id: UUID) -> list[Case]:
    """Return the cases of a meeting's open items, locked in the order of their ids."""
    ids = db.session.scalars(
        sa.select(MeetingItem.case_id)
        .where(
            MeetingItem.meeting_id == meeting_id,
            MeetingItem.state == "planned",
            MeetingItem.case_id.is_not(None),
        )
        .order_by(MeetingItem.case_id)
    ).all()
    return sight.lock_cases(ids)


def _planned(actor: Actor, meeting_id: UUID, act: str) -> tuple[Meeting, Committee]:
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    committee = db.session.get(Committee, meeting.committee_id)
    if committee is None:
        raise NotFoundError(str(meeting_id))
    if meeting.state != "planned":
        refuse(act, Reason(NOT_PLANNED), meeting=meeting.id)
    return meeting, committee
