"""What the last cycle of a cooperative says in the next one: results, evidence, what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.labels.succession import Ancestor, ancestors, descendants
from casework.models import Case, Criterion, CriterionMapping, Document, DocumentVersion
from casework.models.label_audit import (
    CarriedEvidence,
    CriterionResult,
    Cycle,
    Evidence,
    PinnedModule,
)
from casework.models.referential.mapping import INVERSE
from casework.workflows.label_audit.facts import LabelFacts


@dataclass(frozen=True)
class Before:
    """What a criterion of the last cycle was found to be: the newest result of each layer."""

    code: str
    title: str
    relation: str
    layers: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class LastCycle:
    """The last cycle, and where each criterion of this one comes from."""

    case: Case
    version_ids: tuple[UUID, ...]
    where_from: Mapping[str, Sequence[Ancestor]]


@dataclass(frozen=True)
class Carried:
    """A piece of evidence of the last cycle, what it would serve now, and what was answered."""

    id: UUID
    title: str
    sha256: str
    version: DocumentVersion
    effective_on: date
    note: str
    served: Sequence[str]
    serves: Sequence[str]
    answer: str


def find(facts: LabelFacts) -> LastCycle | None:
    """Return the last cycle; None in a first one (three queries)."""
    if facts.previous_case_id is None:
        return None
    case = db.session.get_one(Case, facts.previous_case_id)
    versions = _pinned(case.id)
    before = sa.select(Criterion.code).where(Criterion.version_id.in_(versions))
    codes = set(db.session.scalars(before))
    found = ancestors(codes, facts.by_code, _related(facts.version_ids, versions))
    return LastCycle(case, versions, found)


def results(last: LastCycle, language: str) -> dict[str, list[Before]]:
    """Return, by the codes of this cycle, what the last one found (one query)."""
    criteria: dict[str, Criterion] = {}
    layers: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    said = sa.and_(
        CriterionResult.criterion_id == Criterion.id, CriterionResult.case_id == last.case.id
    )
    rows = db.session.execute(
        sa.select(Criterion, CriterionResult.layer, CriterionResult.result, CriterionResult.note)
        .outerjoin(CriterionResult, said)
        .where(Criterion.version_id.in_(last.version_ids))
        .order_by(CriterionResult.revision)
    )
    for criterion, layer, result, note in rows:
        criteria[criterion.code] = criterion
        if layer is not None:
            layers[criterion.code][layer] = (result, note)
    return {
        code: [
            Before(a.code, criteria[a.code].text(language), a.relation, layers[a.code])
            for a in found
        ]
        for code, found in last.where_from.items()
        if found
    }


def evidence(last: LastCycle, case_id: UUID) -> list[Carried]:
    """Return the evidence of the last cycle with what was answered about it (one query).

    Without what serves no criterion any more, and what was taken back.
    """
    newest = (
        sa.select(sa.func.max(DocumentVersion.number))
        .where(DocumentVersion.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
    )
    version = sa.and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == newest)
    answered = sa.and_(CarriedEvidence.source_id == Evidence.id, CarriedEvidence.case_id == case_id)
    rows = db.session.execute(
        sa.select(Evidence, Document.title, DocumentVersion, CarriedEvidence.answer)
        .join(Document, Document.id == Evidence.document_id)
        .join(DocumentVersion, version)
        .outerjoin(CarriedEvidence, answered)
        .where(
            Evidence.case_id == last.case.id,
            Evidence.removed_at.is_(None),
            Document.withdrawn_at.is_(None),
            Document.house_only.is_(False),
        )
        .order_by(Evidence.position, Evidence.id)
    )
    found = []
    for row, title, file, answer in rows:
        serves = descendants(last.where_from, row.criteria)
        if serves:
            found.append(
                Carried(
                    row.id,
                    title,
                    file.sha256,
                    file,
                    row.effective_on,
                    row.note,
                    row.criteria,
                    serves,
                    answer or "",
                )
            )
    return found


def _pinned(case_id: UUID) -> tuple[UUID, ...]:
    base = sa.select(Cycle.version_id).where(Cycle.case_id == case_id)
    modules = sa.select(PinnedModule.version_id).where(PinnedModule.case_id == case_id)
    return tuple(db.session.scalars(sa.union_all(base, modules)))


def _related(after: Sequence[UUID], before: Sequence[UUID]) -> list[tuple[str, str, str]]:
    """Return what was mapped between two sets of versions, as seen from the later one."""
    one, other = sa.orm.aliased(Criterion), sa.orm.aliased(Criterion)
    rows = db.session.execute(
        sa.select(CriterionMapping.relation, one, other)
        .join(one, one.id == CriterionMapping.criterion_id)
        .join(other, other.id == CriterionMapping.other_id)
        .where(
            sa.or_(
                sa.and_(one.version_id.in_(after), other.version_id.in_(before)),
                sa.and_(one.version_id.in_(before), other.version_id.in_(after)),
            )
        )
    )
    return [
        (first.code, relation, second.code)
        if first.version_id in after
        else (second.code, INVERSE.get(relation, relation), first.code)
        for relation, first, second in rows
    ]
