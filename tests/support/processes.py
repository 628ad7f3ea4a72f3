"""Real processes for tests: the web server, workers, commands, with their lines in a file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from casework.embedded.children import session_of
from tests.support.waiting import PATIENCE_SECONDS, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


class Running:
    """One process in a session of its own."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], log: Path, folder: Path = ROOT
    ) -> None:
        self.log = log
        with log.open("ab") as stream:
            self.popen = subprocess.Popen(
                command,
                env=dict(env),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """What the process has written so far."""
        return self.log.read_text("utf-8", "replace")

    @property
    def alive(self) -> bool:
        """Whether the process itself still runs."""
        return self.popen.poll() is None

    def family(self) -> list[int]:
        """Return the ids of the process and of all it has started in its session."""
        return session_of(self.popen.pid)

    def wait_for_output(self, text: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Return once the process has written `text`; AssertionError if it ends before."""

        def written() -> bool:
            if text in self.output:
                return True
            assert self.alive, f"it ended with {self.popen.returncode}:\n{self.output}"
            return False

        wait_until(written, f"{text!r} from {self.popen.args!r}", seconds)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        self.popen.send_signal(number)

    def wait(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait for the end and return the exit code."""
        return self.popen.wait(seconds)

    def kill(self) -> None:
        """End the process and all it has started with signal 9, as a power cut would."""
        for pid in self.family():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.popen.wait(PATIENCE_SECONDS)

    def stop(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Ask the process to end and see that nothing of it is left."""
        if self.alive:
            self.send(signal.SIGTERM)
        try:
            self.popen.wait(seconds)
        finally:
            self.kill()


class Processes:
    """Starts processes with one environment, in one checkout, and stops all of them at the end."""

    def __init__(self, env: Mapping[str, str], logs: Path, folder: Path = ROOT) -> None:
        self.env = {**clean_environment(), **env}
        self._logs = logs
        self._folder = folder
        self._started: list[Running] = []

    def start(self, name: str, *command: str, **extra: str) -> Running:
        """Start any command; `extra` adds variables."""
        log = self._logs / f"{name}-{len(self._started) + 1}.log"
        process = Running(command, {**self.env, **extra}, log, self._folder)
        self._started.append(process)
        return process

    def worker(self, **extra: str) -> Running:
        """Start one worker."""
        return self.start("worker", sys.executable, str(ROOT / "worker.py"), **extra)

    def web(self, port: int, **extra: str) -> Running:
        """Start the web server on `port` and wait until it listens."""
        options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
        process = self.start(
            "web", sys.executable, "-m", "granian", *options, "--no-ws", "wsgi:app", **extra
        )

        def up() -> bool:
            assert process.alive, f"it ended with {process.popen.returncode}:\n{process.output}"
            return listens(port)

        wait_until(up, f"a web server on port {port}")
        return process

    def casework(self, *arguments: str, **extra: str) -> Running:
        """Start a command of ours."""
        return self.start("casework", *casework_command(*arguments), **extra)

    def stop_all(self) -> None:
        """Ask everything that was started to end, and see that nothing of it is left."""
        for process in reversed(self._started):
            process.stop()


def casework_command(*arguments: str) -> list[str]:
    """Return the command line of one of our commands, by the Python that runs the tests."""
    return [str(Path(sys.executable).parent / "casework"), *arguments]


def clean_environment() -> dict[str, str]:
    """Return the environment without any setting of ours or of the make that started us."""
    ours = ("CASEWORK_", "GRANIAN_", "MAKE", "MFLAGS", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Tell whether something listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
