"""How much there is of what an administrator looks after, in one query."""

from __future__ import annotations

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Call, Message, Organisation, Programme, User

MOST = 1_000  # beyond, a count says "1,000+"


def counts() -> dict[str, int]:
    """Return the figures of the landing page, by name; large ones are counted no further."""
    parts = {
        "people": sa.select(User.id).where(User.active.is_(True)),
        "organisations": sa.select(Organisation.id),
        "programmes": sa.select(Programme.id),
        "calls": sa.select(Call.id),
        "failed": sa.select(Message.id).where(Message.mail_state == "failed"),
        "bounced": sa.select(User.id).where(
            User.active.is_(True), User.address_bounced_at.is_not(None)
        ),
    }
    found = db.session.execute(
        sa.select(
            *(
                sa.select(sa.func.count())
                .select_from(part.limit(MOST + 1).subquery())
                .scalar_subquery()
                .label(name)
                for name, part in parts.items()
            )
        )
    ).one()
    return dict(zip(parts, found, strict=True))
