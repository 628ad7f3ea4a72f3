"""When a criterion applies: only if other criteria have certain results.

A condition is written as the codes it looks at, each with the results that make it true:
``RES-01: met; JUR-02: met, partial``. All of them must hold; no condition: it always applies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from casework.i18n import N_
from casework.labels.criteria import Result

Condition = Mapping[str, frozenset[Result]]

NOT_READ = N_(
    "“%(part)s” is not a condition. Write the code of a criterion, a colon and its results, for "
    "instance: RES-01: met, partial"
)
NO_RESULT = N_(
    "“%(part)s” is not a result. There are: met, partial, not_met, not_applicable, not_assessed."
)


class ConditionError(ValueError):
    """A condition that cannot be read; an English message with its values."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message % params)
        self.message = message
        self.params = params


def read(text: str) -> dict[str, frozenset[Result]]:
    """Read a condition. Raises ConditionError."""
    found: dict[str, frozenset[Result]] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        code, colon, results = part.rpartition(":")
        said = [r.strip() for r in results.split(",")]
        if not colon or not code.strip() or code.strip() in found:
            raise ConditionError(NOT_READ, part=part)
        for result in said:
            if result not in set(Result):
                raise ConditionError(NO_RESULT, part=result)
        found[code.strip()] = frozenset(Result(r) for r in said)
    return found


def written(condition: Condition) -> str:
    """Return a condition as :func:`read` reads it."""
    return "; ".join(
        f"{code}: {', '.join(r for r in Result if r in results)}"
        for code, results in condition.items()
    )


def unknown(conditions: Mapping[str, Condition]) -> dict[str, list[str]]:
    """Return, by criterion, the codes its condition looks at and that are not there."""
    found = {c: [o for o in looks_at if o not in conditions] for c, looks_at in conditions.items()}
    return {code: absent for code, absent in found.items() if absent}


def cycle(conditions: Mapping[str, Condition]) -> list[str]:
    """Return the codes of a ring of conditions, the first one again at the end; empty if none."""
    try:
        TopologicalSorter({code: list(looks_at) for code, looks_at in conditions.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def in_scope(conditions: Mapping[str, Condition], results: Mapping[str, Result]) -> Sequence[str]:
    """Return the codes that apply, in the order given, with these results.

    A criterion that looks at one that does not apply does not apply either. What hangs on
    one that is not assessed stays in scope until it is. Raises ValueError for a ring of conditions.
    """
    if cycle(conditions):
        raise ValueError("The conditions form a ring.")
    looks = {code: list(condition) for code, condition in conditions.items()}
    applies: dict[str, bool] = {}
    for code in TopologicalSorter(looks).static_order():
        applies[code] = code in conditions and all(
            applies[other] and _holds(results.get(other, Result.NOT_ASSESSED), wanted)
            for other, wanted in conditions[code].items()
        )
    return [code for code in conditions if applies[code]]


def _holds(result: Result, wanted: frozenset[Result]) -> bool:
    return result in wanted or result is Result.NOT_ASSESSED
