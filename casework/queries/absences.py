"""Who is away and who stands in for them.

A substitute may be away too; then it is their own substitute's turn. A chain that comes back to
somebody in it, or ends with a closed account, leads to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db, house_day, house_morning
from casework.models import Absence, Case, Grant, User
from casework.policy import Actor, Holder
from casework.roles import HOUSE_ROLES, Role


@dataclass(frozen=True)
class Away:
    """Somebody who is away today, and who gets what they would; nobody where no chain ends."""

    absence: Absence
    person: str
    substitute: Holder | None


@dataclass(frozen=True)
class Planned:
    """An absence with the names that belong to it."""

    absence: Absence
    substitute: str
    entered_by: str


def away(day: date) -> dict[UUID, Away]:
    """Return who is away on a day, each with whoever is there for them, in one query."""
    rows = db.session.execute(_away_query(), {"day": day}).all()
    chosen = {
        absence.user_id: Holder(user.id, user.email, user.name, user.language)
        for absence, _name, user in rows
        if user.active
    }
    everybody = {absence.user_id for absence, _name, _user in rows}
    return {
        absence.user_id: Away(absence, name, _end_of_chain(absence.user_id, chosen, everybody))
        for absence, name, _user in rows
    }


@cache
def _away_query() -> Any:
    person, day = sa.orm.aliased(User), sa.bindparam("day", type_=sa.Date())
    return (
        sa.select(Absence, person.name, User)
        # outer joins, or SQLite begins with everybody who has an account
        .outerjoin(person, person.id == Absence.user_id)
        .outerjoin(User, User.id == Absence.substitute_id)
        .where(Absence.last >= day, Absence.first <= day, Absence.ended_at.is_(None))
    )


def _end_of_chain(
    user_id: UUID, chosen: Mapping[UUID, Holder], everybody: set[UUID]
) -> Holder | None:
    """Return whoever is there at the end of a person's chain of substitutes."""
    seen, at = {user_id}, chosen.get(user_id)
    while at is not None and at.user_id in everybody:
        if at.user_id in seen:
            return None
        seen.add(at.user_id)
        at = chosen.get(at.user_id)
    return at


def stood_in_for(actor: Actor, gone: Mapping[UUID, Away]) -> dict[UUID, str]:
    """Return for whom of those who are away a person stands in, with their names."""
    return {
        user_id: each.person
        for user_id, each in gone.items()
        if each.substitute is not None and each.substitute.user_id == actor.id
    }


def of_person(user_id: UUID, limit: int = 50) -> list[Planned]:
    """Return a person's absences, the latest first, in one query."""
    return _planned(Absence.user_id == user_id, limit=limit)


def between(first: date, last: date) -> list[Planned]:
    """Return everybody's absences that have a day in common with these days, in one query."""
    return _planned(Absence.ended_at.is_(None), Absence.last >= first, Absence.first <= last)


def _planned(*conditions: sa.ColumnElement[bool], limit: int | None = None) -> list[Planned]:
    substitute, by = sa.orm.aliased(User), sa.orm.aliased(User)
    rows = db.session.execute(
        sa.select(Absence, substitute.name, by.name)
        .join(substitute, substitute.id == Absence.substitute_id)
        .join(by, by.id == Absence.created_by_id)
        .where(*conditions)
        .order_by(Absence.first.desc(), Absence.id.desc())
        .limit(limit)
    )
    return [Planned(*row) for row in rows]


def overlapping(user_id: UUID, first: date, last: date) -> Absence | None:
    """Return an absence of a person that has a day in common with these days."""
    return db.session.scalar(
        sa.select(Absence)
        .where(
            Absence.user_id == user_id,
            Absence.ended_at.is_(None),
            Absence.first <= last,
            Absence.last >= first,
        )
        .limit(1)
    )


def candidates(person: Actor, now: datetime) -> list[tuple[UUID, str]]:
    """Return who may stand in for a person: with open accounts and rights of the same kind.

    In the house those who hold one of the person's roles, in the house or in a programme (officers
    and leads count as one); elsewhere the people of the person's organisations. One query.
    """
    ways = [
        sa.and_(Grant.scope == "organisation", Grant.scope_id.in_(person.organisation_ids)),
    ]
    if person.is_staff:
        ways.append(sa.and_(Grant.scope.in_(("house", "programme")), Grant.role.in_(_kind(person))))
    holding = sa.select(Grant.user_id).where(
        sa.or_(*ways), Grant.denies.is_(False), policy.in_force(now)
    )
    rows = db.session.execute(
        sa.select(User.id, User.name)
        .where(User.id.in_(holding), User.active.is_(True), User.id != person.id)
        .order_by(User.folded, User.id)
    )
    return [(row.id, row.name) for row in rows]


IN_CHARGE = frozenset({Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD})


def _kind(person: Actor) -> set[Role]:
    held = {h.role for h in person.held if h.role in HOUSE_ROLES and not h.denies}
    return held | (IN_CHARGE if held & IN_CHARGE else set())


def unseen(person: Actor, substitute: Actor, reader: Actor, most: int) -> tuple[list[Case], int]:
    """Return the person's open cases that the substitute may not see, and how many there are.

    Those that they own, or follow by a role on the very case; as far as the reader may know of
    them. Two queries.
    """
    theirs = sa.or_(Case.owner_id == person.id, Case.id.in_(person.scoped("case")))
    known = sa.or_(policy.visible_to(reader), policy.acts_known_to(reader))
    conditions = (
        theirs,
        Case.closed_at.is_(None),
        policy.visible_to(person),
        sa.not_(policy.visible_to(substitute)),
        known,
    )
    total = db.session.scalar(sa.select(sa.func.count(Case.id)).where(*conditions)) or 0
    rows = db.session.scalars(
        sa.select(Case).where(*conditions).order_by(Case.reference).limit(most)
    )
    return list(rows), total


def latest(user_id: UUID, today: date) -> Absence | None:
    """Return the latest absence of a person that has begun, if there is one."""
    return db.session.scalar(
        sa.select(Absence)
        .where(Absence.user_id == user_id, Absence.first <= today)
        .order_by(Absence.first.desc(), Absence.id.desc())
        .limit(1)
    )


def last_day(absence: Absence) -> date:
    """Return the last day on which somebody was away."""
    return house_day(absence.ended_at) if absence.ended_at else absence.last


def span(absence: Absence) -> tuple[datetime, datetime]:
    """Return the moments between which somebody was away."""
    end = absence.ended_at or house_morning(absence.last + timedelta(days=1))
    return house_morning(absence.first), end


def just_back(user_id: UUID, today: date, days: int) -> Absence | None:
    """Return the absence from which a person came back a few days ago, if there is one."""
    found = latest(user_id, today)
    if found is None or (found.ended_at is None and found.last >= today):
        return None
    return found if (today - last_day(found)).days <= days else None
