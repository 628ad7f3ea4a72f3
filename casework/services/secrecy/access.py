"""Access to a restricted case: given and ended by those who keep it, person by person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, User
from casework.policy import Actor
from casework.roles import Role
from casework.services import cases, receipts
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.secrecy import granting
from casework.workflows.declaration import Reason

LAST_KEEPER = N_("Somebody must keep the case: give another keeper access first.")
NOT_ADMITTED = N_("This person has no account that is in use, or cannot be given this role here.")
RECUSED = N_("This person is recused from the case.")
SHORTEST_REASON = 10
REASON_NEEDED = N_("Give a reason of ten characters or more: it stays in the history.")


def give(
    case_id: UUID,
    user_id: UUID,
    role: Role,
    until: datetime | None,
    reason: str,
    actor: Actor,
    key: str,
) -> None:
    """Give a person access to a case in a role, until further notice or until a moment.

    Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case = _kept(case_id, actor)
    if receipts.find(key, actor.id) is not None:
        return
    moment = now()
    _demand_reason(reason)
    user = db.session.get(User, user_id)
    secrecy = cases.workflow_of(case).secrecy
    if user is None or not user.active or secrecy is None or role not in secrecy.admits:
        raise RefusedError("access", [Reason(NOT_ADMITTED)])
    if case.id in policy.actor_of(db.session, user_id, moment).denied_case_ids:
        raise RefusedError("access", [Reason(RECUSED)])
    granting.admit(case, user_id, role, actor.id, moment, until=until, reason=reason.strip())
    receipts.keep(key, actor.id, {}, moment)


def end(case_id: UUID, user_id: UUID, reason: str, actor: Actor, key: str) -> None:
    """End a person's access to a case; the last keeper cannot be shut out.

    Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case = _kept(case_id, actor)
    if receipts.find(key, actor.id) is not None:
        return
    _demand_reason(reason)
    moment = now()
    if not _others_keep(case, user_id, moment):
        raise RefusedError("access", [Reason(LAST_KEEPER)])
    if not granting.end(case, user_id, actor.id, moment, reason.strip()):
        raise NotFoundError(str(user_id))
    receipts.keep(key, actor.id, {}, moment)


def _kept(case_id: UUID, actor: Actor) -> Case:
    """Return the locked case to one of its keepers. Raises NotFoundError, ForbiddenError."""
    case = cases.lock(case_id)
    if not policy.may_see(actor, case):
        raise NotFoundError(str(case_id))
    if not policy.may_keep(actor, case, cases.workflow_of(case)):
        raise ForbiddenError("access")
    return case


def _others_keep(case: Case, user_id: UUID, moment: datetime) -> bool:
    secrecy = cases.workflow_of(case).secrecy
    keepers = secrecy.keepers if secrecy else frozenset()
    found = policy.holders(db.session, [case], keepers, moment)
    return any(h.user_id != user_id for people in found.values() for h in people)


def _demand_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError("access", [Reason(REASON_NEEDED)])
