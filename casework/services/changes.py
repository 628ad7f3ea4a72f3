"""The history of what is not a case: an organisation, a call, a programme, a person's roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Change, User
from casework.services.events import plain


@dataclass(frozen=True)
class Entry:
    """One change: when, by whom, and for each field what it said before and after."""

    at: datetime
    actor: str | None
    fields: tuple[tuple[str, Any, Any], ...]


def values_of(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return a row's values as plain data; a row that is not stored yet has none."""
    return {name: plain(getattr(row, name, None)) for name in names} if row is not None else {}


def record(
    row: Any, before: Mapping[str, Any], after: Mapping[str, Any], actor_id: UUID | None
) -> None:
    """Write down what a change of ``row`` altered; nothing when it altered nothing."""
    names = [n for n in {**before, **after} if before.get(n) != after.get(n)]
    if not names:
        return
    db.session.add(
        Change(
            subject_kind=row.__tablename__,
            subject_id=row.id,
            at=now(),
            actor_id=actor_id,
            before={n: before.get(n) for n in names},
            after={n: after.get(n) for n in names},
        )
    )
    db.session.flush()


def history(row: Any, limit: int = 50) -> list[Entry]:
    """Return what was changed on a row, newest first, in one query."""
    rows = db.session.execute(
        sa.select(Change, User.name)
        .outerjoin(User, User.id == Change.actor_id)
        .where(Change.subject_kind == row.__tablename__, Change.subject_id == row.id)
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(limit)
    )
    return [
        Entry(
            change.at,
            name,
            tuple((n, change.before.get(n), change.after.get(n)) for n in change.after),
        )
        for change, name in rows
    ]
