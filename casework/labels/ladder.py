"""A ladder of maturity: levels, each of which requires all of the lower ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import ClassVar

from casework.i18n import N_
from casework.labels.criteria import Assessment, Criterion, Kind
from casework.labels.group import reasons_of, together
from casework.labels.outcome import CONFIRMATION_REQUIRED, Outcome, Reason
from casework.labels.parameters import WHOLE, ParameterError
from casework.labels.threshold import ThresholdRule

MOST_LEVELS = 20
EMPTY_LEVEL = N_(
    "Level %(level)s has no mandatory criterion: nothing would have to be done for it."
)
TOO_HIGH = N_("%(criterion)s is on level %(level)s, and the ladder has %(levels)s.")


@dataclass(frozen=True)
class LadderRule(ThresholdRule):
    """``levels`` steps, each judged by the threshold; ``required`` is the one that gives the label.

    Raises:
        ParameterError: a number or a fraction that cannot be.
    """

    levels: int = 3
    required: int = 1

    key: ClassVar[str] = "ladder"
    label: ClassVar[str] = N_("Levels of maturity, each with all of the lower ones")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, most in (("levels", MOST_LEVELS), ("required", self.levels)):
            if not 1 <= getattr(self, name) <= most:
                raise ParameterError(name, WHOLE, least=1, most=most)

    def faults(self, criteria: Sequence[Criterion]) -> list[Reason]:
        """Return why these criteria cannot be published: an empty level, or one that is not."""
        held = {c.level for c in criteria if c.kind is Kind.MANDATORY}
        return [
            *(
                Reason("empty_level", EMPTY_LEVEL, params={"level": level})
                for level in range(1, self.levels + 1)
                if level not in held
            ),
            *(_too_high(c, self.levels) for c in criteria if c.level > self.levels),
        ]

    def decide(self, grid: Sequence[Assessment], *, confirmed: bool = False) -> Outcome:
        """Return the level that is reached, and whether it is enough.

        Nothing is decided on an unfinished grid, also where only a higher level is unfinished.
        """
        parts = [
            (str(level), super(LadderRule, self).decide(rows, confirmed=confirmed))
            for level, rows in (
                (n, [a for a in grid if a.criterion.level == n]) for n in range(1, self.levels + 1)
            )
        ]
        whole = together(parts)
        if whole.favourable is None:
            return whole
        reached = len(list(takewhile(lambda part: part[1].favourable, parts)))
        favourable = reached >= self.required
        reasons = () if favourable else reasons_of(parts[: self.required], favourable=False)
        flags = tuple(f for f in whole.flags if favourable or f != CONFIRMATION_REQUIRED)
        return replace(whole, favourable=favourable, flags=flags, reasons=reasons, level=reached)


def _too_high(criterion: Criterion, levels: int) -> Reason:
    said = {"criterion": criterion.code, "level": criterion.level, "levels": levels}
    return Reason("unknown_level", TOO_HIGH, criterion=criterion.code, params=said)
