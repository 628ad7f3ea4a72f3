"""Accounts for those who look after people: the list, and what one person holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.folding import folded
from casework.i18n import N_
from casework.models import (
    Case,
    Committee,
    Grant,
    Organisation,
    Programme,
    SecondFactor,
    SecurityEvent,
    User,
)
from casework.policy import Actor
from casework.roles import Role

PAGE = 50
LONGEST = 100
MOST_ROLES = 200
STATES = {
    "open": N_("Open accounts"),
    "invited": N_("Invited, not joined yet"),
    "bounced": N_("Mails come back"),
    "closed": N_("Closed accounts"),
    "all": N_("All accounts"),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all."""

    q: str = ""
    role: str = ""
    state: str = "open"

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Filters:
        """Return the filters of an address; a choice that does not exist is left out."""
        state, role = args.get("state", ""), args.get("role", "")
        return cls(
            args.get("q", "")[:LONGEST],
            role if role in set(Role) else "",
            state if state in STATES else "open",
        )

    def with_(self, **changes: str) -> Filters:
        """Return these filters with some of them changed."""
        return replace(self, **changes)

    def query(self) -> dict[str, str]:
        """Return the filters as the query of an address, without what is empty or usual."""
        return {k: v for k, v in vars(self).items() if v and (k, v) != ("state", "open")}


@dataclass(frozen=True)
class HeldRole:
    """A role that somebody holds: where, and what that is called."""

    role: str
    scope: str
    place: str = ""


@dataclass(frozen=True)
class Line:
    """A person of the list."""

    user: User
    last_sign_in: datetime | None
    second_step: bool
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True)
class Page:
    """One page of people, and how many there are in all."""

    rows: list[Line]
    number: int
    total: int

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.number * PAGE < self.total


@dataclass(frozen=True)
class Held:
    """One grant of a person, with the names of what it is about and of who gave it."""

    grant: Grant
    programme: Programme | None
    organisation: Organisation | None
    committee: Committee | None
    case: Case | None
    giver: str | None

    def over(self, now: datetime) -> bool:
        """Say whether it has ended."""
        return self.grant.ends_at is not None and self.grant.ends_at <= now


def page(filters: Filters, number: int, now: datetime) -> Page:
    """Return one page of people by name, in three queries."""
    conditions = _conditions(filters, now)
    total = db.session.scalar(sa.select(sa.func.count(User.id)).where(*conditions)) or 0
    rows = db.session.execute(
        sa.select(User, _last_sign_in(), _second_step())
        .where(*conditions)
        .order_by(User.folded, User.id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    held = _roles_of([row[0].id for row in rows], now)
    lines = [Line(row[0], row[1], row[2], held.get(row[0].id, ())) for row in rows]
    return Page(lines, number, total)


def last_sign_in(user_id: UUID) -> datetime | None:
    """Return when a person last signed in."""
    return db.session.scalar(
        sa.select(sa.func.max(SecurityEvent.at)).where(
            SecurityEvent.about_id == user_id, SecurityEvent.kind == "signed_in"
        )
    )


def held_by(user_id: UUID, reader: Actor) -> list[Held]:
    """Return the grants of a person, the newest first, in one query.

    Of a case that the reader may not see, an administrator learns the reference and nobody else
    anything.
    """
    giver = sa.orm.aliased(User)
    rows = db.session.execute(
        sa.select(Grant, Programme, Organisation, Committee, Case, giver.name)
        .outerjoin(Programme, sa.and_(Grant.scope == "programme", Programme.id == Grant.scope_id))
        .outerjoin(
            Organisation, sa.and_(Grant.scope == "organisation", Organisation.id == Grant.scope_id)
        )
        .outerjoin(Committee, sa.and_(Grant.scope == "committee", Committee.id == Grant.scope_id))
        .outerjoin(Case, sa.and_(Grant.scope == "case", Case.id == Grant.scope_id))
        .outerjoin(giver, giver.id == Grant.granted_by_id)
        .where(Grant.user_id == user_id)
        .order_by(Grant.starts_at.desc(), Grant.id.desc())
        .limit(MOST_ROLES)
    )
    knows = policy.administrator(reader)
    held = [Held(*row) for row in rows]
    return [h for h in held if h.case is None or knows or policy.may_see(reader, h.case)]


def open_cases(user_id: UUID, most: int) -> tuple[list[Case], int]:
    """Return the first open cases that a person owns, and how many there are, in two queries."""
    owned = (Case.owner_id == user_id, Case.closed_at.is_(None))
    total = db.session.scalar(sa.select(sa.func.count(Case.id)).where(*owned)) or 0
    rows = db.session.scalars(sa.select(Case).where(*owned).order_by(Case.reference).limit(most))
    return list(rows), total


def led_alone(user_id: UUID, now: datetime) -> list[Organisation]:
    """Return the organisations of which this person is the only lead with an open account."""
    other, person = sa.orm.aliased(Grant), sa.orm.aliased(User)
    another = (
        sa.exists()
        .where(
            other.scope == "organisation",
            other.scope_id == Organisation.id,
            other.role == Role.PARTNER_LEAD,
            other.denies.is_(False),
            other.starts_at <= now,
            sa.or_(other.ends_at.is_(None), other.ends_at > now),
            other.user_id == person.id,
            person.active.is_(True),
            person.id != user_id,
        )
        .correlate(Organisation)
    )
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .join(Grant, sa.and_(Grant.scope == "organisation", Grant.scope_id == Organisation.id))
            .where(
                Grant.user_id == user_id,
                Grant.role == Role.PARTNER_LEAD,
                Grant.denies.is_(False),
                policy.in_force(now),
                ~another,
            )
            .order_by(Organisation.folded_name)
        )
    )


