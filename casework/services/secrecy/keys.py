"""The keys of restricted cases: sealed anew, checked, destroyed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework import vault
from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import CaseKey, Draft, MinutesVersion, Reporter, sealing
from casework.models.committee import minutes
from casework.models.label_audit import FieldKey
from casework.services import cases, events

BATCH = 200


@dataclass(frozen=True)
class Kept:
    """Where something lies that is sealed with the installation's keys.

    ``type`` is what the database has there, ``reseal`` returns it sealed with the newest key, or
    None when no key opens it.
    """

    model: Any
    column: str
    type: Any
    reseal: Callable[[Any], Any]

    @property
    def raw(self) -> Any:
        """The column as the database has it."""
        return sa.type_coerce(self.model.__table__.c[self.column], self.type)

    @property
    def key(self) -> tuple[Any, ...]:
        """The columns of the primary key."""
        return tuple(self.model.__table__.primary_key.columns)


def _draft(raw: Any) -> Any:
    sealed = vault.reseal(raw["sealed"]) if "sealed" in raw else vault.seal(json.dumps(raw))
    return {"sealed": sealed} if sealed is not None else None


KEPT = (
    Kept(CaseKey, "sealed", sa.Text(), vault.reseal),
    Kept(Reporter, "sealed", sa.Text(), vault.reseal),
    Kept(FieldKey, "sealed", sa.Text(), vault.reseal),
    Kept(Draft, "data", sa.JSON(), _draft),
    Kept(MinutesVersion, "text", sa.Text(), minutes.reseal),
)
"""All that the installation's keys seal; it is empty where what it held was forgotten."""

log = structlog.get_logger(__name__)


def rotate() -> int:
    """Seal everything anew with the newest key of the installation; return how many rows.

    Texts of restricted cases that were written before such texts were sealed are sealed too. May
    run while everything else does, and again: a row that no key opens is left as it is. Owns its
    transactions.
    """
    return sum(_rotate(kept) for kept in KEPT) + sum(_seal_texts(model) for model in sealing.MODELS)


def unreadable() -> list[str]:
    """Return what no key of the installation opens, as sentences."""
    found = []
    for kept in KEPT:
        rows = db.session.scalars(sa.select(kept.raw))
        lost = sum(1 for raw in rows if raw and kept.reseal(raw) is None)
        if lost:
            name = kept.model.__tablename__
            found.append(f"{lost} rows of {name} are opened by no key of the vault")
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


def _rotate(kept: Kept) -> int:
    done = 0
    table, key = kept.model.__table__, sa.tuple_(*kept.key)
    for batch in _batches(kept):
        with unit_of_work(db.session):
            rows = db.session.execute(
                sa.select(*kept.key, kept.raw).where(key.in_(batch)).with_for_update()
            ).all()
            for *own, raw in rows:
                sealed = kept.reseal(raw) if raw else None
                if sealed is not None and sealed != raw:
                    value = sa.literal(sealed, kept.type)
                    where = [column == part for column, part in zip(kept.key, own, strict=True)]
                    change = sa.update(table).where(*where)
                    db.session.execute(change.values({kept.column: value}))
                    done += 1
    return done


def _seal_texts(model: Any) -> int:
    """Seal the texts that lie open in a restricted case; return how many rows."""
    table = model.__table__
    texts = [c for c in table.c if sealing.is_sealed(c)]
    open_ = sa.or_(*(sa.and_(c != "", ~c.startswith(vault.SEALED)) for c in texts))
    query = sa.select(model).where(model.case_key != "", open_).order_by(*table.primary_key)
    db.session.rollback()
    with unit_of_work(db.session):
        rows = db.session.scalars(query).all()
        for row in rows:
            sealing.write_anew(row)
    return len(rows)


def _batches(kept: Kept) -> Iterator[list[Any]]:
    db.session.rollback()
    keys = [tuple(row) for row in db.session.execute(sa.select(*kept.key).order_by(*kept.key))]
    db.session.rollback()
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
