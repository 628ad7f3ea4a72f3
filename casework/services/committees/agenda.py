"""The agenda of a meeting: cases that are ready or carried over, other subjects, the papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case, Committee, Interest, Mandate, Meeting, MeetingItem, Office
from casework.policy import Actor
from casework.roles import Role
from casework.services import cases, events, receipts
from casework.services.committees import due, interests, sight, telling
from casework.services.committees.common import (
    NOT_ACTIVE,
    OFFICE_ROLES,
    demand_keeper,
    demand_planned_item,
    find_item,
    follow_dates,
    item_of,
    lock_meeting,
    refuse,
)
from casework.services.errors import NotFoundError
from casework.workflows.declaration import Reason

AGENDA_CLOSED = N_("The agenda of a meeting that is over or cancelled does not change.")
NOT_READY = N_("This case is not ready for this committee.")
ON_ANOTHER = N_("This case is on the agenda of meeting %(number)s already.")
NO_PAPERS = N_("There is nothing on the agenda yet.")


def add_case(actor: Actor, meeting_id: UUID, case_id: UUID, key: str) -> UUID:
    """Put a case that is ready on the agenda; return the item's identifier.

    Chair and secretary see its file from now on, members from the papers on. Raises ForbiddenError,
    NotFoundError, RefusedError.
    """
    case = cases.lock(case_id)
    meeting = _open_agenda(actor, meeting_id, "add_case")
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["item_id"])
    committee = db.session.get_one(Committee, meeting.committee_id)
    if case.id in actor.denied_case_ids or (case.restricted and not policy.may_see(actor, case)):
        raise NotFoundError(str(case_id))
    if not committee.active:
        refuse("add_case", Reason(NOT_ACTIVE), meeting=meeting.id, case=case.id)
    if cases.workflow_of(case).agenda_in(case.state, committee.kind) is None:
        refuse("add_case", Reason(NOT_READY), meeting=meeting.id, case=case.id)
    other = _planned_elsewhere(case.id)
    if other is not None:
        refuse("add_case", Reason(ON_ANOTHER, {"number": other}), meeting=meeting.id, case=case.id)
    moment = now()
    item = _append(meeting, actor, moment, case_id=case.id, carried=_carried(committee, case))
    interests.propose(committee, item, case, _sitting(meeting), moment)
    waiting = _waiting(meeting.committee_id, case.id)
    keepers = {who: role for who, role in _officers(meeting).items() if who not in waiting}
    sight.open_to(item, case, keepers, actor.id, moment)
    if meeting.papers_at is not None or meeting.state == "open":
        _show(item, case, meeting, actor, moment)
    payload = {"meeting": meeting.number, "item": item.id}
    events.append(case, "on_agenda", actor.id, name=committee.kind, payload=payload, at=moment)
    follow_dates(case, moment)
    receipts.keep(key, actor.id, {"item_id": str(item.id)}, moment)
    return item.id


def add_subject(actor: Actor, meeting_id: UUID, subject: str, key: str) -> UUID:
    """Put something that is no case on the agenda; return the item's identifier."""
    meeting = _open_agenda(actor, meeting_id, "add_subject")
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["item_id"])
    item = _append(meeting, actor, now(), subject=subject)
    receipts.keep(key, actor.id, {"item_id": str(item.id)}, now())
    return item.id


def remove(actor: Actor, item_id: UUID, key: str) -> None:
    """Take an item off the agenda. Raises ForbiddenError, RefusedError."""
    meeting_id, case_id = find_item(item_id)
    sight.lock_cases([case_id])
    meeting = _open_agenda(actor, meeting_id, "remove")
    if receipts.find(key, actor.id) is not None:
        return
    item = item_of(meeting, item_id)
    demand_planned_item("remove", item)
    take_off(item, actor, now())
    meeting.version += 1
    receipts.keep(key, actor.id, {}, now())


def take_off(item: MeetingItem, actor: Actor, moment: datetime) -> None:
    """Take an item off; its case is locked, and its file closed to the committee at once."""
    item.state, item.closed_at = "removed", moment
    sight.end(item, moment)
    if item.case_id is not None:
        case = db.session.get_one(Case, item.case_id)
        events.append(case, "off_agenda", actor.id, payload={"item": item.id}, at=moment)
        follow_dates(case, moment)


def order(actor: Actor, meeting_id: UUID, item_ids: Sequence[UUID], key: str) -> None:
    """Give the items of an agenda another order; those not named come last, as they were."""
    meeting = _open_agenda(actor, meeting_id, "order")
    if receipts.find(key, actor.id) is not None:
        return
    rank = {item_id: index for index, item_id in enumerate(item_ids)}
    items = sorted(items_of(meeting.id), key=lambda i: (rank.get(i.id, len(rank)), i.position))
    for position, item in enumerate(items, start=1):
        item.position = position
    meeting.version += 1
    receipts.keep(key, actor.id, {}, now())


