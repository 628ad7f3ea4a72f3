"""The words of messages about absences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.i18n import N_, written_day
from casework.services.outbox.tongue import gettext

NOTICES: dict[str, tuple[str, str]] = {
    "substitute": (
        N_("You stand in for %(name)s from %(first)s to %(last)s"),
        N_("In these days you get what would go to %(name)s, marked with their name."),
    ),
    "person": (
        N_("Your absence from %(first)s to %(last)s was entered"),
        N_("In these days %(name)s gets what would go to you. You can change it on your account."),
    ),
    "ended": (
        N_("You no longer stand in for %(name)s"),
        N_("The absence from %(first)s to %(last)s was ended."),
    ),
}


def words(notice: str, params: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return subject and first line of a message about an absence. Raises LookupError."""
    subject, line = NOTICES[notice]
    values = {
        "name": params["name"],
        "first": written_day(date.fromisoformat(params["first"]), "d MMMM y", language),
        "last": written_day(date.fromisoformat(params["last"]), "d MMMM y", language),
    }
    return gettext(subject) % values, gettext(line) % values
