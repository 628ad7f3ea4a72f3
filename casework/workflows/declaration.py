"""The words a rulebook is written in: states, transitions, guards, deadlines, reminders.

Plain frozen data, no behaviour beyond asking a guard: a room for each idea in
:mod:`casework.rulebook`, and all of their names here. A workflow's ``definition.py`` is made of
these and of nothing else; :mod:`casework.workflows.engine` gives them life. All texts are English
and marked with ``N_``; whoever shows them translates them.
"""

from __future__ import annotations

from casework.rulebook.committees import (
    POSTPONEMENTS,
    QUORUM,
    Agenda,
    Postponement,
    Verdict,
)
from casework.rulebook.deadlines import DeadlineRule, ReminderRule
from casework.rulebook.guards import (
    Facts,
    Guard,
    Label,
    Money,
    Question,
    Reason,
)
from casework.rulebook.moves import (
    Approvals,
    Effect,
    Move,
    Notice,
    Previous,
    Tell,
    Transition,
)
from casework.rulebook.places import Party, Stage, State, Tone
from casework.rulebook.records import DocumentKind, Listed, Section
from casework.rulebook.secrecy import Secrecy

__all__ = [
    "POSTPONEMENTS",
    "QUORUM",
    "Agenda",
    "Approvals",
    "DeadlineRule",
    "DocumentKind",
    "Effect",
    "Facts",
    "Guard",
    "Label",
    "Listed",
    "Money",
    "Move",
    "Notice",
    "Party",
    "Postponement",
    "Previous",
    "Question",
    "Reason",
    "ReminderRule",
    "Secrecy",
    "Section",
    "Stage",
    "State",
    "Tell",
    "Tone",
    "Transition",
    "Verdict",
]
