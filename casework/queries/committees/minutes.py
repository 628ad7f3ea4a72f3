"""Minutes as one person may read them."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.committees import written
from casework.committees.written import Block
from casework.extensions import db
from casework.models import Case, MeetingItem, MinutesVersion, Sight
from casework.policy import Actor


def hidden(actor: Actor, meeting_id: UUID) -> frozenset[str]:
    """Return the references of the cases of a meeting of which somebody may not read (one query).

    These are the cases that they are recused from, and the restricted ones that they neither see
    nor had before them in this meeting.
    """
    rows = db.session.execute(
        sa.select(Case, Sight.user_id)
        .join(MeetingItem, MeetingItem.case_id == Case.id)
        .outerjoin(Sight, sa.and_(Sight.item_id == MeetingItem.id, Sight.user_id == actor.id))
        .where(MeetingItem.meeting_id == meeting_id, MeetingItem.state != "removed")
    )
    return frozenset(
        row[0].reference for row in rows if not _reads(actor, row[0], shown=row[1] is not None)
    )


def readable(actor: Actor, version: MinutesVersion) -> list[Block]:
    """Return the minutes without what somebody may not read of them."""
    return written.without(written.blocks(version.text), hidden(actor, version.meeting_id))


def _reads(actor: Actor, case: Case, *, shown: bool) -> bool:
    if actor.is_system:
        return True
    if case.id in actor.denied_case_ids:
        return False
    return not case.restricted or shown or policy.may_see(actor, case)
