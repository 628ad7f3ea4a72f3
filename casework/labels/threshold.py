"""All mandatory criteria, and a share of the recommended ones (the label of CPE).

Charter of CPE: 100 % of the mandatory criteria and at least 50 % of the recommended ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from casework.i18n import N_
from casework.labels.criteria import Assessment, Criterion, Kind, Result
from casework.labels.outcome import (
    CONFIRMATION_REQUIRED,
    THRESHOLD_NOT_APPLICABLE,
    Outcome,
    Reason,
    Tally,
)
from casework.labels.parameters import PARTIAL, ParameterError, demand_threshold, integers

MANDATORY, RECOMMENDED, MET = Kind.MANDATORY, Kind.RECOMMENDED, Result.MET

NOT_ASSESSED = N_("%(criterion)s has not been assessed.")
NOT_APPROVED = N_("The committee has not approved that %(criterion)s does not apply.")
NONE_APPLIES = N_("No mandatory criterion applies. Only the committee can confirm that this is so.")
NOT_MET = N_("%(criterion)s is mandatory and is not met.")
UNDER = N_("Of the recommended criteria %(met)s/%(applicable)s are met; %(num)s/%(den)s is needed.")
NO_MANDATORY = N_("There is no mandatory criterion: anybody would be given the label.")
NO_RECOMMENDED = N_("There is no recommended criterion: the threshold will not apply.")


@dataclass(frozen=True)
class ThresholdRule:
    """Every mandatory criterion that applies is met, and ``num``/``den`` of the recommended weight.

    ``partial_num``/``partial_den`` is what a recommended criterion that is partly met counts:
    nothing, unless a scheme says otherwise. A mandatory one is met or it is not.

    Raises:
        ParameterError: a fraction that cannot be.
    """

    num: int = 1
    den: int = 2
    partial_num: int = 0
    partial_den: int = 1

    key: ClassVar[str] = "threshold"
    label: ClassVar[str] = N_("All mandatory criteria and a share of the recommended ones")

    def __post_init__(self) -> None:
        demand_threshold(self.num, self.den)
        if not 0 <= self.partial_num < self.partial_den:
            raise ParameterError("partial", PARTIAL)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """Return the rule with the parameters of a scheme. Raises ParameterError."""
        return cls(**integers(said, asdict(cls())))

    def parameters(self) -> dict[str, int]:
        """Return what a scheme stores of this rule."""
        return asdict(self)

    def faults(self, criteria: Sequence[Criterion]) -> list[Reason]:
        """Return why these criteria cannot be published under this rule."""
        return [] if _any(criteria, MANDATORY) else [Reason("no_mandatory", NO_MANDATORY)]

    def warnings(self, criteria: Sequence[Criterion]) -> list[Reason]:
        """Return what whoever publishes these criteria should know."""
        if _any(criteria, RECOMMENDED):
            return []
        return [Reason(THRESHOLD_NOT_APPLICABLE, NO_RECOMMENDED)]

    def decide(self, grid: Sequence[Assessment], *, confirmed: bool = False) -> Outcome:
        """Return what follows from the results; integers only, nothing is rounded.

        ``confirmed``: the committee has confirmed that no mandatory criterion applies.
        """
        applicable = [a for a in grid if a.applies]
        mandatory = [a for a in applicable if a.criterion.kind is MANDATORY]
        must = Tally(len([a for a in mandatory if a.result is MET]), len(mandatory))
        should = self._weighed(a for a in applicable if a.criterion.kind is RECOMMENDED)
        undecided = [_open(a) for a in applicable if a.open]
        if not must.applicable and not confirmed:
            undecided.append(Reason("no_mandatory_applicable", NONE_APPLIES))
        reasons = undecided or [*_not_met(mandatory), *self._under(should)]
        favourable = None if undecided else not reasons
        flags = []
        if should.applicable == 0 and not _any((a.criterion for a in grid), RECOMMENDED):
            flags.append(THRESHOLD_NOT_APPLICABLE)
        elif should.applicable == 0 and favourable is not False:
            flags.append(CONFIRMATION_REQUIRED)
        if must.applicable == 0 and favourable is not False:
            flags.append(CONFIRMATION_REQUIRED)
        return Outcome(favourable, must, should, tuple(dict.fromkeys(flags)), tuple(reasons))

    def _weighed(self, applicable: Iterable[Assessment]) -> Tally:
        """Add the weights up, in units of 1/``partial_den`` so that all stays whole."""
        counts = {MET: self.partial_den, Result.PARTIAL: self.partial_num}
        met = total = 0
        for each in applicable:
            met += each.criterion.weight * counts.get(each.result, 0)
            total += each.criterion.weight * self.partial_den
        return Tally(met, total)

    def _under(self, should: Tally) -> list[Reason]:
        if self.num * should.applicable <= self.den * should.met:
            return []
        return [Reason("threshold_not_reached", UNDER, params=asdict(should) | self._fraction())]

    def _fraction(self) -> dict[str, int]:
        return {"num": self.num, "den": self.den}


def _any(criteria: Iterable[Criterion], kind: Kind) -> bool:
    return any(c.kind is kind for c in criteria)


def _not_met(mandatory: Sequence[Assessment]) -> list[Reason]:
    return [_about("mandatory_not_met", NOT_MET, a) for a in mandatory if a.result is not MET]


def _open(each: Assessment) -> Reason:
    if each.result is Result.NOT_ASSESSED:
        return _about("not_assessed", NOT_ASSESSED, each)
    return _about("na_not_approved", NOT_APPROVED, each)


def _about(code: str, message: str, each: Assessment) -> Reason:
    known = each.criterion.code
    return Reason(code, message, criterion=known, params={"criterion": known})
