"""Where a label stands on a civil day, and how its number is written: the one place that says so.

What is stored is moved by acts and by the sweep; the calendar needs neither. So whoever shows a
label, or asks for the right to the mark, asks here.
"""

from __future__ import annotations

import re
from datetime import date

PENDING, ACTIVE, SUSPENDED = "pending", "active", "suspended"
WITHDRAWN, EXPIRED, REPLACED = "withdrawn", "expired", "replaced"
RUNNING = (PENDING, ACTIVE, SUSPENDED)
ENDED = (WITHDRAWN, EXPIRED, REPLACED)
_NUMBER = re.compile(r"([A-Z0-9-]+-[0-9]{4}-[0-9]{4,})(-V.+)?", re.ASCII)


def standing(state: str, first: date, last: date, today: date, *, followed: bool = False) -> str:
    """Return the status of a label on a day.

    ``state`` is what is stored, ``first`` and ``last`` are the label's days (both included);
    ``followed``: a later cycle has earned the label that takes over.
    """
    if state in ENDED:
        return state
    if today > last:
        return REPLACED if followed else EXPIRED
    if state == SUSPENDED:
        return SUSPENDED
    return PENDING if today < first else ACTIVE


def full_number(number: str, version: str) -> str:
    """Return a label's number with the version of its referential: ``CPE-2026-0042-v3``."""
    bare = re.sub(r"[^A-Za-z0-9.]+", "-", version).strip("-.")
    return f"{number}-v{re.sub(r'^[vV](?=[0-9])', '', bare)}"


def bare_number(text: str) -> str:
    """Return the number in what somebody gives as one, with or without a version."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return found[1] if found else ""
