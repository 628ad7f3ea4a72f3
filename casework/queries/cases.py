"""The cases of a partner's own organisations, and those that they audit elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework import policy
from casework.extensions import db
from casework.models import Case
from casework.policy import Actor
from casework.roles import Role


def of_partner(actor: Actor) -> list[Case]:
    """Return the cases of the person's own organisations, newest first, in one query."""
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(policy.visible_to(actor), Case.organisation_id.in_(actor.organisation_ids))
            .options(joinedload(Case.organisation))
            .order_by(Case.closed_at.isnot(None), Case.updated_at.desc(), Case.id)
            .limit(200)
        )
    )


def audited_by(actor: Actor) -> list[Case]:
    """Return the cases that somebody audits, open ones first, in one query."""
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(policy.visible_to(actor), Case.id.in_(actor.cases_as(Role.AUDITOR)))
            .options(joinedload(Case.organisation))
            .order_by(Case.closed_at.isnot(None), Case.updated_at.desc(), Case.id)
            .limit(200)
        )
    )
