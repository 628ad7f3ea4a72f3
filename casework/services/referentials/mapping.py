"""How the criteria of two referentials relate: equal, subset, superset, intersects, none."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.models import Criterion, CriterionMapping, ReferentialVersion
from casework.models.referential.mapping import INVERSE, RELATIONS
from casework.policy import Actor
from casework.queries import referentials as queries
from casework.services import changes
from casework.services.errors import NotFoundError
from casework.services.referentials.common import demand_editor, refuse
from casework.workflows.declaration import Reason

SAME_VERSION = N_("Criteria of one version are not mapped to one another. Choose another version.")
STILL_DRAFT = N_("Only published versions are mapped: a draft may still change.")


@dataclass(frozen=True)
class Related:
    """What a criterion asks for is ``relation`` to what another one asks for."""

    relation: str
    other: Criterion
    note: str


@dataclass(frozen=True)
class Line:
    """A criterion with what it was found to relate to in the other version, if anything."""

    criterion: Criterion
    related: tuple[Related, ...]


def relate(actor: Actor, one_id: UUID, other_id: UUID, relation: str, note: str = "") -> None:
    """Say how two criteria relate, in the place of what was said before; again, nothing changes.

    Raises ForbiddenError, NotFoundError, RefusedError, ValueError (no such relation).
    """
    demand_editor(actor)
    if relation not in RELATIONS:
        raise ValueError(f"no such relation: {relation}")
    _demand_published(one_id, other_id)
    small, large = sorted((one_id, other_id))
    seen = relation if small == one_id else INVERSE.get(relation, relation)
    row = _find(small, large)
    said = {"relation": seen, "note": note}
    before = changes.values_of(row, said)
    if row is None:
        row = CriterionMapping(id=new_id(), criterion_id=small, other_id=large)
        db.session.add(row)
    row.relation, row.note, row.changed_at, row.changed_by_id = seen, note, now(), actor.id
    db.session.flush()
    changes.record(row, before, said, actor.id)


def forget(actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """Take back what was said of two criteria. Raises ForbiddenError."""
    demand_editor(actor)
    row = _find(*sorted((one_id, other_id)))
    if row is not None:
        changes.record(row, {"relation": row.relation}, {"relation": None}, actor.id)
        db.session.delete(row)
        db.session.flush()


def between(version_id: UUID, other_id: UUID) -> list[Line]:
    """Return each criterion of a version with what it relates to in another one."""
    rows = queries.criteria([version_id])
    others = {row.id: row for row in queries.criteria([other_id])}
    found: dict[UUID, list[Related]] = {row.id: [] for row in rows}
    for pair in _pairs(version_id, other_id):
        if pair.criterion_id in found:
            related = Related(pair.relation, others[pair.other_id], pair.note)
            found[pair.criterion_id].append(related)
        else:
            seen = INVERSE.get(pair.relation, pair.relation)
            found[pair.other_id].append(Related(seen, others[pair.criterion_id], pair.note))
    return [
        Line(row, tuple(sorted(found[row.id], key=lambda related: related.other.code)))
        for row in rows
    ]


def _pairs(version_id: UUID, other_id: UUID) -> list[CriterionMapping]:
    one, other = (
        sa.select(Criterion.id).where(Criterion.version_id == each).scalar_subquery()
        for each in (version_id, other_id)
    )
    first, second = CriterionMapping.criterion_id, CriterionMapping.other_id
    query = sa.select(CriterionMapping).where(
        sa.or_(
            sa.and_(first.in_(one), second.in_(other)),
            sa.and_(first.in_(other), second.in_(one)),
        )
    )
    return list(db.session.scalars(query))


def _find(small: UUID, large: UUID) -> CriterionMapping | None:
    found: CriterionMapping | None = db.session.scalar(
        sa.select(CriterionMapping)
        .where(CriterionMapping.criterion_id == small, CriterionMapping.other_id == large)
        .with_for_update()
    )
    return found


def _demand_published(one_id: UUID, other_id: UUID) -> None:
    query = sa.select(Criterion.id, Criterion.version_id, ReferentialVersion.state).join(
        ReferentialVersion, ReferentialVersion.id == Criterion.version_id
    )
    rows = db.session.execute(query.where(Criterion.id.in_([one_id, other_id]))).all()
    if {row.id for row in rows} != {one_id, other_id}:
        raise NotFoundError(f"{one_id} or {other_id}")
    if len({row.version_id for row in rows}) == 1:
        refuse("map", Reason(SAME_VERSION))
    if any(row.state == "draft" for row in rows):
        refuse("map", Reason(STILL_DRAFT))
