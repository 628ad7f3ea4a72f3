"""My desk: what waits for me, what I wait for, what changed since I was last here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework import policy
from casework.extensions import db
from casework.models import Approval, Case, Deadline, Event, User
from casework.policy import Actor
from casework.queries.listing.filters import standing_in
from casework.roles import COMMITTEE_ROLES, HOUSE_ROLES, Role
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule, Party, Transition
from casework.workflows.engine import Workflow

SHOWN = 60
COUNTED = 200  # beyond this a count says "more than 200"
TURNS = 15
WAITING = 8
RECENT = 30  # so many of the cases changed last are looked at
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """A deadline that waits for this person, or for somebody whom they stand in for."""

    case: Case
    deadline: Deadline
    label: str
    instead_of: str | None = None


@dataclass(frozen=True)
class Change:
    """Something that others did on a case of this person."""

    case: Case
    event: Event
    actor: str | None
    title: str


def tasks(
    actor: Actor,
    now: datetime,
    ahead: timedelta = AHEAD,
    stood_in_for: Mapping[UUID, str] = MappingProxyType({}),
) -> list[Task]:
    """Return what is overdue or due soon and waits for this person, in one query.

    A programme officer's tasks are those of the cases they own, and of those nobody owns yet;
    with the cases of those whom they stand in for (name by person), as far as they see them.
    Each part of it is read along an index and no further than what is shown.
    """
    parts = _my_parts(actor, now + ahead, list(stood_in_for))
    if not parts:
        return []
    wanted = sa.union_all(*(sa.select(part.subquery().c.id) for part in parts))
    rows = db.session.execute(
        sa.select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.id.in_(wanted), policy.visible_to(actor))
        .options(joinedload(Case.organisation), joinedload(Case.programme))
        .order_by(Deadline.due_at, Deadline.id)
        .limit(SHOWN)
    )
    return [_task(case, deadline, stood_in_for) for deadline, case in rows]


def _task(case: Case, deadline: Deadline, stood_in_for: Mapping[UUID, str]) -> Task:
    rule = _rule_of(case, deadline)
    theirs = rule is not None and rule.owner is Role.PROGRAMME_OFFICER and case.owner_id is not None
    name = stood_in_for.get(case.owner_id) if theirs and case.owner_id else None
    return Task(case, deadline, label_of(case, deadline), name)


def own(actor: Actor, absent: Collection[UUID] = ()) -> sa.ColumnElement[bool]:
    """Return the condition under which a deadline concerns this person in the office.

    With those of the cases of ``absent``, for whom they stand in.
    """
    ways: list[sa.ColumnElement[bool]] = [Case.owner_id == actor.id]
    if absent:
        ways.append(Case.owner_id.in_(absent))
    if coached := _coached(actor):
        ways.append(Case.id.in_(coached))
    for workflow in registry.every():
        mine = [r.key for r in workflow.deadlines if _is_mine(actor, r)]
        if mine:
            ways.append(sa.and_(Case.workflow_key == workflow.key, Deadline.rule.in_(mine)))
    return sa.or_(*ways, *case_by_case(actor))


def turns(actor: Actor) -> list[Case]:
    """Return the open cases in which only this person's role can go on, in one query.

    For leads and finance those that wait for their decision or their approval (not yet given);
    for a coach the cases they accompany.
    """
    ways = _my_states(actor)
    if coached := _coached(actor):
        ways.append(sa.and_(Case.id.in_(coached), Case.closed_at.is_(None)))
    given = sa.exists().where(
        Approval.case_id == Case.id, Approval.user_id == actor.id, Approval.closed_at.is_(None)
    )
    return _soonest([(way, sa.not_(given), policy.visible_to(actor)) for way in ways], TURNS)


def own_cases(actor: Actor) -> int:
    """Return how many open cases this person owns (at most COUNTED + 1), in one query."""
    mine = sa.select(Case.id).where(
        policy.visible_to(actor), Case.owner_id == actor.id, Case.closed_at.is_(None)
    )
    capped = mine.limit(COUNTED + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(capped)) or 0


def label_of(case: Case, deadline: Deadline) -> str:
    """Return the English text that names a deadline: its own label, or its rule's."""
    if deadline.label:
        return deadline.label
    rule = _rule_of(case, deadline)
    return rule.label if rule else deadline.rule


def _rule_of(case: Case, deadline: Deadline) -> DeadlineRule | None:
    workflow = registry.get(case.workflow_key, case.workflow_version)
    return workflow.deadline_by_key.get(deadline.rule)


def waiting(actor: Actor) -> list[Case]:
    """Return the cases of this person in which somebody else must act next, in one query."""
    states = standing_in(lambda _w, state: state.waits_for in {Party.PARTNER, Party.COMMITTEE})
    mine = (Case.owner_id == actor.id, states, policy.visible_to(actor))
    return _soonest([mine], WAITING)


def _soonest(ways: Sequence[Sequence[sa.ColumnElement[bool]]], most: int) -> list[Case]:
    """Return the first cases that go one of the ways, by their next deadline; none comes last.

    Every way is a stretch of an index of its own, so that nothing is sorted but what is shown.
    """
    parts = [
        sa.select(Case.id).where(*way, dated).order_by(Case.next_due_at, Case.id).limit(most)
        for way in ways
        for dated in (Case.next_due_at.isnot(None), Case.next_due_at.is_(None))
    ]
    if not parts:
        return []
    wanted = sa.union_all(*(sa.select(part.subquery().c.id) for part in parts))
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(Case.id.in_(wanted))
            .options(joinedload(Case.organisation))
            .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
            .limit(most)
        )
    )


