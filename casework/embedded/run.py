"""Start everything, say where it is, keep it running, and stop all of it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from casework.config import (
    PREFIX,
    Settings,
    default_data_dir,
    embedded_environment,
    given,
    top_level,
)
from casework.embedded import checks, valkey
from casework.embedded.backup import backup_if_older
from casework.embedded.children import Child, revive, stop_all

HOST = "127.0.0.1"
WEB_PROCESSES, WEB_THREADS = 2, 2
FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "65536"}
"""Threads share what they have freed, and large pieces go back at once: 15 megabytes a process."""
PULSE_SECONDS = 0.5
READY_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class SignIn:
    """A demonstration person to be shown when everything runs."""

    role: str
    email: str
    password: str


class Stopped(BaseException):
    """Somebody asked us to stop while we were at something that may be broken off."""


class StopSignals:
    """Remembers the first stop signal; later ones find us stopping already.

    A signal breaks off only what runs in :meth:`breakable`. Elsewhere it is remembered: an
    exception out of nowhere could lose a child between its start and the note of its id, or
    be swallowed by a destructor that happens to run.
    """

    def __init__(self) -> None:
        self.asked = False
        self._breakable = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch the stop signals, and put back the handlers that were there."""
        before = {each: signal.signal(each, self._stop) for each in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def breakable(self) -> Iterator[None]:
        """Run something long; raises Stopped as soon as somebody asks us to stop."""
        self._breakable = True
        try:
            if self.asked:
                raise Stopped
            yield
        finally:
            self._breakable = False

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        if self._breakable:
            self._breakable = False
            raise Stopped


def run(
    *,
    migrate: Callable[[Settings], None],
    load: Callable[[Settings], Sequence[SignIn]],
    environ: Mapping[str, str] | None = None,
) -> int:
    """Run casework in the small size until it is asked to stop; return the exit code.

    Args:
        migrate: brings the database's schema to the newest; called once, before any server.
        load: adds the reference and demonstration data that are missing and returns the
            sign-ins to print.
        environ: the variables to run under, by default the process's own; what they leave out
            (see :func:`casework.config.embedded_environment`) is set from the data folder.

    Raises:
        checks.StartRefused: with the sentence that says why nothing was started.
        ConfigError: when a variable is wrong.
    """
    environ = dict(os.environ if environ is None else environ)
    checks.python_is_new_enough()
    port = checks.port_of(environ.get("PORT") or "8000")
    data_dir = Path(environ.get(PREFIX + "DATA_DIR") or default_data_dir()).absolute()
    checks.folder_is_writable(data_dir)
    checks.port_is_free(HOST, port)
    with ExitStack() as stack:
        stack.enter_context(checks.only_one(data_dir))
        checks.secret_is_kept(data_dir)
        children: list[Child] = []
        signals = StopSignals()
        stack.enter_context(signals.caught())
        try:
            env = _start_valkey(stack, children, data_dir, environ, port)
            with signals.breakable():
                sign_ins = _prepare(Settings.from_env(env), migrate, load)
            _start_servers(children, env, port)
            _wait_for_web(children, port, signals)
            _announce(port, data_dir, sign_ins)
            return _watch(children, signals)
        except Stopped:
            return 0
        finally:
            _stop(children)


def say(line: str) -> None:
    """Print one line to the person who started us, at once."""
    print(line, flush=True)


def _start_valkey(
    stack: ExitStack, children: list[Child], data_dir: Path, environ: Mapping[str, str], port: int
) -> dict[str, str]:
    """Start Valkey, unless another one was named; return the variables for all that follows."""
    chosen = given(environ)
    if PREFIX + "REDIS_URL" not in chosen:
        stack.callback((data_dir / "redis-url").unlink, missing_ok=True)
        path = stack.enter_context(valkey.private_folder()) / "valkey.sock"
        store = data_dir / "valkey"
        store.mkdir(mode=0o700, exist_ok=True)
        child = Child("valkey", valkey.command(path, store), environ, store)
        children.append(child)
        child.start()
        valkey.wait_until_ready(path)
        (data_dir / "redis-url").write_text(f"unix://{path}\n", "utf-8")
    whole_path = {PREFIX + "DATA_DIR": str(data_dir)}
    return {**embedded_environment(data_dir, str(port)), **chosen, **whole_path}


def _prepare(
    settings: Settings,
    migrate: Callable[[Settings], None],
    load: Callable[[Settings], Sequence[SignIn]],
) -> Sequence[SignIn]:
    copy = backup_if_older(settings)
    if copy:
        say(f"The database is of an older version; a copy was kept: {copy}")
    migrate(settings)
    return load(settings)


def _start_servers(children: list[Child], env: Mapping[str, str], port: int) -> None:
    folder = top_level()
    paths = os.pathsep.join(filter(None, [str(folder), env.get("PYTHONPATH", "")]))
    env = {**env, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1", **FRUGAL}
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", HOST, "--port", str(port)),
        *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS)),
        *("--log-level", "warning", "--respawn-failed-workers", "--no-ws"),
        "wsgi:app",
    ]
    for name, command in (
        ("web", web),
        ("worker", [sys.executable, str(folder / "worker.py")]),
    ):
        child = Child(name, command, env, folder)
        children.append(child)
        child.start()


def _wait_for_web(children: list[Child], port: int, signals: StopSignals) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _listens(port):
        if signals.asked:
            raise Stopped
        if time.monotonic() > deadline or not revive(children, say):
            raise checks.StartRefused("The web server did not start; its lines above say why.")
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _announce(port: int, data_dir: Path, sign_ins: Sequence[SignIn]) -> None:
    say(f"\ncasework runs at http://{HOST}:{port}   (data in {data_dir}; Ctrl-C stops it)\n")
    if sign_ins:
        roles = max(len(each.role) for each in sign_ins)
        emails = max(len(each.email) for each in sign_ins)
        say("Sign in as:")
        for each in sign_ins:
            say(f"  {each.role:<{roles}}  {each.email:<{emails}}  {each.password}")
        say("")


def _watch(children: list[Child], signals: StopSignals) -> int:
    while not signals.asked:
        if not revive(children, say):
            return 1
        time.sleep(PULSE_SECONDS)
    return 0


def _stop(children: list[Child]) -> None:
    if any(child.running for child in children):
        say("Stopping.")
    # Valkey was started first and goes last: the others still speak with it.
    stop_all([child for child in children if child.name != "valkey"])
    stop_all([child for child in children if child.name == "valkey"])
