"""Absences: entered by the person, or for them by a lead or an administrator; ended early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Absence, User
from casework.policy import Actor, Holder
from casework.queries import absences
from casework.services import outbox
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.workflows.declaration import Reason

OVERLAPS = N_("There is an absence in these days already: from %(first)s to %(last)s.")
NOT_LIKE_THEM = N_("Choose somebody of those offered: their rights must be of the same kind.")
KIND = "absence"


@dataclass(frozen=True)
class Plan:
    """Who is to be away from when to when, and who stands in for them."""

    first: date
    last: date
    substitute_id: UUID


def demand_allowed(actor: Actor, person_id: UUID) -> None:
    """See that somebody may enter this person's absences. Raises ForbiddenError."""
    if not policy.may_enter_absence(actor, person_id):
        raise ForbiddenError("absence")


def check(actor: Actor, person: User, plan: Plan) -> User:
    """Return the substitute of a plan that can be entered. Raises ForbiddenError, RefusedError."""
    demand_allowed(actor, person.id)
    known = policy.actor_of(db.session, person.id, now())
    if plan.substitute_id not in {key for key, _name in absences.candidates(known, now())}:
        raise RefusedError("absence", [Reason(NOT_LIKE_THEM)])
    before = absences.overlapping(person.id, plan.first, plan.last)
    if before is not None:
        days = {"first": before.first, "last": before.last}
        raise RefusedError("absence", [Reason(OVERLAPS, days)])
    return db.session.get_one(User, plan.substitute_id)


def enter(actor: Actor, person: User, plan: Plan) -> Absence:
    """Write an absence down and tell the substitute, and the person where another entered it.

    Raises ForbiddenError, RefusedError.
    """
    db.session.refresh(person, with_for_update=True)  # of two at once the second sees the first
    substitute = check(actor, person, plan)
    row = Absence(
        user_id=person.id,
        substitute_id=substitute.id,
        first=plan.first,
        last=plan.last,
        created_at=now(),
        created_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    _tell(row, "substitute", substitute, person, actor)
    if actor.id != person.id:
        _tell(row, "person", person, substitute, actor)
    return row


def end(actor: Actor, person_id: UUID, absence_id: UUID) -> None:
    """Call an absence off, or end it today. Raises ForbiddenError, NotFoundError."""
    demand_allowed(actor, person_id)
    row = db.session.scalar(
        sa.select(Absence)
        .where(Absence.id == absence_id, Absence.user_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(str(absence_id))
    if row.ended_at is not None:
        return
    if row.first > house_day():
        db.session.delete(row)
    else:
        row.ended_at = now()
    person, substitute = (db.session.get_one(User, i) for i in (person_id, row.substitute_id))
    _tell(row, "ended", substitute, person, actor)


def _tell(row: Absence, notice: str, to: User, other: User, actor: Actor) -> None:
    if to.id == actor.id:
        return
    outbox.queue(
        [Holder(to.id, to.email, to.name, to.language)],
        occasion=f"absence:{row.id}:{notice}",
        kind=KIND,
        template=f"absence/{notice}",
        params={
            "name": other.name,
            "first": row.first.isoformat(),
            "last": row.last.isoformat(),
            "person_id": str(row.user_id),
        },
        case=None,
        now=now(),
    )
