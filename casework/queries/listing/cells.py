"""What a list says in its cells: plain values, the same for the page and for its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from casework.extensions import house_day
from casework.i18n import N_
from casework.workflows import registry
from casework.workflows.declaration import Party

Cell = str | int | float | date | None

PARTIES: dict[Party, str] = {
    Party.US: N_("us"),
    Party.PARTNER: N_("the partner"),
    Party.BOTH: N_("us and the partner"),
    Party.COMMITTEE: N_("the committee"),
    Party.NOBODY: N_("nobody"),
}


class Toned(str):
    """A text with the tone of what it means."""

    __slots__ = ("tone",)
    tone: str


@dataclass(frozen=True)
class Standing:
    """Where a case stands, in the reader's words."""

    workflow: str
    stage: str
    state: Toned
    waits_for: str


def standing(key: str, version: int, state: str) -> Standing:
    """Return where a case stands, in the language spoken now."""
    return _standing(get_locale().language, key, version, state)


@lru_cache(1024)
def _standing(_language: str, key: str, version: int, state_key: str) -> Standing:
    workflow = registry.get(key, version)
    state = workflow.state_by_key[state_key]
    toned = Toned(_(state.label))
    toned.tone = state.tone
    stage = next(s.label for s in workflow.stages if s.key == state.stage)
    return Standing(_(workflow.label), _(stage), toned, _(PARTIES[state.waits_for]))


def day(moment: datetime | None) -> date | None:
    """Return the civil day of the house on which something is."""
    return house_day(moment) if moment else None


def plain(value: Any) -> Cell:
    """Return a value as it is."""
    found: Cell = value
    return found


def amount(cents: int | None) -> int | float | None:
    """Return an amount in the units of its currency."""
    if cents is None:
        return None
    whole, rest = divmod(cents, 100)
    return cents / 100 if rest else whole
