"""Lists of organisations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.models import Case, Organisation
from casework.policy import Actor

PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page of organisations, each with how many of its cases the reader may see."""

    rows: list[tuple[Organisation, int]]
    number: int
    has_next: bool


def page(actor: Actor, text: str, number: int) -> Page:
    """Return the organisations whose name or number holds a text, by name, in one query."""
    cases = (
        sa.select(sa.func.count())
        .where(Case.organisation_id == Organisation.id, policy.visible_to(actor))
        .scalar_subquery()
    )
    query = sa.select(Organisation, cases).order_by(Organisation.name, Organisation.id)
    if text.strip():
        wanted = text.strip()
        query = query.where(
            sa.or_(
                Organisation.name.icontains(wanted, autoescape=True),
                Organisation.registry_number.contains(wanted, autoescape=True),
            )
        )
    found = db.session.execute(query.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    return Page([(row[0], row[1]) for row in found[:PAGE]], number, len(found) > PAGE)


def by_ids(ids: Iterable[UUID]) -> list[Organisation]:
    """Return organisations by their identifiers, by name."""
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .where(Organisation.id.in_(list(ids)))
            .order_by(Organisation.name)
        )
    )
