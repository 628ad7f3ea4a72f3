"""Who holds which role on which case: whom a message or a deadline is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.db import constants
from casework.models.case import Case
from casework.models.grant import Grant
from casework.models.user import User
from casework.policy.actors import Reader, in_force
from casework.roles import CASE_BY_CASE, CASE_ROLES, Role


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
    all of them. Inactive people are left out, and recused ones but as auditors; nobody hears of a
    case as administrator.
    """
    wanted = frozenset(roles) & CASE_ROLES
    values = {
        "now": now,
        "cases": [case.id for case in cases],
        "organisations": list({case.organisation_id for case in cases if case.organisation_id}),
        "programmes": list({case.programme_id for case in cases if case.programme_id}),
    }
    held: dict[tuple[str, UUID | None], list[tuple[Role, Holder]]] = {}
    denied = set()
    session.flush()  # a grant that waits to be written counts
    for row in session.connection().execute(_query(wanted), values):
        if row.denies:
            denied.add((row.user_id, row.scope_id))
        elif row.scope != "house" or row.role not in CASE_BY_CASE:
            holder = Holder(row.user_id, row.email, row.name, row.language)
            held.setdefault((row.scope, row.scope_id), []).append((Role(row.role), holder))
    found = _by_case(cases, held, denied)
    for case in cases:
        officers = found.get((case.id, Role.PROGRAMME_OFFICER), [])
        owners = [h for h in officers if h.user_id == case.owner_id]
        if owners:
            found[case.id, Role.PROGRAMME_OFFICER] = owners
    return found


def _by_case(
    cases: Sequence[Case],
    held: Mapping[tuple[str, UUID | None], Sequence[tuple[Role, Holder]]],
    denied: set[tuple[UUID, UUID | None]],
) -> dict[tuple[UUID, Role], list[Holder]]:
    """Return who holds each role on each case, by name, everybody once."""
    found: dict[tuple[UUID, Role], list[Holder]] = {}
    for case in cases:
        own = set(held.get(("case", case.id), ()))
        here = set(own)
        if not case.restricted:
            here.update(held.get(("house", None), ()))
            here.update(held.get(("programme", case.programme_id), ()))
            here.update(held.get(("organisation", case.organisation_id), ()))
        for role, holder in sorted(here, key=lambda h: (h[1].name, h[1].user_id)):
            audits = role is Role.AUDITOR and (role, holder) in own  # no recusal ends that
            if audits or (holder.user_id, case.id) not in denied:
                found.setdefault((case.id, role), []).append(holder)
    return found


@cache
def _query(roles: frozenset[Role]) -> Any:
    """Return the select of all grants that touch some cases; it is built once for some roles.

    Each way is written out with the columns of the index on grants, so that the database looks
    up what it needs and reads no other grant.
    """
    now = sa.bindparam("now", type_=Grant.starts_at.type)
    role = Grant.role.in_(constants(roles))

    def scoped(scope: str, ids: str) -> sa.ColumnElement[bool]:
        return sa.and_(Grant.scope == scope, Grant.scope_id.in_(sa.bindparam(ids, expanding=True)))

    ways = (
        sa.and_(Grant.scope == "house", Grant.scope_id.is_(None), role),
        sa.and_(scoped("case", "cases"), sa.or_(role, Grant.denies.is_(True))),
        sa.and_(scoped("organisation", "organisations"), role),
        sa.and_(scoped("programme", "programmes"), role),
    )
    columns = (Grant.user_id, Grant.role, Grant.scope, Grant.scope_id, Grant.denies)
    return (
        sa.select(*columns, User.email, User.name, User.language)
        .join(User, User.id == Grant.user_id)
        .where(in_force(now), User.active.is_(True), sa.or_(*ways))
    )
