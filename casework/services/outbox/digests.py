"""The daily summary of those who do not want every mail at once."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.extensions import db, settings
from casework.models import Message
from casework.services.outbox.kinds import DIGEST
from casework.services.outbox.queueing import insert_once, message_values
from casework.services.outbox.telling import Telling

DIGEST_HOUR = time(7)
"""From when on, by the house's clocks, the day's summaries are made."""


def build_digests(now: datetime) -> int:
    """Gather what waits for a summary into one message a person; return how many were made.

    Once a person and civil day of the house, after :data:`DIGEST_HOUR`; a day on which nothing
    ran is made up for by the next. Safe to run twice, also at once: the second finds the day's
    summary written. Six statements at most, however many people there are. Does not commit.
    """
    local = now.astimezone(settings().zone)
    if local.time() < DIGEST_HOUR:
        return 0
    occasion = f"digest:{local.date().isoformat()}"
    waiting = list(
        db.session.scalars(
            sa.select(Message.recipient_id)
            .where(Message.mail_state == "digest", Message.created_at <= now)
            .group_by(Message.recipient_id)
            .order_by(Message.recipient_id)
        )
    )
    if not waiting:
        return 0
    telling = Telling(recipients=(), occasion=occasion, kind=DIGEST, template=DIGEST)
    rows: list[dict[str, Any]] = [
        {**message_values(person, telling, "pending", now), "in_inbox": False} for person in waiting
    ]
    made = db.session.execute(insert_once().returning(Message.__table__.c.id), rows)
    digest_ids = [row.id for row in made]
    if digest_ids:
        _collect(digest_ids, now)
    return len(digest_ids)


def _collect(digest_ids: list[Any], now: datetime) -> None:
    digest = aliased(Message)
    same_person = (
        sa.select(digest.id)
        .where(digest.recipient_id == Message.recipient_id, digest.id.in_(digest_ids))
        .scalar_subquery()
    )
    recipients = sa.select(digest.recipient_id).where(digest.id.in_(digest_ids))
    db.session.execute(
        sa.update(Message)
        .where(
            Message.mail_state == "digest",
            Message.created_at <= now,
            Message.recipient_id.in_(recipients),
        )
        .values(mail_state="digested", digest_id=same_person)
        .execution_options(synchronize_session=False)
    )
