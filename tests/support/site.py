"""The whole of casework as `make run` starts it, for tests that use it from outside."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from casework.config import PREFIX
from tests.support.processes import ROOT, Processes, Running, free_port

READY = "Ctrl-C stops it"
READY_SECONDS = 240.0
OF_A_CHECKOUT = ("casework", "migrations", "pyproject.toml", "worker.py", "wsgi.py")


@dataclass(frozen=True)
class Site:
    """One running installation."""

    port: int
    data_dir: Path
    process: Running

    @property
    def url(self) -> str:
        """The address of its first page, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def sign_ins(self) -> list[tuple[str, str]]:
        """Return the printed sign-ins, as pairs of mail address and password."""
        lines = self.process.output.partition("Sign in as:")[2].splitlines()
        words = [line.split() for line in lines if line.startswith("  ")]
        return [(each[-2], each[-1]) for each in words if len(each) > 2]


class Sites:
    """Starts installations of the code of one checkout; `logs` is where their lines go."""

    def __init__(self, logs: Path, checkout: Path = ROOT) -> None:
        self._processes = Processes({}, logs, checkout)

    def begin(self, data_dir: Path, *, port: int | None = None, **extra: str) -> Site:
        """Start `casework run` and return at once; the data folder may hold an earlier run's."""
        port = port or free_port()
        process = self._processes.start(
            "run",
            *(sys.executable, "-c", "from casework.cli import main; main()", "run"),
            PORT=str(port),
            **{f"{PREFIX}DATA_DIR": str(data_dir)},
            **extra,
        )
        return Site(port, data_dir, process)

    def start(self, data_dir: Path, *, port: int | None = None, **extra: str) -> Site:
        """Start `casework run` and return once it says that it runs."""
        site = self.begin(data_dir, port=port, **extra)
        site.process.wait_for_output(READY, READY_SECONDS)
        return site

    def stop_all(self) -> None:
        """Stop in good order whatever still runs."""
        self._processes.stop_all()


def copy_checkout(target: Path) -> Path:
    """Copy what a checkout needs to run into `target`, which a test may then change."""
    target.mkdir(parents=True)
    for name in OF_A_CHECKOUT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    return target
