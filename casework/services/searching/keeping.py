"""Writing the index: what is new, what has changed, what is gone; and making it from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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
            entries.stored(session, "case", batch),
        )


def refresh_documents(session: Session, case_ids: Iterable[UUID]) -> None:
    """Bring the entries of the documents of cases up to date."""
    for batch in _batches(case_ids):
        _write(
            session,
            "document",
            entries.of_documents(session, batch),
            entries.stored_documents(session, batch),
        )


def refresh_organisations(session: Session, ids: Iterable[UUID]) -> None:
    """Bring the entries of organisations up to date, not those of their cases."""
    for batch in _batches(ids):
        _write(
            session,
            "organisation",
            entries.of_organisations(session, batch),
            entries.stored(session, "organisation", batch),
        )


def refresh_people(session: Session, ids: Iterable[UUID]) -> None:
    """Bring the entries of people up to date."""
    for batch in _batches(ids):
        _write(
            session,
            "person",
            entries.of_people(session, batch),
            entries.stored(session, "person", batch),
        )


def rebuild() -> int:
    """Make the whole index anew, a transaction a batch; return how many entries there are.

    What others change in the meantime they write themselves, and it is compared like anything.
    """
    with unit_of_work(db.session) as session:
        _clear(session)
    for kind, batch in _everything():
        with unit_of_work(db.session) as session, _words_at_once(session):
            for refresh in _REFRESHERS[kind]:
                refresh(session, batch)
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
                there |= entries.stored(db.session(), each, ids)
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


_REFRESHERS: dict[str, tuple[Callable[[Session, Iterable[UUID]], None], ...]] = {
    "organisation": (refresh_organisations,),
    "person": (refresh_people,),
    "case": (refresh_cases, refresh_documents),
}


def _clear(session: Session) -> None:
    """Take everything out of the index: on SQLite its words at once, not entry by entry."""
    if not _on_sqlite(session):
        session.execute(sa.delete(SearchEntry))
        return
    with _without_trigger(session, "search_entry_removed"):
        session.execute(sa.delete(SearchEntry))
        session.execute(sa.text("INSERT INTO search_text (search_text) VALUES ('delete-all')"))


@contextmanager
def _words_at_once(session: Session) -> Iterator[None]:
    """Let SQLite take the words of all entries that are added inside in one statement.

    Its trigger takes them entry by entry and writes a piece of the index for each, which costs a
    hundred times as much. The transaction is the caller's: nobody ever sees a missing trigger.
    """
    if not _on_sqlite(session):
        yield
        return
    last = session.scalar(sa.select(sa.func.max(SearchEntry.id))) or 0
    with _without_trigger(session, "search_entry_added"):
        yield
        added = "SELECT id, folded FROM search_entry WHERE id > :last"
        session.execute(sa.text(f"INSERT INTO search_text (rowid, folded) {added}"), {"last": last})


@contextmanager
def _without_trigger(session: Session, name: str) -> Iterator[None]:
    """Take a trigger of SQLite away for the time of a block, within the caller's transaction."""
    said = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    made = session.execute(said, {"name": name}).scalar_one()
    session.execute(sa.text(f"DROP TRIGGER {name}"))
    yield
    session.execute(sa.text(made))


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


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
