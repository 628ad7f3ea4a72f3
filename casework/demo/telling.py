"""Tells people what was due, as the sweep did on those days, and sends no mail of long ago."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from casework.clock import frozen
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Message
from casework.services import sweep

UNREAD_FOR = timedelta(days=6)
READ_AFTER = timedelta(hours=3)


def tell(case_ids: Collection[UUID], moment: datetime, present: datetime) -> None:
    """Write the messages of the reminders of these cases that are due at ``moment``."""
    ours = set(case_ids)
    due = [i for i in sweep.due_case_ids(moment) if i in ours]
    if not due:
        return
    with frozen(moment), unit_of_work(db.session):
        sweep.tell_batch(due, moment)
        hush(due, moment, present)


def hush(case_ids: Collection[UUID], moment: datetime, present: datetime) -> None:
    """Take back the mails of an act of the past; mark what is older than some days as read."""
    values: dict[str, object] = {"mail_state": "none", "next_attempt_at": None}
    if present - moment > UNREAD_FOR:
        values["read_at"] = moment + READ_AFTER
    db.session.execute(
        sa.update(Message)
        .where(
            Message.case_id.in_(list(case_ids)),
            Message.created_at == moment,
            Message.mail_state.in_(("pending", "digest")),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
