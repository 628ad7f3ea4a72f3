"""Why an act could not be done; the web layer turns each into a clear answer."""

from __future__ import annotations

from typing import Any

from casework.models.case import Case
from casework.workflows.engine import NotOpenError, RefusedError

__all__ = [
    "ForbiddenError",
    "InvalidError",
    "NotFoundError",
    "NotOpenError",
    "RefusedError",
    "StaleError",
]


class NotFoundError(LookupError):
    """There is nothing of that name that this person may know of."""


class ForbiddenError(Exception):
    """The person may see the case and may not do this with it."""


class StaleError(Exception):
    """Somebody was faster: the case is no longer as the person saw it."""

    def __init__(self, case: Case, seen: int | None) -> None:
        super().__init__(f"{case.reference} is at version {case.version}, not {seen}")
        self.case_id = case.id
        self.seen = seen


class InvalidError(Exception):
    """The form has faults; ``form`` holds what was typed and what is wrong with it."""

    def __init__(self, form: Any) -> None:
        super().__init__(f"the form has faults: {sorted(form.errors)}")
        self.form = form
