"""Random histories of a case: whatever happens when, nobody is told twice and no time is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from casework import clock
from casework.app import create_app
from casework.calendar import WorkingCalendar
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Deadline, Message, Reminder
from casework.services import deadlines
from tests.support import campaign
from tests.support.migrating import settings_for
from tests.support.timeline import BRUSSELS, Timeline, moment, timeline_in

BELGIUM = WorkingCalendar(BRUSSELS, "BE")
WORKING_DAYS, HOURS = 10, timedelta(hours=48)
waits = st.sampled_from(
    [
        timedelta(minutes=2),
        timedelta(hours=1),
        timedelta(hours=7),
        timedelta(hours=24),
        timedelta(days=3),
        timedelta(days=9),
        timedelta(days=40),
    ]
)


@pytest.fixture
def world(fresh_database_url: str) -> Iterator[Timeline]:
    with timeline_in(create_app(settings_for(fresh_database_url))) as made:
        yield made


class History(RuleBasedStateMachine):
    """One case under a clock that only goes forward."""

    world: Timeline

    def __init__(self) -> None:
        super().__init__()
        self.now = moment("2026-11-20", "09:30")
        self.case: Case
        self.done: dict[UUID, tuple[datetime, datetime | None]] = {}
        self.used_days = 0
        self.day_0: date | None = None
        self.stopped_on: date | None = None
        self.ran = timedelta(0)
        self.runs_since: datetime | None = None
        self.moved_by_hand = False

    @initialize(start=st.integers(0, 60), state=st.sampled_from(["review", "urgent"]))
    def begin(self, start: int, state: str) -> None:
        self.now += timedelta(days=start)
        self.case = self.world.case(self.now, state)
        self.day_0, self.runs_since = self.now.astimezone(BRUSSELS).date(), self.now

    @rule(span=waits)
    def wait(self, span: timedelta) -> None:
        self.now += span

    @precondition(lambda self: self.case.state in {"review", "urgent"})
    @rule()
    def stop(self) -> None:
        self.world.move(self.case, "ask" if self.case.state == "review" else "hold", self.now)
        today = self.now.astimezone(BRUSSELS).date()
        assert self.day_0 is not None
        assert self.runs_since is not None
        self.used_now = BELGIUM.working_days_between(
            self.day_0, max(self.day_0, today - timedelta(days=1))
        )
        self.stopped_on = today
        self.ran += self.now - self.runs_since
        self.runs_since = None

    @precondition(lambda self: self.case.state in {"asking", "waiting"})
    @rule()
    def resume(self) -> None:
        self.world.move(self.case, "tell" if self.case.state == "asking" else "go_on", self.now)
        today = self.now.astimezone(BRUSSELS).date()
        if today != self.stopped_on:
            self.used_days += self.used_now
            self.day_0 = today
        self.runs_since = self.now

    @precondition(lambda self: self.case.state != "dropped")
    @rule(days=st.integers(0, 30))
    def move_by_hand(self, days: int) -> None:
        with unit_of_work(db.session()):
            deadline = self.main()
            deadlines.move_due(deadline, self.now.date() + timedelta(days=days), self.now)
        self.moved_by_hand = True

    @rule(times=st.integers(1, 2))
    def sweep(self, times: int) -> None:
        before = self.messages()
        standing = {d.id for d in self.all_deadlines() if d.state != "open"}
        with clock.frozen(self.now):
            for _ in range(times):
                self.world.sweep()
        db.session.refresh(self.case)
        for occasion in self.messages() - before:
            reminder = db.session.get(Reminder, UUID(occasion.partition(":")[2]))
            assert reminder is not None
            assert reminder.deadline_id not in standing, "told while the clock stood"
        late = [
            r
            for d in self.all_deadlines()
            if d.state == "open"
            for r in self.world.reminders(d).values()
            if r.state == "pending" and r.at <= self.now
        ]
        assert late == []

    @invariant()
    def what_is_done_stays_done(self) -> None:
        for reminder in self.all_reminders():
            if reminder.id in self.done:
                assert reminder.state == "done"
                assert (reminder.at, reminder.done_at) == self.done[reminder.id]
            elif reminder.state == "done":
                self.done[reminder.id] = (reminder.at, reminder.done_at)

    @invariant()
    def each_occasion_is_told_once(self) -> None:
        told = [
            (m.recipient_id, m.params["deadline_id"], m.template)
            for m in db.session.scalars(
                sa.select(Message).where(Message.template.startswith("reminder/"))
            )
        ]
        assert len(told) == len(set(told))

    @invariant()
    def no_time_is_lost(self) -> None:
        if self.moved_by_hand or self.case.state == "dropped":
            return
        deadline = self.main()
        if deadline.rule == "quick":
            self._hours_are_kept(deadline)
        elif deadline.state == "stopped":
            left = max(0, WORKING_DAYS - self.used_days - self.used_now)
            assert deadline.remaining == f"{left} wd"
        elif deadline.due_at >= self.now:
            left = max(0, WORKING_DAYS - self.used_days)
            assert self.day_0 is not None
            end = BELGIUM.add_working_days(self.day_0, left)
            assert deadline.due_at == BELGIUM.end_of_day(end)

    def _hours_are_kept(self, deadline: Deadline) -> None:
        left = HOURS - self.ran
        if deadline.state == "stopped":
            assert deadline.remaining == f"{max(0, int(left.total_seconds()))} s"
        elif left > timedelta(0):
            assert self.runs_since is not None
            assert deadline.due_at == self.runs_since + left

    @invariant()
    def the_case_knows_its_next_end(self) -> None:
        db.session.refresh(self.case)
        running = [d.due_at for d in self.all_deadlines() if d.state == "open"]
        assert self.case.next_due_at == min(running, default=None)

    @invariant()
    def what_is_over_is_silent(self) -> None:
        for deadline in self.all_deadlines():
            if deadline.state != "open":
                states = {r.state for r in self.world.reminders(deadline).values()}
                assert "pending" not in states

    def main(self) -> Deadline:
        return next(d for d in self.all_deadlines() if d.rule in {"answer", "quick"})

    def all_deadlines(self) -> list[Deadline]:
        query = sa.select(Deadline).where(Deadline.case_id == self.case.id)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    def all_reminders(self) -> list[Reminder]:
        return [r for d in self.all_deadlines() for r in self.world.reminders(d).values()]

    def messages(self) -> set[str]:
        query = sa.select(Message.occasion).where(Message.occasion.startswith("reminder:"))
        return set(db.session.scalars(query))

    def teardown(self) -> None:
        if getattr(self, "case", None) is not None and self.case.state != "dropped":
            self.world.move(self.case, "drop", self.now)
        db.session.commit()


def test_histories(world: Timeline) -> None:
    class InThisWorld(History):
        pass

    InThisWorld.world = world
    run_state_machine_as_test(
        InThisWorld,
        settings=settings(
            max_examples=campaign.size(25, 300), stateful_step_count=campaign.size(25, 50)
        ),
    )
