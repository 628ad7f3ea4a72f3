"""What a rule computes from a grid, and how a fraction is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NONE = "—"
_WRITTEN = {"fr": "{},{} %", "nl": "{},{}%", "en": "{}.{}%"}

CONFIRMATION_REQUIRED = "confirmation_required"
THRESHOLD_NOT_APPLICABLE = "threshold_not_applicable"


@dataclass(frozen=True)
class Tally:
    """How much is met of how much applies: criteria counted, or their weights added."""

    met: int = 0
    applicable: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.met + other.met, self.applicable + other.applicable)

    def display(self, language: str = "fr") -> str:
        """Return the fraction with its percentage, truncated to a tenth: "7/15 (46,6 %)".

        Truncated and not rounded, so that what is under half is never shown as half. Where nothing
        applies there is no percentage, and a dash stands for it.
        """
        if not self.applicable:
            return NONE
        tenths = self.met * 1000 // self.applicable
        percent = _WRITTEN[language].format(*divmod(tenths, 10))
        return f"{self.met}/{self.applicable} ({percent})"


@dataclass(frozen=True)
class Reason:
    """Why something is not granted, not decided, or not published.

    ``message`` is an English text with the places of ``params``; ``criterion`` is the code of the
    criterion it is about, ``part`` the member of a group or the level of a ladder.
    """

    code: str
    message: str
    criterion: str | None = None
    part: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True)
class Outcome:
    """What the rule says: ``favourable`` is None when it cannot be decided.

    ``mandatory`` counts criteria; ``recommended`` adds weights, which the threshold is about.
    ``level`` is what was reached on a ladder; ``parts`` are the outcomes of a group's members or
    of a ladder's levels, each under its name.
    """

    favourable: bool | None
    mandatory: Tally
    recommended: Tally
    flags: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    level: int | None = None
    parts: tuple[tuple[str, Outcome], ...] = ()
