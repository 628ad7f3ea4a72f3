"""Ambitions and programmes: renamed, handed to an operator, closed to new projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.extensions import db
from casework.models import Ambition, Programme
from casework.policy import Actor, lead
from casework.services import changes
from casework.services.errors import ForbiddenError, NotFoundError


def every() -> list[Programme]:
    """Return all programmes with their ambitions, by number, in one query."""
    query = sa.select(Programme).options(joinedload(Programme.ambition)).order_by(Programme.number)
    return list(db.session.scalars(query))


def find(row_id: UUID) -> Programme | Ambition:
    """Return a programme or an ambition. Raises NotFoundError."""
    row = db.session.get(Programme, row_id) or db.session.get(Ambition, row_id)
    if row is None:
        raise NotFoundError(str(row_id))
    return row


def save(actor: Actor, row: Programme | Ambition, values: Mapping[str, Any]) -> None:
    """Write the names and the rest. Raises ForbiddenError."""
    if not lead(actor):
        raise ForbiddenError("programme")
    before = changes.values_of(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    db.session.flush()
    changes.record(row, before, changes.values_of(row, values), actor.id)
