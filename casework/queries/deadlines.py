"""The deadlines of a case, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from casework.calendar import Length
from casework.db import constants
from casework.extensions import db
from casework.models import Case, Deadline
from casework.queries.desk import label_of
from casework.workflows.engine import Workflow


@dataclass(frozen=True)
class Running:
    """A deadline that runs or stands still; ``left`` is what remains of a stopped one.

    ``follows_file`` tells that its end is a date of the file, and is changed there.
    """

    deadline: Deadline
    label: str
    left: Length | None
    follows_file: bool


def of_case(case: Case, workflow: Workflow, *, internal: bool) -> list[Running]:
    """Return the open and stopped deadlines, the earliest first, in one query.

    Outside the house only those are shown that the rulebook calls public.
    """
    rows = db.session.scalars(_running_query(), {"case_id": case.id})
    found = []
    for row in rows:
        rule = workflow.deadline_by_key.get(row.rule)
        if not internal and (rule is None or not rule.public):
            continue
        left = Length.parse(row.remaining) if row.remaining else None
        follows = row.subject_kind != "case" or bool(rule and rule.date_fact)
        found.append(Running(row, label_of(case, row), left, follows))
    return found


@cache
def _running_query() -> Any:
    return (
        sa.select(Deadline)
        .where(
            Deadline.case_id == sa.bindparam("case_id"),
            Deadline.state.in_(constants(("open", "stopped"))),
        )
        .order_by(Deadline.due_at, Deadline.id)
        .limit(50)
    )
