"""Marks: what is done once in the life of an installation is found again, however late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from casework.extensions import db
from casework.models import Mark


def find(key: str) -> dict[str, Any] | None:
    """Return what came of what is remembered under a key; None when it was never done."""
    row = db.session.get(Mark, key)
    return row.result if row is not None else None


def leave(key: str, result: Mapping[str, Any], at: datetime) -> None:
    """Remember that something was done; doing it twice is a fault and raises IntegrityError."""
    db.session.add(Mark(key=key, result=dict(result), at=at))
    db.session.flush()
