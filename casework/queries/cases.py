"""Lists of cases: filtered, sorted, paged, and never more than the person may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from casework import policy
from casework.extensions import db
from casework.models import Case, Organisation, Programme, User
from casework.policy import Actor
from casework.workflows import registry

PAGE = 50
COUNTED = 1000  # beyond this a count says "1 000+"

SORTS: dict[str, tuple[sa.ColumnElement[Any], ...]] = {
    "due": (Case.next_due_at.is_(None), Case.next_due_at.asc(), Case.id.asc()),
    "updated": (Case.updated_at.desc(), Case.id.desc()),
    "reference": (Case.reference.asc(),),
    "title": (sa.func.lower(Case.title).asc(), Case.id.asc()),
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all. ``owner`` may be the word ``none``."""

    workflow: str = ""
    stage: str = ""
    state: str = ""
    programme: str = ""
    owner: str = ""
    organisation: str = ""
    sort: str = "due"

    def with_(self, **changes: str) -> Filters:
        """Return these filters with some of them changed."""
        return replace(self, **changes)

    def query(self) -> dict[str, str]:
        """Return the filters as the query of an address, without what is empty or usual."""
        return {k: v for k, v in vars(self).items() if v and (k, v) != ("sort", "due")}


@dataclass(frozen=True)
class ProgrammeName:
    """A programme as a list names it."""

    number: int
    names: tuple[str, str, str]

    def name(self, language: str) -> str:
        """Return the name in ``language`` (fr, nl or en)."""
        return self.names[("fr", "nl", "en").index(language)]


@dataclass(frozen=True)
class Line:
    """A case as a list shows it: plain values, and no more of them than a line needs."""

    id: UUID
    reference: str
    title: str
    restricted: bool
    workflow_key: str
    workflow_version: int
    state: str
    next_due_at: datetime | None
    organisation: str | None
    owner: str | None
    programme: ProgrammeName | None


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many there are in all (capped at COUNTED + 1)."""

    rows: list[Line]
    number: int
    total: int

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.number * PAGE < self.total


def page(actor: Actor, filters: Filters, number: int = 1) -> Page:
    """Return one page of the cases that the person may see, in two queries."""
    counted, shown = _page_queries(actor, filters, number)
    total = db.session.scalar(counted) or 0
    rows = db.session.execute(shown)
    return Page([_line(row) for row in rows], number, total)


def _line(row: Any) -> Line:
    *own, number, fr, nl, en = row
    values: tuple[Any, ...] = (*own, ProgrammeName(number, (fr, nl, en)) if number else None)
    return Line(*values)


@lru_cache(128)
def _page_queries(actor: Actor, filters: Filters, number: int) -> tuple[Any, Any]:
    """Return the two queries of a page; building them takes longer than asking them.

    They are kept for a person with all their grants: whatever these allow is in the key.
    """
    conditions, first = _conditions(actor, filters), (number - 1) * PAGE
    capped = sa.select(Case.id).where(*conditions).limit(max(COUNTED, number * PAGE) + 1)
    counted = sa.select(sa.func.count()).select_from(capped.subquery())
    ids = _ids(conditions, filters, first + PAGE).subquery()
    shown = (
        sa.select(*_LINE)
        .join(ids, ids.c.id == Case.id)
        .outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(Programme, Programme.id == Case.programme_id)
        .outerjoin(User, User.id == Case.owner_id)
        .order_by(*_order(filters))
        .limit(PAGE)
        .offset(first)
    )
    return counted, shown


_LINE = (
    *(Case.id, Case.reference, Case.title, Case.restricted, Case.workflow_key),
    *(Case.workflow_version, Case.state, Case.next_due_at, Organisation.name, User.name),
    *(Programme.number, Programme.name_fr, Programme.name_nl, Programme.name_en),
)


def _ids(conditions: list[sa.ColumnElement[bool]], filters: Filters, most: int) -> Any:
    """Return the select of the cases up to the end of the page, in an order that an index has.

    Cases without a deadline come last, which no index knows: they are read by themselves.
    """
    found = sa.select(Case.id).where(*conditions)
    order = _order(filters)
    if order is not SORTS["due"]:
        return found.order_by(*order).limit(most)
    parts = (
        found.where(Case.next_due_at.is_not(None)).order_by(Case.next_due_at, Case.id),
        found.where(Case.next_due_at.is_(None)).order_by(Case.id),
    )
    return sa.union_all(*(sa.select(part.limit(most).subquery().c.id) for part in parts))


def count(actor: Actor, filters: Filters) -> int:
    """Return how many cases a list has, to the last one: for workers, not for pages."""
    query = sa.select(sa.func.count()).select_from(Case).where(*_conditions(actor, filters))
    return db.session.scalar(query) or 0


def everything(actor: Actor, filters: Filters) -> Iterator[Case]:
    """Yield all the cases of a list, in its order (for exports)."""
    query = _listed(_conditions(actor, filters), filters).execution_options(yield_per=500)
    with db.session.scalars(query) as rows:  # closed, also where only the first are taken
        yield from rows


def counts_by_stage(actor: Actor, workflow_key: str) -> dict[str, int]:
    """Return how many open cases stand in each stage of a workflow, in one query."""
    workflow = registry.latest(workflow_key)
    open_states = [s.key for s in workflow.states if not s.final]
    rows = db.session.execute(
        sa.select(Case.state, sa.func.count())
        .where(
            policy.visible_to(actor),
            Case.workflow_key == workflow_key,
            Case.state.in_(open_states),
        )
        .group_by(Case.state)
    )
    counts = dict.fromkeys((stage.key for stage in workflow.stages), 0)
    for state, number in rows:
        counts[workflow.stage_of(state)] += number
    return counts


def of_partner(actor: Actor) -> list[Case]:
    """Return the cases of the person's own organisations, newest first, in one query."""
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(policy.visible_to(actor), Case.organisation_id.in_(actor.organisation_ids))
            .options(joinedload(Case.organisation))
            .order_by(Case.closed_at.isnot(None), Case.updated_at.desc(), Case.id)
            .limit(200)
        )
    )


