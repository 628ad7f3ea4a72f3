"""What all acts of committees share: locks, rights, and refusals that are logged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework.extensions import db, settings
from casework.i18n import N_
from casework.models import Case, Committee, Meeting, MeetingItem, User
from casework.policy import Actor, founder
from casework.roles import Role
from casework.services import cases, deadlines
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.workflows.declaration import Reason

OFFICE_ROLES = {"chair": Role.COMMITTEE_CHAIR, "secretary": Role.COMMITTEE_SECRETARY}
KEEPERS = (Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
CHANGED = N_("Somebody has changed the meeting meanwhile. Look at it again.")
NOT_ACTIVE = N_("This committee takes nothing up any more.")
NOT_OPEN = N_("The meeting is not open.")
CLOSED_ITEM = N_("This item is closed already.")

log = structlog.get_logger(__name__)


def refuse(act: str, reason: Reason, **ids: Any) -> NoReturn:
    """Log why an act is refused (identifiers only), and raise RefusedError."""
    log.warning(
        "committee.refused", act=act, reason=reason.message, **{k: str(v) for k, v in ids.items()}
    )
    raise RefusedError(act, [reason])


def lock_committee(committee_id: UUID) -> Committee:
    """Return a committee, locked until the end of the transaction. Raises NotFoundError."""
    committee: Committee = _locked(Committee, committee_id)
    return committee


def lock_meeting(meeting_id: UUID) -> Meeting:
    """Return a meeting, locked until the end of the transaction. Raises NotFoundError."""
    meeting: Meeting = _locked(Meeting, meeting_id)
    return meeting


def item_of(meeting: Meeting, item_id: UUID) -> MeetingItem:
    """Return an item of a locked meeting as it stands now. Raises NotFoundError."""
    item = db.session.get(MeetingItem, item_id, populate_existing=True)
    if item is None or item.meeting_id != meeting.id:
        raise NotFoundError(str(item_id))
    return item


def find_item(item_id: UUID) -> tuple[UUID, UUID | None]:
    """Return which meeting and which case an item is of, unlocked. Raises NotFoundError."""
    row = db.session.execute(
        sa.select(MeetingItem.meeting_id, MeetingItem.case_id).where(MeetingItem.id == item_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(str(item_id))
    return row.meeting_id, row.case_id


def demand_keeper(actor: Actor, committee_id: UUID) -> None:
    """Raise ForbiddenError unless the actor chairs the committee or is its secretary."""
    if not is_keeper(actor, committee_id):
        raise ForbiddenError("committee")


def demand_manager(actor: Actor, committee_id: UUID) -> None:
    """Raise ForbiddenError unless the actor sets committees up, or keeps this one."""
    if not (founder(actor) or is_keeper(actor, committee_id)):
        raise ForbiddenError("committee")


def is_keeper(actor: Actor, committee_id: UUID) -> bool:
    """Say whether somebody chairs the committee or is its secretary (or is the system)."""
    return actor.is_system or committee_id in actor.committees_as(*KEEPERS)


def demand_open(act: str, meeting: Meeting) -> None:
    """Refuse what is done while a meeting is open, where it is not."""
    if meeting.state != "open":
        refuse(act, Reason(NOT_OPEN), meeting=meeting.id)


def demand_planned_item(act: str, item: MeetingItem) -> None:
    """Refuse what is done to an item that is decided, postponed or taken off."""
    if item.state != "planned":
        refuse(act, Reason(CLOSED_ITEM), item=item.id)


def follow_dates(case: Case, moment: datetime) -> None:
    """Have the deadlines of a locked case follow when it comes before a committee."""
    deadlines.follow_facts(case, cases.workflow_of(case), cases.facts_of(case), moment)


def names_of(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what people are called, in one query."""
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def day_begins(day: date) -> datetime:
    """Return the first moment of a civil day in the house's zone."""
    return datetime.combine(day, time.min, settings().zone)


def day_ends(day: date) -> datetime:
    """Return the first moment after a civil day in the house's zone."""
    return day_begins(day + timedelta(days=1))


def _locked(model: Any, row_id: UUID) -> Any:
    row = db.session.scalar(
        sa.select(model)
        .where(model.id == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(str(row_id))
    return row
