"""`casework run`: everything starts, keeps its data, and leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.processes import clean_environment, free_port, listens
from tests.support.site import Site, Sites, copy_checkout
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

PROC = Path("/proc")
LONG_PATH = "a clone whose path is long and has spaces in it, " * 2
# Tables that only people and the demonstration data fill, never a running worker.
KEPT = (
    "access_grant",
    "ambition",
    "call",
    "case_file",
    "document",
    "organisation",
    "programme",
    "user_account",
)
NEWER = """
revision = "of_tomorrow"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
"""


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    made = Sites(tmp_path)
    yield made
    made.stop_all()


def counts(data_dir: Path) -> dict[str, int]:
    """Return how many rows each table of the installation holds."""
    with closing(sqlite3.connect(data_dir / "casework.db")) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in names
        }


def parents() -> dict[int, int]:
    """Return the parent of every process, by their ids."""
    if PROC.is_dir():
        return dict(filter(None, map(_pid_and_parent, PROC.glob("[0-9]*/stat"))))
    lines = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {int(child): int(parent) for child, parent in map(str.split, lines)}


def _pid_and_parent(path: Path) -> tuple[int, int] | None:
    try:
        state, parent = path.read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
    except OSError:  # it ended while we looked
        return None
    return None if state == "Z" else (int(path.parent.name), int(parent))


def descendants(pid: int) -> set[int]:
    """Return the ids of all processes that descend from one."""
    parent_of = parents()
    found = {pid}
    while more := {each for each, parent in parent_of.items() if parent in found} - found:
        found |= more
    return found - {pid}


def stop(site: Site, number: signal.Signals) -> None:
    """Send a stop signal and see that the whole family has gone."""
    family = descendants(site.process.popen.pid)
    assert len(family) >= 4  # valkey, the web server with its processes, a worker
    site.process.send(number)
    assert site.process.wait() == 0, site.process.output
    wait_until(lambda: not any(map(alive, family)), "the end of every process")
    assert not listens(site.port)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def sites_of_copy(tmp_path: Path) -> Iterator[Sites]:
    """Sites that run a copy of this checkout, which a test may make a newer version of."""
    made = Sites(tmp_path, copy_checkout(tmp_path / LONG_PATH))
    yield made
    made.stop_all()


def test_it_runs_stops_and_runs_again_with_the_same_data(sites_of_copy: Sites, tmp_path: Path):
    data_dir = tmp_path / "data"
    first = sites_of_copy.start(data_dir)
    with urllib.request.urlopen(first.url, timeout=30) as answer:
        assert answer.status == 200
    assert len(first.sign_ins()) >= 8  # one for every role
    assert stat.S_IMODE((data_dir / "secret").stat().st_mode) == 0o600
    secret = (data_dir / "secret").read_text("utf-8")
    stop(first, signal.SIGINT)
    before = counts(data_dir)
    assert not (data_dir / "backups").exists()
    assert not (data_dir / "redis-url").exists()

    (head,) = heads(data_dir)
    newer = tmp_path / LONG_PATH / "migrations" / "versions" / "of_tomorrow.py"
    newer.write_text(NEWER.format(head=head), "utf-8")
    second = sites_of_copy.start(data_dir)
    assert "a copy was kept" in second.process.output
    stop(second, signal.SIGTERM)
    assert heads(data_dir) == {"of_tomorrow"}
    assert (data_dir / "secret").read_text("utf-8") == secret
    after = counts(data_dir)
    assert before["case_file"] >= 60
    assert {name: after[name] for name in KEPT} == {name: before[name] for name in KEPT}
    (copy,) = (data_dir / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(head,)]


def heads(data_dir: Path) -> set[str]:
    with closing(sqlite3.connect(data_dir / "casework.db")) as connection:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return {version for (version,) in rows}


def test_a_child_that_dies_is_started_again(sites: Sites, tmp_path: Path):
    site = sites.start(tmp_path / "data")
    run = site.process.popen.pid
    (worker,) = workers_of(run)
    os.kill(worker, signal.SIGKILL)
    site.process.wait_for_output("worker has stopped (signal SIGKILL): starting it again.")
    wait_until(lambda: workers_of(run) - {worker}, "another worker")
    stop(site, signal.SIGTERM)


def workers_of(run: int) -> set[int]:
    children = [pid for pid, parent in parents().items() if parent == run]
    return {pid for pid in children if "worker.py" in command_of(pid)}


def command_of(pid: int) -> str:
    line = PROC / str(pid) / "cmdline"
    if line.is_file():
        return line.read_text("utf-8", "replace").replace("\0", " ")
    done = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout


def test_a_port_in_use_gets_a_sentence_and_nothing_starts(sites: Sites, tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        site = sites.begin(tmp_path / "data", port=port)
        assert site.process.wait() != 0
    assert f"Port {port} is in use" in site.process.output
    assert "Traceback" not in site.process.output


def test_a_folder_that_cannot_be_written_gets_a_sentence(sites: Sites, tmp_path: Path):
    (tmp_path / "file").touch()
    site = sites.begin(tmp_path / "file" / "var")
    assert site.process.wait() != 0
    assert "cannot be written" in site.process.output
    assert "Traceback" not in site.process.output


def test_a_wrong_setting_gets_a_sentence(sites: Sites, tmp_path: Path):
    site = sites.begin(tmp_path / "data", CASEWORK_HOUSE_ZONE="Europe/Nowhere")
    assert site.process.wait() != 0
    assert re.search(r"CASEWORK_HOUSE_ZONE must be .* time zone", site.process.output)
    assert "Traceback" not in site.process.output
    assert not listens(site.port)


@pytest.mark.parametrize("program", ["wsgi:app", "worker"])
def test_in_production_a_missing_secret_stops_the_start(program: str, tmp_path: Path):
    commands = {
        "wsgi:app": ["-c", "import wsgi"],
        "worker": ["worker.py"],
    }
    done = subprocess.run(
        [sys.executable, *commands[program]],
        env={**clean_environment(), "CASEWORK_DATA_DIR": str(tmp_path), "PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "CASEWORK_SECRET_KEY is missing" in done.stdout + done.stderr
