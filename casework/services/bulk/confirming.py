"""The yes to a preview: from here on the act is carried out, once."""

from __future__ import annotations

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import BackgroundWork, BulkAct, BulkCase
from casework.policy import Actor
from casework.services import background
from casework.services.bulk.choosing import lock

AT_ONCE = 20
"""How many cases an act may be about that is done while one waits; more are left to a worker."""


class ChangedError(Exception):
    """Something else is to be done now than what was said yes to."""


def confirm(
    act: BulkAct, actor: Actor, seen: str, language: str
) -> tuple[BackgroundWork, bool] | None:
    """Have the act carried out; say whether it is short enough to be waited for.

    ``seen`` is the moment of the preview that the yes belongs to, as the page had it. Of two at
    the same time the second waits and gets None: it changes nothing. Neither commits nor starts
    (see ``background.begin``). Raises ChangedError.
    """
    lock(act)
    if act.confirmed_at is not None:
        return None
    if not act.kind or str(act.previewed_at) != seen:
        raise ChangedError(act.kind)
    key = f"bulk:{act.id}"
    work = background.begin(actor, "bulk", {"act": str(act.id)}, key, language)
    act.confirmed_at, act.work_id = now(), work.id
    number = db.session.scalar(
        sa.select(sa.func.count()).select_from(BulkCase).where(BulkCase.bulk_id == act.id)
    )
    db.session.flush()
    return work, (number or 0) <= AT_ONCE
