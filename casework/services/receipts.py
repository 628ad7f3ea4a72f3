"""Receipts: a form sent twice with the same key gets the first answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Receipt


def find(key: str, user_id: UUID | None, *, locked: bool = False) -> dict[str, Any] | None:
    """Return what this person's act with this key resulted in; None when it is new.

    A second act with the same key waits here until the first is done; or has waited already, where
    the caller holds a lock (``locked``) that every act with this key takes first.
    """
    if not key:
        return None
    place = _place(key, user_id)
    # SQLite lets one writer in at a time anyway
    if not locked and db.engine.dialect.name == "postgresql":
        db.session.execute(_wait_query(), {"key": place})
    result: dict[str, Any] | None = db.session.scalar(_result_query(), {"key": place})
    return result


@cache
def _wait_query() -> Any:
    number = sa.func.hashtextextended(sa.bindparam("key", type_=sa.Text()), 0)
    return sa.select(sa.func.pg_advisory_xact_lock(number))


@cache
def _result_query() -> Any:
    """Every form that is sent asks this: it is built once."""
    return sa.select(Receipt.result).where(Receipt.key == sa.bindparam("key"))


def keep(key: str, user_id: UUID | None, result: Mapping[str, Any], now: datetime) -> Receipt:
    """Remember the result of an act under its key (an empty key is not remembered)."""
    receipt = Receipt(key=_place(key, user_id), user_id=user_id, result=dict(result), at=now)
    if key:
        db.session.add(receipt)
    return receipt


def _place(key: str, user_id: UUID | None) -> str:
    """Return where a receipt lies: a key is the person's own, and as long as they like."""
    return hashlib.sha256(f"{user_id}:{key}".encode()).hexdigest()
