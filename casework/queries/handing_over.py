"""What somebody who leaves has in hand, and what becomes of each case when it is handed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.models import (
    Absence,
    BackgroundWork,
    CalendarFeed,
    Case,
    Committee,
    Deadline,
    Draft,
    Grant,
    HandOver,
    User,
)
from casework.policy import Actor
from casework.roles import CASE_BY_CASE, Role
from casework.workflows import registry
from casework.workflows.declaration import State
from casework.workflows.engine import Workflow

COACHING = "coach"
"""Under which key recipients are named who become the coach of cases."""


@dataclass(frozen=True)
class InHand:
    """What one person has in hand; of drafts only how many there are.

    ``case_roles`` are roles on single cases that are not handed over with the others.
    """

    cases: list[Case]
    coached: list[Case]
    deadlines: int
    work: int
    feed: bool
    drafts: int
    case_roles: int
    stands_in: list[tuple[str, date]]
    seats: list[tuple[Committee, Role]]

    def by_state(self) -> list[tuple[Workflow, State | None, int]]:
        """Return how many cases stand where; confidential ones of a workflow are one number."""
        counts = Counter(
            (c.workflow_key, c.workflow_version, "" if c.restricted else c.state)
            for c in self.cases
        )
        found = []
        for (key, version, state), number in sorted(counts.items()):
            workflow = registry.get(key, version)
            found.append((workflow, workflow.state_by_key[state] if state else None, number))
        return found


@dataclass
class Portion:
    """What one recipient gets."""

    name: str
    cases: list[Case] = field(default_factory=list)


@dataclass(frozen=True)
class Sharing:
    """Who gets what, and the cases that nobody can be put in charge of so."""

    portions: dict[UUID, Portion]
    refused: list[tuple[Case, str]]

    @property
    def number(self) -> int:
        """How many cases change hands."""
        return sum(len(portion.cases) for portion in self.portions.values())


def open_case_ids(person_id: UUID, after: UUID | None = None) -> list[UUID]:
    """Return the open cases that a person is in charge of, in the order of their ids."""
    query = sa.select(Case.id).where(Case.owner_id == person_id, Case.closed_at.is_(None))
    if after is not None:
        query = query.where(Case.id > after)
    return list(db.session.scalars(query.order_by(Case.id)))


def coached_case_ids(person_id: UUID, now: datetime, after: UUID | None = None) -> list[UUID]:
    """Return the open cases whose coach a person is, in the order of their ids."""
    query = sa.select(Case.id).where(*_coached(person_id, now))
    if after is not None:
        query = query.where(Case.id > after)
    return list(db.session.scalars(query.order_by(Case.id)))


def _coached(person_id: UUID, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    held = sa.select(Grant.scope_id).where(
        Grant.user_id == person_id,
        Grant.scope == "case",
        Grant.role == Role.COACH,
        Grant.denies.is_(False),
        policy.in_force(now),
    )
    return Case.id.in_(held), Case.closed_at.is_(None), Case.restricted.is_(False)


def in_hand(person_id: UUID, now: datetime, today: date) -> InHand:
    """Return what a person has in hand, in six queries."""
    owned = (Case.owner_id == person_id, Case.closed_at.is_(None))
    cases = list(db.session.scalars(sa.select(Case).where(*owned).order_by(Case.reference)))
    parts = {
        "deadlines": sa.select(Deadline.id)
        .join(Case, Case.id == Deadline.case_id)
        .where(*owned, Deadline.state.in_(("open", "stopped"))),
        "work": sa.select(BackgroundWork.id).where(
            BackgroundWork.owner_id == person_id, BackgroundWork.state.in_(("waiting", "running"))
        ),
        "feed": sa.select(CalendarFeed.id).where(
            CalendarFeed.user_id == person_id, CalendarFeed.revoked_at.is_(None)
        ),
        "drafts": sa.select(Draft.place).where(Draft.user_id == person_id),
        "case_roles": sa.select(Grant.id)
        .join(Case, Case.id == Grant.scope_id)
        .where(
            Grant.user_id == person_id,
            Grant.scope == "case",
            Grant.role.in_(CASE_BY_CASE - {Role.COACH}),
            Grant.denies.is_(False),
            policy.in_force(now),
            Case.closed_at.is_(None),
        ),
    }
    counts = db.session.execute(
        sa.select(
            *(
                sa.select(sa.func.count())
                .select_from(part.subquery())
                .scalar_subquery()
                .label(name)
                for name, part in parts.items()
            )
        )
    ).one()
    stands_in = db.session.execute(
        sa.select(User.name, Absence.last)
        .join(Absence, Absence.user_id == User.id)
        .where(
            Absence.substitute_id == person_id, Absence.ended_at.is_(None), Absence.last >= today
        )
        .order_by(Absence.last, User.name)
    )
    coached = sa.select(Case).where(*_coached(person_id, now)).order_by(Case.reference)
    seats = db.session.execute(
        sa.select(Committee, Grant.role)
        .join(Grant, sa.and_(Grant.scope == "committee", Grant.scope_id == Committee.id))
        .where(
            Grant.user_id == person_id,
            Grant.denies.is_(False),
            policy.in_force(now),
            Committee.active.is_(True),
        )
        .order_by(Committee.prefix, Grant.role)
    )
    return InHand(
        cases,
        list(db.session.scalars(coached)),
        counts.deadlines,
        counts.work,
        bool(counts.feed),
        counts.drafts,
        counts.case_roles,
        [(row.name, row.last) for row in stands_in],
        [(row.Committee, Role(row.role)) for row in seats],
    )


def recipient_of(case: Case, recipients: Mapping[str, str]) -> UUID | None:
    """Return to whom a case goes: whoever was named for its programme, else the one for all."""
    found = recipients.get(str(case.programme_id)) or recipients.get("")
    return UUID(found) if found else None


def sharing(hand: InHand, recipients: Mapping[str, str], now: datetime, unfit: str) -> Sharing:
    """Say who would get what, in two queries; ``unfit`` is why a recipient cannot have a case."""
    ids = {UUID(text) for text in recipients.values()}
    known = policy.actors_of(db.session, ids, now)
    names = db.session.execute(
        sa.select(User.id, User.name).where(User.id.in_(ids), User.active.is_(True))
    )
    portions = {row.id: Portion(row.name) for row in names}
    wanted = [
        (case, recipient_of(case, recipients), policy.may_be_in_charge) for case in hand.cases
    ]
    if coach := recipients.get(COACHING):
        wanted += [(case, UUID(coach), policy.may_coach) for case in hand.coached]
    refused = []
    for case, to, fits in wanted:
        if to is not None and to in portions and fits(known[to], case):
            portions[to].cases.append(case)
        else:
            refused.append((case, unfit))
    return Sharing({k: p for k, p in portions.items() if p.cases}, refused)


def named(given: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many cases each recipient got, by name, in one query."""
    rows = db.session.execute(
        sa.select(User.id, User.name)
        .where(User.id.in_([UUID(key) for key in given]))
        .order_by(User.folded)
    )
    return [(row.name, given[str(row.id)]) for row in rows]


def of_work(actor: Actor, work_id: UUID) -> HandOver | None:
    """Return the act that somebody's long work carries out."""
    return db.session.scalar(
        sa.select(HandOver).where(HandOver.work_id == work_id, HandOver.actor_id == actor.id)
    )


def closing_of(person_id: UUID) -> HandOver | None:
    """Return the act with which a person's account is to be closed, if there is one."""
    return db.session.scalar(
        sa.select(HandOver)
        .where(
            HandOver.person_id == person_id,
            HandOver.closes_after.is_not(None),
            HandOver.closed_at.is_(None),
        )
        .order_by(HandOver.created_at.desc())
        .limit(1)
    )
