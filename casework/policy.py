"""Who may see and do what: the one place that knows.

A person's rights come from grants (:class:`casework.models.grant.Grant`). Every list, search,
export, message and download asks :func:`visible_to`; every page and every move asks
:func:`roles_on`. A denial (recusal) beats every grant; a restricted case is seen only by those
who hold a grant on that very case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from casework.models.case import Case
from casework.models.grant import Grant
from casework.models.user import User
from casework.roles import CASE_ROLES, HOUSE_ROLES, PARTNER_ROLES, Role
from casework.workflows.declaration import Section
from casework.workflows.engine import Workflow

Reader = Session | scoped_session[Any]


@dataclass(frozen=True)
class Held:
    """One grant as the policy uses it."""

    role: Role
    scope: str
    scope_id: UUID | None
    denies: bool


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person with the grants in force now, or the system (no id, no grants)."""

    id: UUID | None
    held: tuple[Held, ...] = ()

    @property
    def is_system(self) -> bool:
        """Whether this is the system itself, acting for a deadline."""
        return self.id is None

    @cached_property
    def house_roles(self) -> frozenset[Role]:
        """The roles held in the whole house."""
        return frozenset(h.role for h in self.held if h.scope == "house" and not h.denies)

    @cached_property
    def is_staff(self) -> bool:
        """Whether this person works in the office rather than in the portal."""
        return any(h.role in HOUSE_ROLES and not h.denies for h in self.held)

    @cached_property
    def is_partner(self) -> bool:
        """Whether this person belongs to a partner organisation."""
        return bool(self.organisation_ids)

    @cached_property
    def organisation_ids(self) -> frozenset[UUID]:
        """The organisations in which this person holds a role."""
        return self._scoped("organisation")

    def has(self, *roles: Role) -> bool:
        """Say whether one of the roles is held in the whole house."""
        return bool(self.house_roles & set(roles))

    def organisations_as(self, *roles: Role) -> frozenset[UUID]:
        """Return the organisations in which one of the roles is held."""
        return frozenset(
            h.scope_id
            for h in self.held
            if h.scope == "organisation" and h.scope_id and h.role in roles and not h.denies
        )

    def _scoped(self, scope: str) -> frozenset[UUID]:
        return frozenset(
            h.scope_id
            for h in self.held
            if h.scope == scope and h.scope_id and h.role in CASE_ROLES and not h.denies
        )

    @cached_property
    def denied_case_ids(self) -> frozenset[UUID]:
        """The cases from which this person is recused."""
        return frozenset(
            h.scope_id for h in self.held if h.scope == "case" and h.scope_id and h.denies
        )


SYSTEM = Actor(id=None)


