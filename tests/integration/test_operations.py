"""Whether everything runs: what watchdogs, Prometheus and administrators are told."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from casework import metrics
from casework.adapters import counters, queue
from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db, settings
from casework.models import Draft, Heartbeat, MailedLink, Message, Receipt, UserSession
from casework.roles import Role
from casework.services import cases, cleaning, health, heartbeats, sweep
from casework.services.errors import StaleError
from tests.support import crowd
from tests.support.project import Project
from tests.support.smtp import SmtpServer
from tests.support.valkey import Valkey
from tests.support.world import World

TOKEN = "a token for Prometheus, long enough to be one"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def beat(ago: timedelta) -> None:
    db.session.rollback()
    with unit_of_work(db.session):
        heartbeats.beat(heartbeats.SWEEP, now() - ago, 0.5)


def register_worker() -> None:
    """Leave the traces of a living worker."""
    connection = queue.connection(settings().redis_url)
    connection.hset("rq:worker:one", "birth", "now")
    connection.sadd("rq:workers", "rq:worker:one", "rq:worker:that died")


@pytest.fixture
def metered(app: Flask) -> Flask:
    metrics.take()  # what other tests have counted in this process
    app.extensions["casework"] = replace(settings(), metrics_token=TOKEN)
    return app


def scrape(app: Flask) -> dict[tuple[str, ...], float]:
    """Return every sample by its name and the values of its labels, in the order of their names."""
    answer = app.test_client().get("/metrics", headers=HEADERS)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {(s.name, *s.labels.values()): s.value for f in families for s in f.samples}


def test_a_sweep_that_stopped_is_told_after_fifteen_minutes(app: Flask):
    register_worker()
    assert told(app, "/health/deep")[0] == 503, "it has never run"

    beat(timedelta(minutes=14))
    fine = dict.fromkeys(("status", "database", "queue", "workers", "sweep"), "ok")
    assert told(app, "/health/deep") == (200, fine)
    assert told(app, "/ready")[1]["status"] == "ok"

    beat(timedelta(minutes=16))
    code, words = told(app, "/health/deep")
    assert (code, words["sweep"]) == (503, "late")
    code, words = told(app, "/ready")
    assert (code, words["sweep"]) == (200, "late"), "it can still answer people"


def test_a_house_that_sweeps_seldom_is_given_longer(app: Flask):
    app.extensions["casework"] = replace(settings(), sweep_seconds=3600)
    beat(timedelta(hours=2))
    assert told(app, "/ready")[1]["sweep"] == "ok"


def test_a_real_sweep_resets_the_switch(app: Flask):
    sweep.sweep()
    row = db.session.get_one(Heartbeat, "sweep")
    assert now() - row.at < timedelta(minutes=1)
    assert row.seconds is not None


def test_without_workers_or_queue_the_whole_is_not_healthy(app: Flask, valkey: Valkey):
    beat(timedelta())
    assert told(app, "/health/deep")[1]["workers"] == "none"
    valkey.stop()
    code, words = told(app, "/health/deep")
    assert (code, words["queue"]) == (503, "unreachable")
    assert told(app, "/ready")[0] == 503


def told(app: Flask, address: str) -> tuple[int, dict[str, str]]:
    """Return the status and the words of one of the addresses for watchdogs."""
    answer = app.test_client().get(address)
    return answer.status_code, dict(answer.get_json())


def page(world: World) -> str:
    admin = world.person(Role.ADMINISTRATOR)
    answer = world.client(admin).get("/administration/health")
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def test_the_administrators_page_says_that_all_is_well(app: Flask, world: World):
    register_worker()
    beat(timedelta(minutes=1))
    shown = page(world)
    assert "act now" not in shown
    assert "the program wants 00" in shown
    admin = world.client(world.person(Role.ADMINISTRATOR))
    for minutes, told_of in ((14, False), (16, True)):
        beat(timedelta(minutes=minutes))
        landing = admin.get("/administration").text
        assert ("No reminder goes out" in landing) is told_of


def test_the_administrators_page_says_what_is_wrong_and_what_to_do(
    app: Flask, world: World, valkey: Valkey, smtp: SmtpServer
):
    beat(timedelta(hours=1))
    (settings().data_dir).mkdir(parents=True, exist_ok=True)
    (settings().data_dir / "documents").touch()  # a file where the folder should be
    smtp.stop()
    valkey.stop()
    with world.writing():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    shown = page(world)
    smtp.start()
    for words in (
        "5 things need you now",
        "Redis does not answer.",
        "does not let us in",
        "cannot be written",
        "0001, the program wants",
        "No reminder goes out",
        "Run casework migrate",
    ):
        assert words in shown


def test_the_page_is_for_administrators(app: Flask, world: World):
    lead = world.person(Role.PROGRAMME_LEAD)
    assert world.client(lead).get("/administration/health").status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer é"}]
)
def test_metrics_do_not_exist_without_the_token(metered: Flask, headers: dict[str, str]):
    assert metered.test_client().get("/metrics", headers=headers).status_code == 404


def test_metrics_do_not_exist_where_no_token_is_set(app: Flask):
    empty = {"Authorization": "Bearer "}
    assert app.test_client().get("/metrics", headers=empty).status_code == 404


def test_metrics_count_what_happened(metered: Flask, world: World, valkey: Valkey):
    project = Project(world).start()
    officer = world.person(Role.PROGRAMME_OFFICER)
    world.client(officer).get(f"/cases/{project.case.reference}")
    metered.test_client().get("/cases/nobody/knows/this")
    with world.writing(), pytest.raises(StaleError):
        cases.fire(project.id, "submit_idea", world.actor(officer), {}, 99, uuid4().hex)
    queue.wake(settings().redis_url, queue.MAIL, "nobody.runs_it")
    register_worker()
    beat(timedelta(minutes=2))
    found = scrape(metered)

    assert found["casework_requests_total", "cases.show", "GET", "2xx"] == 1
    assert found["casework_requests_total", "none", "GET", "4xx"] == 1
    assert found["casework_request_seconds_count", "cases.show", "GET"] == 1
    assert found["casework_request_seconds_sum", "cases.show", "GET"] > 0
    assert found["casework_moves_total", "stale", "partner_project"] == 1
    assert found["casework_queue_jobs", "mail"] == 1
    assert found["casework_workers",] == 1
    assert found["casework_last_run_seconds", "sweep"] == 0.5
    assert not [labels for labels in found if "knows" in str(labels)], "no address in a label"


def test_metrics_count_what_waits(metered: Flask, world: World):
    Project(world).to_co_creation()
    with world.writing():
        db.session.execute(
            sa.update(Message).values(
                mail_state="pending", created_at=now() - timedelta(hours=2), next_attempt_at=now()
            )
        )
        first = sa.select(sa.func.min(Message.mail_message_id)).scalar_subquery()
        db.session.execute(
            sa.update(Message).where(Message.mail_message_id == first).values(mail_state="failed")
        )
    found = scrape(metered)
    assert found["casework_failed_messages",] == 1
    assert found["casework_unsent_messages",] >= 1
    assert found["casework_oldest_unsent_message_seconds",] == pytest.approx(7200, abs=60)


def test_a_scrape_asks_the_database_four_times(metered: Flask, world: World):
    db.session.remove()
    with crowd.statements(db.engine) as said:
        scrape(metered)
    assert len([s for s in said if s.lstrip().upper().startswith("SELECT")]) == 4


def test_counts_of_a_queue_server_that_is_away_are_handed_over_later(
    metered: Flask, valkey: Valkey
):
    scrape(metered)
    valkey.stop()
    metered.test_client().get("/health")
    counters.hand_over(settings().redis_url, at_once=True)
    assert metered.test_client().get("/metrics", headers=HEADERS).status_code == 200
    valkey.start()
    assert scrape(metered)["casework_requests_total", "health.alive", "GET", "2xx"] == 1


def test_a_forked_process_does_not_count_its_parents_twice(metered: Flask, valkey: Valkey):
    from casework import metrics

    metrics.take()
    metrics.move("sample", "moved")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, str(len(metrics.take())).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 10) == b"0"
    os.close(read)
    os.close(write)
    assert metrics.take() == {("moves", "sample", "moved"): 1}


def old_rows(person: UUID, moment: Any) -> None:
    """Write a row of every kind that is cleaned away, as old as `moment`."""
    key = uuid4().hex
    db.session.add_all(
        [
            Receipt(key=key, user_id=person, result={}, at=moment),
            Draft(user_id=person, place=f"/{key}", data={}, saved_at=moment),
            UserSession(
                user_id=person,
                token_hash=key,
                way="password",
                created_at=moment,
                last_seen_at=moment,
                expires_at=moment + timedelta(days=14),
            ),
            MailedLink(
                user_id=person,
                purpose="reset",
                token_hash=key,
                created_at=moment,
                expires_at=moment + timedelta(hours=1),
            ),
        ]
    )


def test_what_is_old_goes_and_what_is_needed_stays(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cleaning, "BATCH", 2)
    person = world.person(Role.PROGRAMME_OFFICER)
    with world.writing():
        for _ in range(5):
            old_rows(person, now() - timedelta(days=400))
        old_rows(person, now())
    arriving = settings().documents_dir / "arriving"
    arriving.mkdir(parents=True)
    for name, days in (("left", 2), ("now", 0)):
        (arriving / name).touch()
        moment = (now() - timedelta(days=days)).timestamp()
        os.utime(arriving / name, (moment, moment))

    removed = cleaning.clean(now())
    kinds = ("receipts", "drafts", "sessions", "links")
    assert {kind: removed[kind] for kind in kinds} == dict.fromkeys(kinds, 5)
    assert [path.name for path in arriving.iterdir()] == ["now"]
    for model in (Receipt, Draft, UserSession, MailedLink):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 1
    assert health.is_late({}, now())
    assert cleaning.clean(now())["receipts"] == 0


def test_cleaning_lets_sqlite_learn_how_its_tables_are_filled(world: World) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL learns by itself")
    world.person(Role.PROGRAMME_OFFICER)
    db.session.rollback()
    cleaning.clean(now())
    known = db.session.scalars(sa.text("SELECT idx FROM sqlite_stat1 WHERE tbl = 'user_account'"))
    assert known.all()
