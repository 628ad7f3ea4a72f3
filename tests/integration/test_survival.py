"""Reminders through kills, outages and doubled schedulers, with real workers and real servers.

The processes follow a clock file. Where time runs, ten minutes take a second; else it stands still
and is moved by hand. Whatever happens, nothing is lost, and nothing is told twice in the inbox;
a mail that went out twice bears the same Message-ID.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.clock import frozen, write_clock_file
from casework.db import announce_read, announce_write
from casework.extensions import db
from casework.models import Case, Message, Reminder
from casework.services import deadlines, outbox, sweep
from casework.services.outbox.delivery import LEASE
from tests.support.processes import Processes, Running
from tests.support.slowness import slow_messages
from tests.support.smtp import SmtpServer
from tests.support.timeline import WORKFLOW, Timeline, moment, timeline_in
from tests.support.valkey import Valkey
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

START = moment("2026-11-20", "15:00")
DUE = moment("2026-12-01", "08:00")
TEN_MINUTES_A_SECOND = 600
READY = "Listening on"
SWEEP = "from casework.jobs.sweep import sweep; sweep()"


@dataclass
class Scene:
    """The world, the clock of its processes, and the processes."""

    world: Timeline
    clock: Path
    processes: Processes
    smtp: SmtpServer
    valkey: Valkey

    def set(self, now: datetime, rate: float = 0) -> None:
        write_clock_file(self.clock, now, rate)

    def worker(self) -> Running:
        worker = self.processes.worker()
        worker.wait_for_output(READY)
        return worker

    def cases(self, count: int) -> list[Case]:
        announce_write()
        made = [self.world.case(START) for _ in range(count)]
        db.session.commit()
        return made

    def count(self, what: type[Any], *conditions: sa.ColumnElement[bool]) -> int:
        """Count rows as everybody sees them now."""
        db.session.rollback()
        announce_read()
        query = sa.select(sa.func.count()).select_from(what).where(*conditions)
        found = int(db.session.scalar(query) or 0)
        db.session.rollback()
        return found

    def told(self) -> int:
        return self.count(Message)

    def mailed(self) -> int:
        return self.count(Message, Message.mail_state == "sent")

    def reminders(self, state: str) -> int:
        return self.count(Reminder, Reminder.state == state)

    def wait_for_mails(self, number: int) -> None:
        wait_until(lambda: self.mailed() == number, f"{number} mails")

    def without_mails(self) -> None:
        """Have everybody read the inbox only, where mails would just take time."""
        announce_write()
        for person in self.world.people.values():
            outbox.choose(person.id, {"reminder": "none"})
        db.session.commit()

    def assert_told_once(self, number: int, *, mails: bool = True) -> None:
        """Nothing is lost, nothing doubled: not in the inbox, and every mail has its own id."""
        db.session.rollback()
        announce_read()
        rows = db.session.execute(
            sa.select(Message.recipient_id, Message.occasion, Message.mail_message_id)
        ).all()
        db.session.rollback()
        assert len(rows) == number
        told = Counter((row.recipient_id, row.occasion) for row in rows)
        assert set(told.values()) <= {1}
        sent = {mail.message_id for mail in self.smtp.received}
        assert sent == ({row.mail_message_id for row in rows} if mails else set())


@pytest.fixture
def scene(
    app: Flask, processes: Processes, smtp: SmtpServer, valkey: Valkey, tmp_path: Path
) -> Iterator[Scene]:
    file = tmp_path / "clock"
    processes.env["CASEWORK_CLOCK_FILE"] = str(file)
    processes.env["CASEWORK_WORKFLOWS"] = "tests.support.timeline"
    processes.env["CASEWORK_SWEEP_SECONDS"] = "1"
    with timeline_in(app) as world:
        made = Scene(world, file, processes, smtp, valkey)
        made.set(START)
        yield made
        processes.stop_all()


def test_time_passes_and_everything_is_told_when_it_is_due(scene: Scene) -> None:
    case = scene.world.case(START, "urgent")
    db.session.commit()
    before = START + timedelta(hours=23, minutes=50)
    scene.set(before)
    scene.worker()
    wait_until(lambda: _beats(scene) == before, "a sweep")
    assert scene.told() == 0
    scene.set(before, TEN_MINUTES_A_SECOND)
    scene.wait_for_mails(1)
    scene.set(before + timedelta(hours=24), TEN_MINUTES_A_SECOND)
    scene.wait_for_mails(2)
    scene.assert_told_once(2)
    announce_read()
    reminders = scene.world.reminders(scene.world.running(case, "quick"))
    for key, hours in (("50 %", 24), ("100 %", 48)):
        done_at = reminders[key].done_at
        assert done_at is not None
        late = done_at - (START + timedelta(hours=hours))
        assert timedelta(0) <= late < timedelta(hours=12)
    db.session.rollback()


def test_the_command_says_what_will_be_sent(scene: Scene) -> None:
    (case,) = scene.cases(1)
    command = scene.processes.casework("remind", "--preview", "--until", "2026-12-01")
    assert command.wait() == 0
    assert "2026-12-01 08:00  -3 wd" in command.output
    assert case.reference in command.output
    assert "programme_officer" in command.output
    assert "1 in all." in command.output
    assert scene.told() == 0


def test_a_worker_killed_in_the_middle_of_a_sweep(scene: Scene) -> None:
    total = 2 * sweep.BATCH + 50
    scene.cases(total)
    scene.without_mails()
    scene.set(DUE)
    with slow_messages(5):  # what is left after the first batch takes more than five seconds
        worker = scene.worker()
        wait_until(scene.told, "the first batch", pulse=0.01)
        worker.kill()
        told = scene.told()
        assert 0 < told < total
        assert told % sweep.BATCH == 0
        assert scene.reminders("done") == told  # a batch is whole or was not
    scene.worker()
    wait_until(lambda: scene.told() == total, "the rest")
    scene.assert_told_once(total, mails=False)
    assert scene.reminders("done") == total


def test_a_worker_killed_in_the_middle_of_a_delivery(scene: Scene) -> None:
    scene.cases(5)
    scene.set(DUE)
    scene.smtp.hold()
    worker = scene.worker()
    wait_until(lambda: scene.smtp.waiting, "a mail on its way")
    worker.kill()
    scene.smtp.accept()  # the server's yes comes when nobody listens any more
    assert scene.mailed() < 5
    scene.set(DUE + LEASE + timedelta(seconds=1))
    scene.worker()
    scene.wait_for_mails(5)
    scene.assert_told_once(5)
    assert len(scene.smtp.received) <= 6


def test_valkey_stopped_started_and_emptied(scene: Scene) -> None:
    first = scene.cases(3)
    worker = scene.worker()
    scene.valkey.stop()
    scene.set(DUE)
    worker.wait_for_output("could not connect to Redis")
    assert scene.told() == 0
    scene.valkey.start()
    scene.wait_for_mails(3)
    scene.valkey.kill()
    scene.set(moment("2026-12-07", "08:00"))  # the escalations are due
    scene.valkey.start()
    scene.valkey.flush()
    scene.wait_for_mails(6)
    scene.assert_told_once(6)
    assert worker.alive
    assert len(first) == 3


def test_a_mail_server_that_refuses(scene: Scene) -> None:
    scene.smtp.refuse()
    scene.cases(3)
    scene.set(DUE)
    scene.worker()
    wait_until(lambda: scene.smtp.attempts >= 3, "three attempts")
    assert (scene.told(), scene.mailed()) == (3, 0)  # in the inbox at once, whatever the mail
    scene.smtp.accept()
    scene.set(DUE + timedelta(hours=1))
    scene.wait_for_mails(3)
    scene.assert_told_once(3)
    assert len(scene.smtp.received) == 3


def test_a_slow_mail_server(scene: Scene) -> None:
    scene.smtp.be_slow(0.5)
    scene.cases(6)
    scene.set(DUE)
    scene.worker()
    scene.wait_for_mails(6)
    scene.assert_told_once(6)
    assert len(scene.smtp.received) == 6
    scene.world.case(START + timedelta(days=3))  # the sweep was not held up for good
    db.session.commit()
    scene.set(DUE + timedelta(days=3))
    scene.wait_for_mails(7)


def test_a_mail_server_that_is_gone_for_a_while(scene: Scene) -> None:
    scene.smtp.stop()
    scene.cases(4)
    scene.set(DUE, TEN_MINUTES_A_SECOND)
    scene.worker()
    wait_until(lambda: scene.told() == 4, "the inbox")
    wait_until(lambda: scene.count(Message, Message.attempts >= 3), "three attempts")
    assert scene.mailed() == 0
    scene.smtp.start()
    scene.wait_for_mails(4)
    scene.assert_told_once(4)


def test_a_machine_that_is_off_for_three_days(scene: Scene) -> None:
    (case,) = scene.cases(1)
    announce_write()
    condition = deadlines.schedule(case, WORKFLOW, "condition", START, date(2026, 12, 8))
    db.session.commit()
    scene.set(moment("2026-11-30", "20:00"))
    worker = scene.worker()
    wait_until(lambda: _beats(scene) == moment("2026-11-30", "20:00"), "a sweep")
    assert scene.told() == 0
    worker.kill()
    # missed: both reminders of 1 December, and the whole of the days after
    scene.set(moment("2026-12-08", "20:00"))
    scene.worker()
    # of the condition the partner gets "today", not "in a week"; of the answer, each role its own
    scene.wait_for_mails(3)
    scene.assert_told_once(3)
    announce_read()
    states = {key: r.state for key, r in scene.world.reminders(condition).items()}
    db.session.rollback()
    assert states == {"-7 d": "superseded", "0 d": "done", "+7 d": "pending"}


def test_two_schedulers(scene: Scene) -> None:
    scene.cases(30)
    scene.set(DUE)
    workers = [scene.worker(), scene.worker()]
    scene.wait_for_mails(30)
    scene.set(moment("2026-12-07", "08:00"))
    scene.wait_for_mails(60)
    for worker in workers:
        assert worker.alive
    scene.assert_told_once(60)
    assert len(scene.smtp.received) == 60


def test_the_same_sweep_twice_at_once(scene: Scene) -> None:
    total = sweep.BATCH + 20
    scene.cases(total)
    scene.without_mails()
    scene.set(DUE)
    with slow_messages():
        sweeps = [scene.processes.start("sweep", sys.executable, "-c", SWEEP) for _ in range(3)]
        assert [each.wait() for each in sweeps] == [0, 0, 0]
    assert (scene.told(), scene.reminders("done"), scene.reminders("pending")) == (
        total,
        total,
        total,
    )
    scene.assert_told_once(total, mails=False)


def test_a_right_that_ends_while_the_machine_is_off_is_warned_of_first(scene: Scene) -> None:
    (case,) = scene.cases(1)
    announce_write()
    scene.world.move(case, "ask", START)  # until 5 December
    back = moment("2026-12-09", "10:00")
    scene.set(back)
    scene.worker()
    wait_until(lambda: _beats(scene) == back, "a sweep")
    assert _state_of(case) == "asking"
    scene.set(back + timedelta(days=7))
    wait_until(lambda: _state_of(case) == "dropped", "the end of the right")


def _beats(scene: Scene) -> datetime | None:
    db.session.rollback()
    announce_read()
    with frozen(START):
        found = sweep.last_sweep()
    db.session.rollback()
    return found


def _state_of(case: Case) -> str:
    announce_read()
    db.session.rollback()
    db.session.refresh(case)
    state = case.state
    db.session.rollback()
    return state
