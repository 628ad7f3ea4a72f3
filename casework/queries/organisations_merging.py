"""What a merger of two records will move, as far as the reader may know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.models import (
    Call,
    CallExtension,
    Case,
    Document,
    Grant,
    Organisation,
    OrganisationMerge,
    User,
)
from casework.policy import Actor, in_force

SHOWN = 100


@dataclass(frozen=True)
class Moving:
    """What goes from one record to the other; ``gain`` will see the cases of the other side."""

    cases: Sequence[Case]
    number: int
    documents: int
    people: list[tuple[Grant, User]]
    gain: list[str]
    extensions: list[tuple[CallExtension, Call]]


def moving(actor: Actor, kept: Organisation, merged: Organisation) -> Moving:
    """Return what a merger will move, in five queries."""
    mine = sa.and_(Case.organisation_id == merged.id, policy.visible_to(actor))
    cases = db.session.scalars(
        sa.select(Case).where(mine).order_by(Case.reference).limit(SHOWN)
    ).all()
    number = db.session.scalar(sa.select(sa.func.count(Case.id)).where(mine)) or 0
    papers = db.session.scalar(
        sa.select(sa.func.count(Document.id)).join(Case, Case.id == Document.case_id).where(mine)
    )
    rows = db.session.execute(
        sa.select(Grant, User)
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.scope == "organisation",
            Grant.scope_id.in_([kept.id, merged.id]),
            Grant.denies.is_(False),
            in_force(now()),
        )
        .order_by(User.name, User.id, Grant.role)
    ).all()
    extensions = db.session.execute(
        sa.select(CallExtension, Call)
        .join(Call, Call.id == CallExtension.call_id)
        .where(CallExtension.organisation_id == merged.id)
        .order_by(CallExtension.until)
    )
    people = [(row[0], row[1]) for row in rows]
    return Moving(
        cases,
        number,
        papers or 0,
        [(g, u) for g, u in people if g.scope_id == merged.id],
        sorted({u.name for g, u in people if g.scope_id == kept.id}),
        [(row[0], row[1]) for row in extensions],
    )


def kept_of(merge_id: UUID) -> UUID | None:
    """Return the record that stayed in a merger."""
    return db.session.scalar(
        sa.select(OrganisationMerge.kept_id).where(OrganisationMerge.id == merge_id)
    )
