"""Real workers at long work: killed with signal 9 in the middle, relieved by another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.clock import frozen, write_clock_file
from casework.db import announce_read
from casework.extensions import db
from casework.models import BackgroundWork, Counter
from casework.roles import Role
from casework.services import background
from casework.services.background_kinds import KINDS
from casework.services.background_run import LEASE
from tests.support import labour
from tests.support.processes import Processes
from tests.support.waiting import wait_until
from tests.support.world import World

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def work(work_id: UUID) -> BackgroundWork:
    announce_read()  # or this very test would hold SQLite's one lock for writing
    db.session.rollback()
    return db.session.get_one(BackgroundWork, work_id, populate_existing=True)


def test_a_killed_worker_is_relieved_and_nothing_is_done_twice(
    world: World, processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "count", KINDS["count"])  # known to this process for the test only
    clock = tmp_path / "clock"
    write_clock_file(clock, NOW, 0)
    processes.env |= {
        "CASEWORK_CLOCK_FILE": str(clock),
        "CASEWORK_WORKFLOWS": "tests.support.labour",
        "CASEWORK_SWEEP_SECONDS": "1",
    }
    gate = tmp_path / "closed"
    gate.touch()
    with frozen(NOW):
        officer = world.person(Role.PROGRAMME_OFFICER)
        with world.writing():
            params = {"total": 6, "stop_at": 3, "folder": str(tmp_path)}
            work_id = background.begin(world.actor(officer), "count", params).id
        background.wake()
        first = processes.worker()
        wait_until(lambda: list(tmp_path.glob("at-3-*")), "the third step")
        first.kill()
        assert (work(work_id).state, work(work_id).done) == ("running", 3)
    gate.unlink()
    write_clock_file(clock, NOW + LEASE + timedelta(seconds=1), 0)
    processes.worker()
    wait_until(lambda: work(work_id).state == "done", "the end of the work")
    counted = db.session.scalar(sa.select(Counter.last).where(Counter.series == labour.COUNTED))
    assert counted == 6
