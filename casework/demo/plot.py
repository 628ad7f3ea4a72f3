"""One story as it is told: its case, its people, its words, and where each stay begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from casework.demo.ideas import PITCHES, Pitch, language_of
from casework.demo.script import Ago, Script
from casework.demo.words import Words
from casework.demo.words_en import ENGLISH
from casework.demo.words_fr import FRENCH
from casework.demo.words_nl import DUTCH

T = TypeVar("T")
WORDS = {"fr": FRENCH, "nl": DUTCH, "en": ENGLISH}


@dataclass(frozen=True, kw_only=True)
class Story:
    """A case to be made: its idea, the states it goes through, when the last one was entered.

    ``age`` is in days before the loading, as are all other days. ``officer`` is empty for a case
    that nobody owns yet. ``silent`` says for how many days the partner and the house have done
    nothing in the last state; ``due`` is when what has a day of its own there is due (negative:
    still to come). ``off_cents`` is by how much the funding plan misses the budget, ``half``
    whether the first of two approvals is given, ``paces`` stretches stays (state, days).
    """

    title: str
    route: tuple[str, ...]
    age: int
    officer: str = "claire"
    call: str = ""
    silent: int = 0
    due: int = -10
    off_cents: int = 0
    half: bool = False
    by_system: bool = False
    paces: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Stay:
    """A stay in a state, from ``first`` to ``last`` days ago; ``then`` is where it leads."""

    state: str
    first: int
    last: int
    nth: int
    then: str = ""

    @property
    def over(self) -> bool:
        """Whether the case has left the state."""
        return bool(self.then)

    def place(self, part: float) -> int:
        """Return how many days ago that part of the stay was over."""
        return max(self.last, round(self.first - part * (self.first - self.last)))


@dataclass
class Plot:
    """Writes the script of one story."""

    number: int
    story: Story
    stays: Sequence[Stay]
    script: Script = field(default_factory=Script)

    @property
    def pitch(self) -> Pitch:
        """The idea as its organisation tells it."""
        return PITCHES[self.story.title]

    @property
    def language(self) -> str:
        """The language of the partner."""
        return language_of(self.pitch)

    @property
    def words(self) -> Words:
        """The texts in the partner's language."""
        return WORDS[self.language]

    def pick(self, options: Sequence[T], shift: int = 0) -> T:
        """Return the one of several texts that is this story's."""
        return options[(self.number + shift) % len(options)]

    @property
    def lead(self) -> str:
        """The partner's lead."""
        return f"{self.pitch.house} lead"

    @property
    def helper(self) -> str:
        """Who writes along at the partner's, or its lead."""
        return f"{self.pitch.house} contributor"

    @property
    def signatory(self) -> str:
        """Who signs for the partner."""
        return f"{self.pitch.house} signatory"

    @property
    def officer(self) -> str:
        """The officer of the case, or who stands in."""
        return self.story.officer or ("wouter" if self.language == "nl" else "claire")

    @property
    def boss(self) -> str:
        """The programme lead."""
        return "koen" if self.language == "nl" else "beatrice"

    @property
    def finance(self) -> str:
        """Who looks at the money."""
        return "sofie" if self.language == "nl" else "patrick"

    @property
    def coach(self) -> str:
        """Who coaches the partner."""
        return "lotte" if self.language == "nl" else "idris"

    @property
    def cost_cents(self) -> int:
        """What the project costs, between 18 000 and 80 000 euros."""
        return (18_000 + self.number * 3_700 % 62_000) // 100 * 100 * 100

    def pilot_days(self) -> tuple[Ago, Ago]:
        """Return the first and the last day of the pilot."""
        running = [s for s in self.stays if s.state == "pilot_running"]
        if not running:
            end = self.stays[-1].last
            return Ago(end - 90), Ago(end - 240)
        last = running[0].last if running[0].over else self.story.due
        return Ago(running[0].first), Ago(last)


def stays_of(story: Story, lengths: dict[str, int]) -> list[Stay]:
    """Lay the stays of a story end to end, so that the last one began ``story.age`` days ago."""
    paces = lengths | dict(story.paces)
    stays: list[Stay] = []
    first, last, then = story.age, min(1, story.age), ""
    for index in range(len(story.route) - 1, -1, -1):
        state = story.route[index]
        nth = story.route[:index].count(state) + 1
        stays.append(Stay(state, first, last, nth, then))
        then, last = state, first
        if index:
            first += paces[story.route[index - 1]]
    return stays[::-1]
