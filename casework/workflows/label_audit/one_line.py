"""One criterion of an audit, for who writes its result: one question for a grid of any length."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from casework.db import constant
from casework.labels import applicability
from casework.labels.criteria import Result
from casework.models import Case, Organisation
from casework.models.label_audit import CriterionResult, Cycle, PinnedModule, TeamMember
from casework.models.label_audit.grid import LAYERS
from casework.models.referential import Criterion, Referential, ReferentialVersion, Scheme
from casework.models.referential.referential import in_language
from casework.workflows.label_audit.fact_parts import Line, Said
from casework.workflows.label_audit.fact_query import BETWEEN, of_case

SAID = ("layer", "revision", "result", "note", "at", "by_id")


def load(session: Session, case_id: UUID, code: str) -> tuple[Line, frozenset[UUID]] | None:
    """Return a criterion of what an audit has pinned, and who is on the team; None: no such one."""
    session.flush()
    rows = session.execute(_line(), {"case": case_id, "code": code}).all()
    if not rows:
        return None
    row = rows[0]
    said = {
        each.layer: Said(Result(each.result), each.note, each.revision, each.at, each.by_id)
        for each in rows
        if each.layer is not None
    }
    team = frozenset(UUID(each) for each in (row.team or "").split(BETWEEN) if each)
    return line_of(row.Criterion, row.language, row.computed, said), team


def line_of(criterion: Criterion, language: str, computed: Any, said: dict[str, Said]) -> Line:
    """Return a criterion with what its layers say."""
    return Line(
        criterion.for_rules(),
        criterion.id,
        in_language(criterion, "text", language),
        computed.get(criterion.code, ""),
        applicability.read(criterion.applies_if),
        said,
    )


@cache
def _line() -> Any:
    case = sa.bindparam("case", type_=Case.id.type)
    pinned = sa.select(PinnedModule.version_id).where(PinnedModule.case_id == case)
    team = sa.select(
        sa.func.aggregate_strings(sa.cast(TeamMember.user_id, sa.Text), constant(BETWEEN))
    )
    return (
        sa.select(
            Criterion,
            Scheme.computed,
            sa.func.coalesce(Organisation.language, "fr").label("language"),
            team.where(of_case(TeamMember)).correlate(Case).scalar_subquery().label("team"),
            *(getattr(CriterionResult, name) for name in SAID),
        )
        .select_from(Case)
        .join(Cycle, Cycle.case_id == Case.id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .join(Scheme, Scheme.id == Referential.scheme_id)
        .join(
            Criterion,
            sa.or_(Criterion.version_id == Cycle.version_id, Criterion.version_id.in_(pinned)),
        )
        .outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(
            CriterionResult,
            _newest(case),
        )
        .where(Case.id == case, Criterion.code == sa.bindparam("code"))
    )


def _newest(case: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a result is the newest of a layer for the criterion."""
    return CriterionResult.id.in_([_newest_of(layer, case) for layer in LAYERS])


def _newest_of(layer: str, case: Any) -> Any:
    one = aliased(CriterionResult)
    return (
        sa.select(one.id)
        .where(one.case_id == case, one.criterion_id == Criterion.id, one.layer == constant(layer))
        .order_by(one.revision.desc())
        .limit(1)
        .correlate(Criterion)
        .scalar_subquery()
    )
