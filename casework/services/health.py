"""Whether everything runs: what was looked at, how it stands, and what to do about it.

The sweep is the dead man's switch: it notes each of its ends, and whoever looks sees how long ago
that was. Nothing that could have stopped with it has to say so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from platform import python_version
from typing import Any

import sqlalchemy as sa

from casework.adapters import queue_state, scan
from casework.adapters.mail import ServerAwayError, SmtpTransport
from casework.adapters.queue_state import QueueState
from casework.adapters.storage import AwayError, storage_of
from casework.config import Settings
from casework.extensions import db, settings
from casework.i18n import N_
from casework.queries import operations
from casework.queries.operations import Figures
from casework.services import heartbeats

LATE = timedelta(minutes=15)
LONG = timedelta(hours=1)
SWEEPS_MISSED = 3
MAIL_PATIENCE_SECONDS = 5.0
SCARCE, ALMOST_NONE = 0.10, 0.03
"""Which part of a disk must be free, at least, not to be told of, and not to be warned of."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``said`` and ``advice`` are texts to be translated."""

    label: str
    tone: str
    said: str
    params: dict[str, Any] = field(default_factory=dict)
    advice: str = ""


def late_after(known: Settings) -> timedelta:
    """Return how long ago the last sweep may have been."""
    return max(LATE, SWEEPS_MISSED * timedelta(seconds=known.sweep_seconds))


def is_late(beats: dict[str, operations.Beat], now: datetime) -> bool:
    """Say whether the sweep has not run for too long, or never has."""
    beat = beats.get(heartbeats.SWEEP)
    return beat is None or now - beat.at > late_after(settings())


