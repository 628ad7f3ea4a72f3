"""The records of a case's sections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.workflows.declaration import Section
from casework.workflows.engine import Workflow


def rows(section: Section, case_id: UUID) -> list[Any]:
    """Return a section's records in their order, in one query."""
    model = section.model
    return list(
        db.session.scalars(
            sa.select(model)
            .where(model.case_id == case_id, model.removed_at.is_(None))
            .order_by(model.position, model.id)
        )
    )


def counts(workflow: Workflow, case_id: UUID) -> dict[str, int]:
    """Return how many records each section of a case has, in one query."""
    if not workflow.sections:
        return {}
    parts = [
        sa.select(sa.literal(section.key), sa.func.count()).where(
            section.model.case_id == case_id, section.model.removed_at.is_(None)
        )
        for section in workflow.sections
    ]
    return {row[0]: row[1] for row in db.session.execute(sa.union_all(*parts))}
