"""Handing over everything of somebody who leaves: said yes to once, done by a worker case by case.

What was handed over is no longer theirs, so that work which is broken off goes on where it was, and
done twice changes nothing. Each recipient is told once, of all that they get.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework import policy
from casework.clock import now
from casework.db import new_id, unit_of_work
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case, HandOver, User
from casework.policy import Actor, Holder
from casework.queries import handing_over as queries
from casework.services import assigning, background, cases, outbox
from casework.services.background_run import Run, WorkFailed
from casework.services.bulk import reasons
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.people import accounts, last_administrator
from casework.services.sign_in import security
from casework.workflows.declaration import Reason

KIND = "hand_over"
NOT_YOURSELF = N_("Nobody hands over to the person who leaves: choose somebody else.")
log = structlog.get_logger(__name__)


def begin(
    actor: Actor,
    person: User,
    recipients: Mapping[str, str],
    closes_after: date | None,
    reason: str,
    key: str,
    language: str,
) -> HandOver:
    """Have a person's cases handed over; the same key again returns the same act.

    Neither commits nor starts. Raises ForbiddenError, RefusedError (the last administrator).
    """
    if not policy.administrator(actor) or actor.id is None:
        raise ForbiddenError("hand_over")
    if str(person.id) in recipients.values():
        raise RefusedError("hand_over", [Reason(NOT_YOURSELF)])
    if closes_after is not None:
        if person.id == actor.id:
            raise RefusedError("hand_over", [Reason(accounts.NOT_YOURSELF)])
        last_administrator.demand_another(user_id=person.id)
    act_id = new_id()
    work = background.begin(actor, KIND, {"hand_over": str(act_id)}, key, language)
    before = db.session.scalar(sa.select(HandOver).where(HandOver.work_id == work.id))
    if before is not None:
        return before
    act = HandOver(
        id=act_id,
        person_id=person.id,
        actor_id=actor.id,
        created_at=now(),
        recipients=dict(recipients),
        reason=reason,
        closes_after=closes_after,
        work_id=work.id,
    )
    db.session.add(act)
    security.note("handed_over", person.id, actor=actor.id, reason=reason)
    db.session.flush()
    return act


def call_off(actor: Actor, act_id: UUID) -> HandOver:
    """Leave a person's account open after all. Raises ForbiddenError, NotFoundError."""
    if not policy.administrator(actor):
        raise ForbiddenError("hand_over")
    act = db.session.get(HandOver, act_id, with_for_update=True)
    if act is None or act.closes_after is None or act.closed_at is not None:
        raise NotFoundError(str(act_id))
    act.closed_at = now()
    security.note("closing_called_off", act.person_id, actor=actor.id)
    return act


def carry_out(run: Run) -> None:
    """Hand over every case whose turn has not come yet (a handler of long work)."""
    act = db.session.get(HandOver, UUID(run.params["hand_over"]))
    if act is None:
        raise WorkFailed(N_("This act is no longer known: it was never confirmed, or is too old."))
    act_id, reached = act.id, run.memory.get("reached")
    ids = queries.open_case_ids(act.person_id, UUID(reached) if reached else None)
    db.session.rollback()
    total = run.done + len(ids)
    for done, case_id in enumerate(ids, start=run.done + 1):
        with run.step(done, total + 1):  # the last step is that everybody is told
            _one(run, act_id, case_id)
    with run.step(total + 1, total + 1):
        _tell(run, db.session.get_one(HandOver, act_id))


def close_due(moment: datetime) -> int:
    """Close the accounts whose last day is over; return how many. Owns its transactions.

    An account that cannot be closed (it is the last administrator's by now) stays, and its
    person's page says so.
    """
    due = sa.select(HandOver.id).where(
        HandOver.closes_after < house_day(moment), HandOver.closed_at.is_(None)
    )
    ids = list(db.session.scalars(due.order_by(HandOver.id)))
    db.session.rollback()
    return sum(_close(act_id, moment) for act_id in ids)


def _close(act_id: UUID, moment: datetime) -> bool:
    try:
        with unit_of_work(db.session):
            act = db.session.get_one(HandOver, act_id, with_for_update=True)
            if act.closed_at is not None:
                return False
            person = db.session.get_one(User, act.person_id)
            act.closed_at = moment
            if person.active:
                accounts.close_for(act.actor_id, person, act.reason)
    except RefusedError as error:
        log.warning("account.not_closed", hand_over=str(act_id), why=error.reasons[0].message)
        return False
    return True


def _one(run: Run, act_id: UUID, case_id: UUID) -> None:
    """Hand over one case; a refusal is written down and hinders no other case."""
    act = db.session.get_one(HandOver, act_id)
    run.memory["reached"] = str(case_id)
    try:
        with db.session.begin_nested():
            to = _hand_over(run.actor, act, case_id)
    except reasons.REFUSALS as error:
        reference = db.session.scalar(sa.select(Case.reference).where(Case.id == case_id))
        line = {"reference": reference, "reasons": reasons.stored(reasons.of(error))}
        run.memory["refused"] = [*run.memory.get("refused", []), line]
        return
    if to is not None:
        given = dict(run.memory.get("given", {}))
        given[str(to)] = given.get(str(to), 0) + 1
        run.memory["given"] = given


def _hand_over(actor: Actor, act: HandOver, case_id: UUID) -> UUID | None:
    """Put the recipient in charge of a case that is still the person's; return who that is."""
    case = cases.lock(case_id)
    if case.owner_id != act.person_id or case.closed_at is not None:
        return None
    to = queries.recipient_of(case, act.recipients)
    if to is not None:
        assigning.hand_over(case, to, actor)
    return to


def _tell(run: Run, act: HandOver) -> None:
    """Tell each recipient once how many cases they have now."""
    person = db.session.get_one(User, act.person_id)
    given: dict[str, int] = run.memory.get("given", {})
    for user_id, number in given.items():
        user = db.session.get_one(User, UUID(user_id))
        if user.id == act.actor_id:
            continue
        outbox.queue(
            [Holder(user.id, user.email, user.name, user.language)],
            occasion=f"hand_over:{act.id}",
            kind="case_moved",
            template="hand_over",
            params={"name": person.name, "number": number, "user_id": user_id},
            case=None,
            now=now(),
        )
