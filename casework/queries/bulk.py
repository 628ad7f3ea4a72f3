"""A person's own acts on many cases; nobody sees another's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import BulkAct, BulkCase, User
from casework.policy import Actor


@dataclass(frozen=True)
class Counts:
    """How many cases an act has, and what became of them so far."""

    total: int
    done: int
    refused: int

    @property
    def waiting(self) -> int:
        """How many are still to come."""
        return self.total - self.done - self.refused


def one(actor: Actor, act_id: UUID) -> BulkAct | None:
    """Return one of a person's acts; None when they have no such act."""
    return db.session.scalar(
        sa.select(BulkAct).where(BulkAct.id == act_id, BulkAct.actor_id == actor.id)
    )


def of_work(actor: Actor, work_id: UUID) -> BulkAct | None:
    """Return the act of a person that some long work carries out."""
    return db.session.scalar(
        sa.select(BulkAct).where(BulkAct.work_id == work_id, BulkAct.actor_id == actor.id)
    )


def counts(act: BulkAct) -> Counts:
    """Return what became of the cases of an act, in one query."""
    done, refused = (
        sa.func.count().filter(BulkCase.outcome == outcome) for outcome in ("done", "refused")
    )
    total, is_done, is_refused = db.session.execute(
        sa.select(sa.func.count(), done, refused).where(BulkCase.bulk_id == act.id)
    ).one()
    return Counts(total, is_done, is_refused)


def undone_by(act: BulkAct) -> BulkAct | None:
    """Return the act that took this one back, if there is one that was confirmed."""
    return db.session.scalar(
        sa.select(BulkAct).where(BulkAct.undo_of == act.id, BulkAct.confirmed_at.is_not(None))
    )


def name_of(user_id: str) -> str:
    """Return a person's name; nothing for nobody."""
    return db.session.scalar(sa.select(User.name).where(User.id == UUID(user_id))) or ""
