"""The house never loses its last administrator."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Grant, User
from casework.policy import in_force
from casework.roles import Role
from casework.services.errors import RefusedError
from casework.workflows.declaration import Reason

LAST = N_(
    "This is the last administrator whose account is open and whose role has no end. Make "
    "somebody else an administrator first."
)


def demand_another(*, user_id: UUID | None = None, grant_id: UUID | None = None) -> None:
    """See that somebody stays an administrator without this person, or without this grant.

    Locks the grants and accounts of all administrators, so that of two requests that would take
    away the last two, the second finds what the first has done. Nothing is asked of whoever is no
    administrator. Raises RefusedError.
    """
    rows = db.session.execute(
        sa.select(Grant.id, Grant.user_id, Grant.ends_at)
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.scope == "house",
            Grant.scope_id.is_(None),
            Grant.role == Role.ADMINISTRATOR,
            Grant.denies.is_(False),
            in_force(now()),
            User.active.is_(True),
        )
        .order_by(Grant.id)
        .with_for_update()
    ).all()
    going = [row for row in rows if row.id == grant_id or row.user_id == user_id]
    if going and not any(row.ends_at is None for row in rows if row not in going):
        raise RefusedError("administrator", [Reason(LAST)])
