"""What the auditors had found when their report became final: later words do not change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db, house_day
from casework.labels.criteria import Result
from casework.models import Case
from casework.models.label_audit import CriterionResult, Due, Membership
from casework.queries import timeline
from casework.workflows.label_audit.fact_parts import NOTHING, Line, Said
from casework.workflows.label_audit.facts import LabelFacts


@dataclass(frozen=True)
class Audited:
    """The auditors' results by criterion, and whether the dues were paid then."""

    results: Mapping[UUID, Said]
    dues_paid: bool

    def said(self, line: Line) -> Said:
        """Return what was found of a criterion, or what was computed where nobody writes it."""
        if line.computed:
            return Said(line.assessment(dues_paid=self.dues_paid).result)
        return self.results.get(line.id, NOTHING)


def so_far(facts: LabelFacts) -> Audited:
    """Return what they have found by now."""
    return Audited({line.id: line.said("auditor") for line in facts.lines}, facts.dues_paid)


def when_final(case: Case, facts: LabelFacts) -> Audited:
    """Return what they had found when the report became final, the last time (three queries)."""
    moments = [at for state, at in timeline.entries_into(case.id) if state == "final_report"]
    if not moments:
        return so_far(facts)
    return Audited(_results(case.id, moments[-1]), _dues_paid(case, house_day(moments[-1])))


def _results(case_id: UUID, moment: datetime) -> dict[UUID, Said]:
    rows = db.session.scalars(
        sa.select(CriterionResult)
        .where(
            CriterionResult.case_id == case_id,
            CriterionResult.layer == "auditor",
            CriterionResult.at <= moment,
        )
        .order_by(CriterionResult.revision)
    )
    return {
        row.criterion_id: Said(Result(row.result), row.note, row.revision, row.at, row.by_id)
        for row in rows
    }


def _dues_paid(case: Case, day: date) -> bool:
    """Say whether nothing was unpaid on a day whose last day to pay was over."""
    owed = sa.exists().where(
        Due.membership_id == Membership.id,
        Membership.organisation_id == case.organisation_id,
        Due.due_on < day,
        Due.exempted.is_(False),
        sa.or_(Due.paid_on.is_(None), Due.paid_on > day),
    )
    return not db.session.scalar(sa.select(owed))
