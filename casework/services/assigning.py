"""Naming who is in charge of a case."""

from __future__ import annotations

from uuid import UUID

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, Event, User
from casework.policy import Actor, Holder
from casework.roles import Role
from casework.services import cases, events, outbox, receipts, records
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.move import CaseMove
from casework.workflows.declaration import Reason

NOT_ONE_OF_US = N_(
    "This person cannot be in charge of the case: their account or their role ended, or they may "
    "not see it."
)
NO_COACH = N_(
    "This person cannot be the coach of the case: their account or their role ended, or they may "
    "not see it."
)


def assign(case_id: UUID, owner_id: UUID, actor: Actor, key: str) -> None:
    """Put a person in charge of a case; who was so before no longer is.

    It gives nobody the sight of a case: the person must be an officer or a lead on it already.
    Neither commits nor sends. Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case = cases.lock(case_id)
    if not policy.may_see(actor, case):
        raise NotFoundError(str(case_id))
    if receipts.find(key, actor.id) is not None:
        return
    if not policy.may_assign(actor, case):
        raise ForbiddenError("assign")
    owner = _fit(case, owner_id)
    receipts.keep(key, actor.id, {"case_id": str(case_id)}, now())
    if case.owner_id == owner_id:
        return
    event = _put_in_charge(case, owner, actor)
    if owner_id != actor.id:
        outbox.queue(
            [Holder(owner.id, owner.email, owner.name, owner.language)],
            occasion=f"event:{event.id}:0",
            kind="case_moved",
            template="words",
            params={
                "event_id": str(event.id),
                "subject": N_("You are in charge of %(title)s"),
                "line": N_("“%(title)s” of %(organisation)s is now yours to follow."),
            },
            case=case,
            now=event.at,
            made_by=actor.id,
        )


def hand_over(case: Case, owner_id: UUID, actor: Actor) -> None:
    """Put another in charge of a locked case of somebody who leaves; the caller tells them.

    Raises ForbiddenError, RefusedError.
    """
    if not policy.may_hand_over(actor, case):
        raise ForbiddenError("hand_over")
    _put_in_charge(case, _fit(case, owner_id), actor)


def hand_over_coaching(case: Case, person_id: UUID, to: UUID, actor: Actor) -> None:
    """Make another the coach of a locked case of somebody who leaves; the caller tells them.

    Raises ForbiddenError, RefusedError.
    """
    if not policy.may_hand_over(actor, case):
        raise ForbiddenError("hand_over")
    coach = db.session.get(User, to)
    known = policy.actor_of(db.session, to, now())
    if coach is None or not coach.active or not policy.may_coach(known, case):
        raise RefusedError("hand_over", [Reason(NO_COACH)])
    if not records.name_holder(case, Role.COACH, person_id, to, actor):
        CaseMove(case, cases.workflow_of(case), None, None, {}, actor, now()).grant(to, Role.COACH)
    said = {"person": coach.id, "name": coach.name, "role": str(Role.COACH)}
    events.append(case, "access_given", actor.id, name=str(Role.COACH), payload=said)


def _fit(case: Case, owner_id: UUID) -> User:
    """Return a person who can be in charge of a case. Raises RefusedError."""
    owner = db.session.get(User, owner_id)
    known = policy.actor_of(db.session, owner_id, now())
    if owner is None or not owner.active or not policy.may_be_in_charge(known, case):
        raise RefusedError("assign", [Reason(NOT_ONE_OF_US)])
    return owner


def _put_in_charge(case: Case, owner: User, actor: Actor) -> Event:
    moment, before = now(), case.owner_id
    move = CaseMove(case, cases.workflow_of(case), None, None, {}, actor, moment)
    move.grant(owner.id, Role.PROGRAMME_OFFICER)
    case.version += 1
    event = events.append(
        case, "assigned", actor.id, payload={"from": before, "to": owner.id}, at=moment
    )
    if before is not None:
        records.name_holder(case, Role.PROGRAMME_OFFICER, before, owner.id, actor)
    return event
