"""Files to take away: templates, and the lines that could not be taken over."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from casework.models import ImportFile, ImportRow
from casework.services.exporting.sheets import CsvSheet, XlsxSheet
from casework.services.importing.columns import COLUMNS, WRONG_LABEL
from casework.services.outbox.tongue import gettext


def template(kind: str, form: str, file: BinaryIO, language: str) -> None:
    """Write an empty file with the heads of columns and one example."""
    columns = COLUMNS[kind]
    heads = [column.heads()[language] for column in columns]
    _write(form, file, heads, [[column.example for column in columns]])


def faults(row: ImportFile, rows: Iterable[ImportRow], form: str, file: BinaryIO) -> None:
    """Write the lines with a fault as they were sent, each with what is wrong with it."""
    labels = {column.key: gettext(column.label) for column in COLUMNS[row.kind]}
    keys = [key for key in row.columns if key in labels]
    heads = [*(labels[key] for key in keys), gettext(WRONG_LABEL)]
    lines = ([*(r.said.get(key, "") for key in keys), in_words(r.faults, labels)] for r in rows)
    _write(form, file, heads, lines)


def in_words(found: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    """Return all faults of a line in the reader's language, each after the name of its column."""
    said = []
    for fault in found:
        text = gettext(fault["message"], **fault["params"])
        label = labels.get(fault["column"])
        said.append(f"{label}: {text}" if label else text)
    return " · ".join(said)


def _write(form: str, file: BinaryIO, heads: list[str], lines: Iterable[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        sheet = (
            CsvSheet(file, heads)
            if form == "csv"
            else XlsxSheet(file, heads, gettext("Lines"), gettext("About"), Path(scratch))
        )
        for line in lines:
            sheet.row(line)
        sheet.close([])
