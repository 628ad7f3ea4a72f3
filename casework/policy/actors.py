"""Whoever acts, with the grants that are in force."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from casework.db import constant, constants
from casework.models.grant import Grant
from casework.roles import CASE_ROLES, COMMITTEE_ROLES, GUEST_ROLES, HOUSE_ROLES, Role

Reader = Session | scoped_session[Any]
BETWEEN, AFTER, DENIES = " ", ";", "denied"


@dataclass(frozen=True)
class Held:
    """One grant as the policy uses it."""

    role: Role
    scope: str
    scope_id: UUID | None
    denies: bool


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person with the grants in force now, or the system (no id, no grants).

    A ``guest`` has come by a mailed link to one case, and holds the role there and nothing else,
    whatever roles the same person may have when they sign in.
    """

    id: UUID | None
    held: tuple[Held, ...] = ()
    guest: bool = False

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
    def sits(self) -> bool:
        """Whether this person sits in a committee, or keeps its affairs."""
        return bool(self.committees_as(*COMMITTEE_ROLES))

    def committees_as(self, *roles: Role) -> frozenset[UUID]:
        """Return the committees in which this person holds one of the roles."""
        return frozenset(
            h.scope_id
            for h in self.held
            if h.scope == "committee" and h.scope_id and h.role in roles and not h.denies
        )

    def cases_as(self, role: Role) -> frozenset[UUID]:
        """Return the cases on which this person holds the role by a grant on that one case."""
        return frozenset(
            h.scope_id
            for h in self.held
            if h.scope == "case" and h.scope_id and h.role is role and not h.denies
        )

    @cached_property
    def is_partner(self) -> bool:
        """Whether this person belongs to a partner organisation."""
        return bool(self.organisation_ids)

    @cached_property
    def organisation_ids(self) -> frozenset[UUID]:
        """The organisations in which this person holds a role."""
        return self.scoped("organisation")

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

    def scoped(self, scope: str) -> frozenset[UUID]:
        """Return what the case roles held in scopes of one kind are held in."""
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

    @cached_property
    def hidden_case_ids(self) -> frozenset[UUID]:
        """The cases of which a recusal hides everything: all but those that this person audits."""
        return self.denied_case_ids - self.cases_as(Role.AUDITOR)

    def told(self) -> list[dict[str, Any]]:
        """Return the grants as plain values, to be kept."""
        return [
            {
                "role": str(h.role),
                "scope": h.scope,
                "scope_id": str(h.scope_id) if h.scope_id else None,
                "denies": h.denies,
            }
            for h in self.held
        ]

    @classmethod
    def as_told(cls, user_id: UUID, grants: Iterable[Mapping[str, Any]]) -> Actor:
        """Return a person with the grants that :meth:`told` once returned."""
        return cls(
            user_id,
            tuple(
                Held(
                    Role(g["role"]),
                    g["scope"],
                    UUID(g["scope_id"]) if g["scope_id"] else None,
                    g["denies"],
                )
                for g in grants
            ),
        )


SYSTEM = Actor(id=None)


def in_force(now: datetime | sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Return the condition under which a grant counts at the moment ``now``."""
    return sa.and_(Grant.starts_at <= now, sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now))


def actor_of(session: Reader, user_id: UUID, now: datetime) -> Actor:
    """Return the person with the grants that are in force at ``now`` (one query)."""
    rows = session.execute(_grants_query(), {"user_id": user_id, "now": now})
    return Actor(user_id, tuple(Held(Role(r.role), r.scope, r.scope_id, r.denies) for r in rows))


def actors_of(session: Reader, user_ids: Iterable[UUID], now: datetime) -> dict[UUID, Actor]:
    """Return several people with the grants that are in force at ``now`` (one query)."""
    wanted = list(user_ids)
    held: dict[UUID, list[Held]] = {user_id: [] for user_id in wanted}
    rows = session.execute(
        sa.select(Grant.user_id, Grant.role, Grant.scope, Grant.scope_id, Grant.denies).where(
            Grant.user_id.in_(wanted), _not_as_guest(), in_force(now)
        )
    )
    for r in rows:
        held[r.user_id].append(Held(Role(r.role), r.scope, r.scope_id, r.denies))
    return {user_id: Actor(user_id, tuple(found)) for user_id, found in held.items()}


def held_column(user_id: Any, moment: Any) -> Any:
    """Return the column that :func:`actor_told` reads: the grants in force at ``moment``."""
    one = (
        Grant.role,
        Grant.scope,
        sa.func.coalesce(sa.cast(Grant.scope_id, sa.Text), constant("")),
    )
    denies = sa.case((Grant.denies, constant(DENIES)), else_=constant(""))
    text = functools.reduce(lambda a, b: a + constant(BETWEEN) + b, (*one, denies))
    return (
        sa.select(sa.func.aggregate_strings(text, constant(AFTER)))
        .where(Grant.user_id == user_id, _not_as_guest(), in_force(moment))
        .scalar_subquery()
    )


def actor_told(user_id: UUID, text: str | None) -> Actor:
    """Return the person whose grants :func:`held_column` has read."""
    return Actor(user_id, tuple(_held(one) for one in (text or "").split(AFTER) if one))


@functools.lru_cache(maxsize=4096)
def _held(text: str) -> Held:
    role, scope, scope_id, denies = text.split(BETWEEN)
    return Held(Role(role), scope, UUID(scope_id) if scope_id else None, denies == DENIES)


def _not_as_guest() -> sa.ColumnElement[bool]:
    """Return the condition that leaves out what counts for who comes by a guest's link alone."""
    return Grant.role.not_in(constants(GUEST_ROLES))


def guest_of(session: Reader, grant_id: UUID, now: datetime) -> Actor | None:
    """Return the guest who holds this grant; None when it is not in force (one query)."""
    row = session.execute(
        sa.select(Grant.user_id, Grant.role, Grant.scope, Grant.scope_id).where(
            Grant.id == grant_id, Grant.role.in_(sorted(GUEST_ROLES)), in_force(now)
        )
    ).first()
    if row is None:
        return None
    held = Held(Role(row.role), row.scope, row.scope_id, denies=False)
    return Actor(row.user_id, (held,), guest=True)


@functools.cache
def _grants_query() -> Any:
    """It is asked often: it is built once."""
    moment = sa.bindparam("now", type_=Grant.starts_at.type)
    return sa.select(Grant.role, Grant.scope, Grant.scope_id, Grant.denies).where(
        Grant.user_id == sa.bindparam("user_id"), _not_as_guest(), in_force(moment)
    )
