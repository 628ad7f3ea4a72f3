"""Waivers: a warning set aside by somebody with that right, so that others may go on."""

from __future__ import annotations

from uuid import UUID

from casework.clock import now as clock_now
from casework.extensions import db
from casework.models import Waiver
from casework.policy import Actor, roles_on
from casework.services import approvals, cases, events, receipts
from casework.services.errors import ForbiddenError, NotFoundError

LONGEST_REASON = 2000  # characters


def waive(
    case_id: UUID, transition_name: str, guard_name: str, actor: Actor, reason: str, key: str
) -> None:
    """Set a warning aside so that those who make the move may go on; needs a written reason.

    Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case = cases.lock(case_id)
    roles = roles_on(actor, case)
    if not roles:
        raise NotFoundError(str(case_id))
    if receipts.find(key, actor.id) is not None:
        return
    transition = cases.workflow_of(case).transition_by_name.get(transition_name)
    guards = {g.name: g for g in (transition.guards if transition else ()) if g.warns}
    guard = guards.get(guard_name)
    if guard is None or transition is None or case.state not in transition.sources:
        raise NotFoundError(guard_name)
    if not guard.overridable_by & roles or actor.id is None:
        raise ForbiddenError(guard_name)
    written = approvals.written_reason(transition_name, reason)[:LONGEST_REASON]
    moment = clock_now()
    db.session.add(
        Waiver(
            case_id=case.id,
            transition=transition_name,
            guard=guard_name,
            reason=written,
            user_id=actor.id,
            given_at=moment,
        )
    )
    payload = {"transition": transition_name, "guard": guard_name, "reason": written}
    events.append(case, "waiver", actor.id, name=transition_name, payload=payload, at=moment)
    case.version += 1
    receipts.keep(key, actor.id, {}, moment)
