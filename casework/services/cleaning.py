"""What nobody needs any more goes, in small transactions: receipts, drafts, sessions, links.

What happened stays: events, messages and the security log are not touched here. The words of acts
by people whose data were erased go when the law no longer has them kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from casework.adapters.storage import storage_of
from casework.db import learn, unit_of_work
from casework.extensions import db, settings
from casework.models import (
    Draft,
    EventPayload,
    MailedLink,
    Receipt,
    SecondFactor,
    UserSession,
)
from casework.models.label_audit import Declaration
from casework.queries.sign_in import alive
from casework.services import heartbeats
from casework.services.committees import due
from casework.services.labels import field_keys
from casework.services.personal_data import weighing
from casework.services.secrecy import identities

BATCH = 500
RECEIPTS = timedelta(days=30)
"""For how long the same form sent again gets its first answer."""
DRAFTS = timedelta(days=365)
"""For how long a form that was begun and never sent is kept."""
LINKS = timedelta(days=30)
"""For how long a mailed link is kept after it ended, so that its page can say what became of it."""
ARRIVING = timedelta(days=1)
"""How old bytes may be that began to arrive and are named by nobody."""
UNCONFIRMED = timedelta(days=1)
"""How old the key of an authenticator app may be that was never confirmed."""

log = structlog.get_logger(__name__)


def clean(now: datetime) -> dict[str, int]:
    """Remove what is too old to be needed; return how many of each. Owns its transactions."""
    began = time.monotonic()
    removed = {name: _remove(model, old) for name, model, old in _old(now)}
    removed["identities"] = identities.purge(now)
    removed["field_keys"] = field_keys.forget_idle(now)
    removed["arriving"] = storage_of(settings()).sweep(now - ARRIVING)
    with unit_of_work(db.session) as session:
        due.catch_up(now)
        learn(session)
        heartbeats.beat(heartbeats.CLEANING, now, time.monotonic() - began)
    log.info("cleaning.done", **removed)
    return removed


def _old(now: datetime) -> Iterator[tuple[str, Any, sa.ColumnElement[bool]]]:
    yield "receipts", Receipt, Receipt.at < now - RECEIPTS
    yield "drafts", Draft, Draft.saved_at < now - DRAFTS
    yield "sessions", UserSession, sa.not_(alive(now))
    yield "links", MailedLink, MailedLink.expires_at < now - LINKS
    yield "words", EventPayload, EventPayload.event_id.in_(weighing.left_of_the_erased())
    yield "declarations", Declaration, weighing.declarations_to_forget()
    unconfirmed = SecondFactor.confirmed_at.is_(None)
    yield "factors", SecondFactor, unconfirmed & (SecondFactor.created_at < now - UNCONFIRMED)


def _remove(model: Any, old: sa.ColumnElement[bool]) -> int:
    """Remove rows in batches, so that no lock is held for long."""
    key = sa.inspect(model).primary_key
    columns = key[0] if len(key) == 1 else sa.tuple_(*key)
    removed, last = 0, BATCH
    while last == BATCH:
        with unit_of_work(db.session):
            chosen = sa.select(*key).where(old).limit(BATCH)
            done: Any = db.session.execute(
                sa.delete(model)
                .where(old, columns.in_(chosen))
                .execution_options(synchronize_session=False)
            )
        last = int(done.rowcount)
        removed += last
    return removed
