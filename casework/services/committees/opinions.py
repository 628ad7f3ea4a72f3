"""What members think of an item before the meeting."""

from __future__ import annotations

from uuid import UUID

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, MeetingItem, Opinion
from casework.policy import Actor
from casework.queries.committees import room
from casework.services import receipts
from casework.services.committees.common import find_item, lock_meeting, refuse
from casework.services.errors import NotFoundError
from casework.workflows.declaration import Reason

CLOSED = N_("This item is closed: an opinion comes before the decision.")


def give(actor: Actor, item_id: UUID, leaning: str, text: str, key: str) -> None:
    """Write one's opinion on an item, or change it (``for``, ``against``, ``undecided``).

    For members who may see the file: not before the papers, not when recused. Raises
    NotFoundError, RefusedError.
    """
    meeting_id, case_id = find_item(item_id)
    meeting = lock_meeting(meeting_id)
    case = db.session.get(Case, case_id) if case_id else None
    if actor.id is None or (case is not None and not policy.may_see_in_committee(actor, case)):
        raise NotFoundError(str(item_id))
    if actor.id not in room.load(meeting, now()).by_id:
        raise NotFoundError(str(item_id))
    if receipts.find(key, actor.id) is not None:
        return
    item = db.session.get_one(MeetingItem, item_id, populate_existing=True)
    if item.state != "planned":
        refuse("opinion", Reason(CLOSED), item=item.id)
    row = db.session.get(Opinion, (item_id, actor.id), populate_existing=True)
    if row is None:
        row = Opinion(item_id=item_id, user_id=actor.id)
        db.session.add(row)
    row.leaning, row.text, row.at = leaning, text, now()
    receipts.keep(key, actor.id, {}, now())
