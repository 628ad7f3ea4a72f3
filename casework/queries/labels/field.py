"""Conflicts between what stands on a grid and what was taken without a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import User
from casework.models.label_audit import FieldEntry


@dataclass(frozen=True)
class Conflict:
    """A result taken offline on a revision that was no longer the newest when it arrived."""

    id: UUID
    result: str
    note: str
    by: str
    taken_at: datetime


def conflicts(case_id: UUID) -> Mapping[UUID, Sequence[Conflict]]:
    """Return the conflicts that wait for a choice, by criterion (one query)."""
    rows = db.session.execute(
        sa.select(FieldEntry, User.name)
        .join(User, User.id == FieldEntry.by_id)
        .where(
            FieldEntry.case_id == case_id,
            FieldEntry.outcome == "conflict",
            FieldEntry.settled_at.is_(None),
        )
        .order_by(FieldEntry.taken_at, FieldEntry.id)
    )
    found = defaultdict(list)
    for row, name in rows:
        one = Conflict(row.id, row.result, row.note, name, row.taken_at)
        found[row.criterion_id].append(one)
    return found
