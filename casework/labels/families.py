"""The families of rules that a scheme may choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

from casework.i18n import N_
from casework.labels.criteria import Assessment, Criterion
from casework.labels.group import GroupRule
from casework.labels.ladder import LadderRule
from casework.labels.outcome import Outcome, Reason
from casework.labels.parameters import ParameterError
from casework.labels.threshold import ThresholdRule

UNKNOWN = N_("There is no family of rules of that name.")


class Rule(Protocol):
    """A family of rules with its parameters; immutable. The same grid gives the same outcome."""

    key: ClassVar[str]
    label: ClassVar[str]

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """Return the rule with the parameters of a scheme. Raises ParameterError."""
        ...

    def parameters(self) -> dict[str, int]:
        """Return what a scheme stores of this rule."""
        ...

    def faults(self, criteria: Sequence[Criterion]) -> list[Reason]:
        """Return why these criteria cannot be published under this rule."""
        ...

    def warnings(self, criteria: Sequence[Criterion]) -> list[Reason]:
        """Return what whoever publishes these criteria should know."""
        ...

    def decide(self, grid: Sequence[Assessment], *, confirmed: bool = False) -> Outcome:
        """Return what follows from the results."""
        ...


FAMILIES: dict[str, type[Rule]] = {
    family.key: family for family in (ThresholdRule, GroupRule, LadderRule)
}


def rule(key: str, parameters: Mapping[str, Any]) -> Rule:
    """Return the rule of a scheme. Raises ParameterError for an unknown family too."""
    family = FAMILIES.get(key)
    if family is None:
        raise ParameterError("family", UNKNOWN)
    return family.read(parameters)
