"""The list of cases as a file: what was on the screen, as of one moment."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from flask_babel import gettext as _

from casework.clock import now
from casework.extensions import settings
from casework.i18n import N_, written_day, written_time
from casework.policy import Actor
from casework.queries.listing import asked, names, pages
from casework.queries.listing.asked import Wish
from casework.services.background_files import scratch
from casework.services.background_run import Run, WorkFailed
from casework.services.exporting.sheets import (
    MEDIA_TYPES,
    MOST_ROWS,
    CsvSheet,
    Sheet,
    XlsxSheet,
)
from casework.services.exporting.snapshot import snapshot

FORMATS = tuple(MEDIA_TYPES)
AT_ONCE = 500  # rows; beyond, a worker makes the file
EVERY = 200  # rows between two words about the progress


def export(run: Run) -> None:
    """Make the file of a list that somebody asked for (a handler of long work)."""
    kind, query = run.params["format"], run.params["query"]
    wish, faults = asked.read(query)
    if faults:
        raise WorkFailed(N_("The list had a filter or a column that no longer exists."))
    file = run.file(file_name(kind, now()), MEDIA_TYPES[kind])
    with snapshot():
        total = pages.count(run.actor, wish)
        if kind == "xlsx" and total > MOST_ROWS:
            raise WorkFailed(
                N_("A spreadsheet holds %(most)s rows and the list has more. Choose CSV instead."),
                most=MOST_ROWS,
            )

        def say(done: int) -> None:
            run.progress(done, total)

        written = write(file, kind, run.actor, wish, run.language, say, run.tells_of)
        narrowed = names.in_words(wish, run.language)
    said = {"text": N_("%(number)s cases, as of %(moment)s."), "params": written}
    run.result({"lines": [said], "pairs": narrowed})


def write(
    file: BinaryIO,
    kind: str,
    actor: Actor,
    wish: Wish,
    language: str,
    say: Callable[[int], None] = lambda _done: None,
    tells_of: Callable[[UUID], None] = lambda _case_id: None,
) -> dict[str, Any]:
    """Write the list into a file; return how many cases it has and as of which moment."""
    moment, number = now(), 0
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        sheet = _sheet(file, kind, [_(c.label) for c in pages.columns_of(wish)], folder)
        for number, line in enumerate(pages.everything(actor, wish, language), start=1):
            sheet.row(line.cells)
            tells_of(line.id)
            if number % EVERY == 0:
                say(number)
        said: dict[str, str | int] = {"number": number, "moment": _moment(moment, language)}
        sheet.close(
            [
                (_("List of cases"), settings().house_name),
                (_("As of"), str(said["moment"])),
                (_("Number of cases"), str(number)),
                *names.in_words(wish, language),
            ]
        )
    return said


def file_name(kind: str, moment: datetime) -> str:
    """Return a name that sorts by the moment and needs no quoting."""
    local = moment.astimezone(settings().zone)
    return f"{_('cases')}-{local:%Y-%m-%d-%H%M}.{kind}"


def _sheet(file: BinaryIO, kind: str, head: list[str], folder: str) -> Sheet:
    if kind == "csv":
        return CsvSheet(file, head)
    return XlsxSheet(file, head, _("Cases"), _("About this file"), Path(folder))


def _moment(moment: datetime, language: str) -> str:
    local = moment.astimezone(settings().zone)
    return f"{written_day(local.date(), 'long', language)}, {written_time(local.time(), language)}"
