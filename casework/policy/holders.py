"""Who holds which role on which case: whom a message or a deadline is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework.models.case import Case
from casework.models.grant import Grant
from casework.models.user import User
from casework.policy.actors import Reader, in_force
from casework.roles import CASE_ROLES, Role


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
