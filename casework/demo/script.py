"""What happens in a story, act by act, before it is played: who does what, how long ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["start", "move", "save", "file"]
Which = int | Literal["new", "only"]


@dataclass(frozen=True)
class After:
    """The day that many days after the act."""

    days: int


@dataclass(frozen=True)
class Ago:
    """The day that many days before the demonstration was loaded; negative: still to come."""

    days: int


@dataclass(frozen=True)
class Act:
    """One act: ``name`` is the move, the section or the kind of document."""

    ago: int
    kind: Kind
    name: str
    who: str
    data: Mapping[str, Any]
    which: Which = "new"


@dataclass
class Script:
    """Collects the acts of one story in the order of time."""

    acts: list[Act] = field(default_factory=list)
    ago: int = 0

    def at(self, ago: int) -> Script:
        """Let the acts that follow happen ``ago`` days ago."""
        self.ago = ago
        return self

    def start(self, who: str, **data: Any) -> None:
        """Begin the case."""
        self._add("start", "start_idea", who, data)

    def move(self, name: str, who: str, **data: Any) -> None:
        """Move the case."""
        self._add("move", name, who, data)

    def save(self, section: str, who: str, which: Which = "new", **data: Any) -> None:
        """Write a record: a new one, the only one, or the one at a place (from 0)."""
        self._add("save", section, who, data, which)

    def file(self, kind: str, who: str, title: str, lines: tuple[str, ...]) -> None:
        """Add a document whose page holds these lines."""
        self._add("file", kind, who, {"title": title, "lines": lines})

    def _add(
        self, kind: Kind, name: str, who: str, data: Mapping[str, Any], which: Which = "new"
    ) -> None:
        self.acts.append(Act(self.ago, kind, name, who, data, which))
