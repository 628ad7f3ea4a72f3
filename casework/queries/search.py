"""Finding cases, organisations, people and documents by their words, without caring for accents.

Those who see the whole house ask the database's index of words, newest first; for everybody else
the few entries they may see are looked through. All words must be there, the last may be begun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.folding import words as folded_words
from casework.models import Case, Grant, Organisation, SearchEntry
from casework.policy import Actor
from casework.roles import INSIDE_ROLES

KINDS = ("case", "organisation", "person", "document")
PAGE = 30
LONGEST = 200
MOST_WORDS = 8
WORD_LENGTH = 60
SHORTEST_BEGINNING = 2  # letters; a single one is a whole word ("l'eau")

_POINTS = re.compile(r"(?<=\d)[.](?=\d)")
_STORED = "array_to_tsvector(string_to_array(search_entry.folded, ' '))"
_TEXT = sa.table("search_text", sa.column("rowid"), sa.column("search_text"))


@dataclass(frozen=True)
class Hit:
    """One thing found; ``case`` for a case or a document, ``organisation`` for the others."""

    kind: str
    subject_id: UUID
    title: str
    case: Case | None
    organisation: Organisation | None


@dataclass(frozen=True)
class Found:
    """One page of what was found; ``words`` is empty when there was nothing to look for."""

    words: tuple[str, ...]
    hits: list[Hit]
    number: int
    has_next: bool


def plain_words(text: str) -> list[str]:
    """Return the words of a text as the index keeps them; points in a number do not part it."""
    return [word[:WORD_LENGTH] for word in folded_words(_POINTS.sub("", text))]


def asked_words(text: str) -> tuple[str, ...]:
    """Return the words to look for in what somebody typed."""
    found = dict.fromkeys(plain_words(text[:LONGEST]))
    return tuple(found)[:MOST_WORDS]


def find(actor: Actor, text: str, kind: str = "", number: int = 1, size: int = PAGE) -> Found:
    """Return one page of what the person may see and the words are in, in at most two queries.

    On the first page, cases whose reference has the number that was typed come before all others.
    """
    words = asked_words(text)
    if not words:
        return Found((), [], 1, has_next=False)
    first = _by_number(actor, words) if number == 1 and kind in {"", "case"} else []
    known = {hit.subject_id for hit in first}
    rows = _rows(_matching(actor, words, kind, number, size))
    hits = [*first, *(hit for hit in rows[:size] if hit.subject_id not in known)]
    return Found(words, _readable(actor, hits), number, has_next=len(rows) > size)


def _by_number(actor: Actor, words: tuple[str, ...]) -> list[Hit]:
    """Return the cases whose reference the words spell: ``42``, ``PP-2026-42``, ``pp20260042``."""
    digits = words[-1]
    if not digits.isdecimal() or len(digits) > 9:  # noqa: PLR2004 - an integer of the database
        return []
    return _rows(
        _selected(actor)
        .where(
            SearchEntry.kind == "case",
            SearchEntry.number == int(digits),
            *(_holds(word, whole=True) for word in words[:-1]),
        )
        .order_by(SearchEntry.id.desc())
        .limit(5)
    )


def _matching(actor: Actor, words: tuple[str, ...], kind: str, number: int, size: int) -> Any:
    query = _selected(actor).limit(size + 1).offset((number - 1) * size)
    if kind in KINDS:
        query = query.where(SearchEntry.kind == kind)
    *whole, last = words
    begun = len(last) >= SHORTEST_BEGINNING
    if not policy.sees_house(actor):
        query = query.where(
            *(_holds(word, whole=True) for word in whole), _holds(last, whole=not begun)
        )
        return query.order_by(SearchEntry.id.desc())
    if db.engine.dialect.name == "sqlite":
        asked = " AND ".join(f'"{word}"' for word in words) + ("*" if begun else "")
        return (
            query.join(_TEXT, _TEXT.c.rowid == SearchEntry.id)
            .where(_TEXT.c.search_text.op("MATCH")(asked))
            .order_by(_TEXT.c.rowid.desc())
        )
    asked = " & ".join(f"'{word}'" for word in words) + (":*" if begun else "")
    stored: sa.ColumnElement[Any] = sa.literal_column(
        "array_to_tsvector(string_to_array(search_entry.folded, ' '))"
    )
    matches = stored.op("@@")(sa.cast(sa.literal(asked), postgresql.TSQUERY))
    return query.where(matches).order_by(SearchEntry.id.desc())


def _holds(word: str, *, whole: bool) -> sa.ColumnElement[bool]:
    """Say that an entry has a word, or one that begins so (words hold no sign of LIKE's)."""
    text = sa.literal(" ") + SearchEntry.folded + sa.literal(" ")
    return text.like(f"% {word} %" if whole else f"% {word}%")


def _selected(actor: Actor) -> Any:
    """Return the select of all that the person may see; restricted cases have no entries."""
    ways: list[sa.ColumnElement[bool]] = [
        sa.and_(SearchEntry.case_id.isnot(None), policy.visible_to(actor))
    ]
    if actor.is_staff:
        ways += [SearchEntry.kind == "organisation", _person_today()]
    query = (
        sa.select(SearchEntry, Case, Organisation)
        .outerjoin(Case, Case.id == SearchEntry.case_id)
        .outerjoin(Organisation, Organisation.id == SearchEntry.organisation_id)
        .where(sa.or_(*ways))
    )
    return query if actor.is_staff else query.where(SearchEntry.house_only.is_(False))


def _person_today() -> sa.ColumnElement[bool]:
    held = sa.exists().where(
        Grant.user_id == SearchEntry.subject_id,
        Grant.scope == "organisation",
        Grant.denies.is_(False),
        policy.in_force(now()),
    )
    return sa.and_(SearchEntry.kind == "person", held)


def _rows(query: Any) -> list[Hit]:
    return [
        Hit(entry.kind, entry.subject_id, entry.title, case, organisation)
        for entry, case, organisation in db.session.execute(query)
    ]


def _readable(actor: Actor, hits: list[Hit]) -> list[Hit]:
    """Leave out the house's own documents on cases where the person stands on the other side."""
    if not actor.is_staff or not actor.is_partner:
        return hits
    return [
        hit
        for hit in hits
        if hit.kind != "document"
        or hit.case is None
        or policy.roles_on(actor, hit.case) & INSIDE_ROLES
    ]
