"""Spreadsheets and text files, written row by row; no cell of them is ever run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MEDIA_TYPES = {"csv": CSV, "xlsx": XLSX}

# A spreadsheet runs a cell that begins with one of these (the last four are their broad forms).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DIVIDED = re.compile("([;\\t\\r\\n]\\s*)([=+\\-@\uff1d\uff0b\uff0d\uff20])")
BOM = "\ufeff"  # so that spreadsheets read the accents
MOST_ROWS = 1_048_575  # what one sheet holds below its head
LONGEST_TEXT = 32_767  # what one cell holds
NARROWEST, WIDEST = 10, 60

Cell = str | int | float | date | datetime | None


class Sheet(Protocol):
    """A file with one table in it; XLSX has a second sheet that says what it is."""

    def row(self, cells: Sequence[Cell]) -> None:
        """Write the next row."""

    def close(self, about: Iterable[tuple[str, str]]) -> None:
        """Finish the file; ``about`` says in pairs what it is, where there is room for it."""


class CsvSheet:
    """Comma-separated text in UTF-8; dates as ISO writes them."""

    def __init__(self, file: BinaryIO, head: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        self._text.write(BOM)
        self._rows = csv.writer(self._text)
        self._rows.writerow([safe(label) for label in head])

    def row(self, cells: Sequence[Cell]) -> None:
        """Write the next row."""
        self._rows.writerow([_text(cell) for cell in cells])

    def close(self, about: Iterable[tuple[str, str]]) -> None:
        """Finish the file and leave it open for its owner."""
        self._text.detach()


class XlsxSheet:
    """A workbook that is never in memory as a whole."""

    def __init__(
        self, file: BinaryIO, head: Sequence[str], title: str, about_title: str, scratch: Path
    ) -> None:
        import xlsxwriter

        options = {"constant_memory": True, "tmpdir": str(scratch), "strings_to_formulas": False}
        self._book = xlsxwriter.Workbook(file, options)
        bold = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": False})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self._bold = bold
        self._sheet = self._book.add_worksheet(_sheet_name(title))
        self._about_title = _sheet_name(about_title)
        self._widths = [_width(label) + 3 for label in head]  # the arrow of the filter
        self._sheet.freeze_panes(1, 0)
        for column, label in enumerate(head):
            self._sheet.write_string(0, column, label, bold)
        self._next = 1

    def row(self, cells: Sequence[Cell]) -> None:
        """Write the next row."""
        for column, cell in enumerate(cells):
            self._write(column, cell)
        self._next += 1

    def _write(self, column: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, datetime):
            self._sheet.write_datetime(self._next, column, cell.replace(tzinfo=None), self._moment)
            self._widen(column, 17)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._next, column, cell, self._day)
            self._widen(column, 11)
        elif isinstance(cell, (int, float)):
            self._sheet.write_number(self._next, column, cell)
        else:
            self._sheet.write_string(self._next, column, _printable(cell)[:LONGEST_TEXT])
            self._widen(column, _width(cell))

    def _widen(self, column: int, width: int) -> None:
        self._widths[column] = max(self._widths[column], width)

    def close(self, about: Iterable[tuple[str, str]]) -> None:
        """Finish the table, write the second sheet, and leave the file open for its owner."""
        self._sheet.autofilter(0, 0, max(1, self._next - 1), len(self._widths) - 1)
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(max(width, NARROWEST), WIDEST))
        second = self._book.add_worksheet(self._about_title)
        second.set_column(0, 0, 30)
        second.set_column(1, 1, WIDEST)
        for row, (label, value) in enumerate(about):
            second.write_string(row, 0, label, self._bold)
            second.write_string(row, 1, _printable(value)[:LONGEST_TEXT])
        self._book.close()


def safe(text: str) -> str:
    """Return a text that a spreadsheet shows and never runs.

    Also not where it divides the lines at semicolons, as it does in French and in Dutch.
    """
    inside = _DIVIDED.sub(r"\1'\2", text)
    return f"'{inside}" if inside.startswith(DANGEROUS) else inside


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return safe(cell) if isinstance(cell, str) else str(cell)


def _printable(text: str) -> str:
    """Return a text without what a workbook cannot hold."""
    return "".join(c if c >= " " or c in "\t\n" else " " for c in text)


def _width(text: str) -> int:
    return max((len(line) for line in text.split("\n")), default=0) + 1


def _sheet_name(text: str) -> str:
    """Return a name that a sheet may have: short, and without what Excel forbids."""
    return "".join(" " if c in "[]:*?/\\'" else c for c in text)[:31].strip() or "1"
