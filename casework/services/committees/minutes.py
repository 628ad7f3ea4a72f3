"""Minutes: drafted from what happened, edited in versions, approved at a later meeting."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Meeting, MinutesVersion, User
from casework.policy import Actor
from casework.queries.committees import minutes as reading
from casework.services import receipts
from casework.services.committees import drafting, due
from casework.services.committees.common import demand_keeper, lock_meeting, refuse
from casework.services.outbox.tongue import spoken
from casework.workflows.declaration import Reason

APPROVED = N_("Minutes that were approved do not change any more.")
NONE_YET = N_("There are no minutes yet: they are drafted when the meeting is closed.")
NOT_THERE = N_("Minutes are approved in a later meeting of the same committee, while it is open.")
PARTLY_HIDDEN = N_(
    "You may not see all that these minutes say: somebody else who keeps the meeting edits them."
)
CHANGED = N_("Somebody has written another version meanwhile. Look at it first.")


def draft(meeting: Meeting, actor: Actor) -> MinutesVersion:
    """Write the first version from what happened, in the language of whoever closes the meeting."""
    writer = db.session.get(User, actor.id) if actor.id else None
    language = writer.language if writer else "fr"
    with spoken(language):
        text = drafting.text_of(meeting, language)
    return _add(meeting, text, language, actor, 1)


def write(actor: Actor, meeting_id: UUID, text: str, seen_version: int, key: str) -> None:
    """Write another version of the minutes, in the language of those before.

    Who may not read all of them writes none. Raises ForbiddenError, RefusedError.
    """
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    last = _demand_draft(meeting)
    if reading.hidden(actor, meeting.id):
        refuse("minutes", Reason(PARTLY_HIDDEN), meeting=meeting.id)
    if last.version != seen_version:
        refuse("minutes", Reason(CHANGED), meeting=meeting.id)
    if last.text != text:
        _add(meeting, text, last.language, actor, last.version + 1)
        due.follow(meeting.committee_id, now())
    receipts.keep(key, actor.id, {}, now())


def approve(actor: Actor, meeting_id: UUID, in_meeting_id: UUID, key: str) -> None:
    """Note that a later meeting has approved the newest version.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    last = _demand_draft(meeting)
    later = lock_meeting(in_meeting_id)
    fits = later.committee_id == meeting.committee_id and later.starts_at > meeting.starts_at
    if not fits or later.state != "open":
        refuse("minutes", Reason(NOT_THERE), meeting=meeting.id)
    last.approved_at, last.approved_in_id = now(), later.id
    due.follow(meeting.committee_id, now())
    receipts.keep(key, actor.id, {}, now())


def newest(meeting_id: UUID) -> MinutesVersion | None:
    """Return the version of a meeting's minutes that counts."""
    return db.session.scalar(
        sa.select(MinutesVersion)
        .where(MinutesVersion.meeting_id == meeting_id)
        .order_by(MinutesVersion.version.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _demand_draft(meeting: Meeting) -> MinutesVersion:
    last = newest(meeting.id)
    if last is None:
        refuse("minutes", Reason(NONE_YET), meeting=meeting.id)
    if last.approved_at is not None:
        refuse("minutes", Reason(APPROVED), meeting=meeting.id)
    return last


def _add(meeting: Meeting, text: str, language: str, actor: Actor, version: int) -> MinutesVersion:
    row = MinutesVersion(
        meeting_id=meeting.id,
        version=version,
        language=language,
        text=text,
        written_at=now(),
        written_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    return row
