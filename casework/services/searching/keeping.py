"""Writing the index: what is new, what has changed, what is gone; and making it from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Organisation, SearchEntry, User
from casework.services.searching import entries
from casework.services.searching.entries import Entry

BATCH = 500
NAMED = 5  # so many entries are named in a fault


def refresh_cases(session: Session, ids: Iterable[UUID]) -> None:
    """Bring the entries of cases up to date (in the caller's transaction)."""
    for batch in _batches(ids):
        _write(
            session,
            "case",
            entries.of_cases(session, batch),
            entries.stored(session, "case", SearchEntry.subject_id.in_(batch)),
        )


def refresh_documents(session: Session, case_ids: Iterable[UUID]) -> None:
    """Bring the entries of the documents of cases up to date."""
    for batch in _batches(case_ids):
        _write(
            session,
            "document",
            entries.of_documents(session, batch),
            entries.stored(session, "document", SearchEntry.case_id.in_(batch)),
        )


def refresh_organisations(session: Session, ids: Iterable[UUID]) -> None:
    """Bring the entries of organisations up to date, not those of their cases."""
    for batch in _batches(ids):
        _write(
            session,
            "organisation",
            entries.of_organisations(session, batch),
            entries.stored(session, "organisation", SearchEntry.subject_id.in_(batch)),
        )


def refresh_people(session: Session, ids: Iterable[UUID]) -> None:
    """Bring the entries of people up to date."""
    for batch in _batches(ids):
        _write(
            session,
            "person",
            entries.of_people(session, batch),
            entries.stored(session, "person", SearchEntry.subject_id.in_(batch)),
        )


def rebuild() -> int:
    """Make the whole index anew, a transaction a batch; return how many entries there are."""
    with unit_of_work(db.session):
        db.session.execute(sa.delete(SearchEntry))
    for kind, batch in _everything():
        with unit_of_work(db.session) as session:
            for make in _MAKERS[kind]:
                _insert(session, make(session, batch))
    number = db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) or 0
    db.session.rollback()
    return number


def fill_if_empty() -> None:
    """Make the index where there is none yet (after the upgrade that brought it)."""
    begun = db.session.scalar(sa.select(SearchEntry.id).limit(1))
    known = db.session.scalar(sa.select(Organisation.id).limit(1))
    db.session.rollback()
    if begun is None and known is not None:
        rebuild()


def faults() -> list[str]:
    """Compare the index with what it is made of; return what is wrong, as sentences."""
    counts = {"missing": 0, "wrong": 0}
    examples: list[str] = []
    seen: set[UUID] = set()
    for kind, batch in _everything():
        for make in _MAKERS[kind]:
            wanted = make(db.session(), batch)
            ids = [entry["subject_id"] for entry in wanted]
            kinds = {entry["kind"] for entry in wanted}
            there: dict[UUID, Any] = {}
            for each in kinds:
                there |= entries.stored(db.session(), each, SearchEntry.subject_id.in_(ids))
            seen.update(ids)
            for entry in wanted:
                found = there.get(entry["subject_id"])
                if found is None or _differs(entry, found):
                    counts["missing" if found is None else "wrong"] += 1
                    examples.append(f"{entry['kind']} {entry['title']}")
    stored = set(db.session.scalars(sa.select(SearchEntry.subject_id)))
    db.session.rollback()
    surplus = len(stored - seen)
    if not surplus and not any(counts.values()):
        return []
    named = f" ({', '.join(examples[:NAMED])})" if examples else ""
    return [
        (
            f"the search index: {counts['missing']} entries missing, {counts['wrong']} out of date,"
            f" {surplus} too many{named}; “casework search rebuild” makes it anew"
        )
    ]


Maker = Callable[[Session, Sequence[UUID]], list[Entry]]
_MAKERS: dict[str, tuple[Maker, ...]] = {
    "organisation": (entries.of_organisations,),
    "person": (entries.of_people,),
    "case": (entries.of_cases, entries.of_documents),
}


def _everything() -> Iterator[tuple[str, list[UUID]]]:
    """Yield the identifiers of all that can be found, in batches, the oldest first."""
    columns: dict[str, Any] = {"organisation": Organisation.id, "person": User.id, "case": Case.id}
    for kind, column in columns.items():
        last: UUID | None = None
        while True:
            query = sa.select(column).order_by(column).limit(BATCH)
            found = list(db.session.scalars(query if last is None else query.where(column > last)))
            db.session.rollback()
            if not found:
                break
            yield kind, found
            last = found[-1]


def _write(session: Session, kind: str, wanted: list[Entry], there: dict[UUID, Any]) -> None:
    changed = []
    for entry in wanted:
        found = there.pop(entry["subject_id"], None)
        if found is None or _differs(entry, found):
            changed.append((entry, found))
    _insert(session, [entry for entry, found in changed if found is None])
    for entry, found in changed:
        if found is not None:
            session.execute(
                sa.update(SearchEntry.__table__)  # type: ignore[arg-type] # it is a table
                .where(SearchEntry.id == found["id"])
                .values(**entry)
            )
    if there:
        gone = [found["id"] for found in there.values()]
        session.execute(sa.delete(SearchEntry.__table__).where(SearchEntry.id.in_(gone)))  # type: ignore[arg-type] # it is a table


def _insert(session: Session, rows: list[Entry]) -> None:
    if rows:
        session.execute(sa.insert(SearchEntry.__table__), rows)  # type: ignore[arg-type] # it is a table


def _differs(entry: Entry, found: Any) -> bool:
    return any(found[name] != value for name, value in entry.items())


def _batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    every = sorted(set(ids))
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]