def _conditions(filters: Filters, now: datetime) -> list[sa.ColumnElement[bool]]:
    joined = sa.or_(User.joined_at.is_not(None), User.password_hash.is_not(None))
    by_state: dict[str, list[sa.ColumnElement[bool]]] = {
        "open": [User.active.is_(True)],
        "invited": [User.active.is_(True), sa.not_(joined)],
        "bounced": [User.active.is_(True), User.address_bounced_at.is_not(None)],
        "closed": [User.active.is_(False)],
        "all": [],
    }
    found = by_state[filters.state]
    found += [User.folded.contains(word, autoescape=True) for word in folded(filters.q).split()]
    if filters.role:
        holding = sa.select(Grant.user_id).where(
            Grant.role == filters.role, Grant.denies.is_(False), policy.in_force(now)
        )
        found.append(User.id.in_(holding))
    return found


def _last_sign_in() -> Any:
    return (
        sa.select(sa.func.max(SecurityEvent.at))
        .where(SecurityEvent.about_id == User.id, SecurityEvent.kind == "signed_in")
        .correlate(User)
        .scalar_subquery()
    )


def _second_step() -> Any:
    return (
        sa.exists()
        .where(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None))
        .correlate(User)
    )


def _roles_of(ids: Iterable[UUID], now: datetime) -> dict[UUID, tuple[HeldRole, ...]]:
    """Return what people hold today, those on single cases once a role."""
    wanted = (Grant.user_id.in_(list(ids)), Grant.denies.is_(False), policy.in_force(now))
    place = sa.func.coalesce(
        sa.cast(Programme.number, sa.Text()), Organisation.name, Committee.prefix, ""
    )
    rows = db.session.execute(
        sa.select(Grant.user_id, Grant.role, Grant.scope, place.label("place"))
        .outerjoin(Programme, sa.and_(Grant.scope == "programme", Programme.id == Grant.scope_id))
        .outerjoin(
            Organisation, sa.and_(Grant.scope == "organisation", Organisation.id == Grant.scope_id)
        )
        .outerjoin(Committee, sa.and_(Grant.scope == "committee", Committee.id == Grant.scope_id))
        .where(*wanted)
        .distinct()
        .order_by(Grant.user_id, Grant.scope.desc(), Grant.role, "place")
    )
    found: dict[UUID, list[HeldRole]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(HeldRole(row.role, row.scope, row.place))
    return {user_id: tuple(held) for user_id, held in found.items()}
