"""A person's imports, and the lines of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import ImportFile, ImportRow, Organisation
from casework.policy import Actor

PAGE = 50
NEWEST = 20
OUTCOMES = ("fault", "new", "change", "twin", "same")


def newest(actor: Actor) -> list[ImportFile]:
    """Return the files that a person sent last, in one query."""
    return list(
        db.session.scalars(
            sa.select(ImportFile)
            .where(ImportFile.owner_id == actor.id)
            .order_by(ImportFile.created_at.desc(), ImportFile.id.desc())
            .limit(NEWEST)
        )
    )


def counts(import_id: UUID) -> dict[str, tuple[int, int]]:
    """Return for each outcome how many lines have it, and how many were dealt with."""
    rows = db.session.execute(
        sa.select(ImportRow.outcome, sa.func.count(), sa.func.count(ImportRow.done_at))
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.outcome)
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    return {outcome: found.get(outcome, (0, 0)) for outcome in OUTCOMES}


def lines(
    import_id: UUID, outcome: str, number: int
) -> tuple[list[tuple[ImportRow, Organisation | None]], bool]:
    """Return a page of lines with the organisation each is about, and whether more follow."""
    rows = db.session.execute(
        sa.select(ImportRow, Organisation)
        .outerjoin(Organisation, Organisation.id == ImportRow.found_id)
        .where(ImportRow.import_id == import_id, ImportRow.outcome == outcome)
        .order_by(ImportRow.line)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    ).all()
    return [(row[0], row[1]) for row in rows[:PAGE]], len(rows) > PAGE


def faulty(import_id: UUID) -> Iterator[ImportRow]:
    """Yield all lines with a fault, in their order."""
    query = (
        sa.select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.outcome == "fault")
        .order_by(ImportRow.line)
        .execution_options(yield_per=500)
    )
    yield from db.session.scalars(query)
