"""All members of a group must pass (ISO group certification): one that fails fails for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from casework.i18n import N_
from casework.labels.criteria import Assessment
from casework.labels.outcome import Outcome, Reason, Tally
from casework.labels.threshold import ThresholdRule


@dataclass(frozen=True)
class GroupRule(ThresholdRule):
    """Each member of the group is judged by the threshold; the group passes when all do."""

    key: ClassVar[str] = "group"
    label: ClassVar[str] = N_("Every member of the group passes")

    def decide(self, grid: Sequence[Assessment], *, confirmed: bool = False) -> Outcome:
        """Return what follows for the group; nothing is decided while one member is undecided."""
        members = dict.fromkeys(a.member for a in grid)
        parts = [
            (name, super(GroupRule, self).decide(rows, confirmed=confirmed))
            for name, rows in ((m, [a for a in grid if a.member == m]) for m in members or [""])
        ]
        return together(parts)


def together(parts: Sequence[tuple[str, Outcome]]) -> Outcome:
    """Return the outcome of all parts as one: favourable when each is, undecided when one is."""
    said = {part.favourable for _name, part in parts}
    favourable = None if None in said else False not in said
    return Outcome(
        favourable,
        sum((part.mandatory for _name, part in parts), Tally()),
        sum((part.recommended for _name, part in parts), Tally()),
        tuple(dict.fromkeys(flag for _name, part in parts for flag in part.flags)),
        reasons_of(parts, favourable=favourable),
        parts=tuple(parts),
    )


def reasons_of(
    parts: Sequence[tuple[str, Outcome]], *, favourable: bool | None
) -> tuple[Reason, ...]:
    """Return the reasons of the parts that made it so, each with the name of its part."""
    return tuple(
        replace(reason, part=name)
        for name, part in parts
        if part.favourable is favourable
        for reason in part.reasons
    )
