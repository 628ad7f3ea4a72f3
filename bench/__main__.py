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
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import acts, memory, report
from bench.certificates import certificates
from bench.databases import Kept, Postgres, Sqlite
from bench.pages import Pages
from bench.preparing import prepare
from bench.site import Site, environment, site
from bench.timing import in_turn
from casework.config import default_data_dir
from casework.embedded.valkey import private_folder
from casework.extensions import db
from casework.garbage import seldom_collect
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
            houses = {n: opened(databases, n, valkey, folder) for n in sizes}
            seldom_collect()  # as wsgi.py does
            found[kind] = measured(houses, valkey, rounds)
    for kind in kinds:
        print("\n".join(report.tables(kind, found[kind])))
    target = Path(os.environ.get("OUT") or default_data_dir() / "bench.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False), "utf-8")
    print(f"\nWritten to {target}.")


@dataclass
class House:
    """One filled database with the product on it, ready to be measured."""

    site: Site
    plain: sa.Engine
    pages: Pages


def opened(databases: Kept, cases: int, valkey: Valkey, folder: Path) -> House:
    """Return the house of one size, made now unless it waits from an earlier run."""
    begin = time.perf_counter()
    url = databases.filled(cases)
    house = site(environment(url, valkey.url, folder / f"data-{cases}"))
    with house.app.app_context():
        prepare(house.app)
        plain = sa.create_engine(url, pool_pre_ping=True)
        pages = Pages(house, plain)
        db.session.remove()
        settled(db.engine)
    say(f"{databases.kind}, {cases:,} cases: ready after {time.perf_counter() - begin:.0f} s")
    if pages.missing:
        say(f"not there: {', '.join(pages.missing)}")
    return House(house, plain, pages)


def settled(engine: sa.Engine) -> None:
    """Bring a database to where it is some minutes after all these rows came into it."""
    if engine.dialect.name == "postgresql":  # what its autovacuum does by itself
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()  # SQLite tells what it has learnt to new connections


def measured(houses: dict[int, House], valkey: Valkey, rounds: int) -> dict[int, dict[str, Any]]:
    """Return the figures of all sizes; pages of all sizes are asked for in turn."""
    acts_ = {(n, name): act for n, h in houses.items() for name, act in h.pages.acts.items()}
    # the pages make and end their own contexts, as they do in production
    times = in_turn(acts_, rounds)
    found: dict[int, dict[str, Any]] = {}
    for cases, house in houses.items():
        own = {name: asdict(times[n, name]) for n, name in acts_ if n == cases}
        found[cases] = {"times": own, **alone(house, cases, valkey)}
        say(f"{cases:,} cases: measured")
    return found


def alone(house: House, cases: int, valkey: Valkey) -> dict[str, Any]:
    """Return the figures of one size that need no comparison with another one's."""
    valkey.flush()
    pages, app = house.pages, house.site.app
    found: dict[str, Any] = {"moves": acts.moves(house.site, pages.acts["bare list"], pages.lead)}
    with app.app_context():
        found["weights"] = pages.weights()
        found["sweep"] = acts.sweeps()
        found["certificates"] = certificates()
        db.session.remove()
        found["queries"] = pages.queries()
        if cases >= WITH_PROCESSES:
            paths = [path for _browser, path in pages.known.values()]
            found["memory"] = {
                "web": memory.of_web(house.site.environment, PORT, pages.lead, paths),
                "worker": memory.of_worker(house.site.environment),
            }
        db.session.remove()
        db.engine.dispose()
    house.plain.dispose()
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
