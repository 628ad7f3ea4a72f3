"""What a device sends from the field: a result or a photo, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from casework.forms.fields import clean_line

LONGEST_CODE = 40
LONGEST_CAPTION = 120
MOST_REVISION = 1_000_000


class MalformedError(ValueError):
    """No device of ours sends this."""


@dataclass(frozen=True)
class Head:
    """What results and photos have in common: their identifier, their criterion, their moment."""

    id: UUID
    code: str
    taken_at: datetime

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Head:
        """Read it. Raises MalformedError."""
        key = identifier(data.get("id"))
        code = data.get("code")
        if key is None or not isinstance(code, str) or not 0 < len(code) <= LONGEST_CODE:
            raise MalformedError("id or code")
        return cls(key, clean_line(code), moment(data.get("taken_at")))


def identifier(value: Any) -> UUID | None:
    """Return an identifier, None for none. Raises MalformedError."""
    if value in (None, ""):
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise MalformedError("identifier") from error


def moment(value: Any) -> datetime:
    """Return a moment of ISO 8601 with its zone. Raises MalformedError."""
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else _refuse("zone")
    except (ValueError, TypeError, OverflowError) as error:
        raise MalformedError("moment") from error


def revision(value: Any) -> int:
    """Return the number of a revision. Raises MalformedError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST_REVISION:
        raise MalformedError("revision")
    return value


def _refuse(what: str) -> datetime:
    raise MalformedError(what)
