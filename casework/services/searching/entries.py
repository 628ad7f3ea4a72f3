"""What can be found, and by which words: one entry a case, organisation, person or document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.models import (
    Case,
    Document,
    FormerNumber,
    Grant,
    Organisation,
    Programme,
    SearchEntry,
    User,
)
from casework.queries.search import plain_words
from casework.workflows import registry

MOST_WORDS = 600

Entry = dict[str, Any]


def of_cases(session: Session, ids: Sequence[UUID]) -> list[Entry]:
    """Return the entries of cases: those that are restricted have none."""
    told = _told(session, ids)
    columns = (Case.id, Case.title, Case.reference, Case.organisation_id)
    rows = session.execute(
        sa.select(*columns, Programme.name_fr, Programme.name_nl, Programme.name_en)
        .outerjoin(Programme, Programme.id == Case.programme_id)
        .where(Case.id.in_(ids), Case.restricted.is_(False))
    ).all()
    names = _organisation_words(session, _named(session, {row.organisation_id for row in rows}))
    return [
        _entry(
            "case",
            row.id,
            row.title,
            row.reference.replace("-", ""),
            row.reference,
            str(number_of(row.reference) or ""),
            row.title,
            *names.get(row.organisation_id, ()),
            *(name for name in (row.name_fr, row.name_nl, row.name_en) if name),
            *told[row.id],
            case_id=row.id,
            organisation_id=row.organisation_id,
            number=number_of(row.reference),
        )
        for row in rows
    ]


def of_documents(session: Session, case_ids: Sequence[UUID]) -> list[Entry]:
    """Return the entries of the documents of cases."""
    rows = session.execute(
        sa.select(
            Document.id,
            Document.title,
            Document.case_id,
            Document.house_only,
            Case.organisation_id,
        )
        .join(Case, Case.id == Document.case_id)
        .where(
            Document.case_id.in_(case_ids),
            Document.withdrawn_at.is_(None),
            Case.restricted.is_(False),
        )
    )
    return [
        _entry(
            "document",
            row.id,
            row.title,
            row.title,
            case_id=row.case_id,
            organisation_id=row.organisation_id,
            house_only=row.house_only,
        )
        for row in rows
    ]


def of_organisations(session: Session, ids: Sequence[UUID]) -> list[Entry]:
    """Return the entries of organisations; one that was merged into another has none."""
    rows = session.scalars(
        sa.select(Organisation).where(
            Organisation.id.in_(ids), Organisation.merged_into_id.is_(None)
        )
    ).all()
    names = _organisation_words(session, rows)
    return [
        _entry(
            "organisation",
            row.id,
            row.name,
            *names[row.id],
            row.town,
            organisation_id=row.id,
            house_only=True,
        )
        for row in rows
    ]


def of_people(session: Session, ids: Sequence[UUID]) -> list[Entry]:
    """Return the entries of people who hold, or held, a role in an organisation."""
    rows = session.execute(
        sa.select(User.id, User.name, User.email, Grant.scope_id)
        .join(Grant, Grant.user_id == User.id)
        .where(
            User.id.in_(ids),
            User.active.is_(True),
            Grant.scope == "organisation",
            Grant.denies.is_(False),
        )
        .order_by(User.id, Grant.starts_at.desc(), Grant.id.desc())
    )
    found: dict[UUID, Entry] = {}
    for user_id, name, email, organisation_id in rows:
        if user_id not in found:
            found[user_id] = _entry(
                "person",
                user_id,
                name,
                name,
                email,
                organisation_id=organisation_id,
                house_only=True,
            )
    return list(found.values())


def number_of(reference: str) -> int | None:
    """Return the last number of a reference (42 of ``PP-2026-0042``)."""
    found = re.search(r"(\d{1,9})$", reference)
    return int(found[1]) if found else None


def _entry(kind: str, subject_id: UUID, title: str, *texts: str, **values: Any) -> Entry:
    said = dict.fromkeys(word for text in texts for word in _said(text))
    return {
        "kind": kind,
        "subject_id": subject_id,
        "case_id": None,
        "house_only": False,
        "number": None,
        **values,
        "title": title,
        "folded": " ".join(list(said)[:MOST_WORDS]),
    }


@lru_cache(maxsize=5000)
def _said(text: str) -> tuple[str, ...]:
    """Return the words of a text; names of organisations and programmes come again and again."""
    return tuple(plain_words(text))


def _named(session: Session, ids: Iterable[UUID | None]) -> Sequence[Any]:
    """Return the names and numbers of some organisations, in one query."""
    known = sa.select(Organisation.id, Organisation.name, Organisation.registry_number)
    return session.execute(known.where(Organisation.id.in_({i for i in ids if i}))).all()


def _organisation_words(session: Session, rows: Iterable[Any]) -> dict[UUID, tuple[str, ...]]:
    """Return names and numbers of organisations, those before a merger included, in two queries."""
    known = {row.id: [row.name, *_number_words(row.registry_number)] for row in rows}
    if not known:
        return {}
    merged = session.execute(
        sa.select(
            Organisation.merged_into_id, Organisation.name, Organisation.registry_number
        ).where(Organisation.merged_into_id.in_(known))
    )
    for into, name, number in merged:
        if into is not None:
            known[into] += [name, *_number_words(number)]
    former = session.execute(
        sa.select(FormerNumber.organisation_id, FormerNumber.registry_number).where(
            FormerNumber.organisation_id.in_(known)
        )
    )
    for organisation_id, number in former:
        known[organisation_id] += _number_words(number)
    return {key: tuple(texts) for key, texts in known.items()}


def _number_words(number: str | None) -> list[str]:
    return [] if not number else [number, "".join(c for c in number if c.isalnum())]


def _told(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return what the searched sections say of each case, in one query a section."""
    told: dict[UUID, list[str]] = defaultdict(list)
    done: set[tuple[Any, tuple[str, ...]]] = set()
    for workflow in registry.every():
        for section in workflow.sections:
            model, names = section.model, section.searched
            if not names or (model, names) in done:
                continue
            done.add((model, names))
            columns = [getattr(model, name) for name in names]
            rows = session.execute(
                sa.select(model.case_id, *columns)
                .where(model.case_id.in_(ids), model.removed_at.is_(None))
                .order_by(model.case_id, model.position, model.id)
            )
            for case_id, *texts in rows:
                told[case_id] += [str(text) for text in texts if text]
    return told


def stored(session: Session, kind: str, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Return the entries that the index holds of subjects of one kind, by their subject."""
    wanted = sa.and_(SearchEntry.kind == kind, SearchEntry.subject_id.in_(ids))
    rows = session.execute(sa.select(SearchEntry.__table__).where(wanted)).mappings()
    return {row["subject_id"]: row for row in rows}


def stored_documents(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Return the entries that the index holds of the documents of cases, by their subject.

    They are told from those of the cases here: asked for the kind too, SQLite would walk through
    all documents that there are.
    """
    wanted = SearchEntry.case_id.in_(case_ids)
    rows = session.execute(sa.select(SearchEntry.__table__).where(wanted)).mappings()
    return {row["subject_id"]: row for row in rows if row["kind"] == "document"}
