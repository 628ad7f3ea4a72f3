"""Adds what is missing: the people, the calls, then act by act in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

import structlog

from casework import clock
from casework.calendar import WorkingCalendar
from casework.clock import frozen
from casework.db import unit_of_work
from casework.demo import (
    calls,
    committee,
    ethics,
    label,
    ladder,
    people,
    referentials,
    telling,
    views,
    visits,
)
from casework.demo.ideas import PITCHES
from casework.demo.organisations import HOUSES
from casework.demo.play import REFUSALS, Stage, begin, play
from casework.demo.plot import Story
from casework.demo.script import Act
from casework.demo.stories import STORIES, acts_of
from casework.extensions import db, settings
from casework.services import house, marks, outbox

BEGAN = "demo-began"
STAFF_SINCE, HOUSES_SINCE = timedelta(days=1400), timedelta(days=1330)
MORNING = time(9, 20)
BETWEEN_ACTS = timedelta(minutes=11)
SPREAD_MINUTES = 330
DAILY_FOR = 45
WEEKLY = 7

log = structlog.get_logger(__name__)


@dataclass(frozen=True, order=True)
class Turn:
    """One act of one story, at its moment."""

    at: datetime
    story: int
    place: int

    @property
    def key(self) -> str:
        """The key under which the act is remembered."""
        return f"demo-{self.story:03d}-{self.place:03d}"


def load(stories: Sequence[Story] = STORIES) -> list[tuple[str, str, str]]:
    """Add the demonstration data that are missing; return role, address and password of people.

    Owns its transactions. It remembers the day on which it first ran, and counts all days from
    there: what was cut off is completed as it was begun. A case on which somebody has worked in
    between is left as it stands. A story is known by its place among ``stories``.
    """
    present = clock.now()
    began = _began(present)
    _add_people(began)
    referentials.add(began)
    ladder.add(began)
    scripts = {n: acts_of(n, story) for n, story in enumerate(stories, start=1)}
    ended = _ended(scripts)
    missing = {number: acts for number, acts in scripts.items() if number not in ended}
    if missing:
        with unit_of_work(db.session):
            cal, stage = house.calendar(), _stage(began)
        _Performance(stories, missing, stage, cal, present).play()
    with unit_of_work(db.session):
        visits.add(people.cast())
    committee.add(began)
    outbox.wake()
    sitting = [*committee.sign_ins(), *ethics.load(), *label.load(began)]
    return [*people.sign_ins(), *((role, to, people.PASSWORD) for role, to in sitting)]


def _began(present: datetime) -> datetime:
    """Return when the first loading began, and remember it."""
    with unit_of_work(db.session):
        found = marks.find(BEGAN)
        if found is not None:
            return datetime.fromisoformat(found["at"])
        marks.leave(BEGAN, {"at": present.isoformat()}, present)
    return present


def _add_people(began: datetime) -> None:
    with frozen(began - STAFF_SINCE) as moment, unit_of_work(db.session):
        people.add_staff(moment)
    with frozen(began - HOUSES_SINCE) as moment:
        for each in HOUSES:
            with unit_of_work(db.session):
                people.add_house(each, moment)
        with unit_of_work(db.session):
            calls.add(people.cast(), began.astimezone(settings().zone).date(), moment)
            views.add(people.cast(), moment)


def _ended(numbers: Iterable[int]) -> frozenset[int]:
    with unit_of_work(db.session):
        return frozenset(n for n in numbers if marks.find(_end_key(n)) is not None)


def _stage(began: datetime) -> Stage:
    zone = settings().zone
    return Stage(people.cast(), calls.ids(), began.astimezone(zone).date(), zone)


@dataclass
class _Performance:
    """The stories that are not told to their end, played together.

    ``ids`` are the cases of the stories that have begun, ``resumed`` the stories that an earlier
    loading began, ``given_up`` those that cannot go on.
    """

    stories: Sequence[Story]
    scripts: Mapping[int, list[Act]]
    stage: Stage
    cal: WorkingCalendar
    present: datetime
    ids: dict[int, UUID] = field(default_factory=dict)
    resumed: set[int] = field(default_factory=set)
    given_up: set[int] = field(default_factory=set)

    def play(self) -> None:
        """Play all acts in the order of time, and tell people of what is due as days go by."""
        mailed_since = self.cal.start_of_day(self._working_day(1))
        mornings = self._mornings()
        morning = next(mornings, None)
        for turn in heapq.merge(*(self._turns(number) for number in self.scripts)):
            while morning is not None and morning <= turn.at:
                telling.tell(self.ids.values(), morning, self.present)
                morning = next(mornings, None)
            if turn.story not in self.given_up:
                self._take(turn, mailed_since)
        for rest in (*([morning] if morning else ()), *mornings):
            telling.tell(self.ids.values(), rest, self.present)

    def _turns(self, number: int) -> Iterator[Turn]:
        """Give each act of a story its moment: on a working day, one after the other."""
        last: datetime | None = None
        for place, act in enumerate(self.scripts[number]):
            start = timedelta(minutes=(7 * number + 31 * act.ago) % SPREAD_MINUTES)
            at = self.cal.at(self._working_day(act.ago), MORNING) + start
            if last is not None and at <= last:
                at = last + BETWEEN_ACTS
            last = at
            yield Turn(at, number, place)

    def _mornings(self) -> Iterator[datetime]:
        """Give the moments at which people are told: weekly long ago, daily of late."""
        ago = HOUSES_SINCE.days
        while ago > 0:
            yield self.cal.at(self.stage.today - timedelta(days=ago), MORNING)
            ago -= WEEKLY if ago > DAILY_FOR else 1

    def _working_day(self, ago: int) -> date:
        """Return the day so many days before the loading, or the last working day before it."""
        return self.cal.add_working_days(self.stage.today - timedelta(days=ago - 1), -1)

    def _take(self, turn: Turn, mailed_since: datetime) -> None:
        """Play one act in a transaction of its own."""
        act = self.scripts[turn.story][turn.place]
        with frozen(turn.at):
            try:
                with unit_of_work(db.session):
                    self._act(turn, act)
                    if turn.place == len(self.scripts[turn.story]) - 1:
                        marks.leave(_end_key(turn.story), {}, turn.at)
                    if act.kind in {"move", "save"} and turn.at < mailed_since:
                        telling.hush([self.ids[turn.story]], turn.at, self.present)
            except REFUSALS as error:
                log.warning("demo.act_refused", act=act.name, key=turn.key, error=str(error))
                self._give_up(turn)

    def _act(self, turn: Turn, act: Act) -> None:
        if act.kind == "start":
            self._begin(turn, act)
        elif not self._was_played(turn):
            play(self.stage, act, self.ids[turn.story], turn.key)
            marks.leave(turn.key, {}, turn.at)

    def _begin(self, turn: Turn, act: Act) -> None:
        """Begin a story, or find the case of one that an earlier loading began."""
        if (found := marks.find(turn.key)) is not None:
            self.ids[turn.story] = UUID(found["case_id"])
            self.resumed.add(turn.story)
            return
        pitch = PITCHES[self.stories[turn.story - 1].title]
        case_id = begin(self.stage, act, pitch.house, turn.key).case_id
        self.ids[turn.story] = case_id
        marks.leave(turn.key, {"case_id": str(case_id)}, turn.at)

    def _was_played(self, turn: Turn) -> bool:
        return turn.story in self.resumed and marks.find(turn.key) is not None

    def _give_up(self, turn: Turn) -> None:
        """Leave a story as it stands: somebody has worked on its case in the meantime."""
        self.given_up.add(turn.story)
        with unit_of_work(db.session):
            marks.leave(_end_key(turn.story), {"given_up": turn.key}, turn.at)


def _end_key(number: int) -> str:
    return f"demo-{number:03d}-end"
