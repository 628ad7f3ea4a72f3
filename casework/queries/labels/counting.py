"""What audits found, counted: criteria met, members compared, good practices by field."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import add_months
from casework.extensions import db
from casework.labels.suppression import LEAST, suppressed
from casework.models import Case
from casework.models.label_audit import CriterionResult, Cycle, Finding, Membership, PinnedModule
from casework.models.referential import (
    Criterion,
    Referential,
    ReferentialField,
    ReferentialVersion,
)

COVERED_MONTHS = 36
"""A member is covered that was audited within so many months (charter of CPE)."""


@dataclass(frozen=True)
class Passed:
    """How often a criterion was met in the audits of the year, and did not apply."""

    version_id: UUID
    version: str
    criterion: Criterion
    met: int
    applicable: int
    not_applicable: int

    @property
    def failed(self) -> int:
        """How often it was not met, or partly."""
        return self.applicable - self.met


@dataclass(frozen=True)
class Told:
    """What may be told of a criterion's counts; None: a small number, or what would give it away.

    Who reads it is taken to know how many audits there were, and to which criteria "not
    applicable" is never an answer.
    """

    met: int | None
    failed: int | None
    not_applicable: int | None
    applicable: int | None

    @classmethod
    def of(cls, passed: Passed, *, small: bool) -> Self:
        """Return all counts, ``small`` ones too, or those that may be handed on."""
        excusable = passed.criterion.na_allowed or passed.not_applicable
        counts = [passed.met, passed.failed, *([passed.not_applicable] if excusable else [])]
        met, failed, *excused = counts if small else suppressed([counts]).cells[0]
        not_applicable = excused[0] if excused else 0
        applies = small or (not_applicable is not None and passed.applicable >= LEAST)
        return cls(met, failed, not_applicable, passed.applicable if applies else None)

    @property
    def percent(self) -> int | None:
        """The percent met of those that it applies to, truncated."""
        if self.met is None or self.failed is None or not self.applicable:
            return None
        return 100 * self.met // self.applicable


def cycles(scheme_id: UUID) -> Any:
    """Return the query for the cases of the scheme's cycles."""
    return (
        sa.select(Cycle.case_id)
        .join(Case, Case.id == Cycle.case_id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .where(Referential.scheme_id == scheme_id, Case.restricted.is_(False))
        .correlate(None)
    )


def _final(cases: Any) -> Any:
    """Return the result that counts for each criterion of these cases, as a subquery.

    It is the auditors' or the committee's, whichever is the newer; the committee's of equal ones.
    """
    newest = sa.func.row_number().over(
        partition_by=(CriterionResult.case_id, CriterionResult.criterion_id),
        order_by=(
            CriterionResult.at.desc(),
            CriterionResult.layer.desc(),
            CriterionResult.revision.desc(),
        ),
    )
    ranked = (
        sa.select(
            CriterionResult.case_id,
            CriterionResult.criterion_id,
            CriterionResult.result,
            newest.label("place"),
        )
        .where(
            CriterionResult.case_id.in_(cases), CriterionResult.layer.in_(("auditor", "committee"))
        )
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.place == 1).subquery()


def passed(cases: Any) -> list[Passed]:
    """Count how often each criterion was met, by version of the referential (one query)."""
    final = _final(cases)
    counts = (
        sa.select(
            final.c.criterion_id,
            _count(final.c.result == "met").label("met"),
            _count(final.c.result.in_(("met", "partial", "not_met"))).label("applicable"),
            _count(final.c.result == "not_applicable").label("excused"),
        )
        .group_by(final.c.criterion_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(ReferentialVersion.id, ReferentialVersion.label, Criterion, counts)
        .join(Criterion, Criterion.id == counts.c.criterion_id)
        .join(ReferentialVersion, ReferentialVersion.id == Criterion.version_id)
        .order_by(ReferentialVersion.published_at, ReferentialVersion.id, Criterion.position)
    )
    return [Passed(r.id, r.label, r.Criterion, r.met, r.applicable, r.excused) for r in rows]


def compared(scheme_id: UUID, day: date) -> dict[tuple[int, int], int]:
    """Count members by their last audit of three years: recommended met, mandatory not met.

    The key is (percent of the weight of what is recommended, truncated; number not met); one query.
    """
    since = add_months(day, -COVERED_MONTHS)
    last = sa.func.row_number().over(
        partition_by=Case.organisation_id, order_by=(Cycle.audited_on.desc(), Case.id.desc())
    )
    ranked = (
        cycles(scheme_id)
        .add_columns(last.label("place"))
        .join(Membership, Membership.organisation_id == Case.organisation_id)
        .where(
            Cycle.audited_on >= since,
            Cycle.audited_on <= day,
            Membership.active_on(day),
        )
        .subquery()
    )
    final = _final(sa.select(ranked.c.case_id).where(ranked.c.place == 1))
    counted = final.c.result.in_(("met", "partial", "not_met"))
    recommended = sa.and_(Criterion.kind == "recommended", counted)
    met = final.c.result == "met"

    def weight(condition: Any) -> Any:
        return sa.func.sum(sa.case((condition, Criterion.weight), else_=0))

    of_case = (
        sa.select(
            weight(recommended).label("asked"),
            weight(sa.and_(recommended, met)).label("met"),
            _count(sa.and_(Criterion.kind == "mandatory", counted, sa.not_(met))).label("failed"),
        )
        .join_from(final, Criterion, Criterion.id == final.c.criterion_id)
        .group_by(final.c.case_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(of_case.c.asked, of_case.c.met, of_case.c.failed, sa.func.count()).group_by(
            of_case.c.asked, of_case.c.met, of_case.c.failed
        )
    )
    found: Counter[tuple[int, int]] = Counter()
    for asked, reached, failed, number in rows:
        found[int(100 * reached // asked) if asked else 100, failed] += number
    return dict(found)


def practices(cases: Any) -> list[tuple[ReferentialField | None, int]]:
    """Count the good practices of these cases by field, the versions together (one query)."""
    modules = sa.select(PinnedModule.version_id).where(PinnedModule.case_id == Cycle.case_id)
    pinned = sa.or_(
        Criterion.version_id == Cycle.version_id, Criterion.version_id.in_(modules.correlate(Cycle))
    )
    rows = db.session.execute(
        sa.select(ReferentialField, sa.func.count())
        .select_from(Finding)
        .join(Cycle, Cycle.case_id == Finding.case_id)
        .outerjoin(
            Criterion,
            sa.and_(pinned, Criterion.code == Finding.criterion),
        )
        .outerjoin(ReferentialField, ReferentialField.id == Criterion.field_id)
        .where(
            Finding.case_id.in_(cases),
            Finding.kind == "good_practice",
            Finding.removed_at.is_(None),
        )
        .group_by(ReferentialField.id)
        .order_by(ReferentialField.position, ReferentialField.id)
    )
    fields: dict[str, ReferentialField | None] = {}
    found: Counter[str] = Counter()
    row: Any
    for row in rows:
        field, number = row
        code = field.code if field is not None else ""
        fields[code] = field
        found[code] += number
    return [(fields[code], number) for code, number in found.items()]


def _count(condition: Any) -> Any:
    return sa.func.count(sa.case((condition, 1)))
