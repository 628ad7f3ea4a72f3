"""A deadline of one case given another end by hand, with a reason."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from casework import policy
from casework.clock import now as clock_now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, Deadline
from casework.policy import Actor, roles_on
from casework.roles import PARTNER_ROLES, Role
from casework.services import cases, deadlines, events, outbox, receipts
from casework.services.errors import ForbiddenError, NotFoundError

MOVERS = frozenset({Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD})
SUBJECT = N_("Another date for %(title)s")
LINE = N_("We have given a deadline of “%(title)s” another date. Its page shows it.")


def may_move(roles: frozenset[Role], deadline: Deadline, case: Case) -> bool:
    """Say whether people in these roles may give this deadline another end.

    One that follows a date of the file, or of a record in it, is moved there; one that stands
    still has no end to move.
    """
    rule = cases.workflow_of(case).deadline_by_key.get(deadline.rule)
    free = deadline.subject_kind == "case" and (rule is None or rule.date_fact is None)
    return bool(roles & MOVERS) and free and deadline.state == "open"


def find(case: Case, deadline_id: UUID, actor: Actor) -> Deadline:
    """Return a deadline that this person may move. Raises NotFoundError, ForbiddenError."""
    deadline = db.session.get(Deadline, deadline_id, populate_existing=True)
    if deadline is None or deadline.case_id != case.id:
        raise NotFoundError(str(deadline_id))
    if not may_move(roles_on(actor, case), deadline, case):
        raise ForbiddenError(deadline.rule)
    return deadline


def postpone(
    case_id: UUID, deadline_id: UUID, actor: Actor, due: date, reason: str, key: str
) -> None:
    """Give a running deadline the end of the day ``due``; its partner is told, its reason kept.

    Raises NotFoundError, ForbiddenError.
    """
    case = cases.lock(case_id)
    if not policy.may_see(actor, case):
        raise NotFoundError(str(case_id))
    if receipts.find(key, actor.id) is not None:
        return
    deadline = find(case, deadline_id, actor)
    moment, before = clock_now(), deadline.due_at
    deadlines.move_due(deadline, due, moment)
    payload = {"label": deadline.label, "before": before, "after": deadline.due_at}
    event = events.append(
        case,
        "deadline_moved",
        actor.id,
        name=deadline.rule,
        payload={**payload, "reason": reason},
        at=moment,
    )
    _tell_partner(case, deadline, event.id, moment)
    receipts.keep(key, actor.id, {}, moment)


def _tell_partner(case: Case, deadline: Deadline, event_id: UUID, moment: datetime) -> None:
    rule = cases.workflow_of(case).deadline_by_key.get(deadline.rule)
    if rule is None or not rule.public or rule.owner not in PARTNER_ROLES:
        return
    people = policy.holders(db.session, [case], [Role.PARTNER_LEAD], moment)
    outbox.queue(
        people.get((case.id, Role.PARTNER_LEAD), []),
        occasion=f"event:{event_id}:0",
        kind="case_moved",
        template="words",
        params={"event_id": str(event_id), "subject": SUBJECT, "line": LINE},
        case=case,
        now=moment,
    )