def schema() -> tuple[str, str]:
    """Return the schema of the database and that of the program."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    known = "alembic_version" in sa.inspect(db.session.connection()).get_table_names()
    rows = db.session.scalars(sa.text("SELECT version_num FROM alembic_version")) if known else ()
    config = Config()
    folder = str(settings().migrations_dir).replace("%", "%%")
    config.set_main_option("script_location", folder)
    heads = ScriptDirectory.from_config(config).get_heads()
    return ", ".join(sorted(rows)), ", ".join(sorted(heads))


def checks(now: datetime) -> list[Check]:
    """Look at everything; the database must answer, for the page could not be shown otherwise."""
    known, figures = settings(), operations.figures(now)
    state = queue_state.look(known.redis_url)
    return [
        _sweep(figures, now),
        *_queue(state),
        _reminders(figures, now),
        *_messages(figures, now),
        _works(figures, now),
        *_database(),
        _storage(known),
        _mail(known),
        *_scanner(known),
        _disk(known),
        Check(
            N_("Versions"),
            "neutral",
            N_("casework %(version)s, Python %(python)s"),
            {"version": version("casework"), "python": python_version()},
        ),
    ]


def _sweep(figures: Figures, now: datetime) -> Check:
    label, beat = N_("Last sweep"), figures.beats.get(heartbeats.SWEEP)
    advice = N_(
        "No reminder goes out and no timed move is made. Start the workers, and look at their "
        "last lines."
    )
    if beat is None:
        return Check(label, "bad", N_("It has never run."), advice=advice)
    late = is_late(figures.beats, now)
    said = N_("%(moment)s, in %(seconds)s seconds")
    params = {"moment": beat.at, "seconds": round(beat.seconds or 0, 1)}
    return Check(label, "bad" if late else "good", said, params, advice if late else "")


def _queue(state: QueueState | None) -> Iterator[Check]:
    if state is None:
        yield Check(
            N_("Queue"),
            "bad",
            N_("Redis does not answer."),
            advice=N_("Start Redis or Valkey. Nothing is lost: what waits are rows."),
        )
        return
    waiting = sum(state.lengths.values())
    yield Check(
        N_("Queue"),
        "wait" if state.evicts else "good",
        N_("%(server)s, %(waiting)s jobs wait"),
        {"server": state.server, "waiting": waiting},
        N_("Set maxmemory-policy to noeviction: jobs could be thrown away.")
        if state.evicts
        else "",
    )
    yield Check(
        N_("Workers"),
        "good" if state.workers else "bad",
        N_("%(number)s alive"),
        {"number": state.workers},
        "" if state.workers else N_("Start a worker: systemctl start casework-worker@1"),
    )


def _reminders(figures: Figures, now: datetime) -> Check:
    label, oldest = N_("Oldest reminder that is due"), figures.oldest_reminder
    if oldest is None:
        return Check(label, "good", N_("none waits"))
    late = now - oldest > LONG
    advice = N_("Sweeps run and leave it: look for sweep.batch_failed in the lines of the workers.")
    tone = "bad" if late else "info"
    return Check(
        label, tone, N_("due since %(moment)s"), {"moment": oldest}, advice if late else ""
    )


def _messages(figures: Figures, now: datetime) -> Iterator[Check]:
    unsent = figures.unsent
    late = unsent.oldest is not None and now - unsent.oldest > LONG
    yield Check(
        N_("Mails that wait"),
        "wait" if late else "good",
        N_("%(number)s, the oldest since %(moment)s") if unsent.oldest else N_("none waits"),
        {"number": unsent.number, "moment": unsent.oldest},
        N_("The mail server puts them off or is away: it is asked again by itself.")
        if late
        else "",
    )
    failed = figures.messages.get("failed", operations.Waiting())
    yield Check(
        N_("Mails that failed"),
        "bad" if failed.number else "good",
        N_("%(number)s"),
        {"number": failed.number},
        N_("See under Messages why, correct the addresses, then send them again.")
        if failed.number
        else "",
    )


def _works(figures: Figures, now: datetime) -> Check:
    number = {s: figures.works.get(s, operations.Waiting()) for s in ("waiting", "failed")}
    oldest = number["waiting"].oldest
    late = oldest is not None and now - oldest > LONG
    return Check(
        N_("Long work"),
        "wait" if late or number["failed"].number else "good",
        N_("%(waiting)s wait, %(failed)s failed in two weeks"),
        {"waiting": number["waiting"].number, "failed": number["failed"].number},
        N_("Work waits for more than an hour: start another worker.") if late else "",
    )


def _database() -> Iterator[Check]:
    connection = db.session.connection()
    server = ".".join(map(str, connection.dialect.server_version_info or ()))
    name = "PostgreSQL" if connection.dialect.name == "postgresql" else "SQLite"
    yield Check(N_("Database"), "good", N_("%(server)s answers"), {"server": f"{name} {server}"})
    has, wants = schema()
    yield Check(
        N_("Schema"),
        "good" if has == wants else "bad",
        N_("%(has)s, the program wants %(wants)s"),
        {"has": has or "–", "wants": wants},
        "" if has == wants else N_("Run casework migrate, then start everything again."),
    )


def _storage(known: Settings) -> Check:
    label = N_("Document storage")
    try:
        storage_of(known).check()
    except AwayError as error:
        advice = N_(
            "Documents cannot be sent or read. Look at the folder's rights or at the store."
        )
        return Check(label, "bad", N_("cannot be written: %(error)s"), {"error": error}, advice)
    place = f"s3://{known.s3.name}" if known.s3 else str(known.documents_dir)
    return Check(label, "good", N_("%(place)s can be written"), {"place": place})


def _mail(known: Settings) -> Check:
    label = N_("Mail server")
    if known.smtp is None:
        advice = N_("Nobody gets a mail: this is for trying things out only.")
        return Check(label, "wait", N_("a folder takes the mails"), advice=advice)
    params: dict[str, Any] = {"server": f"{known.smtp.host}:{known.smtp.port}"}
    try:
        SmtpTransport(known.smtp, MAIL_PATIENCE_SECONDS).check()
    except ServerAwayError as error:
        said = N_("%(server)s does not let us in: %(error)s")
        advice = N_("Mails wait and are tried again. Look at the server, its address and password.")
        return Check(label, "bad", said, {**params, "error": error}, advice)
    return Check(label, "good", N_("%(server)s answers"), params)


def _scanner(known: Settings) -> Iterator[Check]:
    if not known.clamd_url:
        return
    answers = scan.answers(known.clamd_url)
    yield Check(
        N_("Virus scanner"),
        "good" if answers else "bad",
        N_("answers") if answers else N_("does not answer"),
        advice="" if answers else N_("No document is taken meanwhile. Start clamd."),
    )


def _disk(known: Settings) -> Check:
    folder = known.data_dir if known.data_dir.is_dir() else known.data_dir.parent
    label = N_("Room on the disk")
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return Check(label, "wait", N_("cannot be read: %(error)s"), {"error": error.strerror})
    part = usage.free / usage.total
    return Check(
        label,
        "bad" if part < ALMOST_NONE else "wait" if part < SCARCE else "good",
        N_("%(free)s GB of %(total)s GB are free in %(folder)s"),
        {
            "free": round(usage.free / 1024**3, 1),
            "total": round(usage.total / 1024**3, 1),
            "folder": folder,
        },
        N_("Make room, or give the data folder a larger disk.") if part < SCARCE else "",
    )
