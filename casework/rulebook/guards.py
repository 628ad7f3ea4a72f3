"""What a move is asked before it is made, and the reasons that speak against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from casework.roles import Role

if TYPE_CHECKING:
    from casework.workflows.required_documents import HeldDocuments


@dataclass(frozen=True)
class Reason:
    """Why something is refused, or what speaks against it.

    ``message`` is an English text with named places (``%(amount)s``), ``params`` the values for
    them, ``section`` the key of the page where the reader can do something about it: one of the
    workflow's sections, or ``documents``. ``past``: what it speaks of is over for good or done
    already, and so a case page no longer offers the move.
    """

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    section: str | None = None
    past: bool = False


class Label(str):
    """A text that is to be translated itself, as a value within another text."""

    __slots__ = ()


@dataclass(frozen=True)
class Money:
    """An amount in integer cents with its currency; shown in the reader's format."""

    cents: int
    currency: str = "EUR"


class Facts(Protocol):
    """What guards and labels look at; each workflow's ``facts.py`` has a frozen class of it.

    ``previous_state`` is the state from which the present one was entered.
    """

    @property
    def state(self) -> str:
        """Where the case stands."""

    @property
    def documents(self) -> HeldDocuments:
        """Which kinds of document it holds."""

    @property
    def previous_state(self) -> str | None:
        """Where it stood before."""


@dataclass(frozen=True)
class Question:
    """What a guard is asked: may this move be made, on these facts, by somebody in these roles?

    ``data`` is the filled-in form, or None while nothing has been filled in yet: a guard on the
    form's content then stays silent. ``waived`` names the warnings already overridden, and
    ``decided`` tells that a committee has decided on the move.
    """

    facts: Any
    now: datetime
    roles: frozenset[Role] = frozenset()
    data: Mapping[str, Any] | None = None
    waived: frozenset[str] = frozenset()
    decided: bool = False


@dataclass(frozen=True)
class Guard:
    """A condition of a move: ``check`` yields every reason against it, or nothing.

    A guard with ``overridable_by`` only warns: people in those roles may go on with a written
    reason, or waive it for others; everybody else is refused. Without it, it blocks. ``reads``
    names the form fields that the guard looks at.
    """

    name: str
    check: Callable[[Question], Iterable[Reason]]
    overridable_by: frozenset[Role] = frozenset()
    reads: tuple[str, ...] = ()

    @property
    def warns(self) -> bool:
        """Whether somebody may override this guard."""
        return bool(self.overridable_by)

    def reasons(self, question: Question) -> tuple[Reason, ...]:
        """Return all reasons that this guard has against the move."""
        return tuple(self.check(question))