def _listed(conditions: list[sa.ColumnElement[bool]], filters: Filters) -> sa.Select[Case]:
    return (
        sa.select(Case)
        .outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .where(*conditions)
        .options(
            contains_eager(Case.organisation),
            joinedload(Case.programme),
            joinedload(Case.owner),
        )
        .order_by(*_order(filters))
    )


def _order(filters: Filters) -> tuple[sa.ColumnElement[Any], ...]:
    return SORTS.get(filters.sort, SORTS["due"])


def _conditions(actor: Actor, filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [policy.visible_to(actor)]
    if filters.workflow:
        found.append(Case.workflow_key == filters.workflow)
    if filters.state:
        found.append(Case.state == filters.state)
    if filters.stage:
        found.append(_in_stage(filters))
    if filters.owner == "none":
        found.append(Case.owner_id.is_(None))
    elif filters.owner:
        found.append(_equals(Case.owner_id, filters.owner))
    if filters.programme:
        found.append(_equals(Case.programme_id, filters.programme))
    if filters.organisation:
        found.append(_equals(Case.organisation_id, filters.organisation))
    return found


def _in_stage(filters: Filters) -> sa.ColumnElement[bool]:
    ways = [
        sa.and_(
            Case.workflow_key == workflow.key,
            Case.workflow_version == workflow.version,
            Case.state.in_([s.key for s in workflow.states if s.stage == filters.stage]),
        )
        for workflow in registry.every()
        if filters.workflow in {"", workflow.key}
    ]
    return sa.or_(sa.false(), *ways)


def _equals(column: Any, text: str) -> sa.ColumnElement[bool]:
    try:
        wanted = UUID(text)
    except ValueError:
        return sa.false()
    return sa.and_(column == wanted)
