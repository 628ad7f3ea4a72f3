"""Lists of organisations: found without accents, filtered, sorted, counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.folding import folded
from casework.i18n import N_
from casework.models import Case, FormerNumber, Organisation
from casework.policy import Actor

PAGE = 50
LONGEST = 100
SORTS = ("name", "town", "cases", "newest")
OPEN = {"with": N_("Has open cases"), "without": N_("Has none")}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all. ``open`` asks for open cases or for none."""

    q: str = ""
    sector: str = ""
    country: str = ""
    open: str = ""
    sort: str = "name"

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Filters:
        """Return the filters of an address; a sort or a choice that does not exist is left out."""
        found = {name: args.get(name, "")[:LONGEST].replace("\0", "") for name in vars(cls())}
        if found["sort"] not in SORTS:
            found["sort"] = "name"
        if found["open"] not in OPEN:
            found["open"] = ""
        return cls(**found)

    def with_(self, **changes: str) -> Filters:
        """Return these filters with some of them changed."""
        return replace(self, **changes)

    def query(self) -> dict[str, str]:
        """Return the filters as the query of an address, without what is empty or usual."""
        return {k: v for k, v in vars(self).items() if v and (k, v) != ("sort", "name")}


@dataclass(frozen=True)
class Line:
    """An organisation with how many of its cases the reader may see, and how many are open."""

    organisation: Organisation
    cases: int
    open: int


@dataclass(frozen=True)
class Page:
    """One page of organisations, and how many there are in all."""

    rows: list[Line]
    number: int
    total: int

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.number * PAGE < self.total


def page(actor: Actor, filters: Filters, number: int) -> Page:
    """Return one page of organisations, in two queries."""
    conditions = _conditions(actor, filters)
    total = db.session.scalar(sa.select(sa.func.count(Organisation.id)).where(*conditions)) or 0
    seen, running = _counted(actor)
    rows = db.session.execute(
        sa.select(Organisation, seen, running)
        .where(*conditions)
        .order_by(*_order(filters.sort, seen))
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return Page([Line(row[0], row[1], row[2]) for row in rows], number, total)


def by_ids(ids: Iterable[UUID]) -> list[Organisation]:
    """Return organisations by their identifiers, by name."""
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .where(Organisation.id.in_(list(ids)))
            .order_by(Organisation.folded_name, Organisation.id)
        )
    )


def _counted(actor: Actor) -> tuple[Any, Any]:
    """Return how many cases an organisation has for the reader, and how many of them are open."""
    mine = (Case.organisation_id == Organisation.id, policy.visible_to(actor))
    seen = sa.select(sa.func.count(Case.id)).where(*mine)
    running = seen.where(Case.closed_at.is_(None))
    return seen.scalar_subquery().label("seen"), running.scalar_subquery().label("running")


def _order(sort: str, seen: Any) -> tuple[Any, ...]:
    by_name = (Organisation.folded_name, Organisation.id)
    return {
        "town": (sa.func.lower(Organisation.town), *by_name),
        "cases": (sa.desc("seen"), *by_name),
        "newest": (Organisation.created_at.desc(), Organisation.id),
    }.get(sort, by_name)


def _conditions(actor: Actor, filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Organisation.merged_into_id.is_(None)]
    if filters.sector:
        found.append(Organisation.sector == filters.sector)
    if filters.country:
        found.append(Organisation.country == filters.country)
    if filters.open:
        running = sa.exists().where(
            Case.organisation_id == Organisation.id,
            Case.closed_at.is_(None),
            policy.visible_to(actor),
        )
        found.append(running if filters.open == "with" else ~running)
    if filters.q.strip():
        found.append(_holds(filters.q))
    return found


def _holds(text: str) -> sa.ColumnElement[bool]:
    """Return the condition that a name holds all the words, or a number the figures."""
    named = sa.and_(
        sa.true(),
        *(Organisation.folded_name.contains(w, autoescape=True) for w in folded(text).split()),
    )
    figures = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    if not any(c.isdigit() for c in figures):
        return named
    former = sa.select(FormerNumber.organisation_id).where(
        FormerNumber.registry_number.contains(figures, autoescape=True)
    )
    return sa.or_(
        named,
        Organisation.registry_number.contains(figures, autoescape=True),
        Organisation.id.in_(former),
    )
