"""The house never loses its last administrator."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Grant, User
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
    away the last two, the second finds what the first has done. Raises RefusedError.
    """
    rows = db.session.execute(
        sa.select(Grant.id, Grant.user_id)
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.scope == "house",
            Grant.scope_id.is_(None),
            Grant.role == Role.ADMINISTRATOR,
            Grant.denies.is_(False),
            Grant.starts_at <= now(),
            Grant.ends_at.is_(None),
            User.active.is_(True),
        )
        .order_by(Grant.id)
        .with_for_update()
    ).all()
    if not any(row.id != grant_id and row.user_id != user_id for row in rows):
        raise RefusedError("administrator", [Reason(LAST)])
