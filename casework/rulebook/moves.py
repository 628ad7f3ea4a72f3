"""Moves: who makes them from where to where, what they change, whom they tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from casework.roles import Role
from casework.rulebook.guards import Guard

if TYPE_CHECKING:
    from wtforms import Form


@dataclass(frozen=True)
class Notice:
    """Whom a move tells at once, and in which words (``%(title)s``, ``%(organisation)s`` …)."""

    to: tuple[Role, ...]
    subject: str
    line: str
    kind: str = "case_moved"
    compulsory: bool = False


@dataclass(frozen=True)
class Approvals:
    """Who must say yes before the move is made: so many distinct people in each role.

    ``notice`` goes out when one has said yes and others have not: to those of its roles whose yes
    is still missing.
    """

    needed: tuple[tuple[Role, int], ...]
    notice: Notice | None = None


@dataclass(frozen=True)
class Previous:
    """The destination "back to where it came from", limited to a declared list of states."""

    allowed: tuple[str, ...]


class Move(Protocol):
    """What an effect gets: the case, the facts, the form data, and ways to change rows.

    Everything happens in the transaction of the move; nothing is sent, nothing is committed.
    """

    @property
    def case(self) -> Any:
        """The case that moves, or of which a record is saved."""

    @property
    def facts(self) -> Any:
        """The facts as they were before the move."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The values of the form."""

    @property
    def actor_id(self) -> UUID | None:
        """Whoever makes the move; None for the system."""

    @property
    def now(self) -> datetime:
        """The moment of the move."""

    def add(self, row: Any) -> None:
        """Add a row to the database."""

    def rows(self, model: type[Any], **equal: Any) -> list[Any]:
        """Return the case's rows of ``model`` whose attributes equal the given values."""

    def name_of(self, role: Role) -> str:
        """Return who holds a role on the case, the first by name; empty: nobody."""

    def grant(self, user_id: UUID, role: Role) -> None:
        """Give a person a role on this case, taking it from whoever held it."""

    def next_number(self, series: str) -> int:
        """Return the next number of a series (1, 2, …), without gaps."""

    def admit(self, user_id: UUID, role: Role) -> None:
        """Let one more person onto the case, beside those who hold the role: an event too."""

    def dismiss(self, user_id: UUID) -> None:
        """End whatever a person holds on the case: an event too."""

    def schedule(
        self,
        rule: str,
        due: datetime | date | None = None,
        *,
        subject: Any = None,
        label: str = "",
    ) -> None:
        """Open the deadline ``rule`` on the case, or on ``subject`` (a row with an ``id``)."""

    def settle(self, rule: str, *, subject: Any = None, cancel: bool = False) -> None:
        """Close the running deadline ``rule`` as met (or cancelled)."""

    def notify(self, notice: Notice) -> None:
        """Tell the notice's roles what has happened."""

    def remember(self, **values: Any) -> None:
        """Write values into the event's payload, for the timeline."""


Effect = Callable[[Move], None]


@dataclass(frozen=True)
class Tell:
    """An effect that only tells somebody, when ``when`` says that there is something to tell."""

    notice: Notice
    when: Callable[[Move], bool]

    def __call__(self, move: Move) -> None:
        """Give the notice, or nothing."""
        if self.when(move):
            move.notify(self.notice)


@dataclass(frozen=True)
class Transition:
    """A move: from which states to which, who may make it, under which conditions.

    Without ``sources`` it starts a new case; as ``system`` for somebody without an account.
    ``done`` is what the timeline says of it ("Idea submitted"). Other ``system`` transitions are
    fired by a deadline and by nobody else, unless ``roles`` are named too. ``abandons`` cancels the
    running deadlines instead of settling them.
    """

    name: str
    label: str
    done: str
    sources: tuple[str, ...]
    to: str | Previous
    roles: frozenset[Role] = frozenset()
    form: type[Form] | None = None
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    notices: tuple[Notice, ...] = ()
    approvals: Approvals | None = None
    system: bool = False
    abandons: bool = False
    primary: bool = False
    hint: str = ""
