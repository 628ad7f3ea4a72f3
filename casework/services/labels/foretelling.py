"""What the network of the label will be told, for the page "What will be sent"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from casework.calendar import WorkingCalendar, add_months
from casework.extensions import house_day, settings
from casework.i18n import N_
from casework.queries.labels import watched
from casework.queries.labels.network import is_overdue
from casework.queries.labels.watched import Watched
from casework.roles import Role
from casework.services.labels.watching import moments, overdue_mark, rules
from casework.workflows.declaration import DeadlineRule

OVERDUE = N_("Members to be audited, every month")


@dataclass(frozen=True)
class Foretold:
    """One mail that will go out beside all cases.

    ``place`` is the list that it is about (members, auditors), ``about`` whom of it, or how many;
    ``offset`` is the reminder's, told from ``last_day``: the monthly list has none.
    """

    at: datetime
    place: str
    about: str
    why: str
    offset: str
    last_day: date
    audience: Role
    recipients: Sequence[str]


def coming(now: datetime, end: datetime, cal: WorkingCalendar) -> Iterator[Foretold]:
    """Yield what :mod:`.watching` will tell by ``end``, if nothing changes (two queries)."""
    found = watched.read(now, house_day(end), overdue_mark(house_day(now)))
    yield from _lists(found, now, end)
    if found.certificates or found.dues:
        known = rules()
        yield from _certificates(found, known["certificates"], now, end, cal)
        yield from _dues(found, known["dues"], now, end, cal)


def _lists(found: Watched, now: datetime, end: datetime) -> Iterator[Foretold]:
    people = found.staff(Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD)
    today = house_day(now)
    day = add_months(today.replace(day=1), 1) if found.marked else today
    while (at := max(now, datetime.combine(day, time.min, settings().zone))) <= end:
        if number := sum(is_overdue(audited, day) for audited in found.audits):
            said = (at, "members", str(number), OVERDUE, "", day)
            yield Foretold(*said, Role.PROGRAMME_OFFICER, people)
        day = add_months(day.replace(day=1), 1)


def _certificates(
    found: Watched, rule: DeadlineRule, now: datetime, end: datetime, cal: WorkingCalendar
) -> Iterator[Foretold]:
    for row in found.certificates:
        for at, reminders in moments(rule, row.last, row.created_at, row.told, now, end, cal):
            if house_day(at) <= row.last:
                said = (at, "auditors", row.name, rule.label, reminders[0].key, row.last)
                officers = found.staff(Role.PROGRAMME_OFFICER)
                yield Foretold(*said, Role.PROGRAMME_OFFICER, officers)
                yield Foretold(*said, Role.AUDITOR, (row.name,))


def _dues(
    found: Watched, rule: DeadlineRule, now: datetime, end: datetime, cal: WorkingCalendar
) -> Iterator[Foretold]:
    for row in found.dues:
        told = {
            Role.FINANCE: found.staff(Role.FINANCE),
            Role.PARTNER_LEAD: found.people.get((Role.PARTNER_LEAD, row.organisation), ()),
        }
        for at, reminders in moments(rule, row.last, row.created_at, row.told, now, end, cal):
            said = (at, "members", row.name, rule.label, reminders[0].key, row.last)
            for role in dict.fromkeys(r.to for r in reminders if r.to in told):
                if house_day(at) >= row.last:
                    yield Foretold(*said, role, told[role])
