"""When a committee takes a case up, and what each of its decisions does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from casework.i18n import N_
from casework.rulebook.guards import Reason


@dataclass(frozen=True)
class Verdict:
    """One way in which a committee may decide on a case, and the move that this makes.

    The form of the ``transition`` is what the committee fills in: ``motive`` names the field with
    its reasons, ``conditions`` the one that lists its conditions. A transition without roles is
    made by a committee's decision only; those who have a role for it decide in a house where no
    committee of this kind sits.
    """

    key: str
    label: str
    transition: str
    motive: str = "motive"
    conditions: str | None = None


@dataclass(frozen=True)
class Postponement:
    """A reason for which a committee puts a case off, and the move that this makes, if any.

    Without a ``transition`` the case stays where it is and comes back to the next meeting. The
    transition's form may ask for a ``reason``: what was written is handed to it.
    """

    key: str
    label: str
    transition: str | None = None


QUORUM = "quorum"
POSTPONEMENTS: tuple[Postponement, ...] = (
    Postponement("lack_of_time", N_("Lack of time")),
    Postponement("information_missing", N_("Information is missing")),
    Postponement(QUORUM, N_("The quorum was not reached")),
    Postponement("other", N_("Another reason")),
)


@dataclass(frozen=True)
class Agenda:
    """When a committee of one kind may take a case up, and what each of its decisions does.

    The committee knows nothing else of the workflow, and the workflow nothing of the committee.
    A case that stands in one of ``states`` is ready for a meeting. Of ``verdicts``, those are
    offered whose move starts where the case stands. Where such a move has roles as well, the
    workflow's facts know ``committees``: the kinds of committee that sit in this house.
    ``label`` says what such a committee decides on, where that is not the workflow's cases.
    ``report_month`` is the month by whose end a new committee of the kind owes a yearly report,
    until its rules say otherwise; 0: none.
    ``barring`` names the known ties to a case that recuse a member at once, without a question
    (keys of ``services.committees.interests.TIES``). A tie to the organisation lasts for as many
    years after its end as ``years_fact`` names in the facts, or for five (rule of the cooperative
    review).
    ``minuted`` says in minutes, beside the reasons, what a decision rests on: it is given what the
    decision's move has remembered, and the language of the minutes.
    """

    kind: str
    states: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    postponements: tuple[Postponement, ...] = POSTPONEMENTS
    label: str = ""
    report_month: int = 0
    barring: frozenset[str] = frozenset()
    years_fact: str | None = None
    minuted: Callable[[Mapping[str, Any], str], Iterable[Reason]] | None = None

    def moves(self) -> frozenset[str]:
        """Return the names of all transitions that the committee's decisions make."""
        put_off = {p.transition for p in self.postponements if p.transition}
        return frozenset({v.transition for v in self.verdicts} | put_off)

    def verdict(self, key: str) -> Verdict:
        """Return one of the verdicts. Raises KeyError."""
        return {v.key: v for v in self.verdicts}[key]

    def postponement(self, key: str) -> Postponement:
        """Return one of the reasons for putting a case off. Raises KeyError."""
        return {p.key: p for p in self.postponements}[key]
