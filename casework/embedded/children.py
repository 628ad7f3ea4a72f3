"""Child processes: started in sessions of their own, watched, restarted, and stopped for good."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 10.0
LAST_WORD_SECONDS = 3.0
MOST_RESTARTS, RESTART_WINDOW_SECONDS = 5, 60.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One program to keep running; `restarts` holds the moments it was started again."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the program as the leader of a new session, so that Ctrl-C reaches only us."""
        self.process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            self.command,
            env=dict(self.env),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - we run no threads
        )

    @property
    def pid(self) -> int:
        """The process id; raises RuntimeError when it was never started."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the program runs."""
        return self.process is not None and self.process.poll() is None

    def may_restart(self, now: float) -> bool:
        """Note one more restart at `now` (seconds of a monotonic clock); False when too many."""
        self.restarts = [each for each in self.restarts if now - each < RESTART_WINDOW_SECONDS]
        self.restarts.append(now)
        return len(self.restarts) <= MOST_RESTARTS


def revive(children: Sequence[Child], say: Callable[[str], None]) -> bool:
    """Start again each child that has died; return False when one dies too often."""
    for child in children:
        if child.running:
            continue
        code = child.process.returncode if child.process else None
        stop_all([child])  # what it may have left behind
        if not child.may_restart(time.monotonic()):
            say(f"{child.name} has stopped {MOST_RESTARTS + 1} times in a minute: giving up.")
            return False
        say(f"{child.name} has stopped ({_ended(code)}): starting it again.")
        child.start()
    return True


def stop_all(children: Sequence[Child], grace: float = GRACE_SECONDS) -> None:
    """Ask the children to stop, then insist, then kill whatever is left of their sessions."""
    started = [child for child in children if child.process is not None]
    for send, patience in (
        (signal.SIGTERM, grace),
        (signal.SIGTERM, LAST_WORD_SECONDS),  # RQ's worker now also ends the job it runs
    ):
        for child in started:
            if child.running:
                _signal_group(child.pid, send)
        _wait(started, patience)
    for child in started:
        for pid in session_of(child.pid):
            _signal(pid, signal.SIGKILL)
        _signal_group(child.pid, signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
        _until_gone(child.pid, LAST_WORD_SECONDS)


def _until_gone(session: int, seconds: float) -> None:
    """Give the system the moment it needs to bury what was killed."""
    deadline = time.monotonic() + seconds
    while session_of(session) and time.monotonic() < deadline:
        time.sleep(0.02)


def _wait(children: Sequence[Child], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for child in children:
        if child.process is not None:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # gone; on macOS a zombie's group refuses
        return


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def session_of(leader: int) -> list[int]:
    """Return the processes of a session, also those that moved to a group of their own."""
    listing = (
        subprocess.run(
            ["ps", "-A", "-o", "pid=,sess="],  # noqa: S607 - ps lies elsewhere on each system
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        if not Path("/proc/self/stat").exists()
        else _proc_listing()
    )
    pairs = [line.split() for line in listing.splitlines()]
    return [int(pid) for pid, session in pairs if session == str(leader)]


def _proc_listing() -> str:
    lines = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = path.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if after_name[0] != "Z":
            lines.append(f"{path.parent.name} {after_name[3]}")
    return "\n".join(lines)


def _die_with_parent() -> None:
    """On Linux, have the kernel stop the child when we are killed without a last word."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _ended(code: int | None) -> str:
    if code is None:
        return "it was never started"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
