"""One thing to tell: what a message row is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from casework.models import Case
from casework.policy import Holder


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing to tell, to some people, on one occasion.

    ``params`` are plain values (texts, numbers, ISO moments) for the template's words.
    ``made_by`` is whoever did what is told of: they are not told, as a substitute either.
    """

    recipients: Sequence[Holder]
    occasion: str
    kind: str
    template: str
    case: Case | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    compulsory: bool = False
    in_inbox: bool = True
    made_by: UUID | None = None
