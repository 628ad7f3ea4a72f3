"""A person's own long work; nobody sees another's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import BackgroundWork
from casework.policy import Actor

PAGE = 25


@dataclass(frozen=True)
class Page:
    """A page of a person's work, newest first; pages are numbered from 1."""

    rows: tuple[BackgroundWork, ...]
    number: int
    has_next: bool


def page(actor: Actor, number: int = 1) -> Page:
    """Return a page of a person's work, in one query."""
    rows = db.session.scalars(
        sa.select(BackgroundWork)
        .where(BackgroundWork.owner_id == actor.id)
        .order_by(BackgroundWork.created_at.desc(), BackgroundWork.id.desc())
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    ).all()
    return Page(tuple(rows[:PAGE]), number, len(rows) > PAGE)


def one(actor: Actor, work_id: UUID) -> BackgroundWork | None:
    """Return one piece of a person's work; None when there is no such work of theirs."""
    return db.session.scalar(
        sa.select(BackgroundWork).where(
            BackgroundWork.id == work_id, BackgroundWork.owner_id == actor.id
        )
    )
