"""Who has access to a restricted case, since when and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.extensions import db
from casework.models import Grant, User
from casework.policy import in_force


def of_case(case_id: UUID, now: datetime) -> list[sa.Row[Any]]:
    """Return the grants and recusals in force on a case with their people, in one query."""
    giver = aliased(User)
    query = (
        sa.select(Grant, User, giver.name.label("given_by"))
        .join(User, User.id == Grant.user_id)
        .outerjoin(giver, giver.id == Grant.granted_by_id)
        .where(Grant.scope == "case", Grant.scope_id == case_id, in_force(now))
        .order_by(Grant.denies, User.name, Grant.role, Grant.id)
    )
    return list(db.session.execute(query))


def account(email: str) -> UUID | None:
    """Return whose account has this address; None when there is none."""
    return db.session.scalar(sa.select(User.id).where(User.email == email.strip().lower()))
