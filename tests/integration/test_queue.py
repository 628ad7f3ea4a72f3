"""The queues on a real Valkey: news that there is work, never told too seldom."""

from __future__ import annotations

from flask import Flask

from casework.adapters import queue
from casework.extensions import settings
from casework.jobs import mail, schedule
from casework.jobs.schedule import PERIODIC, Ticker
from casework.services import outbox
from casework.services.outbox.nudging import DELIVERY_JOB
from tests.support.migrating import settings_for
from tests.support.valkey import Valkey

SETTINGS = {"sweep_seconds": 120}


def waiting(valkey: Valkey, name: str) -> int:
    with valkey.client() as client:
        return int(client.llen(f"rq:queue:{name}"))


def test_the_outbox_and_the_schedule_name_the_same_delivery_job() -> None:
    (delivery,) = [periodic for periodic in PERIODIC if periodic.queue == queue.MAIL]
    assert delivery.function == DELIVERY_JOB
    assert delivery.job is mail.deliver_due


def test_every_periodic_job_has_a_queue_of_its_own() -> None:
    names = [periodic.queue for periodic in PERIODIC]
    assert len(set(names)) == len(names)
    assert set(names) < set(queue.QUEUES)


def test_one_waiting_delivery_is_enough(app: Flask, valkey: Valkey) -> None:
    for _ in range(5):
        outbox.wake()
    assert waiting(valkey, queue.MAIL) == 1
    with valkey.client() as client:
        client.lpop(f"rq:queue:{queue.MAIL}")  # a worker has taken it: it may have read already
    outbox.wake()
    assert waiting(valkey, queue.MAIL) == 1


def test_a_server_that_is_away_is_no_error(app: Flask, valkey: Valkey) -> None:
    url = settings().redis_url
    valkey.stop()
    outbox.wake()
    assert not queue.ping(url)
    valkey.start()
    assert queue.ping(url)
    outbox.wake()
    assert waiting(valkey, queue.MAIL) == 1


def test_two_schedulers_enqueue_a_period_once(valkey: Valkey) -> None:
    known = settings_for("sqlite:////nowhere", redis_url=valkey.url, **SETTINGS)
    moment = [1_000_000.0]
    tickers = [Ticker(known, lambda: moment[0]) for _ in range(2)]
    for ticker in (*tickers, *tickers):
        ticker.tick()
    assert [waiting(valkey, periodic.queue) for periodic in PERIODIC] == [1] * len(PERIODIC)
    with valkey.client() as client:
        client.delete(*(f"rq:queue:{periodic.queue}" for periodic in PERIODIC))
    for ticker in tickers:  # the jobs were done, the period is still the same
        ticker.tick()
    assert [waiting(valkey, periodic.queue) for periodic in PERIODIC] == [0] * len(PERIODIC)
    moment[0] += max(periodic.seconds(known) for periodic in PERIODIC)
    for ticker in tickers:
        ticker.tick()
    assert [waiting(valkey, periodic.queue) for periodic in PERIODIC] == [1] * len(PERIODIC)


def test_a_schedule_survives_a_server_that_goes_and_forgets(valkey: Valkey) -> None:
    known = settings_for("sqlite:////nowhere", redis_url=valkey.url, **SETTINGS)
    moment = [1_000_000.0]
    ticker = Ticker(known, lambda: moment[0])
    valkey.stop()
    ticker.tick()
    valkey.start()
    valkey.flush()
    ticker.tick()
    assert waiting(valkey, schedule.PERIODIC[0].queue) == 1
    valkey.flush()
    moment[0] += known.sweep_seconds
    ticker.tick()
    assert waiting(valkey, schedule.PERIODIC[0].queue) == 1


def test_jobs_that_pile_up_are_not_enqueued_again(valkey: Valkey) -> None:
    known = settings_for("sqlite:////nowhere", redis_url=valkey.url, **SETTINGS)
    moment = [1_000_000.0]
    ticker = Ticker(known, lambda: moment[0])
    for _ in range(10):  # nobody works
        ticker.tick()
        moment[0] += known.sweep_seconds
    assert waiting(valkey, queue.SWEEP) == 1
