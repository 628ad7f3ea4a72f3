"""Telling somebody that their long work has ended, when they will have gone on to other things."""

from __future__ import annotations

from datetime import datetime, timedelta

from casework.extensions import db
from casework.models import BackgroundWork, User
from casework.policy import Holder
from casework.services.outbox.queueing import insert_once, message_values
from casework.services.outbox.telling import Telling

PATIENCE = timedelta(minutes=1)


def tell(work: BackgroundWork, now: datetime) -> None:
    """Write a message for the inbox, without a mail, if the work took more than a minute."""
    if now - work.created_at <= PATIENCE:
        return
    owner = db.session.get_one(User, work.owner_id)
    telling = Telling(
        recipients=(Holder(owner.id, owner.email, owner.name, owner.language),),
        occasion=f"work/{work.id}",
        kind="work",
        template=f"work/{work.kind}",
        params={"work_id": str(work.id), "state": work.state},
    )
    db.session.execute(insert_once(), [message_values(owner.id, telling, "none", now)])