def send_papers(actor: Actor, meeting_id: UUID) -> bool:
    """Open the files on the agenda to the members and tell them; say whether this did it.

    A member with a known tie to a case sees its file once they have said that it is no interest.
    Done once a meeting; what is added afterwards is shown at once. Raises ForbiddenError,
    RefusedError.
    """
    items = planned_items(meeting_id)
    found = {case.id: case for case in sight.lock_cases(i.case_id for i in items)}
    meeting = _open_agenda(actor, meeting_id, "papers")
    if meeting.papers_at is not None:
        return False
    items = planned_items(meeting_id)
    if not items:
        refuse("papers", Reason(NO_PAPERS), meeting=meeting.id)
    committee = db.session.get_one(Committee, meeting.committee_id)
    moment = now()
    sitting = _sitting(meeting)
    for item in items:
        case = found.get(item.case_id) if item.case_id else None
        if case is not None:
            interests.propose(committee, item, case, sitting, moment)
            _show(item, case, meeting, actor, moment)
    meeting.papers_at = moment
    meeting.version += 1
    due.follow(committee.id, moment)
    telling.invite(meeting, committee, "papers", moment)
    return True


def planned_items(meeting_id: UUID) -> list[MeetingItem]:
    """Return the items that are still to be taken, in their order."""
    return [item for item in items_of(meeting_id) if item.state == "planned"]


def items_of(meeting_id: UUID) -> list[MeetingItem]:
    """Return the items of an agenda in their order, without those taken off."""
    return list(
        db.session.scalars(
            sa.select(MeetingItem)
            .where(MeetingItem.meeting_id == meeting_id, MeetingItem.state != "removed")
            .order_by(MeetingItem.position, MeetingItem.id)
            .execution_options(populate_existing=True)
        )
    )


def dismiss_tie(actor: Actor, item_id: UUID, user_id: UUID, text: str, key: str) -> None:
    """Say that somebody's known tie is no interest, and why; they may then see the file.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    item, case = interests.dismiss(actor, item_id, user_id, text, key)
    meeting, moment = db.session.get_one(Meeting, item.meeting_id), now()
    role = _officers(meeting).get(user_id)
    if role is None and meeting.papers_at is not None and user_id in _sitting(meeting):
        role = Role.COMMITTEE_MEMBER
    if role is not None and item.state == "planned":
        sight.open_to(item, case, {user_id: role}, actor.id, moment)


def _show(item: MeetingItem, case: Case, meeting: Meeting, actor: Actor, moment: datetime) -> None:
    waiting = _waiting(meeting.committee_id, case.id)
    members = {who: Role.COMMITTEE_MEMBER for who in _sitting(meeting) if who not in waiting}
    sight.open_to(item, case, members, actor.id, moment)


def _waiting(committee_id: UUID, case_id: UUID) -> set[UUID]:
    """Return whose known tie to a case nobody has answered yet."""
    return set(
        db.session.scalars(
            sa.select(Interest.user_id).where(
                Interest.committee_id == committee_id,
                Interest.case_id == case_id,
                Interest.state == "proposed",
            )
        )
    )


def _open_agenda(actor: Actor, meeting_id: UUID, act: str) -> Meeting:
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if meeting.state not in {"planned", "open"}:
        refuse(act, Reason(AGENDA_CLOSED), meeting=meeting.id)
    return meeting


def _append(
    meeting: Meeting,
    actor: Actor,
    moment: datetime,
    *,
    case_id: UUID | None = None,
    subject: str = "",
    carried: MeetingItem | None = None,
) -> MeetingItem:
    last = db.session.scalar(
        sa.select(sa.func.max(MeetingItem.position)).where(MeetingItem.meeting_id == meeting.id)
    )
    item = MeetingItem(
        id=new_id(),
        meeting_id=meeting.id,
        case_id=case_id,
        position=(last or 0) + 1,
        subject=subject,
        state="planned",
        first_at=carried.first_at if carried else moment,
        carried_from_id=carried.id if carried else None,
        added_at=moment,
        added_by_id=actor.id,
    )
    meeting.version += 1
    db.session.add(item)
    db.session.flush()
    return item


def _carried(committee: Committee, case: Case) -> MeetingItem | None:
    """Return the item from which a case is carried over: postponed, and nothing decided since."""
    last = db.session.scalar(
        sa.select(MeetingItem)
        .join(Meeting, Meeting.id == MeetingItem.meeting_id)
        .where(
            MeetingItem.case_id == case.id,
            Meeting.committee_id == committee.id,
            MeetingItem.state != "removed",
        )
        .order_by(MeetingItem.added_at.desc(), MeetingItem.id.desc())
        .limit(1)
    )
    return last if last is not None and last.state == "postponed" else None


def _planned_elsewhere(case_id: UUID) -> str | None:
    return db.session.scalar(
        sa.select(Meeting.number)
        .join(MeetingItem, MeetingItem.meeting_id == Meeting.id)
        .where(
            MeetingItem.case_id == case_id,
            MeetingItem.state == "planned",
            Meeting.state.in_(("planned", "open")),
        )
    )


def _sitting(meeting: Meeting) -> set[UUID]:
    day = house_day(meeting.starts_at)
    return set(
        db.session.scalars(
            sa.select(Mandate.user_id).where(
                Mandate.committee_id == meeting.committee_id,
                Mandate.starts_on <= day,
                Mandate.ends_on >= day,
            )
        )
    )


def _officers(meeting: Meeting) -> dict[UUID, Role]:
    day = house_day(meeting.starts_at)
    rows = db.session.execute(
        sa.select(Office.user_id, Office.office).where(
            Office.committee_id == meeting.committee_id,
            Office.starts_on <= day,
            sa.or_(Office.ends_on.is_(None), Office.ends_on >= day),
        )
    )
    return {row.user_id: OFFICE_ROLES[row.office] for row in rows}
