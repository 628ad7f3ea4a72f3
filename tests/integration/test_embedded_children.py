"""The supervisor's children: kept running, stopped for good, and gone when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.embedded import children as module
from casework.embedded.children import MOST_RESTARTS, Child, revive, session_of, stop_all
from tests.support.processes import ROOT
from tests.support.waiting import wait_until

PATIENT = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(600)"
)
# As RQ's work horse does: a child that has left its parent's process group.
WITH_HORSE = f"""
import os, subprocess, sys
subprocess.Popen([sys.executable, '-c', {STUBBORN!r}], preexec_fn=os.setpgrp).wait()
"""

PARENT = f"""
import pathlib, sys, time
from casework.embedded.children import Child
child = Child('c', [sys.executable, '-c', {PATIENT!r}], {{}}, pathlib.Path('/'))
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    made = Child("thing", [sys.executable, "-c", PATIENT], dict(os.environ), tmp_path)
    yield made
    stop_all([made], grace=0)


def family_size(child: Child, size: int) -> list[int]:
    return wait_until(
        lambda: family if len(family := session_of(child.pid)) == size else [],
        f"{size} processes of the session",
    )


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text("utf-8").rpartition(")")[2].split()[0] == "Z"


def test_a_child_leads_a_session_of_its_own(child: Child):
    child.start()
    assert os.getsid(child.pid) == child.pid


def test_stopping_ends_a_child_that_listens(child: Child):
    child.start()
    stop_all([child])
    assert not child.running
    wait_until(lambda: session_of(child.pid) == [], "the end of the session")


def test_stopping_ends_one_that_does_not_and_what_it_has_started(
    child: Child, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LAST_WORD_SECONDS", 0.2)
    child.command = [sys.executable, "-c", WITH_HORSE]
    child.start()
    pids = family_size(child, 2)
    stop_all([child], grace=0.2)
    wait_until(lambda: session_of(child.pid) == [], "the end of the session")
    wait_until(lambda: all(map(gone, pids)), "both processes gone")


def test_a_dead_child_is_started_again_and_it_is_said(child: Child):
    said: list[str] = []
    child.start()
    first = child.pid
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not child.running, "the end of the child")
    assert revive([child], said.append)
    assert child.running
    assert child.pid != first
    assert said == ["thing has stopped (signal SIGKILL): starting it again."]


def test_a_child_that_keeps_dying_is_given_up(child: Child):
    said: list[str] = []
    child.command = ["sh", "-c", "exit 3"]  # quick: six of them must end within a minute
    child.start()
    rounds = 0
    alive = True
    while alive:
        wait_until(lambda: not child.running, "the end of the child")
        alive = revive([child], said.append)
        rounds += 1
    assert rounds == MOST_RESTARTS + 1
    assert said[0] == "thing has stopped (exit code 3): starting it again."
    assert said[-1].endswith("giving up.")


def test_old_restarts_are_forgotten(child: Child):
    assert all(child.may_restart(now=minute * 61.0) for minute in range(20))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux only does it")
def test_a_child_does_not_outlive_a_killed_parent():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent, parent.stdout as stream:
        pid = int(stream.readline())
        parent.kill()
        wait_until(lambda: gone(pid), "the end of the orphan")
