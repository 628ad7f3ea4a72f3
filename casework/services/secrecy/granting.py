"""Grants on one restricted case, each an event of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, Grant, User
from casework.policy import actor_of, in_force
from casework.roles import Role
from casework.services import events
from casework.services.errors import RefusedError
from casework.workflows.declaration import Reason

RECUSED = N_("%(name)s is recused from this case and cannot audit it.")


def admit(
    case: Case,
    user_id: UUID,
    role: Role,
    by: UUID | None,
    moment: datetime,
    *,
    until: datetime | None = None,
    reason: str = "",
    kind: str = "access_given",
) -> bool:
    """Give a person a role on a locked case; say whether they did not hold it already.

    A recusal stays what it is: who is recused sees nothing, whatever they are given, and becomes
    no auditor of the case. ``kind`` is that of the event. Raises RefusedError.
    """
    if role is Role.AUDITOR and case.id in actor_of(db.session, user_id, moment).denied_case_ids:
        raise RefusedError("admit", [Reason(RECUSED, {"name": _whom(user_id)["name"]})])
    if db.session.scalar(_held(case, user_id, moment).where(Grant.role == role).limit(1)):
        return False
    db.session.add(
        Grant(
            user_id=user_id,
            role=role,
            scope="case",
            scope_id=case.id,
            starts_at=moment,
            ends_at=until,
            granted_by_id=by,
        )
    )
    said = {**_whom(user_id), "role": role, "reason": reason, "until": until}
    events.append(case, kind, by, name=role.value, payload=said, at=moment)
    return True


def end(
    case: Case,
    user_id: UUID,
    by: UUID | None,
    moment: datetime,
    reason: str,
    *,
    role: str | None = None,
    kind: str = "access_ended",
) -> bool:
    """End what a person holds on a locked case, all or in a role; say whether they held anything.

    ``kind`` is that of the event.
    """
    query = _held(case, user_id, moment)
    held = list(db.session.scalars(query.where(Grant.role == role) if role else query))
    for grant in held:
        grant.ends_at = moment
    if held:
        said = {**_whom(user_id), "reason": reason}
        events.append(case, kind, by, payload=said, at=moment)
    return bool(held)


def _whom(user_id: UUID) -> dict[str, Any]:
    name = db.session.scalar(sa.select(User.name).where(User.id == user_id))
    return {"person": user_id, "name": name}


def _held(case: Case, user_id: UUID, moment: datetime) -> Any:
    return sa.select(Grant).where(
        Grant.scope == "case",
        Grant.scope_id == case.id,
        Grant.user_id == user_id,
        Grant.denies.is_(False),
        in_force(moment),
    )
