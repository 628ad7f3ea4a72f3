"""Notes on a case: written for an audience, corrected or withdrawn by whoever wrote them.

A note moves nothing and leaves the version of its case alone: nobody is disturbed in a decision
by a comment. Its words lie in the payload of an event, never in the chain.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now as clock_now
from casework.db import new_id
from casework.extensions import db
from casework.models import Case, Event, Note, NoteWording
from casework.policy import Actor, Holder
from casework.roles import CASE_ROLES, COMMITTEE_ROLES, HOUSE_ROLES, PARTNER_ROLES, Audience, Role
from casework.services import cases, events, outbox, receipts
from casework.services.errors import ForbiddenError, NotFoundError, StaleError

KIND = "note"
OTHERS: dict[Audience, frozenset[Role]] = {
    Audience.TEAM: frozenset(),
    Audience.PARTNER: PARTNER_ROLES,
    Audience.COMMITTEE: COMMITTEE_ROLES,
}
"""Who belongs to each audience besides the house."""
TOLD_OF_THEMSELVES = frozenset({Role.PROGRAMME_OFFICER, Role.COACH})
"""Who of the house hears of every note: those who work on the case. Others once they take part."""


def write(case_id: UUID, actor: Actor, audience: Audience, text: str, key: str) -> UUID:
    """Write a note, tell its audience, and return its identifier.

    Raises NotFoundError, ForbiddenError.
    """
    case = cases.lock(case_id)
    readable = policy.audiences_of(policy.roles_on(actor, case))
    if not readable:
        raise NotFoundError(str(case_id))
    if audience not in readable or actor.id is None:
        raise ForbiddenError(audience)
    if (found := receipts.find(key, actor.id)) is not None:
        return UUID(found["note_id"])
    moment, note_id = clock_now(), new_id()
    event = _event(case, "note", note_id, audience, actor, moment, text)
    db.session.add(
        Note(
            id=note_id,
            case_id=case.id,
            author_id=actor.id,
            audience=audience,
            event_id=event.id,
            written_at=moment,
        )
    )
    db.session.flush()
    db.session.add(NoteWording(event_id=event.id, note_id=note_id))
    _tell(case, event, audience, actor.id, moment)
    receipts.keep(key, actor.id, {"note_id": str(note_id)}, moment)
    return note_id


def correct(case_id: UUID, note_id: UUID, actor: Actor, text: str, seen: str, key: str) -> None:
    """Give a note other words; what it said before stays readable to its audience.

    ``seen`` is the note's stamp (:func:`stamp`) as the form showed it.
    Raises NotFoundError, ForbiddenError, StaleError.
    """
    case, note = _own(case_id, note_id, actor)
    if receipts.find(key, actor.id) is not None:
        return
    if note.withdrawn_at is not None or stamp(note) != seen:
        raise StaleError(case, None)
    moment = clock_now()
    event = _event(case, "note_corrected", note.id, Audience(note.audience), actor, moment, text)
    note.event_id, note.corrected_at = event.id, moment
    db.session.add(NoteWording(event_id=event.id, note_id=note.id))
    receipts.keep(key, actor.id, {}, moment)


def withdraw(case_id: UUID, note_id: UUID, actor: Actor, key: str) -> None:
    """Withdraw a note: its words are shown to nobody any more, that it was there still is.

    Raises NotFoundError, ForbiddenError.
    """
    case, note = _own(case_id, note_id, actor)
    if note.withdrawn_at is not None or receipts.find(key, actor.id) is not None:
        return
    note.withdrawn_at = moment = clock_now()
    _event(case, "note_withdrawn", note.id, Audience(note.audience), actor, moment)
    receipts.keep(key, actor.id, {}, moment)


def find(case_id: UUID, note_id: UUID, actor: Actor, audiences: frozenset[Audience]) -> Note:
    """Return a note of the actor's own. Raises NotFoundError, ForbiddenError."""
    note = db.session.get(Note, note_id)
    if note is None or note.case_id != case_id or note.audience not in audiences:
        raise NotFoundError(str(note_id))
    if note.author_id != actor.id:
        raise ForbiddenError(str(note_id))
    return note


def stamp(note: Note) -> str:
    """Return what tells one wording of a note from the next."""
    return (note.corrected_at or note.written_at).isoformat()


def _own(case_id: UUID, note_id: UUID, actor: Actor) -> tuple[Case, Note]:
    case = cases.lock(case_id)
    note = find(case_id, note_id, actor, policy.audiences_of(policy.roles_on(actor, case)))
    db.session.refresh(note)
    return case, note


def _event(
    case: Case,
    kind: str,
    note_id: UUID,
    audience: Audience,
    actor: Actor,
    moment: datetime,
    text: str | None = None,
) -> Event:
    words = {"note_id": note_id, **({"text": text} if text is not None else {})}
    return events.append(case, kind, actor.id, name=audience, payload=words, at=moment)


def _tell(case: Case, event: Event, audience: Audience, author: UUID, moment: datetime) -> None:
    """Tell those of the audience who work on the case, and whoever has written for it before."""
    roles = HOUSE_ROLES | OTHERS[audience]
    found = policy.holders(db.session, [case], roles & CASE_ROLES, moment)
    writers = set(
        db.session.scalars(
            sa.select(Note.author_id).where(Note.case_id == case.id, Note.audience == audience)
        )
    )
    told: dict[UUID, Holder] = {}
    for (_case_id, role), people in found.items():
        for holder in people:
            of_themselves = role in TOLD_OF_THEMSELVES | OTHERS[audience]
            if holder.user_id != author and (of_themselves or holder.user_id in writers):
                told[holder.user_id] = holder
    outbox.queue(
        told.values(),
        occasion=f"event:{event.id}:note",
        kind=KIND,
        template=f"note/{audience}",
        params={"event_id": str(event.id)},
        case=case,
        now=moment,
    )
