"""Why one case of many was refused: kept as data, read in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from casework.i18n import N_
from casework.services import events
from casework.services.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
from casework.workflows.declaration import Money, Reason

REFUSALS = (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
"""What is raised when one case is refused and the others go on."""

GONE = Reason(N_("You can no longer see this case."))
CHANGED = Reason(N_("Somebody has changed this case since. Look at it, then do it there."))
FORBIDDEN = Reason(N_("You may not do this with this case."))
NOT_OPEN = Reason(N_("This is not possible at the step where the case stands."))
OTHER_WORKFLOW = Reason(N_("This belongs to another workflow."))
NOBODY_BEFORE = Reason(N_("Nobody was in charge of this case before."))
HAS_IT = Reason(N_("This person is in charge of the case already."))
NEEDS_WORDS = Reason(N_("Going on against this warning needs a written reason."))


def of(error: Exception) -> list[Reason]:
    """Return why a case was refused, from what was raised."""
    if isinstance(error, RefusedError):
        return list(error.reasons)
    if isinstance(error, InvalidError):
        return [Reason(str(text)) for texts in error.form.errors.values() for text in texts]
    for kind, reason in (
        (NotFoundError, GONE),
        (StaleError, CHANGED),
        (ForbiddenError, FORBIDDEN),
        (NotOpenError, NOT_OPEN),
    ):
        if isinstance(error, kind):
            return [reason]
    raise TypeError(f"{error!r} is no refusal")


def stored(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return reasons as plain values."""
    return [
        {"message": r.message, "params": {k: _packed(v) for k, v in r.params.items()}}
        for r in reasons
    ]


def read(rows: Iterable[dict[str, Any]]) -> list[Reason]:
    """Return the reasons that :func:`stored` wrote."""
    return [
        Reason(row["message"], {k: _unpacked(v) for k, v in row["params"].items()}) for row in rows
    ]


def _packed(value: Any) -> Any:
    if isinstance(value, date):
        return {"day": value.isoformat()[:10]}
    return events.plain(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and "cents" in value:
        return Money(value["cents"], value["currency"])
    if isinstance(value, dict) and "day" in value:
        return date.fromisoformat(value["day"])
    return value
