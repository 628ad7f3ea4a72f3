"""What projects ask for and are granted, for statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.models import Case, Event
from casework.models.partner_project import FundingSource, Idea
from casework.workflows.engine import Amounts


def load_amounts(session: Any, case_ids: Sequence[UUID]) -> dict[UUID, Amounts]:
    """Return the amounts of each case, in one query.

    Asked for is the grant in the funding plan, or else what the idea hoped for; it is granted
    once the agreement was signed, which is when the pilot first began to run.
    """
    grant = (
        sa.select(sa.func.sum(FundingSource.amount_cents))
        .where(
            FundingSource.case_id == Case.id,
            FundingSource.kind == "grant",
            FundingSource.removed_at.is_(None),
        )
        .correlate(Case)
        .scalar_subquery()
    )
    hoped = (
        sa.select(sa.func.max(Idea.amount_cents))
        .where(Idea.case_id == Case.id, Idea.removed_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    signed = sa.exists().where(
        Event.case_id == Case.id, Event.kind == "transition", Event.to_state == "pilot_running"
    )
    rows = session.execute(
        sa.select(Case.id, grant, hoped, signed).where(Case.id.in_(list(case_ids)))
    )
    return {
        case_id: Amounts(
            asked_cents=None if planned is None and idea is None else int(planned or idea or 0),
            granted_cents=int(planned or 0) if began else None,
        )
        for case_id, planned, idea, began in rows
    }
