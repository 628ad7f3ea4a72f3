"""The board: the first cases of each stage of a workflow, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.models import Case, Organisation, User
from casework.policy import Actor
from casework.queries.listing import cells
from casework.queries.listing.asked import Wish
from casework.queries.listing.filters import moments
from casework.queries.listing.pages import COUNTED, conditions_of
from casework.queries.listing.standing import Count
from casework.roles import Role
from casework.workflows import registry
from casework.workflows.declaration import Stage
from casework.workflows.engine import Workflow

CARDS = 20  # so many cases of a stage are shown


@dataclass(frozen=True)
class Card:
    """A case on the board; ``moves`` are the names of those that the reader's roles could make."""

    id: UUID
    reference: str
    title: str
    restricted: bool
    organisation: str
    owner: str
    state: cells.Toned
    waits_for: str
    due: date | None
    moves: tuple[str, ...]


@dataclass(frozen=True)
class Lane:
    """One stage: its first cases by their next deadline, and how many it has."""

    stage: Stage
    cards: list[Card]
    count: Count

    @property
    def more(self) -> bool:
        """Whether there are cases beyond those shown."""
        return self.count.number > len(self.cards)


def lanes(actor: Actor, wish: Wish, workflow: Workflow) -> list[Lane]:
    """Return the stages of a workflow with their first cases, in two queries.

    Cases that are over are shown where the wish asks for them, and left out otherwise.
    """
    stages = _stages(wish, workflow)
    if not stages:
        return []
    counted, shown = _queries(actor, wish, workflow.key, tuple(stages.items()))
    values = moments()
    numbers = db.session.execute(counted, values).one()
    found: dict[str, list[Card]] = {key: [] for key in stages}
    for row in db.session.execute(shown, values):
        own = registry.get(row.workflow_key, row.workflow_version)
        found[row.lane].append(_card(actor, own, row))
    by_key = {stage.key: stage for stage in workflow.stages}
    return [
        Lane(by_key[key], found[key], Count(number))
        for key, number in zip(stages, numbers, strict=True)
    ]


def _stages(wish: Wish, workflow: Workflow) -> dict[str, tuple[str, ...]]:
    """Return the states of each stage that the board looks into, in all versions at once."""
    over, only, state = wish.get("open") == "no", wish.get("stage"), wish.get("state")
    found: dict[str, tuple[str, ...]] = {}
    for stage in workflow.stages:
        states = dict.fromkeys(
            s.key
            for version in registry.every()
            if version.key == workflow.key
            for s in version.states
            if s.stage == stage.key and (s.key == state or (not state and s.final == over))
        )
        if states and only in {"", stage.key}:
            found[stage.key] = tuple(states)
    return found


@lru_cache(128)
def _queries(
    actor: Actor, wish: Wish, key: str, stages: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[Any, Any]:
    """Return the query of the numbers and that of the cards: a stretch of an index each state."""
    conditions = [*conditions_of(actor, wish), Case.workflow_key == key]
    numbers, firsts = [], []
    for stage, states in stages:
        there = sa.select(Case.id).where(*conditions, Case.state.in_(states))
        capped = there.limit(COUNTED + 1).subquery()
        numbers.append(sa.select(sa.func.count()).select_from(capped).scalar_subquery())
        firsts.append(_first(conditions, stage, states))
    ids = sa.union_all(*firsts).subquery()
    shown = (
        sa.select(
            ids.c.lane,
            *(Case.id, Case.reference, Case.title, Case.restricted, Case.organisation_id),
            *(Case.programme_id, Case.workflow_key, Case.workflow_version, Case.state),
            Case.next_due_at,
            Organisation.name.label("organisation"),
            User.name.label("owner"),
        )
        .join(ids, ids.c.id == Case.id)
        .outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(User, User.id == Case.owner_id)
        .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
    )
    return sa.select(*numbers), shown


def _first(conditions: list[Any], stage: str, states: tuple[str, ...]) -> Any:
    """Return the first cases of a stage: of the first of each of its states."""
    parts = []
    for state in states:
        there = sa.select(Case.id, Case.next_due_at).where(*conditions, Case.state == state)
        dated = there.where(Case.next_due_at.is_not(None)).order_by(Case.next_due_at, Case.id)
        # in the index's own order, or PostgreSQL walks through all cases by their ids
        others = there.where(Case.next_due_at.is_(None)).order_by(Case.next_due_at, Case.id)
        parts += [dated.limit(CARDS).subquery(), others.limit(CARDS).subquery()]
    every = sa.union_all(*(sa.select(part.c.id, part.c.next_due_at) for part in parts)).subquery()
    first = (
        sa.select(every.c.id)
        .order_by(every.c.next_due_at.is_(None), every.c.next_due_at, every.c.id)
        .limit(CARDS)
        .subquery()
    )
    return sa.select(sa.literal(stage).label("lane"), first.c.id)


def _card(actor: Actor, workflow: Workflow, row: Any) -> Card:
    standing = cells.standing(row.workflow_key, row.workflow_version, row.state)
    return Card(
        row.id,
        row.reference,
        "" if row.restricted else row.title,
        row.restricted,
        "" if row.restricted else row.organisation or "",
        row.owner or "",
        standing.state,
        standing.waits_for,
        cells.day(row.next_due_at),
        _moves(workflow.key, workflow.version, row.state, policy.roles_on(actor, row)),
    )


@lru_cache(1024)
def _moves(key: str, version: int, state: str, roles: frozenset[Role]) -> tuple[str, ...]:
    workflow = registry.get(key, version)
    return tuple(t.name for t in workflow.leaving(state) if t.roles & roles)
