"""Real workers: they deliver, they end in good order, and what kills them loses nothing."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from casework.clock import frozen, write_clock_file
from casework.db import unit_of_work
from casework.extensions import db
from casework.policy import Holder
from casework.roles import Role
from casework.services import outbox
from casework.services.outbox.delivery import LEASE
from tests.support import told
from tests.support.processes import Processes
from tests.support.smtp import SmtpServer
from tests.support.told import NOW
from tests.support.valkey import Valkey
from tests.support.waiting import wait_until

pytestmark = pytest.mark.processes

READY = "Listening on"
NEVER, OFTEN = "86400", "1"


@pytest.fixture
def clock(processes: Processes, tmp_path: Path) -> Path:
    """A clock file that all processes of the test follow; it stands at NOW."""
    file = tmp_path / "clock"
    write_clock_file(file, NOW, 0)
    processes.env["CASEWORK_CLOCK_FILE"] = str(file)
    processes.env["CASEWORK_WORKFLOWS"] = "tests.support.told"
    processes.env["CASEWORK_SWEEP_SECONDS"] = NEVER
    return file


@pytest.fixture(autouse=True)
def _workflow() -> Iterator[None]:
    with told.registered(), frozen(NOW):
        yield


def told_people(count: int = 1) -> list[Holder]:
    with unit_of_work(db.session):
        about = told.case()
        people = [told.person() for _ in range(count)]
        for person in people:
            told.grant(person, Role.PARTNER_LEAD, about)
        told.tell(people, about)
    return people


def sent(smtp: SmtpServer, person: Holder) -> bool:
    return told.message_of(person).mail_state == "sent" and bool(smtp.mails_to(person.email))


def test_a_worker_delivers_what_it_is_woken_for(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer
) -> None:
    processes.worker().wait_for_output(READY)
    (nora,) = told_people()
    outbox.wake()
    wait_until(lambda: sent(smtp, nora), "the mail")


def test_a_worker_delivers_without_being_woken(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer
) -> None:
    (nora,) = told_people()
    processes.worker(CASEWORK_SWEEP_SECONDS=OFTEN).wait_for_output(READY)
    wait_until(lambda: sent(smtp, nora), "the mail")
    (ali,) = told_people()
    wait_until(lambda: sent(smtp, ali), "the second mail")


def test_an_idle_worker_ends_at_once(app: Flask, clock: Path, processes: Processes) -> None:
    worker = processes.worker()
    worker.wait_for_output(READY)
    worker.send(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert not worker.family()


def test_a_busy_worker_ends_after_its_job(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer
) -> None:
    worker = processes.worker()
    worker.wait_for_output(READY)
    (nora,) = told_people()
    smtp.hold()
    outbox.wake()
    wait_until(lambda: smtp.waiting, "a mail on its way")
    worker.send(signal.SIGTERM)
    worker.wait_for_output("warm shut down requested")
    assert worker.alive
    smtp.accept()
    assert worker.wait(20) == 0
    assert sent(smtp, nora)


def test_a_worker_killed_on_delivery_costs_a_second_mail_at_most(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer
) -> None:
    worker = processes.worker()
    worker.wait_for_output(READY)
    (nora,) = told_people()
    smtp.hold()
    outbox.wake()
    wait_until(lambda: smtp.waiting, "a mail on its way")
    worker.kill()
    smtp.accept()
    assert told.message_of(nora).mail_state == "sending"
    write_clock_file(clock, NOW + LEASE + timedelta(seconds=1), 0)
    processes.worker(CASEWORK_SWEEP_SECONDS=OFTEN).wait_for_output(READY)
    wait_until(lambda: sent(smtp, nora), "the mail")
    ids = {mail.message_id for mail in smtp.mails_to(nora.email)}
    assert ids == {told.message_of(nora).mail_message_id}
    assert len(smtp.mails_to(nora.email)) <= 2


def test_a_worker_outlives_a_queue_that_goes_and_forgets(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer, valkey: Valkey
) -> None:
    worker = processes.worker(CASEWORK_SWEEP_SECONDS=OFTEN)
    worker.wait_for_output(READY)
    valkey.kill()
    (nora,) = told_people()
    outbox.wake()  # in vain
    valkey.start()
    valkey.flush()
    wait_until(lambda: sent(smtp, nora), "the mail")
    assert worker.alive


def test_a_worker_waits_for_a_queue_that_is_not_there_yet(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer, valkey: Valkey
) -> None:
    valkey.stop()
    worker = processes.worker(CASEWORK_SWEEP_SECONDS=OFTEN)
    worker.wait_for_output("worker.queue_away")
    (nora,) = told_people()
    valkey.start()
    wait_until(lambda: sent(smtp, nora), "the mail")
    worker.send(signal.SIGTERM)
    assert worker.wait(20) == 0


def test_a_worker_without_a_queue_can_be_stopped(
    app: Flask, clock: Path, processes: Processes, valkey: Valkey
) -> None:
    worker = processes.worker(CASEWORK_SWEEP_SECONDS=OFTEN)
    worker.wait_for_output(READY)
    valkey.stop()
    worker.wait_for_output("could not connect to Redis")
    worker.send(signal.SIGTERM)
    assert worker.wait(20) == 0, worker.output


def test_a_busy_worker_without_a_queue_ends_after_its_job(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer, valkey: Valkey
) -> None:
    worker = processes.worker()
    worker.wait_for_output(READY)
    (nora,) = told_people()
    smtp.hold()
    outbox.wake()
    wait_until(lambda: smtp.waiting, "a mail on its way")
    valkey.kill()
    worker.send(signal.SIGTERM)
    worker.wait_for_output("warm shut down requested")
    smtp.accept()
    assert worker.wait(20) == 0, worker.output
    assert sent(smtp, nora)


def test_two_workers_send_each_mail_once(
    app: Flask, clock: Path, processes: Processes, smtp: SmtpServer
) -> None:
    people = told_people(40)
    for worker in [processes.worker(CASEWORK_SWEEP_SECONDS=OFTEN) for _ in range(2)]:
        worker.wait_for_output(READY)
    wait_until(lambda: all(sent(smtp, person) for person in people), "all mails")
    assert [len(smtp.mails_to(person.email)) for person in people] == [1] * len(people)


def test_a_missing_setting_stops_the_start(clock: Path, processes: Processes) -> None:
    worker = processes.worker(CASEWORK_SECRET_KEY="")
    assert worker.wait(30) == 1
    assert "CASEWORK_SECRET_KEY is missing" in worker.output
