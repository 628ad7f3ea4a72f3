"""Mandates: who sits on a day, and which seats would be held twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Term:
    """One person's seat in a college, from a day to a day (both included)."""

    user_id: UUID
    college_id: UUID
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        """Say whether the mandate is in force on a day."""
        return self.starts_on <= day <= self.ends_on

    def overlaps(self, other: Term) -> bool:
        """Say whether there is a day on which both are in force."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


def in_force(terms: Iterable[Term], day: date) -> list[Term]:
    """Return the mandates in force on a day."""
    return [term for term in terms if term.covers(day)]


def same_person(terms: Iterable[Term], new: Term) -> Term | None:
    """Return a mandate of the same person that overlaps a new one: nobody sits twice."""
    return next((t for t in terms if t.user_id == new.user_id and t.overlaps(new)), None)


def fullest_day(terms: Sequence[Term], new: Term) -> tuple[date, int]:
    """Return on which day of a new mandate its college would hold most seats, and how many.

    Seats only become more on a day on which one begins: those days are looked at.
    """
    own = [t for t in terms if t.college_id == new.college_id and t.overlaps(new)]
    days = {new.starts_on, *(t.starts_on for t in own if new.covers(t.starts_on))}
    counted = [(len(in_force(own, day)) + 1, day) for day in sorted(days)]
    seats, day = max(counted, key=lambda pair: pair[0])
    return day, seats
