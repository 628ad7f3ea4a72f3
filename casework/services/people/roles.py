"""Roles: given in a place from a day to a day, and ended, each with a reason.

Every change stands in the security log; one on a case is an event of the case as well, one in an
organisation stands in its history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case, Grant, Organisation, User
from casework.policy import Actor
from casework.roles import HELD_IN, Role
from casework.services import cases, changes, events, house, organisations_people
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.people import last_administrator, places
from casework.services.people.places import Place
from casework.services.sign_in import security, sessions
from casework.workflows.declaration import Reason

HELD_ALREADY = N_("This person holds this role there in these days already.")
CLOSED = N_("This account is closed. Open it again first.")
ENDED = N_("This role has ended already.")
CONFIDENTIAL = N_("Who sees a confidential case is decided on the case, by those who keep it.")
ELSEWHERE = N_("A seat in a committee ends on the page of the committee.")
NO_RECUSAL = N_("This takes rights away. It ends where it was written down: on the case.")


ON_A_CASE = {"role_given": "access_given", "role_ended": "access_ended"}


@dataclass(frozen=True)
class Span:
    """From which day on (today when missing) until which day, both included (open when missing)."""

    first: date | None = None
    last: date | None = None

    def begins(self) -> datetime:
        """Return the moment from which it counts: now, for a day that has begun."""
        if self.first is None or self.first <= house_day():
            return now()
        return house.calendar().start_of_day(self.first)

    def ends(self) -> datetime | None:
        """Return the moment until which it counts."""
        return house.calendar().end_of_day(self.last) if self.last is not None else None


def give(actor: Actor, user: User, role: Role, place: Place, span: Span, reason: str) -> Grant:
    """Give a person a role. Raises ForbiddenError, RefusedError."""
    _demand_administrator(actor)
    if role not in HELD_IN[place.scope]:
        raise ForbiddenError("role")
    _lock(place)
    db.session.refresh(user, with_for_update=True)
    if not user.active:
        raise RefusedError("role", [Reason(CLOSED)])
    grant = Grant(
        user_id=user.id,
        role=role,
        scope=place.scope,
        scope_id=place.id,
        starts_at=span.begins(),
        ends_at=span.ends(),
        granted_by_id=actor.id,
    )
    _demand_new(grant)
    db.session.add(grant)
    db.session.flush()
    _write_down(actor, "role_given", grant, user, place, reason)
    return grant


def end(actor: Actor, grant_id: UUID, last: date | None, reason: str) -> None:
    """End a role: now, or with the given day. Raises NotFoundError, RefusedError."""
    _demand_administrator(actor)
    grant = db.session.get(Grant, grant_id)
    if grant is None:
        raise NotFoundError(str(grant_id))
    if grant.scope not in HELD_IN:
        raise RefusedError("role", [Reason(ELSEWHERE)])
    place = places.of(grant)
    _lock(place)
    if grant.role == Role.ADMINISTRATOR and not grant.denies:
        last_administrator.demand_another(grant_id=grant.id)
    db.session.refresh(grant, with_for_update=True)
    if grant.denies:
        raise RefusedError("role", [Reason(NO_RECUSAL)])
    moment = now()
    if grant.ends_at is not None and grant.ends_at <= moment:
        raise RefusedError("role", [Reason(ENDED)])
    if place.scope == "organisation" and place.id is not None:
        held = organisations_people.people(place.id)
        organisations_people.demand_lead_without([g for g, _u in held if g is grant], held)
    grant.ends_at = (Span(last=last).ends() if last is not None else None) or moment
    db.session.flush()
    user = db.session.get_one(User, grant.user_id)
    if user.id != actor.id:
        sessions.end_all(user.id, actor.id, "roles")
    _write_down(actor, "role_ended", grant, user, place, reason)


def _demand_administrator(actor: Actor) -> None:
    if not policy.administrator(actor):
        raise ForbiddenError("role")


def _lock(place: Place) -> None:
    """Lock what the role is held in, before the grants of it. Raises RefusedError."""
    if place.scope == "case" and place.id is not None and cases.lock(place.id).restricted:
        raise RefusedError("role", [Reason(CONFIDENTIAL)])
    if place.scope == "organisation" and place.id is not None:
        db.session.get_one(Organisation, place.id, with_for_update=True, populate_existing=True)


def _demand_new(grant: Grant) -> None:
    """See that the person does not hold the role there in the same days."""
    query = sa.select(Grant.id).where(
        Grant.user_id == grant.user_id,
        Grant.role == grant.role,
        Grant.scope == grant.scope,
        Grant.scope_id == grant.scope_id if grant.scope_id else Grant.scope_id.is_(None),
        Grant.denies.is_(False),
        sa.or_(Grant.ends_at.is_(None), Grant.ends_at > grant.starts_at),
    )
    if grant.ends_at is not None:
        query = query.where(Grant.starts_at < grant.ends_at)
    if db.session.scalar(query.limit(1)) is not None:
        raise RefusedError("role", [Reason(HELD_ALREADY)])


def _write_down(
    actor: Actor, kind: str, grant: Grant, user: User, place: Place, reason: str
) -> None:
    """Write a change into the security log, and where the role is held."""
    days = {
        name: house_day(moment).isoformat()
        for name, moment in (("first", grant.starts_at), ("last", grant.ends_at))
        if moment is not None
    }
    words = {"role": str(grant.role), "reason": reason, **days}
    security.note(kind, user.id, actor=actor.id, scope=place.scope, place=place.name, **words)
    if place.scope == "case" and place.id is not None:
        case = db.session.get_one(Case, place.id)
        said = {"person": user.id, "name": user.name, "until": grant.ends_at, **words}
        events.append(case, ON_A_CASE[kind], actor.id, name=str(grant.role), payload=said)
    if place.scope == "organisation" and place.id is not None:
        organisation = db.session.get_one(Organisation, place.id)
        name = {str(grant.role): user.name}
        nobody = {str(grant.role): None}
        before, after = (nobody, name) if kind == "role_given" else (name, nobody)
        changes.record(organisation, before, after, actor.id)
