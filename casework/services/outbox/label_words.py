"""The words of messages about the network of the label: members, dues, auditors; of no case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.i18n import N_, written_day
from casework.services.outbox.tongue import gettext

TEXTS: dict[str, tuple[str, str]] = {
    "overdue": (
        N_("Members to be audited: %(number)s"),
        N_("They were never audited, or not for three years. Every member must be: see the list."),
    ),
    "certificate": (
        N_("The auditor’s certificate of %(name)s ends on %(day)s"),
        N_("See that it is renewed in time: without it, %(name)s leads no audit."),
    ),
    "own_certificate": (
        N_("Your auditor’s certificate ends on %(day)s"),
        N_("Ask us to renew it in time: without it, you lead no audit."),
    ),
    "dues": (
        N_("Dues of %(year)s unpaid: %(name)s"),
        N_("They were due on %(day)s. Remind the cooperative, or note that they are paid."),
    ),
    "own_dues": (
        N_("The dues of %(year)s of %(name)s"),
        N_("They are due on %(day)s and not paid yet. Who pays late may not keep the label."),
    ),
}


def words(what: str, params: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return subject and first line. Raises LookupError."""
    subject, line = TEXTS[what]
    values = {name: params[name] for name in ("name", "number", "year") if name in params}
    if "last_day" in params:
        day = date.fromisoformat(params["last_day"])
        values["day"] = written_day(day, "d MMMM y", language)
    return gettext(subject) % values, gettext(line) % values
