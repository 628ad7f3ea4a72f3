"""The parameters of rules, read from what a scheme stores or a command was given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from casework.i18n import N_

WHOLE = N_("Write a whole number from %(least)s to %(most)s.")
UNKNOWN = N_("This rule has no parameter of that name.")
THRESHOLD = N_("Write the threshold as two whole numbers, a/b, with 0 < a ≤ b: for instance 1/2.")
PARTIAL = N_("What “partly met” counts is a fraction a/b with 0 ≤ a < b.")
MOST = 1_000_000


class ParameterError(ValueError):
    """A parameter that cannot be: its name, and an English message with its values."""

    def __init__(self, field: str, message: str, **params: Any) -> None:
        super().__init__(f"{field}: {message % params if params else message}")
        self.field = field
        self.message = message
        self.params = params


def fraction(text: str) -> tuple[int, int]:
    """Read "a/b" with 0 < a ≤ b. Raises ParameterError."""
    found = re.fullmatch(r"\s*(\d{1,7})\s*/\s*(\d{1,7})\s*", text, re.ASCII)
    if found is None:
        raise ParameterError("threshold", THRESHOLD)
    num, den = int(found[1]), int(found[2])
    demand_threshold(num, den)
    return num, den


def demand_threshold(num: int, den: int) -> None:
    """Raise ParameterError unless 0 < ``num`` ≤ ``den``."""
    if not 0 < num <= den <= MOST:
        raise ParameterError("threshold", THRESHOLD)


def integers(said: Mapping[str, Any], defaults: Mapping[str, int]) -> dict[str, int]:
    """Return the whole numbers of ``said`` over the defaults. Raises ParameterError.

    A name that the defaults do not have is refused: a misspelt parameter must not go unseen.
    """
    for name, value in said.items():
        if name not in defaults:
            raise ParameterError(name, UNKNOWN)
        if type(value) is not int or not 0 <= value <= MOST:
            raise ParameterError(name, WHOLE, least=0, most=MOST)
    return {**defaults, **said}
