"""Documents that must be there before a case comes into a state: one guard for every workflow.

A kind of document says for which states it is needed; an administrator may choose other states.
Moves that the system makes, and moves that give a case up, never wait for a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.i18n import N_
from casework.workflows.declaration import (
    DocumentKind,
    Guard,
    Label,
    Previous,
    Question,
    Reason,
    Transition,
)

NAME = "documents_there"
MISSING = N_("%(kind)s: this document is needed for the step and is not there.")


@dataclass(frozen=True)
class HeldDocuments:
    """The kinds of document that a case holds.

    ``asked`` holds the states that an administrator chose for a kind, instead of the declared.
    """

    kinds: frozenset[str] = frozenset()
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def needed_in(self, kind: DocumentKind) -> frozenset[str]:
        """Return the states for which a document of this kind must be there."""
        return self.asked.get(kind.key, frozenset(kind.required_in))

    def missing(self, kinds: Sequence[DocumentKind], state: str) -> list[DocumentKind]:
        """Return the kinds that are needed for a state and of which there is no document."""
        return [k for k in kinds if state in self.needed_in(k) and k.key not in self.kinds]


def with_guard(transition: Transition, kinds: tuple[DocumentKind, ...]) -> Transition:
    """Return a transition that also asks for the documents needed where it leads."""
    if not kinds or transition.system or transition.abandons or not transition.sources:
        return transition
    guard = Guard(NAME, _check(transition, kinds))
    return replace(transition, guards=(*transition.guards, guard))


def _check(
    transition: Transition, kinds: tuple[DocumentKind, ...]
) -> Callable[[Question], Iterable[Reason]]:
    def check(question: Question) -> Iterable[Reason]:
        facts = question.facts
        back = isinstance(transition.to, Previous)
        state = facts.previous_state if back else transition.to
        for kind in facts.documents.missing(kinds, state):
            yield Reason(MISSING, {"kind": Label(kind.label)}, section="documents")

    return check
