"""The notes on a case that its reader may read, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.db import constants
from casework.extensions import db
from casework.models import Case, CaseKey, Event, EventPayload, Note, NoteWording, User
from casework.roles import Audience
from casework.vault import read_words

PAGE = 30
NEWEST = 3


@dataclass(frozen=True)
class Line:
    """A note as one reads it; ``text`` is None when it was withdrawn or its words forgotten.

    ``earlier`` are the words that it had before, each with the moment of writing.
    """

    note: Note
    author: str
    text: str | None
    earlier: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """A page of the conversation."""

    rows: Sequence[Line]
    number: int
    has_next: bool


def newest(case: Case, audiences: frozenset[Audience]) -> Page:
    """Return the newest notes, without what they said before, in one query."""
    found = _lines(case, audiences, 1, NEWEST)
    return Page(found[:NEWEST], 1, len(found) > NEWEST)


def page(case: Case, audiences: frozenset[Audience], number: int) -> Page:
    """Return a page of the conversation with what was corrected in it, in two queries."""
    found = _lines(case, audiences, number, PAGE)
    return Page(_with_earlier(found[:PAGE]), number, len(found) > PAGE)


def everything(case: Case, audiences: frozenset[Audience], most: int) -> list[Line]:
    """Return the newest ``most`` notes, oldest first, in one query."""
    return _lines(case, audiences, 1, most)[:most][::-1]


def one(note: Note) -> Line:
    """Return a note as one reads it, in one query."""
    row = db.session.execute(_query().where(Note.id == note.id)).one()
    return line_of(row, row.name)


def _lines(case: Case, audiences: frozenset[Audience], number: int, size: int) -> list[Line]:
    """Return the notes of a page and the one after it."""
    values = {
        "case": case.id,
        "most": size + 1,
        "before": (number - 1) * size,
    }
    return [line_of(row, row.name) for row in db.session.execute(_of_case(audiences), values)]


@cache
def _of_case(audiences: frozenset[Audience]) -> Any:
    """Return the select of a case's notes, newest first; it is built once for some audiences."""
    return (
        _query()
        .where(
            Note.case_id == sa.bindparam("case", type_=Note.case_id.type),
            Note.audience.in_(constants(audiences)),
        )
        .order_by(Note.written_at.desc(), Note.id.desc())
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("before", type_=sa.Integer))
    )


def beside(query: Any) -> Any:
    """Add to a query over notes what :func:`line_of` needs of each."""
    return (
        query.add_columns(Note, EventPayload.text, CaseKey.sealed)
        .outerjoin(CaseKey, CaseKey.case_id == Note.case_id)
        .outerjoin(EventPayload, EventPayload.event_id == Note.event_id)
    )


def line_of(row: sa.Row[Any], author: str) -> Line:
    """Return the note of a row of such a query."""
    withdrawn = row.Note.withdrawn_at is not None
    return Line(row.Note, author, None if withdrawn else _text(row))


def _query() -> Any:
    return beside(sa.select(User.name).join_from(Note, User, User.id == Note.author_id))


def _with_earlier(lines: Sequence[Line]) -> list[Line]:
    query = (
        sa.select(NoteWording.note_id, Event.at, EventPayload.text, CaseKey.sealed)
        .join(Event, Event.id == NoteWording.event_id)
        .outerjoin(CaseKey, CaseKey.case_id == Event.case_id)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .join(Note, Note.id == NoteWording.note_id)
        .where(
            Note.id.in_([line.note.id for line in lines]),
            Note.event_id != NoteWording.event_id,
            Note.withdrawn_at.is_(None),
        )
        .order_by(Event.seq)
    )
    earlier: dict[UUID, list[tuple[datetime, str]]] = {}
    for row in db.session.execute(query):
        earlier.setdefault(row.note_id, []).append((row.at, _text(row) or ""))
    return [replace(line, earlier=tuple(earlier.get(line.note.id, ()))) for line in lines]


def _text(row: Any) -> str | None:
    text: str | None = read_words(row.text, row.sealed).get("text")
    return text
