"""A draw by lot that anybody can repeat with a pencil and any SHA-256.

The rule ``sha256-1``: for every identifier of the list, compute the SHA-256 of the seed, a line
feed, and the identifier, as UTF-8; sort the list by these sums in hexadecimal; the first places
are drawn. Neither the order of the list nor who runs it matters. The seed is made after the list
is closed, so that nobody can choose it to suit the list.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

METHOD = "sha256-1"


def new_seed() -> str:
    """Return a seed that nobody could know before."""
    return secrets.token_hex(16)


def rank(seed: str, identifier: str) -> str:
    """Return the sum by which one identifier is sorted."""
    return hashlib.sha256(f"{seed}\n{identifier}".encode()).hexdigest()


def drawn(seed: str, identifiers: Iterable[str], places: int) -> list[str]:
    """Return who is drawn for so many places, in the order drawn; fewer if the list is shorter.

    Raises ValueError for a number below zero, and for an identifier that is listed twice.
    """
    listed = list(identifiers)
    if places < 0:
        raise ValueError("a draw has no places below zero")
    if len(set(listed)) != len(listed):
        raise ValueError("somebody is listed twice")
    return sorted(listed, key=lambda each: (rank(seed, each), each))[:places]
