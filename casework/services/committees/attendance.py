"""Who comes: announced beforehand by the members, noted in the meeting by who keeps it."""

from __future__ import annotations

from uuid import UUID

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Attendance, Meeting
from casework.policy import Actor
from casework.queries.committees import room
from casework.queries.committees.room import Room
from casework.services import receipts
from casework.services.committees.common import (
    demand_keeper,
    demand_open,
    lock_meeting,
    refuse,
)
from casework.services.errors import NotFoundError
from casework.workflows.declaration import Reason

TOO_LATE = N_("The meeting has begun, is over or was cancelled.")
NO_REMOTE = N_("The committee's rules allow nobody to take part from afar.")
NO_PROXY = N_("The committee's rules allow nobody to speak for somebody absent.")
PROXY_FULL = N_("%(name)s speaks for as many as the rules allow already.")
PROXY_AWAY = N_("Only somebody who takes part can speak for somebody absent.")


def announce(actor: Actor, meeting_id: UUID, answer: str, reason: str, key: str) -> None:
    """Say beforehand whether one comes (``yes`` or ``no``). Raises NotFoundError, RefusedError."""
    meeting = lock_meeting(meeting_id)
    if actor.id is None or actor.id not in room.load(meeting, now()).by_id:
        raise NotFoundError(str(meeting_id))
    if receipts.find(key, actor.id) is not None:
        return
    if meeting.state != "planned":
        refuse("announce", Reason(TOO_LATE), meeting=meeting.id)
    row = _row(meeting, actor.id)
    row.announced, row.announced_reason, row.announced_at = answer, reason, now()
    receipts.keep(key, actor.id, {}, now())


def note(
    actor: Actor,
    meeting_id: UUID,
    presence: dict[UUID, tuple[str, UUID | None]],
    key: str,
) -> None:
    """Note who is there: for each member their presence, and who speaks for them if they are not.

    Presence is present, remote, absent or proxy. What is refused for one is refused for all.
    Raises ForbiddenError, NotFoundError (who does not sit), RefusedError.
    """
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    demand_open("note_presence", meeting)
    seen = room.load(meeting, now())
    for user_id in presence:
        if user_id not in seen.by_id:
            raise NotFoundError(str(user_id))
    _demand_rules(meeting, seen, presence)
    for user_id, (there, proxy_id) in presence.items():
        row = _row(meeting, user_id)
        row.presence, row.proxy_id = there, proxy_id if there == "proxy" else None
        row.noted_at = now()
    meeting.version += 1
    db.session.flush()
    receipts.keep(key, actor.id, {}, now())


def _demand_rules(
    meeting: Meeting, seen: Room, presence: dict[UUID, tuple[str, UUID | None]]
) -> None:
    """Refuse what the rules do not allow, looking at the room as it would be."""
    after = {p.user_id: (p.presence, p.proxy_id) for p in seen.people} | presence
    spoken_for: dict[UUID, int] = {}
    for there, proxy_id in after.values():
        if there == "remote" and not seen.rules.remote_allowed:
            refuse("note_presence", Reason(NO_REMOTE), meeting=meeting.id)
        if there != "proxy":
            continue
        if not seen.rules.proxies_each:
            refuse("note_presence", Reason(NO_PROXY), meeting=meeting.id)
        if proxy_id is None or after.get(proxy_id, ("", None))[0] not in room.THERE:
            refuse("note_presence", Reason(PROXY_AWAY), meeting=meeting.id)
        spoken_for[proxy_id] = spoken_for.get(proxy_id, 0) + 1
        if spoken_for[proxy_id] > seen.rules.proxies_each:
            name = seen.by_id[proxy_id].name
            refuse("note_presence", Reason(PROXY_FULL, {"name": name}), meeting=meeting.id)


def _row(meeting: Meeting, user_id: UUID) -> Attendance:
    row = db.session.get(Attendance, (meeting.id, user_id), populate_existing=True)
    if row is None:
        row = Attendance(
            meeting_id=meeting.id,
            user_id=user_id,
            announced="",
            announced_reason="",
            presence="",
        )
        db.session.add(row)
    return row
