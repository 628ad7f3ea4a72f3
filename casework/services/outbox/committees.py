"""The words of messages about meetings and mandates, and the invitation that a mail brings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.i18n import N_, written_day
from casework.services.outbox import dates
from casework.services.outbox.tongue import gettext

TEXTS: dict[str, tuple[str, str]] = {
    "planned": (
        N_("%(committee)s: meeting %(number)s on %(when)s"),
        N_("Say by the meeting's page whether you come on %(when)s. The invitation is attached."),
    ),
    "moved": (
        N_("%(committee)s: meeting %(number)s is now on %(when)s"),
        N_("The date or the place has changed: %(when)s. Say once more whether you come."),
    ),
    "cancelled": (
        N_("%(committee)s: meeting %(number)s is cancelled"),
        N_("The meeting of %(when)s does not take place. %(reason)s"),
    ),
    "papers": (
        N_("%(committee)s: the papers of meeting %(number)s"),
        N_("Declare an interest first where you have one, then read the papers by %(when)s."),
    ),
    "minutes": (
        N_("%(committee)s: the minutes of meeting %(number)s"),
        N_("Finish the draft of the minutes: the next meeting is to approve it."),
    ),
    "approval": (
        N_("%(committee)s: the minutes of meeting %(number)s wait for their approval"),
        N_("The next meeting is to approve them. Put that on its agenda."),
    ),
    "annual_report": (
        N_("%(committee)s: the yearly report is due by %(day)s"),
        N_("Hand the yearly report in by %(day)s, and note it on the committee’s page."),
    ),
    "mandate": (
        N_("%(committee)s: the mandate of %(person)s ends on %(day)s"),
        N_("The mandate of %(person)s ends on %(day)s: see to the seat in time."),
    ),
}
INVITING = frozenset({"planned", "moved", "cancelled", "papers"})


def words(what: str, params: Mapping[str, Any], language: str, zone: ZoneInfo) -> tuple[str, str]:
    """Return subject and first line; the language is spoken already. Raises KeyError."""
    subject, line = TEXTS[what]
    values = {**params, "committee": params[f"committee_{language}"]}
    if "starts_at" in params:
        values["when"] = dates.civil(datetime.fromisoformat(params["starts_at"]), zone, language)
    if "last_day" in params:
        day = date.fromisoformat(params["last_day"])
        values["day"] = written_day(day, "long", language)
    return gettext(subject) % values, (gettext(line) % values).strip()


def invitation(params: Mapping[str, Any], title: str, sender: str, made_at: datetime) -> bytes:
    """Return a meeting as an invitation that follows its date: the UID stays, SEQUENCE rises.

    ``params`` are those of :func:`casework.services.committees.telling.invitation`; ``sender`` is
    the house's address.
    """
    from icalendar import Calendar, Event, vCalAddress  # for those alone who invite

    cancelled = bool(params["cancelled"])
    calendar = Calendar()
    calendar.add("prodid", "-//casework//meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    event = Event()
    event.add("uid", f"meeting-{params['meeting_id']}@{sender.rpartition('@')[2]}")
    event.add("sequence", int(params["sequence"]))
    event.add("dtstamp", made_at)
    event.add("dtstart", datetime.fromisoformat(params["starts_at"]))
    event.add("dtend", datetime.fromisoformat(params["ends_at"]))
    event.add("summary", f"{title} · {params['number']}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{sender}"))
    if params["place"]:
        event.add("location", params["place"])
    if params["link"]:
        event.add("url", params["link"])
    calendar.add_component(event)
    return bytes(calendar.to_ical())