def changes(actor: Actor, since: datetime | None) -> list[Change]:
    """Return the moves that others made on this person's cases since then, in one query.

    Looked for on the cases that were changed last.
    """
    latest = sa.select(Case.id).where(policy.visible_to(actor), Case.owner_id == actor.id)
    if since is not None:
        latest = latest.where(Case.updated_at > since)
    recent = latest.order_by(Case.updated_at.desc()).limit(RECENT).subquery()
    query = (
        sa.select(Event, Case, User.name)
        .join(Case, Case.id == Event.case_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(
            Event.case_id.in_(sa.select(recent.c.id)),
            Event.kind == "transition",
            sa.or_(Event.actor_id.is_(None), Event.actor_id != actor.id),
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(6)
    )
    if since is not None:
        query = query.where(Event.at > since)
    return [Change(c, e, name, _done(c, e)) for e, c, name in db.session.execute(query)]


def _done(case: Case, event: Event) -> str:
    workflow = registry.get(case.workflow_key, case.workflow_version)
    transition = workflow.transition_by_name.get(event.name)
    return transition.done if transition else event.name


def _my_parts(actor: Actor, until: datetime, absent: Sequence[UUID]) -> list[sa.Select[UUID]]:
    """Return the ways in which deadlines are this person's, each with the first of them."""
    soon = sa.and_(Deadline.state == "open", Deadline.due_at <= until)
    officers, standing, others = [], [], []
    for workflow in registry.every():
        held = [r for r in workflow.deadlines if r.owner in _roles(actor)]
        theirs = [r for r in workflow.deadlines if r.owner is Role.PROGRAMME_OFFICER]
        if theirs:
            keys = [r.key for r in theirs]
            officers.append(sa.and_(Case.workflow_key == workflow.key, Deadline.rule.in_(keys)))
            standing.append(_may_run(workflow, theirs))
        others += [(workflow.key, r.key) for r in held if _is_mine(actor, r)]
    ways = [
        sa.and_(Case.workflow_key == key, Deadline.rule == rule)
        for key, rule in dict.fromkeys(others)
    ]
    parts = [
        sa.select(Deadline.id)
        .join(Case, Case.id == Deadline.case_id)
        .where(soon, policy.visible_to(actor), way)
        .order_by(Deadline.due_at, Deadline.id)
        .limit(SHOWN)
        for way in (*ways, *case_by_case(actor))
    ]
    owners: list[sa.ColumnElement[bool]] = []
    if officers and Role.PROGRAMME_OFFICER in _roles(actor):
        owners += [Case.owner_id == actor.id, Case.owner_id.is_(None)]
    if officers and absent:
        owners.append(Case.owner_id.in_(absent))
    # An outer join whose rows are told apart by a CASE: so every database begins with the cases.
    of_case = sa.and_(Deadline.case_id == Case.id, soon, sa.or_(*officers))
    found = sa.case((Deadline.id.is_(None), 0), else_=1) == 1
    return parts + [
        sa.select(Deadline.id)
        .select_from(Case)
        .outerjoin(Deadline, of_case)
        .where(owner, Case.next_due_at <= until, sa.or_(*standing), policy.visible_to(actor), found)
        .order_by(Case.next_due_at, Case.id)
        .limit(SHOWN)
        for owner in owners
    ]


def _may_run(workflow: Workflow, rules: Sequence[DeadlineRule]) -> sa.ColumnElement[bool]:
    """Return the condition on a case under which one of the rules can run on it.

    It says no more than the rules do: the database looks up no deadline of a case that fails it.
    """
    of_workflow = Case.workflow_key == workflow.key
    if not all(rule.states for rule in rules):
        return of_workflow
    states = sorted({state for rule in rules for state in rule.states})
    return sa.and_(of_workflow, Case.state.in_(states))


def _roles(actor: Actor) -> set[Role]:
    return {h.role for h in actor.held if h.role in HOUSE_ROLES and not h.denies}


def _is_mine(actor: Actor, rule: DeadlineRule) -> bool:
    """Say whether a deadline is for this person's role, whoever owns the case."""
    return rule.owner in _roles(actor) and rule.owner is not Role.PROGRAMME_OFFICER


def case_by_case(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Return the conditions under which a deadline is this person's by a role on one case.

    That of an auditor or of somebody in a committee, on the cases opened to them in that role.
    """
    ways = []
    for role in sorted(COMMITTEE_ROLES | {Role.AUDITOR}):
        cases = actor.cases_as(role)
        for workflow in registry.every() if cases else ():
            if theirs := [rule.key for rule in workflow.deadlines if rule.owner is role]:
                of_workflow = Case.workflow_key == workflow.key
                ways.append(sa.and_(Case.id.in_(cases), of_workflow, Deadline.rule.in_(theirs)))
    return ways


def _coached(actor: Actor) -> frozenset[UUID]:
    return actor.cases_as(Role.COACH)


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
        ways += [
            sa.and_(
                Case.workflow_key == workflow.key,
                Case.workflow_version == workflow.version,
                Case.state == state,
            )
            for state in sorted(states)
        ]
    return ways


def _only_for(transition: Transition, roles: frozenset[Role]) -> bool:
    """Say whether a way forward needs one of the roles, and not just any officer."""
    if transition.abandons:
        return False
    if transition.approvals:
        return any(role in roles for role, _number in transition.approvals.needed)
    return bool(transition.roles & roles) and Role.PROGRAMME_OFFICER not in transition.roles