def in_force(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition under which a grant counts at the moment ``now``."""
    return sa.and_(Grant.starts_at <= now, sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now))


def actor_of(session: Reader, user_id: UUID, now: datetime) -> Actor:
    """Return the person with the grants that are in force at ``now`` (one query)."""
    rows = session.execute(
        sa.select(Grant.role, Grant.scope, Grant.scope_id, Grant.denies).where(
            Grant.user_id == user_id, in_force(now)
        )
    )
    return Actor(user_id, tuple(Held(Role(r.role), r.scope, r.scope_id, r.denies) for r in rows))


def roles_on(actor: Actor, case: Case) -> frozenset[Role]:
    """Return the roles in which a person may look at and work on a case; empty: none at all."""
    if case.id in actor.denied_case_ids:
        return frozenset()
    scopes: set[tuple[str, UUID | None]] = {("case", case.id)}
    if not case.restricted:
        scopes |= {
            ("house", None),
            ("organisation", case.organisation_id),
            ("programme", case.programme_id),
        }
    return frozenset(
        h.role
        for h in actor.held
        if not h.denies
        and h.role in CASE_ROLES
        and (h.scope, h.scope_id) in scopes
        # a coach of the house works on the cases given to them, and reads none of the others
        and not (h.role is Role.COACH and h.scope == "house")
    )


def may_see(actor: Actor, case: Case) -> bool:
    """Say whether a person may see a case at all."""
    return bool(roles_on(actor, case))


def side_of(roles: frozenset[Role]) -> str:
    """Return ``office`` when a role of the house is among them, else ``portal``."""
    return "office" if roles & HOUSE_ROLES else "portal"


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on :class:`Case` that every query over cases must carry."""
    ways: list[sa.ColumnElement[bool]] = []
    open_ways: list[sa.ColumnElement[bool]] = []
    if actor.house_roles & (CASE_ROLES - {Role.COACH}):
        open_ways.append(sa.true())
    if programmes := actor._scoped("programme"):  # noqa: SLF001 - same module
        open_ways.append(Case.programme_id.in_(programmes))
    if organisations := actor.organisation_ids:
        open_ways.append(Case.organisation_id.in_(organisations))
    if open_ways:
        ways.append(sa.and_(Case.restricted.is_(False), sa.or_(*open_ways)))
    if cases := actor._scoped("case"):  # noqa: SLF001 - same module
        ways.append(Case.id.in_(cases))
    if not ways:
        return sa.false()
    scope = sa.or_(*ways)
    if actor.denied_case_ids:
        scope = sa.and_(scope, Case.id.not_in(actor.denied_case_ids))
    return scope


def may_edit(section: Section, roles: frozenset[Role], state: str) -> bool:
    """Say whether people in these roles may write a section's records in this state."""
    return bool(section.edit_roles & roles) and state in section.edit_states


def may_change(section: Section, row: Any, roles: frozenset[Role]) -> bool:
    """Say whether people in these roles, who may write a section, may change this record of it."""
    return section.own is None or row is None or section.own(row, roles)


def may_read(section: Section, roles: frozenset[Role], state: str) -> bool:
    """Say whether people in these roles may read a section while the case stands in this state."""
    if roles & HOUSE_ROLES:
        return True
    return bool(roles) and not section.house_only and state not in section.hidden_in


def may_start(actor: Actor, workflow: Workflow) -> frozenset[UUID]:
    """Return the organisations for which a person may start a case of the workflow."""
    roles = {role for t in workflow.starting() for role in t.roles} & PARTNER_ROLES
    return actor.organisations_as(*roles) if roles else frozenset()


@dataclass(frozen=True)
class Holder:
    """A person who holds a role on a case, as far as a message needs to know them."""

    user_id: UUID
    email: str
    name: str
    language: str


def holders(
    session: Reader, cases: Sequence[Case], roles: Iterable[Role], now: datetime
) -> dict[tuple[UUID, Role], list[Holder]]:
    """Return who holds each role on each case, in one query.

    A case that has an owner is followed by that programme officer alone; without an owner, by
    all of them. Recused and inactive people are left out; nobody hears of a case as administrator.
    """
    wanted = set(roles) & CASE_ROLES
    rows = session.execute(
        sa.select(Grant, User)
        .join(User, User.id == Grant.user_id)
        .where(in_force(now), User.active.is_(True), _touches(cases, wanted))
        .order_by(User.name, User.id)
    ).all()
    denied = {(g.user_id, g.scope_id) for g, _ in rows if g.denies}
    found: dict[tuple[UUID, Role], list[Holder]] = {}
    for case in cases:
        for grant, user in rows:
            role = Role(grant.role)
            if grant.denies or role not in wanted or not _reaches(grant, case):
                continue
            if (user.id, case.id) in denied:
                continue
            people = found.setdefault((case.id, role), [])
            holder = Holder(user.id, user.email, user.name, user.language)
            if holder not in people:
                people.append(holder)
    for case in cases:
        officers = found.get((case.id, Role.PROGRAMME_OFFICER), [])
        owners = [h for h in officers if h.user_id == case.owner_id]
        if owners:
            found[case.id, Role.PROGRAMME_OFFICER] = owners
    return found


def _touches(cases: Sequence[Case], roles: set[Role]) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(
            Grant.role.in_(roles),
            sa.or_(
                Grant.scope == "house",
                sa.and_(Grant.scope == "case", Grant.scope_id.in_([c.id for c in cases])),
                sa.and_(
                    Grant.scope == "organisation",
                    Grant.scope_id.in_({c.organisation_id for c in cases if c.organisation_id}),
                ),
                sa.and_(
                    Grant.scope == "programme",
                    Grant.scope_id.in_({c.programme_id for c in cases if c.programme_id}),
                ),
            ),
        ),
        sa.and_(Grant.denies.is_(True), Grant.scope_id.in_([c.id for c in cases])),
    )


def _reaches(grant: Grant, case: Case) -> bool:
    if grant.scope == "case":
        return grant.scope_id == case.id
    if case.restricted:
        return False
    if grant.scope == "house":
        return grant.role != Role.COACH
    if grant.scope == "programme":
        return grant.scope_id == case.programme_id
    return grant.scope_id == case.organisation_id


Rule = Callable[[Actor | None], bool]


def anyone(actor: Actor | None) -> bool:
    """Pages for everybody, signed in or not."""
    return True


def signed_in(actor: Actor | None) -> bool:
    """Pages for everybody with an account."""
    return actor is not None


def staff(actor: Actor | None) -> bool:
    """Pages of the office."""
    return actor is not None and actor.is_staff


def partner(actor: Actor | None) -> bool:
    """Pages of the portal."""
    return actor is not None and actor.is_partner


def administrator(actor: Actor | None) -> bool:
    """Pages of those who run the installation."""
    return actor is not None and actor.has(Role.ADMINISTRATOR)


def lead(actor: Actor | None) -> bool:
    """Pages of programme leads and administrators: calls, deadline settings."""
    return actor is not None and actor.has(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def rules() -> dict[str, Any]:
    """Return the rules that a page may declare, by name (for the contract test)."""
    known = (anyone, signed_in, staff, partner, administrator, lead)
    return {rule.__name__: rule for rule in known}
