"""How much memory a real web process and a real worker take after an hour's work in a minute."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient

from casework.config import top_level
from casework.embedded.run import FRUGAL, WEB_THREADS

# Tools of development bring a library that an installation lacks, and that is loaded where it is.
ALONE = "import sys; sys.modules['rich'] = None; "
GRANIAN = ALONE + "from granian.cli import entrypoint; entrypoint()"
WORKER = ALONE + "import runpy; runpy.run_path('worker.py', run_name='__main__')"
ROUNDS, AT_ONCE = 25, 4
READY_SECONDS, SWEEP_SECONDS = 30.0, 20.0
MEGABYTE = 1024


def of_web(
    environment: dict[str, str], port: int, browser: FlaskClient, paths: Sequence[str]
) -> float:
    """Return the resident megabytes of the largest web process after it has served the pages."""
    cookie = browser.get_cookie("casework")
    value = cookie.value if cookie else ""
    command = [
        *(sys.executable, "-c", GRANIAN, "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", str(WEB_THREADS)),
        *("--log-level", "error", "--no-ws", "wsgi:app"),
    ]
    with _running(command, environment) as process:
        _wait_for(port)
        todo = [path for _ in range(ROUNDS) for path in paths]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda path: _get(port, path, value), todo))
        return max(map(_resident, _children(process.pid)), default=0.0)


def of_worker(environment: dict[str, str]) -> float:
    """Return the resident megabytes of the largest process of a worker while it does its jobs."""
    command = [sys.executable, "-c", WORKER]
    often = {**environment, "CASEWORK_SWEEP_SECONDS": "2"}
    most = 0.0
    with _running(command, often) as process:
        end = time.monotonic() + SWEEP_SECONDS
        while time.monotonic() < end:
            most = max([most, *map(_resident, [process.pid, *_children(process.pid)])])
            time.sleep(0.05)
    return most


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    folder = top_level()
    env = {**os.environ, **environment, "PYTHONPATH": str(folder), **FRUGAL}
    process = subprocess.Popen(  # noqa: S603 - our own programs
        command, env=env, cwd=folder, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            _get(port, "/health", "")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the web process did not answer")


def _get(port: int, path: str, cookie: str) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"casework={cookie}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
        return len(answer.read())


def _children(pid: int) -> list[int]:
    """Return the processes that a process has started, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            own = [int(child) for child in task.read_text("ascii").split()]
        except OSError:  # it ended while we looked
            continue
        found += own
        for child in own:
            found += _children(child)
    return found


def _resident(pid: int) -> float:
    """Return the resident memory of a process in megabytes; 0 when it has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return round(int(lines[0].split()[1]) / MEGABYTE, 1) if lines else 0.0
