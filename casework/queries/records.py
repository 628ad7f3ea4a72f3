"""The records of a case's sections."""

from __future__ import annotations

from functools import cache
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
    models = tuple(dict.fromkeys(section.model for section in workflow.sections))
    row = db.session.connection().execute(_counts_query(models), {"case_id": case_id}).one()
    numbers = dict(zip(models, row, strict=True))
    return {section.key: int(numbers[section.model]) for section in workflow.sections}


@cache
def _counts_query(models: tuple[Any, ...]) -> Any:
    """Return one row of counts; it is built once, as that takes far longer than asking."""
    case_id = sa.bindparam("case_id", type_=sa.Uuid())
    return sa.select(
        *(
            sa.select(sa.func.count())
            .select_from(model)
            .where(model.case_id == case_id, model.removed_at.is_(None))
            .scalar_subquery()
            for model in models
        )
    )
