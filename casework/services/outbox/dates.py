"""Moments as civil dates of the house, in words of the reader's language."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from casework.i18n import written_day, written_time
from casework.services.outbox.tongue import gettext

_WHOLE_DAY = "EEEE d MMMM y"  # our languages agree on the order; commas read badly in a sentence
_LAST_MINUTE = time(23, 59)


def moment(text: str | None) -> datetime | None:
    """Read a moment that was stored as ISO text."""
    return datetime.fromisoformat(text) if text else None


def civil(at: datetime, zone: ZoneInfo, language: str, *, short: bool = False) -> str:
    """Return a deadline in words: its civil date, and the time if it ends within the day."""
    local = at.astimezone(zone)
    day = written_day(local.date(), "medium" if short else _WHOLE_DAY, language)
    if local.time() >= _LAST_MINUTE:
        return day
    clock = written_time(local.time(), language)
    return gettext("%(date)s at %(time)s", date=day, time=clock)


def days_between(at: datetime, due: datetime, zone: ZoneInfo) -> int:
    """Count the civil days from ``at`` to ``due``; negative when that is past."""
    return (due.astimezone(zone).date() - at.astimezone(zone).date()).days
