"""Measure: ``make bench``, or ``CASES=1000 make bench`` for a short one.

``CASES`` are the sizes, ``DATABASES`` the kinds (``sqlite,postgresql``), ``ROUNDS`` how often each
page is asked for, ``OUT`` the file of the figures; ``KEEP`` names a folder in which filled
databases wait for the next run.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import acts, memory, report
from bench.databases import Kept, Postgres, Sqlite
from bench.pages import Pages
from bench.preparing import prepare
from bench.site import environment, site
from casework.config import default_data_dir
from casework.embedded.valkey import private_folder
from casework.extensions import db
from tests.support.valkey import Valkey

SIZES = "1000,20000,100000"
PORT = 8399
WITH_PROCESSES = 20_000  # at this size and above, real processes are started and weighed


def main() -> None:
    """Measure everything, print the tables and write var/bench.json."""
    sizes = [int(n) for n in os.environ.get("CASES", SIZES).split(",")]
    kinds = os.environ.get("DATABASES", "sqlite,postgresql").split(",")
    rounds = int(os.environ.get("ROUNDS", "60"))
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "machine": machine()}
    with ExitStack() as stack:
        folder = Path(os.environ.get("KEEP") or stack.enter_context(_scratch()))
        folder.mkdir(parents=True, exist_ok=True)
        valkey = Valkey(stack.enter_context(private_folder()))
        valkey.start()
        stack.callback(valkey.stop)
        for kind in kinds:
            databases: Kept = Sqlite(folder) if kind == "sqlite" else Postgres(stack, folder)
            found[kind] = {n: measure(databases, n, valkey, folder, rounds) for n in sizes}
    for kind in kinds:
        print("\n".join(report.tables(kind, found[kind])))
    target = Path(os.environ.get("OUT") or default_data_dir() / "bench.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False), "utf-8")
    print(f"\nWritten to {target}.")


def measure(
    databases: Kept, cases: int, valkey: Valkey, folder: Path, rounds: int
) -> dict[str, Any]:
    """Return the figures of one database at one size."""
    begin = time.perf_counter()
    url = databases.filled(cases)
    valkey.flush()
    house = site(environment(url, valkey.url, folder / "data"))
    say(f"{databases.kind}, {cases:,} cases: made in {time.perf_counter() - begin:.0f} s")
    with house.app.app_context():
        prepare(house.app)
        plain = sa.create_engine(url, pool_pre_ping=True)
        pages = Pages(house, plain)
        if pages.missing:
            say(f"not there: {', '.join(pages.missing)}")
        db.session.remove()
    # from here on the pages make and end their own contexts, as they do in production
    found: dict[str, Any] = {"times": pages.times(rounds)}
    found["moves"] = acts.moves(house, pages.acts["bare list"], pages.lead)
    with house.app.app_context():
        found["weights"] = pages.weights()
        found["sweep"] = acts.sweeps()
        db.session.remove()
        found["queries"] = pages.queries()
        if cases >= WITH_PROCESSES:
            paths = [path for _browser, path in pages.known.values()]
            found["memory"] = {
                "web": memory.of_web(house.environment, PORT, pages.lead, paths),
                "worker": memory.of_worker(house.environment),
            }
        db.session.remove()
        db.engine.dispose()
    plain.dispose()
    databases.done(cases)
    say(f"{databases.kind}, {cases:,} cases: measured, {time.perf_counter() - begin:.0f} s in all")
    return found


def machine() -> str:
    """Return what the figures were taken on."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python " + (
        platform.python_version()
    )


def say(line: str) -> None:
    """Tell how far we are."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def _scratch() -> Iterator[Path]:
    """Return a folder for the time of the run; its path is short, for PostgreSQL's socket."""
    folder = Path(tempfile.mkdtemp(prefix="cwb-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
