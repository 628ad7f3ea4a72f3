"""The keys of restricted cases: sealed anew, checked, destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework import vault
from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import CaseKey, Reporter
from casework.services import cases, events

BATCH = 200
SEALED: tuple[Any, ...] = (CaseKey, Reporter)
"""The tables with a column ``sealed``; it is empty where what it held was forgotten."""

log = structlog.get_logger(__name__)


def rotate() -> int:
    """Seal everything anew with the newest key of the installation; return how many rows.

    May run while everything else does, and again: a row that no key opens is left as it is. Owns
    its transactions.
    """
    return sum(_rotate(model) for model in SEALED)


def unreadable() -> list[str]:
    """Return what no key of the installation opens, as sentences."""
    found = []
    for model in SEALED:
        rows = db.session.scalars(sa.select(model.sealed).where(model.sealed != ""))
        lost = sum(1 for sealed in rows if vault.unseal(sealed) is None)
        if lost:
            found.append(f"{lost} rows of {model.__tablename__} are opened by no key of the vault")
    return found


def forget(case_id: UUID) -> None:
    """Destroy the key of a restricted case: what its events said is gone, that they were stays.

    The event of it comes first. Raises NotFoundError, ValueError for a case that has no key.
    """
    case = cases.lock(case_id)
    key = db.session.get(CaseKey, case.id, with_for_update=True)
    if key is None or key.destroyed_at is not None:
        raise ValueError(f"{case.reference} has no key that could be destroyed")
    moment = now()
    events.append(case, "forgotten", None, at=moment)
    key.sealed, key.destroyed_at = "", moment
    db.session.flush()
    log.warning("case_key.destroyed", case=case.reference)


def _rotate(model: Any) -> int:
    done = 0
    for batch in _batches(model):
        with unit_of_work(db.session):
            rows = db.session.scalars(
                sa.select(model).where(_key(model).in_(batch)).with_for_update()
            )
            for row in rows:
                sealed = vault.reseal(row.sealed) if row.sealed else None
                if sealed is not None:
                    row.sealed, done = sealed, done + 1
    return done


def _batches(model: Any) -> Iterator[list[UUID]]:
    db.session.rollback()
    ids = list(db.session.scalars(sa.select(_key(model)).order_by(_key(model))))
    db.session.rollback()
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _key(model: Any) -> Any:
    return sa.inspect(model).primary_key[0]
