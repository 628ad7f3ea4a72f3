"""The rows of a list: a page of them, all of them, how many; never more than a person may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.models import Case
from casework.policy import Actor
from casework.queries.listing import columns
from casework.queries.listing.asked import Wish
from casework.queries.listing.cells import Cell
from casework.queries.listing.columns import Column, Sort
from casework.queries.listing.filters import FILTERS, moments

PAGE = 50
COUNTED = 1000  # beyond this a count says "1 000+"
_OWN = (Case.id, Case.reference, Case.restricted)


@dataclass(frozen=True)
class Line:
    """A case as a list shows it: a cell for each column, and what a link to it needs."""

    id: UUID
    reference: str
    restricted: bool
    cells: list[Cell]


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


def page(actor: Actor, wish: Wish, language: str, number: int = 1) -> Page:
    """Return one page of the cases that the person may see, in two queries."""
    counted, shown, line = _page_queries(actor, wish, language, number)
    values = moments()
    total = db.session.scalar(counted, values) or 0
    return Page([line(row) for row in db.session.execute(shown, values)], number, total)


@lru_cache(256)
def _page_queries(
    actor: Actor, wish: Wish, language: str, number: int
) -> tuple[Any, Any, Callable[[Any], Line]]:
    """Return the two queries of a page; building them takes longer than asking them.

    They are kept for a person with all their grants: whatever these allow is in the key.
    """
    conditions, first = conditions_of(actor, wish), (number - 1) * PAGE
    capped = sa.select(Case.id).where(*conditions).limit(max(COUNTED, number * PAGE) + 1)
    counted = sa.select(sa.func.count()).select_from(capped.subquery())
    ids = first_of(conditions, wish.sort, first + PAGE).subquery()
    query, line = _listed(wish, language)
    shown = query.join(ids, ids.c.id == Case.id).limit(PAGE).offset(first)
    return counted, shown, line


def count(actor: Actor, wish: Wish) -> int:
    """Return how many cases a list has, to the last one: for workers, not for pages."""
    query = sa.select(sa.func.count()).select_from(Case).where(*conditions_of(actor, wish))
    return db.session.scalar(query, moments()) or 0


def everything(actor: Actor, wish: Wish, language: str) -> Iterator[Line]:
    """Yield all the cases of a list, in its order (for files), a few hundred at a time."""
    query, line = _listed(wish, language)
    query = query.where(*conditions_of(actor, wish)).execution_options(yield_per=500)
    with db.session.execute(
        query, moments()
    ) as rows:  # closed, also where only the first are taken
        for row in rows:
            yield line(row)


def first_ids(actor: Actor, wish: Wish, most: int) -> list[UUID]:
    """Return the first cases of the list, in its order."""
    ids = first_of(conditions_of(actor, wish), wish.sort, most).subquery()
    found = _in_order(sa.select(Case.id).join(ids, ids.c.id == Case.id), wish.sort)
    return list(db.session.scalars(found.limit(most), moments()))


def is_short(actor: Actor, wish: Wish, most: int) -> bool:
    """Say whether the list has at most so many cases; it is counted no further."""
    capped = sa.select(Case.id).where(*conditions_of(actor, wish)).limit(most + 1).subquery()
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(capped), moments()) or 0
    ) <= most


def conditions_of(actor: Actor, wish: Wish) -> list[sa.ColumnElement[bool]]:
    """Return what a case of the list fulfils; execute with :func:`filters.moments`."""
    chosen = (FILTERS[key].condition(value, actor.id) for key, value in wish.chosen)
    return [policy.visible_to(actor), *chosen]


def columns_of(wish: Wish) -> list[Column]:
    """Return the columns of a list in their order."""
    known = columns.known()
    return [known[key] for key in wish.columns or columns.USUAL if key in known]


def first_of(conditions: list[sa.ColumnElement[bool]], sort: str, most: int) -> Any:
    """Return the select of the first cases in an order that an index has.

    Cases without what they are sorted by come last, which no index knows: they are read by
    themselves.
    """
    order = _order_of(sort)
    found = sa.select(Case.id).where(*conditions)
    joined = found
    for name in order.joins:
        joined = joined.join(*columns.JOINS[name])
    if order.missing is None:
        return joined.order_by(*_ordered(order, sort)).limit(most)
    parts = (
        joined.where(order.missing.is_not(None)).order_by(*_ordered(order, sort)).limit(most),
        found.where(order.missing.is_(None)).order_by(order.missing, Case.id).limit(most),
    )
    return sa.union_all(*(sa.select(part.subquery().c.id) for part in parts))


def _order_of(sort: str) -> Sort:
    found = columns.known()[sort.removeprefix("-")].sort
    assert found is not None  # noqa: S101 - a wish is sorted by nothing else
    return found


def _ordered(order: Sort, sort: str) -> tuple[Any, ...]:
    if sort.startswith("-"):
        return order.key.desc(), Case.id.desc()
    return order.key.asc(), Case.id.asc()


def _listed(wish: Wish, language: str) -> tuple[Any, Callable[[Any], Line]]:
    """Return the select of a list's columns in its order, and what makes a line of a row."""
    shown = columns_of(wish)
    read = list(_OWN)
    plan: list[tuple[Callable[..., Cell], int, int]] = []
    for column in shown:
        expressions = column.reads(language)
        plan.append((column.cell, len(read), len(read) + len(expressions)))
        read += expressions
    query = sa.select(*read).select_from(Case)

    def line(row: Any) -> Line:
        values = tuple(row)
        cells = [cell(*values[begin:end]) for cell, begin, end in plan]
        return Line(values[0], values[1], values[2], cells)

    return _in_order(query, wish.sort, *(name for c in shown for name in c.joins)), line


def _in_order(query: Any, sort: str, *joins: str) -> Any:
    """Return a select of cases in an order, with the tables that this and its columns read."""
    order = _order_of(sort)
    for name, (table, on) in columns.JOINS.items():
        if name in {*joins, *order.joins}:
            query = query.outerjoin(table, on)
    last = () if order.missing is None else (order.missing.is_(None),)
    return query.order_by(*last, *_ordered(order, sort))
