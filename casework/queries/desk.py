"""My desk: what waits for me, what I wait for, what changed since I was last here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework import policy
from casework.extensions import db
from casework.models import Approval, Case, Deadline, Event, Message, User
from casework.policy import Actor
from casework.roles import HOUSE_ROLES, Role
from casework.workflows import registry
from casework.workflows.declaration import Party, Transition

SHOWN = 60
TURNS = 15
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """A deadline that waits for this person."""

    case: Case
    deadline: Deadline
    label: str


@dataclass(frozen=True)
class Change:
    """Something that others did on a case of this person."""

    case: Case
    event: Event
    actor: str | None
    title: str


def tasks(actor: Actor, now: datetime) -> list[Task]:
    """Return what is overdue or due within a week and waits for this person, in one query.

    A programme officer's tasks are those of the cases they own, and of those nobody owns yet.
    """
    mine = _my_rules(actor)
    if not mine:
        return []
    rows = db.session.execute(
        sa.select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.state == "open",
            Deadline.due_at <= now + AHEAD,
            policy.visible_to(actor),
            sa.or_(*mine),
        )
        .options(joinedload(Case.organisation), joinedload(Case.programme))
        .order_by(Deadline.due_at, Deadline.id)
        .limit(SHOWN)
    )
    return [Task(case, deadline, label_of(case, deadline)) for deadline, case in rows]


def turns(actor: Actor) -> list[Case]:
    """Return the open cases in which only this person's role can go on, in one query.

    For leads and finance those that wait for their decision or their approval (not yet given);
    for a coach the cases they accompany.
    """
    ways = _my_states(actor)
    coached = {h.scope_id for h in actor.held if h.role is Role.COACH and h.scope == "case"}
    if coached:
        ways.append(sa.and_(Case.id.in_(coached), Case.closed_at.is_(None)))
    if not ways:
        return []
    given = sa.exists().where(
        Approval.case_id == Case.id, Approval.user_id == actor.id, Approval.closed_at.is_(None)
    )
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(policy.visible_to(actor), sa.or_(*ways), sa.not_(given))
            .options(joinedload(Case.organisation))
            .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
            .limit(TURNS)
        )
    )


def label_of(case: Case, deadline: Deadline) -> str:
    """Return the English text that names a deadline: its own label, or its rule's."""
    if deadline.label:
        return deadline.label
    workflow = registry.get(case.workflow_key, case.workflow_version)
    rule = workflow.deadline_by_key.get(deadline.rule)
    return rule.label if rule else deadline.rule


def waiting(actor: Actor) -> list[Case]:
    """Return the cases of this person in which somebody else must act next, in one query."""
    states = _states_waiting_for({Party.PARTNER, Party.COMMITTEE})
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(policy.visible_to(actor), Case.owner_id == actor.id, sa.or_(sa.false(), *states))
            .options(joinedload(Case.organisation))
            .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
            .limit(8)
        )
    )


def changes(actor: Actor, since: datetime | None) -> list[Change]:
    """Return the moves that others made on this person's cases since then, in one query."""
    query = (
        sa.select(Event, Case, User.name)
        .join(Case, Case.id == Event.case_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(
            policy.visible_to(actor),
            Case.owner_id == actor.id,
            Event.kind == "transition",
            sa.or_(Event.actor_id.is_(None), Event.actor_id != actor.id),
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(6)
    )
    if since is not None:
        query = query.where(Event.at > since)
    return [Change(c, e, name, _done(c, e)) for e, c, name in db.session.execute(query)]


def reader(user_id: UUID) -> tuple[User | None, int]:
    """Return a person, and how many messages they have not read, in one query."""
    unread = (
        sa.select(sa.func.count())
        .where(
            Message.recipient_id == user_id,
            Message.in_inbox.is_(True),
            Message.read_at.is_(None),
        )
        .scalar_subquery()
    )
    row = db.session.execute(sa.select(User, unread).where(User.id == user_id)).first()
    return (row[0], row[1]) if row is not None else (None, 0)


def _done(case: Case, event: Event) -> str:
    workflow = registry.get(case.workflow_key, case.workflow_version)
    transition = workflow.transition_by_name.get(event.name)
    return transition.done if transition else event.name


def _my_rules(actor: Actor) -> list[sa.ColumnElement[bool]]:
    held = {h.role for h in actor.held if h.role in HOUSE_ROLES and not h.denies}
    ways: list[sa.ColumnElement[bool]] = []
    for workflow in registry.every():
        for rule in workflow.deadlines:
            if rule.owner not in held:
                continue
            mine = sa.and_(Case.workflow_key == workflow.key, Deadline.rule == rule.key)
            if rule.owner is Role.PROGRAMME_OFFICER:
                mine = sa.and_(mine, sa.or_(Case.owner_id == actor.id, Case.owner_id.is_(None)))
            ways.append(mine)
    return ways


def _my_states(actor: Actor) -> list[sa.ColumnElement[bool]]:
    mine = actor.house_roles & {Role.PROGRAMME_LEAD, Role.FINANCE}
    ways: list[sa.ColumnElement[bool]] = []
    for workflow in registry.every() if mine else []:
        states = {
            source
            for transition in workflow.transitions
            for source in transition.sources
            if _only_for(transition, mine) and not workflow.state_by_key[source].final
        }
        ways.append(
            sa.and_(
                Case.workflow_key == workflow.key,
                Case.workflow_version == workflow.version,
                Case.state.in_(states),
            )
        )
    return ways


def _only_for(transition: Transition, roles: frozenset[Role]) -> bool:
    """Say whether a way forward needs one of the roles, and not just any officer."""
    if transition.abandons:
        return False
    if transition.approvals:
        return any(role in roles for role, _number in transition.approvals.needed)
    return bool(transition.roles & roles) and Role.PROGRAMME_OFFICER not in transition.roles


def _states_waiting_for(parties: set[Party]) -> list[sa.ColumnElement[bool]]:
    return [
        sa.and_(
            Case.workflow_key == workflow.key,
            Case.workflow_version == workflow.version,
            Case.state.in_([s.key for s in workflow.states if s.waits_for in parties]),
        )
        for workflow in registry.every()
    ]
