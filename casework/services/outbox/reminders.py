"""The words of reminders: what is asked, by when, and what it means that nothing has happened."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from casework.services.outbox import dates
from casework.services.outbox.tongue import gettext, ngettext
from casework.workflows.declaration import DeadlineRule


def words(
    rule: DeadlineRule,
    *,
    own_label: str,
    due: datetime,
    at: datetime,
    escalates: bool,
    zone: ZoneInfo,
    language: str,
) -> tuple[str, str]:
    """Return subject and first line of a reminder, as they read at the moment ``at``.

    ``own_label`` is what the one deadline is called (a condition's name), if not as its rule.
    """
    label = own_label or gettext(rule.label)
    short = dates.civil(due, zone, language, short=True)
    if escalates:
        subject = gettext("Passed on to you: %(label)s", label=label)
    elif at > due:
        subject = gettext("Overdue: %(label)s", label=label)
    else:
        subject = gettext("Due %(due)s: %(label)s", due=short, label=label)
    days = dates.days_between(at, due, zone)
    long = dates.civil(due, zone, language)
    if escalates:
        return subject, _passed_on(label, long, days, overdue=at > due)
    asks = gettext(rule.asks)
    if own_label:
        asks = f"{asks.rstrip(' .')} ({own_label})."
    until = _late(long, days) if at > due else _in_time(long, days)
    return subject, f"{asks} {until}"


def _in_time(due: str, days: int) -> str:
    if days == 0:
        return gettext("By %(due)s: that is today.", due=due)
    return ngettext(
        "By %(due)s: %(num)s day left.", "By %(due)s: %(num)s days left.", days, due=due
    )


def _late(due: str, days: int) -> str:
    if days == 0:
        return gettext("This was due by %(due)s.", due=due)
    return ngettext(
        "This was due by %(due)s, %(num)s day ago.",
        "This was due by %(due)s, %(num)s days ago.",
        -days,
        due=due,
    )


def _passed_on(label: str, due: str, days: int, *, overdue: bool) -> str:
    if not overdue:
        return gettext("Please watch over “%(label)s”: it is due by %(due)s.", label=label, due=due)
    if days == 0:
        return gettext("Please step in: “%(label)s” was due by %(due)s.", label=label, due=due)
    return ngettext(
        "Please step in: “%(label)s” was due by %(due)s, %(num)s day ago.",
        "Please step in: “%(label)s” was due by %(due)s, %(num)s days ago.",
        -days,
        label=label,
        due=due,
    )
