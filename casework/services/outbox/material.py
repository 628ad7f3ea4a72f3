"""What the words of messages are made of, loaded in as many queries for fifty as for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.extensions import db
from casework.models import Case, Event, Message, Note, NoteWording, User
from casework.queries import notes
from casework.queries.notes import Line

PASSED_ON = ("instead_of", "went_to")
"""The names of a message's values that say for whom it is, or who got it."""


@dataclass(frozen=True)
class Happening:
    """The event that a message tells of: who acted, and the state that the case came into.

    ``note`` is the note that was written then, as it reads now.
    """

    actor: str | None
    to_state: str | None
    note: Line | None


@dataclass(frozen=True)
class Material:
    """The cases and events of some messages, and the people whose messages were passed on."""

    cases: dict[UUID, Case]
    happenings: dict[UUID, Happening]
    people: dict[UUID, str]

    def case_of(self, message: Message) -> Case | None:
        """Return the case that a message is about."""
        return self.cases.get(message.case_id) if message.case_id else None

    def happening_of(self, message: Message) -> Happening | None:
        """Return the event that a message tells of."""
        event_id = _event_id(message)
        return self.happenings.get(event_id) if event_id else None

    def person_of(self, message: Message, role: str) -> str | None:
        """Return who was away (``instead_of``), or who got it (``went_to``)."""
        text = message.params.get(role)
        return self.people.get(UUID(text)) if text else None


def gather(messages: Sequence[Message]) -> Material:
    """Load what these messages speak of, in at most three queries."""
    case_ids = {m.case_id for m in messages if m.case_id}
    event_ids = {event_id for m in messages if (event_id := _event_id(m))}
    person_ids = {UUID(m.params[k]) for m in messages for k in PASSED_ON if m.params.get(k)}
    return Material(_cases(case_ids), _happenings(event_ids), _people(person_ids))


def _event_id(message: Message) -> UUID | None:
    text = message.params.get("event_id")
    return UUID(text) if text else None


def _cases(ids: set[UUID]) -> dict[UUID, Case]:
    if not ids:
        return {}
    rows = db.session.scalars(
        sa.select(Case).where(Case.id.in_(ids)).options(joinedload(Case.organisation))
    )
    return {case.id: case for case in rows}


def _people(ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _happenings(ids: set[UUID]) -> dict[UUID, Happening]:
    if not ids:
        return {}
    rows = db.session.execute(
        notes.beside(
            sa.select(Event.id, Event.to_state, User.name.label("actor"))
            .outerjoin(User, User.id == Event.actor_id)
            .outerjoin(NoteWording, NoteWording.event_id == Event.id)
            .outerjoin(Note, Note.id == NoteWording.note_id)
        ).where(Event.id.in_(ids))
    )
    return {
        row.id: Happening(
            row.actor, row.to_state, notes.line_of(row, row.actor) if row.Note else None
        )
        for row in rows
    }
