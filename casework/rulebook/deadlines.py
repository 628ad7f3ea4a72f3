"""Deadlines and their reminders."""

from __future__ import annotations

from dataclasses import dataclass

from casework.calendar import Length, Offset
from casework.roles import Role


@dataclass(frozen=True)
class ReminderRule:
    """One reminder of a deadline: when, relative to the due date, and to which role."""

    offset: Offset
    to: Role
    escalates: bool = False

    @property
    def key(self) -> str:
        """Return the text under which the reminder is stored and configured."""
        return str(self.offset)


@dataclass(frozen=True)
class DeadlineRule:
    """A deadline.

    It runs in ``states`` (opened on entering one, settled on leaving them); its clock stops in
    ``stops_in``. Without ``states`` it is scheduled by an effect or a record, and ends with the
    case, but for the final states in which it ``outlasts`` the case. The due date is
    ``length`` after the start, or the date that ``date_fact`` names in the facts; a length that is
    set elsewhere (with a scheme, say) is the one that ``length_fact`` names there. ``every``
    opens the next occurrence when one is met. ``met_by`` names acts that meet it without a move:
    a section key whose records count as done (:class:`Section`). ``fires`` names the system
    transition that is made when it is due; it waits until the last warning has been out for
    ``notice_days`` days. One that ``lapses`` is the last day of a right that nobody need use: past
    its end it is closed without a trace, and never overdue. ``asks`` is what a reminder asks for,
    in its first line.
    """

    key: str
    label: str
    owner: Role
    asks: str
    states: tuple[str, ...] = ()
    length: Length | None = None
    date_fact: str | None = None
    length_fact: str | None = None
    stops_in: tuple[str, ...] = ()
    outlasts: tuple[str, ...] = ()
    every: bool = False
    met_by: tuple[str, ...] = ()
    reminders: tuple[ReminderRule, ...] = ()
    fires: str | None = None
    notice_days: int = 0
    lapses: bool = False
    public: bool = True
