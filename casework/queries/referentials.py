"""Schemes, referentials, their versions and criteria, as pages and audits read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Criterion, Referential, ReferentialField, ReferentialVersion, Scheme


@dataclass(frozen=True)
class Placed:
    """A version with the referential that it is of and the scheme of that."""

    version: ReferentialVersion
    referential: Referential
    scheme: Scheme


@dataclass(frozen=True)
class Listed:
    """A version in a list, with how many criteria of each kind it has."""

    version: ReferentialVersion
    kinds: dict[str, int]


def schemes() -> list[Scheme]:
    """Return all schemes, the oldest first."""
    return list(db.session.scalars(sa.select(Scheme).order_by(Scheme.created_at, Scheme.key)))


def referentials() -> list[Referential]:
    """Return all referentials: each base with its modules after it."""
    rows = db.session.scalars(sa.select(Referential).order_by(Referential.created_at)).all()
    own = [row for row in rows if row.base_id is None]
    return [each for base in own for each in (base, *(r for r in rows if r.base_id == base.id))]


def versions() -> dict[UUID, list[Listed]]:
    """Return the versions of each referential, the newest first, in two queries."""
    counted: dict[UUID, dict[str, int]] = {}
    query = sa.select(Criterion.version_id, Criterion.kind, sa.func.count()).group_by(
        Criterion.version_id, Criterion.kind
    )
    for version_id, kind, number in db.session.execute(query):
        counted.setdefault(version_id, {})[kind] = number
    found: dict[UUID, list[Listed]] = {}
    newest = sa.select(ReferentialVersion).order_by(ReferentialVersion.id.desc())
    for row in db.session.scalars(newest):
        found.setdefault(row.referential_id, []).append(Listed(row, counted.get(row.id, {})))
    return found


def placed(version_id: UUID) -> Placed | None:
    """Return a version with its referential and scheme, in one query; None when there is none."""
    row = db.session.execute(_placed().where(ReferentialVersion.id == version_id)).one_or_none()
    return Placed(*row) if row is not None else None


def fields(version_id: UUID) -> list[ReferentialField]:
    """Return the fields of a version, in their order."""
    query = sa.select(ReferentialField).where(ReferentialField.version_id == version_id)
    order = (ReferentialField.position, ReferentialField.code)
    return list(db.session.scalars(query.order_by(*order)))


def criteria(version_ids: Collection[UUID]) -> list[Criterion]:
    """Return the criteria of a version, or of a base and its modules together, in their order."""
    query = (
        sa.select(Criterion)
        .join(ReferentialField, ReferentialField.id == Criterion.field_id)
        .where(Criterion.version_id.in_(version_ids))
        .order_by(
            Criterion.version_id,
            ReferentialField.position,
            ReferentialField.code,
            Criterion.position,
            Criterion.code,
        )
    )
    rows = list(db.session.scalars(query))
    order = list(version_ids)
    return sorted(rows, key=lambda row: order.index(row.version_id))


def current(referential_id: UUID, moment: datetime) -> ReferentialVersion | None:
    """Return the version that a new audit uses at a moment: the newest published, not retired."""
    found: ReferentialVersion | None = db.session.scalar(
        sa.select(ReferentialVersion)
        .where(ReferentialVersion.referential_id == referential_id, *_in_force(moment))
        .order_by(ReferentialVersion.published_at.desc(), ReferentialVersion.id.desc())
        .limit(1)
    )
    return found


def current_of_scheme(scheme_id: UUID, moment: datetime) -> list[Placed]:
    """Return the current version of each referential of a scheme: bases first, then modules."""
    query = (
        _placed()
        .where(Referential.scheme_id == scheme_id, *_in_force(moment))
        .order_by(ReferentialVersion.published_at.desc(), ReferentialVersion.id.desc())
    )
    found: dict[UUID, Placed] = {}
    for row in db.session.execute(query):
        found.setdefault(row[1].id, Placed(*row))
    return sorted(found.values(), key=lambda p: (p.referential.is_module, p.referential.id))


def published() -> Sequence[Placed]:
    """Return every version that was ever published, the newest first."""
    query = _placed().where(ReferentialVersion.state != "draft")
    order = query.order_by(Referential.created_at, ReferentialVersion.published_at.desc())
    return [Placed(*row) for row in db.session.execute(order)]


def _placed() -> sa.Select[ReferentialVersion, Referential, Scheme]:
    return (
        sa.select(ReferentialVersion, Referential, Scheme)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .join(Scheme, Scheme.id == Referential.scheme_id)
    )


def _in_force(moment: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    retired = ReferentialVersion.retired_at
    return (
        ReferentialVersion.published_at <= moment,
        sa.or_(retired.is_(None), retired > moment),
    )
