"""The grid of a label audit: fields, criteria, the three layers side by side, the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Document, DocumentVersion, User
from casework.models.label_audit import CriterionResult, Evidence
from casework.models.referential import Criterion, ReferentialField
from casework.queries.labels.field import Conflict, conflicts
from casework.workflows.label_audit.fact_parts import Line
from casework.workflows.label_audit.facts import LabelFacts


@dataclass(frozen=True)
class Piece:
    """A piece of evidence: its document, whose newest version has this hash, and its own date."""

    document_id: UUID
    title: str
    version: int
    sha256: str
    effective_on: date
    note: str


@dataclass(frozen=True)
class Row:
    """One criterion of the grid."""

    line: Line
    criterion: Criterion
    locked: bool
    evidence: Sequence[Piece] = ()
    conflicts: Sequence[Conflict] = ()


@dataclass
class Group:
    """A field of the referential with its criteria."""

    heading: ReferentialField
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Revision:
    """One revision of a layer's result."""

    layer: str
    revision: int
    result: str
    note: str
    at: datetime
    by: str | None


def groups(facts: LabelFacts, case_id: UUID) -> list[Group]:
    """Return the criteria by field, those of the base before the modules' (three queries)."""
    evidence, disputed = _evidence(case_id), conflicts(case_id)
    found: dict[UUID, Group] = {}
    query = (
        sa.select(Criterion, ReferentialField)
        .join(ReferentialField, ReferentialField.id == Criterion.field_id)
        .where(Criterion.version_id.in_(facts.version_ids))
        .order_by(ReferentialField.position, Criterion.position, Criterion.id)
    )
    pinned = facts.version_ids
    rows = sorted(db.session.execute(query), key=lambda row: pinned.index(row[0].version_id))
    for criterion, place in rows:
        group = found.setdefault(place.id, Group(place))
        code = criterion.code
        group.rows.append(
            Row(
                facts.by_code[code],
                criterion,
                facts.locked(code),
                evidence.get(code, ()),
                disputed.get(criterion.id, ()),
            )
        )
    return list(found.values())


def rows_of(found: Sequence[Group]) -> Iterator[Row]:
    """Return all rows of the grid."""
    return (row for group in found for row in group.rows)


def revisions(case_id: UUID, criterion_id: UUID) -> list[Revision]:
    """Return everything that was ever said of a criterion, the newest first (one query)."""
    rows = db.session.execute(
        sa.select(CriterionResult, User.name)
        .outerjoin(User, User.id == CriterionResult.by_id)
        .where(CriterionResult.case_id == case_id, CriterionResult.criterion_id == criterion_id)
        .order_by(CriterionResult.at.desc(), CriterionResult.id.desc())
    )
    return [Revision(r.layer, r.revision, r.result, r.note, r.at, name) for r, name in rows]


def _evidence(case_id: UUID) -> Mapping[str, Sequence[Piece]]:
    """Return the evidence of a case by the code of each criterion that it serves."""
    newest = (
        sa.select(sa.func.max(DocumentVersion.number))
        .where(DocumentVersion.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
    )
    version = sa.and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == newest)
    rows = db.session.execute(
        sa.select(Evidence, Document.title, DocumentVersion.number, DocumentVersion.sha256)
        .join(Document, Document.id == Evidence.document_id)
        .join(DocumentVersion, version)
        .where(
            Evidence.case_id == case_id,
            Evidence.removed_at.is_(None),
            Document.withdrawn_at.is_(None),
        )
        .order_by(Evidence.position)
    )
    found = defaultdict(list)
    for each, title, number, sha256 in rows:
        piece = Piece(each.document_id, title, number, sha256, each.effective_on, each.note)
        for code in each.criteria:
            found[code].append(piece)
    return found
