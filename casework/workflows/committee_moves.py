"""Moves that a committee decides on: one guard for every workflow.

Where no committee of the kind sits, those who have a role for the move make it as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from casework.i18n import N_
from casework.workflows.declaration import Agenda, Guard, Question, Reason, Transition

NAME = "committee_decides"
DECIDES = N_("The committee decides on this in its meeting.")


def with_committee(transition: Transition, agendas: Sequence[Agenda]) -> Transition:
    """Return a transition that waits for a committee's decision, where its agenda names it."""
    kinds = frozenset(a.kind for a in agendas if transition.name in a.moves())
    if not kinds or not transition.roles:
        return transition
    return replace(transition, guards=(Guard(NAME, _check(kinds)), *transition.guards))


def _check(kinds: frozenset[str]) -> Callable[[Question], Iterable[Reason]]:
    def check(question: Question) -> Iterable[Reason]:
        if not question.decided and kinds & question.facts.committees:
            yield Reason(DECIDES)

    return check
