"""Criteria and what was found about each: the grid that a rule decides on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from casework.i18n import N_


class Kind(StrEnum):
    """How much a criterion counts; informative ones never do."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    INFORMATIVE = "informative"


class Result(StrEnum):
    """What was found about a criterion. ``PARTIAL`` counts as not met, unless a rule says more."""

    MET = "met"
    PARTIAL = "partial"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"


_OPEN = frozenset({Result.NOT_ASSESSED, Result.NOT_APPLICABLE})

KIND_LABELS: dict[Kind, str] = {
    Kind.MANDATORY: N_("mandatory"),
    Kind.RECOMMENDED: N_("recommended"),
    Kind.INFORMATIVE: N_("informative"),
}
RESULT_LABELS: dict[Result, str] = {
    Result.MET: N_("met"),
    Result.PARTIAL: N_("partly met"),
    Result.NOT_MET: N_("not met"),
    Result.NOT_APPLICABLE: N_("not applicable"),
    Result.NOT_ASSESSED: N_("not assessed"),
}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", re.ASCII)
"""How the code of a criterion or of a field of criteria is written."""

MOST_WEIGHT = 999_999_999
"""What a criterion may weigh at most, whoever writes it down: a page, a file, the command."""

NA_NOT_ALLOWED = N_("This criterion always applies: “not applicable” is not allowed.")
NA_NO_REASON = N_("Say why the criterion does not apply.")


class AssessmentError(ValueError):
    """A result that cannot be: ``field`` is at fault, ``message`` says why, in English."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def impossible(result: Result, *, na_allowed: bool, na_reason: str) -> tuple[str, str] | None:
    """Return which field is at fault and why, in English, where there can be no such result."""
    if result is not Result.NOT_APPLICABLE:
        return None
    if not na_allowed:
        return "result", NA_NOT_ALLOWED
    return None if na_reason.strip() else ("na_reason", NA_NO_REASON)


@dataclass(frozen=True)
class Criterion:
    """A criterion as rules see it.

    ``level`` is the step of a maturity ladder, 1 being the lowest; other rules ignore it.

    Raises:
        ValueError: there is no code, or weight or level are under 1.
    """

    code: str
    kind: Kind
    weight: int = 1
    na_allowed: bool = False
    level: int = 1

    def __post_init__(self) -> None:
        if not self.code:
            raise ValueError("A criterion needs a code.")
        if self.weight < 1 or self.level < 1:
            raise ValueError(f"Weight and level of {self.code} must be 1 or more.")


@dataclass(frozen=True)
class Assessment:
    """The result of one criterion, for one ``member`` where a group is judged.

    Raises:
        AssessmentError: "not applicable" where the criterion always applies, or without a reason.
    """

    criterion: Criterion
    result: Result
    na_reason: str = ""
    na_approved: bool = False
    member: str = ""

    def __post_init__(self) -> None:
        allowed = self.criterion.na_allowed
        if fault := impossible(self.result, na_allowed=allowed, na_reason=self.na_reason):
            raise AssessmentError(*fault)

    @property
    def applies(self) -> bool:
        """Whether it counts: a criterion stays in until the committee approves that it does not."""
        return not (self.na_approved and self.result is Result.NOT_APPLICABLE)

    @property
    def open(self) -> bool:
        """Whether this alone leaves the file undecided."""
        return self.result in _OPEN and self.applies and self.criterion.kind is not Kind.INFORMATIVE
