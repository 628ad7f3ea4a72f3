"""Kinds of long work for tests; what they do is seen in the rows that they write."""

from __future__ import annotations

import os
import time
from pathlib import Path

from casework.clock import now
from casework.extensions import db
from casework.models import Counter
from casework.services.background_kinds import KINDS, Kind
from casework.services.background_run import Run, WorkFailed

COUNTED = "labour"
WORKFLOWS = ()
"""None: worker processes learn the kinds by loading this module (CASEWORK_WORKFLOWS)."""


def register() -> None:
    """Make the kinds known to this process."""
    KINDS["count"] = Kind("Counting", f"{__name__}:count")
    KINDS["write"] = Kind("Writing", f"{__name__}:write")
    KINDS["fail"] = Kind("Failing", f"{__name__}:fail")


def count(run: Run) -> None:
    """Count to ``total``, one a step; between steps do what ``params`` says happens there."""
    total = run.params["total"]
    for number in range(run.done + 1, total + 1):
        with run.step(number, total):
            row = db.session.get(Counter, COUNTED) or Counter(series=COUNTED, last=0)
            db.session.add(row)
            row.last += 1
            run.memory["at"] = number
        _pause(run, number)


def write(run: Run) -> None:
    """Write a file."""
    file = run.file("words.txt", "text/plain")
    file.write(f"written {now().isoformat()}".encode())
    run.progress(1, 1)
    run.result({"lines": [{"text": "Written by %(name)s", "params": {"name": "a test"}}]})


def fail(run: Run) -> None:
    """Fail, with words or without."""
    if run.params.get("words"):
        raise WorkFailed("There is nothing to do: %(reason)s", reason="no case")
    raise RuntimeError("broken")


def _pause(run: Run, number: int) -> None:
    """Say that a number is reached, and stand still while a file forbids to go on."""
    folder = run.params.get("folder")
    if not folder or number != run.params["stop_at"]:
        return
    gate = Path(folder) / f"at-{number}-{os.getpid()}"
    gate.touch()
    while (Path(folder) / "closed").exists():
        time.sleep(0.02)


register()
