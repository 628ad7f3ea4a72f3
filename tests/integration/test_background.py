"""Long work: done once, also when workers die; seen by its owner alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.adapters import queue
from casework.clock import frozen, now
from casework.extensions import db, settings
from casework.jobs import background as jobs
from casework.models import BackgroundWork, Counter, Message, User
from casework.roles import Role
from casework.services import background, background_files, background_run
from casework.services.background_kinds import KEPT, KINDS
from tests.support import labour
from tests.support.valkey import Valkey
from tests.support.world import World


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' own kinds while a test runs."""
    before = dict(KINDS)
    labour.register()
    yield
    KINDS.clear()
    KINDS.update(before)


def begin(world: World, person: UUID, kind: str, key: str = "", **params: Any) -> UUID:
    with world.writing():
        return background.begin(world.actor(person), kind, params, key).id


def work(work_id: UUID) -> BackgroundWork:
    db.session.rollback()
    return db.session.get_one(BackgroundWork, work_id, populate_existing=True)


def counted() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(Counter.last).where(Counter.series == labour.COUNTED)) or 0


def test_work_is_done_and_its_file_is_its_owners_alone(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    browser, other = world.client(officer), world.client(world.person(Role.ADMINISTRATOR))
    work_id = begin(world, officer, "write")
    assert jobs.do_next() == 1
    assert jobs.do_next() == 0
    page = browser.get(f"/work/{work_id}").get_data(as_text=True)
    assert "Written by a test" in page
    with browser.get(f"/work/{work_id}/file") as answer:
        assert answer.data.startswith(b"written ")
        assert answer.headers["Content-Disposition"] == "attachment; filename=words.txt"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("", "/file", "/progress"):
        assert other.get(f"/work/{work_id}{path}").status_code == 404
    assert other.post(f"/work/{work_id}/cancel").status_code == 404


def test_asking_twice_is_one_work(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    first = begin(world, officer, "count", "the same", total=3)
    assert begin(world, officer, "count", "the same", total=3) == first
    assert begin(world, world.person(Role.FINANCE), "count", "the same", total=3) != first


def test_another_worker_goes_on_where_a_dead_one_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    work_id = begin(world, officer, "count", total=5)

    def die(run: background_run.Run, number: int) -> None:
        if number == 3:
            raise KeyboardInterrupt  # as hard an end as one can have within a process

    monkeypatch.setattr(labour, "_pause", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.do_next()
    monkeypatch.undo()
    db.session.rollback()
    assert (work(work_id).state, work(work_id).done, counted()) == ("running", 3, 3)
    assert jobs.do_next() == 0  # the lease still runs
    with frozen(now() + background_run.LEASE + timedelta(seconds=1)):
        assert jobs.do_next() == 1
    assert (work(work_id).state, work(work_id).done, counted()) == ("done", 5, 5)


def test_a_worker_whose_lease_ran_out_writes_nothing_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    work_id = begin(world, officer, "count", total=4)

    def overtake(run: background_run.Run, number: int) -> None:
        if number == 2:  # slow: meanwhile another worker does all the rest
            monkeypatch.undo()
            with frozen(now() + background_run.LEASE + timedelta(seconds=1)):
                assert jobs.do_next() == 1

    monkeypatch.setattr(labour, "_pause", overtake)
    jobs.do_next()
    assert (work(work_id).state, work(work_id).done, counted()) == ("done", 4, 4)


def test_cancelled_work_stops_at_the_next_step(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    work_id = begin(world, officer, "count", total=9)
    browser = world.client(officer)

    def cancel(run: background_run.Run, number: int) -> None:
        if number == 2:
            browser.post(f"/work/{work_id}/cancel")

    monkeypatch.setattr(labour, "_pause", cancel)
    jobs.do_next()
    assert (work(work_id).state, counted()) == ("cancelled", 2)
    assert jobs.do_next() == 0


def test_long_steps_let_other_jobs_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    work_id = begin(world, officer, "count", total=3)
    monkeypatch.setattr(background_run, "SLICE_SECONDS", -1.0)
    for done in (1, 2):
        assert jobs.do_next() == 1
        assert (work(work_id).state, work(work_id).done) == ("waiting", done)
    jobs.do_next()
    assert (work(work_id).state, counted()) == ("done", 3)


def test_failures_speak_the_readers_language(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    told = begin(world, officer, "fail", words=True)
    broken = begin(world, officer, "fail")
    jobs.do_next()
    jobs.do_next()
    browser = world.client(officer)
    assert "There is nothing to do: no case" in browser.get(f"/work/{told}").text
    assert "Something went wrong on our side" in browser.get(f"/work/{broken}").text
    assert work(broken).state == "failed"


def test_work_that_breaks_its_worker_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    browser = world.client(officer)
    work_id = begin(world, officer, "count", total=2)

    def die(_run: background_run.Run) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(labour, "count", die)
    moment = now()
    for _ in range(background_run.MOST_TAKEOVERS + 1):
        with frozen(moment), pytest.raises(KeyboardInterrupt):
            jobs.do_next()
        moment += background_run.LEASE + timedelta(seconds=1)
    with frozen(moment):
        jobs.do_next()
    assert work(work_id).state == "failed"
    assert "broken off" in browser.get(f"/work/{work_id}").text


def test_somebody_who_has_left_gets_nothing(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    work_id = begin(world, officer, "write")
    with world.writing():
        db.session.get_one(User, officer).active = False
    jobs.do_next()
    assert work(work_id).state == "failed"
    assert work(work_id).file_sha256 == ""


def test_who_waits_long_is_told_in_the_inbox(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    browser = world.client(officer)
    begin(world, officer, "write")
    jobs.do_next()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    work_id = begin(world, officer, "write")
    with frozen(now() + timedelta(minutes=5)):
        jobs.do_next()
        message = db.session.scalars(sa.select(Message)).one()
        assert message.mail_state == "none"
        assert "Writing: done" in browser.get("/inbox").text
        opened = browser.post(f"/inbox/{message.id}/open")
    assert opened.location == f"/work/{work_id}"


def test_old_results_go_and_files_that_others_need_stay(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    moment = now()
    with frozen(moment):
        old, twin = begin(world, officer, "write"), begin(world, officer, "write")
        for _ in range(2):
            jobs.do_next()
    sha256 = work(old).file_sha256
    assert sha256 == work(twin).file_sha256  # the same words at the same moment
    with world.writing():
        db.session.get_one(BackgroundWork, twin).finished_at = moment + timedelta(days=2)
    with frozen(moment + KEPT + timedelta(hours=1)):
        assert jobs.remove_old() == 1
    db.session.rollback()
    assert db.session.get(BackgroundWork, old) is None
    with background_files.storage().open(sha256) as file:
        assert file.read().startswith(b"written")
    with frozen(moment + KEPT + timedelta(days=3)):
        assert jobs.remove_old() == 1
    folder = Path(settings().documents_dir / "work")
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_queue_that_is_away_only_costs_time(world: World, valkey: Valkey) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    valkey.stop()
    work_id = begin(world, officer, "write")
    background.nudge()
    page = world.client(officer).get(f"/work/{work_id}").text
    assert "The queue does not answer" in page
    valkey.start()
    assert "The queue does not answer" not in world.client(officer).get(f"/work/{work_id}").text
    background.wake()
    with valkey.client() as client:
        assert client.llen(f"rq:queue:{queue.WORK}") == 1


def test_the_progress_stops_being_asked_for_when_the_work_has_ended(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    work_id = begin(world, officer, "write")
    browser = world.client(officer)
    assert browser.get(f"/work/{work_id}/progress").status_code == 200
    jobs.do_next()
    ended = browser.get(f"/work/{work_id}/progress")
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (286, "true")


def test_one_person_cannot_fill_the_queue(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    for _ in range(background.MOST_WAITING):
        begin(world, officer, "write")
    with pytest.raises(background.TooMuchWorkError):
        begin(world, officer, "write")


def test_every_kind_can_be_loaded_and_shown(world: World) -> None:
    for kind in KINDS.values():
        assert callable(kind.load())
        assert not kind.page or kind.page in world.app.view_functions


def test_a_stored_file_is_what_was_written(world: World) -> None:
    sha256, size = background_files.keep(io.BytesIO(b"words"))
    assert size == 5
    with background_files.storage().open(sha256) as file:
        assert file.read() == b"words"
