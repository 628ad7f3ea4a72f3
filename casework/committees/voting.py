"""Votes: who may cast one, and what a count means."""

from __future__ import annotations

from dataclasses import dataclass

CHOICES = ("yes", "no", "abstain")


@dataclass(frozen=True)
class Count:
    """How many said yes, no, or neither."""

    yes: int = 0
    no: int = 0
    abstain: int = 0

    @property
    def cast(self) -> int:
        """How many votes were cast for one side or the other."""
        return self.yes + self.no

    @property
    def taken_part(self) -> int:
        """How many took part, abstentions included."""
        return self.cast + self.abstain


@dataclass(frozen=True)
class Result:
    """What a count means: carried or not, whether there was a tie, whether the chair broke it."""

    carried: bool
    tie: bool = False
    casting_vote: bool = False


def result(count: Count, majority: str, casting: str | None = None) -> Result:
    """Say whether a proposal is carried.

    ``majority`` is simple (more yes than no), absolute (yes of more than half of those who took
    part) or two_thirds (of the votes cast). ``casting`` is what the chair voted where the chair's
    vote decides a tie; a tie without it is not carried, and nothing is carried without one yes.

    Raises ValueError for another majority.
    """
    tie = count.yes == count.no and count.cast > 0
    if majority == "simple":
        if tie and casting in {"yes", "no"}:
            return Result(casting == "yes", tie=True, casting_vote=True)
        return Result(count.yes > count.no, tie=tie)
    if majority == "absolute":
        return Result(count.yes * 2 > count.taken_part, tie=tie)
    if majority == "two_thirds":
        return Result(count.yes > 0 and count.yes * 3 >= count.cast * 2, tie=tie)
    raise ValueError(f"no such majority: {majority}")
