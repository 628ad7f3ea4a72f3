"""Handing over everything of somebody who leaves: said yes to once, done by a worker case by case.

What was handed over is no longer theirs, so that work which is broken off goes on where it was, and
done twice changes nothing. Each recipient is told once, of all that they get.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from casework.roles import Role
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


@dataclass(frozen=True)
class _Part:
    """What changes hands: being in charge of cases, or being their coach."""

    suffix: str
    hand_over: Callable[[Actor, HandOver, UUID], UUID | None]

    @property
    def reached_key(self) -> str:
        return f"reached{self.suffix}"

    @property
    def given_key(self) -> str:
        return f"given{self.suffix}"

    def reached(self, run: Run) -> UUID | None:
        """Return the last case whose turn has come."""
        text = run.memory.get(self.reached_key)
        return UUID(text) if text else None


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
    act_id, charge, coaching = act.id, _Part("", _in_charge), _Part("_coach", _as_coach)
    todo = [(charge, i) for i in queries.open_case_ids(act.person_id, charge.reached(run))]
    if queries.COACHING in act.recipients:
        coached = queries.coached_case_ids(act.person_id, now(), coaching.reached(run))
        todo += [(coaching, case_id) for case_id in coached]
    db.session.rollback()
    total = run.done + len(todo)
    for done, (part, case_id) in enumerate(todo, start=run.done + 1):
        with run.step(done, total + 1):  # the last step is that everybody is told
            _one(run, act_id, part, case_id)
    with run.step(total + 1, total + 1):
        for part in (charge, coaching):
            _tell(run, db.session.get_one(HandOver, act_id), part)


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


def _one(run: Run, act_id: UUID, part: _Part, case_id: UUID) -> None:
    """Hand over one case; a refusal is written down and hinders no other case."""
    act = db.session.get_one(HandOver, act_id)
    run.memory[part.reached_key] = str(case_id)
    try:
        with db.session.begin_nested():
            to = part.hand_over(run.actor, act, case_id)
    except reasons.REFUSALS as error:
        reference = db.session.scalar(sa.select(Case.reference).where(Case.id == case_id))
        line = {"reference": reference, "reasons": reasons.stored(reasons.of(error))}
        run.memory["refused"] = [*run.memory.get("refused", []), line]
        return
    if to is not None:
        given = dict(run.memory.get(part.given_key, {}))
        given[str(to)] = given.get(str(to), 0) + 1
        run.memory[part.given_key] = given


def _in_charge(actor: Actor, act: HandOver, case_id: UUID) -> UUID | None:
    """Put the recipient in charge of a case that is still the person's; return who that is."""
    case = cases.lock(case_id)
    if case.owner_id != act.person_id or case.closed_at is not None:
        return None
    to = queries.recipient_of(case, act.recipients)
    if to is not None:
        assigning.hand_over(case, to, actor)
    return to


def _as_coach(actor: Actor, act: HandOver, case_id: UUID) -> UUID | None:
    """Make the recipient the coach of a case whose coach the person still is."""
    case, to = cases.lock(case_id), UUID(act.recipients[queries.COACHING])
    before = policy.actor_of(db.session, act.person_id, now())
    if case.id not in before.cases_as(Role.COACH) or case.closed_at is not None:
        return None
    assigning.hand_over_coaching(case, act.person_id, to, actor)
    return to


def _tell(run: Run, act: HandOver, part: _Part) -> None:
    """Tell each recipient once how many cases they have now."""
    person = db.session.get_one(User, act.person_id)
    given: dict[str, int] = run.memory.get(part.given_key, {})
    for user_id, number in given.items():
        user = db.session.get_one(User, UUID(user_id))
        if user.id == act.actor_id:
            continue
        outbox.queue(
            [Holder(user.id, user.email, user.name, user.language)],
            occasion=f"hand_over:{act.id}{part.suffix}",
            kind="case_moved",
            template="hand_over",
            params={"name": person.name, "number": number, "user_id": user_id, "as": part.suffix},
            case=None,
            now=now(),
        )
