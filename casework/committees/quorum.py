"""The quorum: how many must take part, of whom, and whether they do.

The base is every seat that votes and is not recused from the item. Whoever is absent and speaks
through another member takes part in votes and does not count for the quorum: a committee is there
when people are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CollegeRule:
    """A college as the quorum sees it: how many of it must be there, whether it votes."""

    id: UUID
    minimum: int
    votes: bool = True


@dataclass(frozen=True)
class QuorumRule:
    """``percent`` of the base must be there, rounded up; ``above``: more than that."""

    percent: int
    above: bool
    college_minima: bool


@dataclass(frozen=True)
class Sitter:
    """One person with a mandate on the day: of which college, there or not, recused or not."""

    user_id: UUID
    college_id: UUID
    present: bool
    recused: bool = False


@dataclass(frozen=True)
class Shortage:
    """A college of which too few are there."""

    college_id: UUID
    needed: int
    present: int


@dataclass(frozen=True)
class Quorum:
    """How it stands: ``present`` of ``base`` seats, ``needed`` of them, the colleges too small."""

    base: int
    present: int
    needed: int
    short: tuple[Shortage, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether anything can be decided: nobody at all never decides."""
        return self.present >= max(1, self.needed) and not self.short


def needed_of(base: int, rule: QuorumRule) -> int:
    """Return how many of ``base`` seats must be there."""
    if rule.above:
        return base * rule.percent // 100 + 1
    return -(-base * rule.percent // 100)


def quorum(sitters: Iterable[Sitter], colleges: Sequence[CollegeRule], rule: QuorumRule) -> Quorum:
    """Return how the quorum stands after recusals, with each college's minimum.

    A rule of more than 100 percent cannot be: with ``above`` at 100, all must be there.
    """
    voting = {c.id for c in colleges if c.votes}
    free = [s for s in sitters if not s.recused]
    base = [s for s in free if s.college_id in voting]
    there: Mapping[UUID, int] = {
        c.id: sum(1 for s in free if s.college_id == c.id and s.present) for c in colleges
    }
    short = tuple(
        Shortage(c.id, c.minimum, there[c.id])
        for c in colleges
        if rule.college_minima and there[c.id] < c.minimum
    )
    needed = min(needed_of(len(base), rule), max(1, len(base)))
    return Quorum(len(base), sum(1 for s in base if s.present), needed, short)
