"""Lengths and offsets of deadlines in words of the reader's language."""

from __future__ import annotations

from datetime import datetime, time

from flask_babel import gettext as _
from flask_babel import ngettext

from casework.calendar import Length, Offset, Unit
from casework.extensions import settings
from casework.web.filters import day, moment

LAST_MINUTE = time(23, 59)


def length_words(length: Length | None, length_fact: str | None = None) -> str:
    """Return a length in words: "10 working days"."""
    if length_fact is not None:
        return str(_("as the scheme of the label says"))
    if length is None:
        return str(_("until a date of its own"))
    words = _span(length.amount, str(length.unit))
    if length.then_next_working_day:
        return str(_("%(length)s, then the next working day", length=words))
    return words


def offset_words(key: str) -> str:
    """Return in words when a reminder goes out, told from its deadline's end: "-3 wd"."""
    offset = Offset.parse(key)
    if offset.unit == "%":
        return str(_("after %(part)s%% of the time", part=offset.amount))
    if offset.amount == 0:
        return str(_("on the last day") if offset.unit != "h" else _("at the end"))
    span = _span(abs(offset.amount), offset.unit)
    if offset.amount < 0:
        return str(_("%(span)s before the end", span=span))
    return str(_("%(span)s after the end", span=span))


def end_words(due: datetime) -> str:
    """Return when a deadline ends: its civil day, and the time if it ends within the day."""
    local = due.astimezone(settings().zone)
    if local.time() >= LAST_MINUTE:
        return day(due)
    return moment(due)


def _span(amount: int, unit: str) -> str:
    match unit:
        case Unit.WORKING_DAYS:
            return str(ngettext("%(num)d working day", "%(num)d working days", amount))
        case Unit.HOURS:
            return str(ngettext("%(num)d hour", "%(num)d hours", amount))
        case Unit.MONTHS:
            return str(ngettext("%(num)d month", "%(num)d months", amount))
        case _:
            return str(ngettext("%(num)d day", "%(num)d days", amount))
