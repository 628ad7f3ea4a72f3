"""Moves that deadlines make."""

from __future__ import annotations

from typing import Any

from casework.workflows.declaration import Transition


def by_itself(state: str, **said: Any) -> Transition:
    """Return a move that a deadline makes, and that leaves the case where it stands."""
    return Transition(sources=(state,), to=state, system=True, **said)
