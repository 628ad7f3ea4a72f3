"""The yes to a preview: from here on the act is carried out, once."""

from __future__ import annotations

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import BackgroundWork, BulkAct, BulkCase
from casework.policy import Actor
from casework.services import background

AT_ONCE = 20
"""How many cases an act may be about that is done while one waits; more are left to a worker."""


def confirm(act: BulkAct, actor: Actor, language: str) -> tuple[BackgroundWork, bool]:
    """Have the act carried out; say whether it is short enough to be waited for.

    A second yes changes nothing. Neither commits nor starts (see ``background.begin``).
    """
    key = f"bulk:{act.id}"
    work = background.begin(actor, "bulk", {"act": str(act.id)}, key, language)
    act.confirmed_at, act.work_id = act.confirmed_at or now(), work.id
    number = db.session.scalar(
        sa.select(sa.func.count()).select_from(BulkCase).where(BulkCase.bulk_id == act.id)
    )
    db.session.flush()
    return work, (number or 0) <= AT_ONCE
