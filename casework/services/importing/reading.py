"""Files of lines and columns, read with suspicion: XLSX as values, CSV in the usual codings.

Nothing in a file is run: of a formula the value is taken that its program has computed. What a
file unpacks to is bounded before it is unpacked.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from casework.adapters import sniff
from casework.i18n import N_

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB
MOST_UNPACKED = 100 * MIB
MOST_LINES = 20_000
LAST_LINE = 1_048_576  # the last that a sheet can have
MOST_COLUMNS = 50
MOST_CELL = 10_000  # characters
DELIMITERS = ";,\t"

NOT_TAKEN = N_("Send an Excel file (.xlsx) or a CSV file (.csv).")
NOT_WHAT_IT_SAYS = N_(
    "The name of this file ends in %(extension)s, but its content is something else. Open it in "
    "the program that made it, save it as .xlsx or .csv, and choose it again."
)
TOO_LARGE = N_("This file is larger than %(most)d MB. Divide it into smaller ones.")
TOO_MANY = N_("This file has more than %(most)d lines. Divide it into smaller ones.")
TOO_WIDE = N_("A cell in line %(line)d is longer than %(most)d characters. Shorten it.")
NO_TEXT = N_(
    "This file could not be read as text. Save it as CSV in the coding UTF-8, or as .xlsx, and "
    "choose it again."
)
QUOTES = N_(
    "The quotation marks in line %(line)d are not closed. Save the file as .xlsx, or once more as "
    "CSV, and choose it again."
)
BROKEN = N_("This Excel file is damaged or locked by a password. Save it once more.")

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHER_FILES = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")

Line = tuple[int, list[str]]


class UnreadableError(Exception):
    """Nothing can be done with the file; ``message`` is for the reader, with its values."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params


def lines(content: bytes, filename: str, known: Callable[[Sequence[str]], int]) -> Iterator[Line]:
    """Yield the lines of a file that hold anything, numbered as a spreadsheet shows them.

    ``known`` says how many heads of columns it knows among some texts: by it the delimiter of a
    CSV file is found. Raises UnreadableError.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableError(TOO_LARGE, most=MOST_BYTES // MIB)
    if not content.strip():
        raise UnreadableError(sniff.EMPTY)
    extension = PurePosixPath(filename.lower()).suffix
    if extension == ".xlsx":
        found = _xlsx(content)
    elif extension in {".csv", ".txt", ".tsv"}:
        found = _csv(_text(content, extension), known)
    else:
        raise UnreadableError(NOT_TAKEN)
    held = 0
    for number, cells in found:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        held += 1
        if held > MOST_LINES + 1:  # and the heads
            raise UnreadableError(TOO_MANY, most=MOST_LINES)
        if any(len(cell) > MOST_CELL for cell in cells):
            raise UnreadableError(TOO_WIDE, line=number, most=MOST_CELL)
        yield number, cells


def _text(content: bytes, extension: str) -> str:
    if content.startswith(_OTHER_FILES):
        raise UnreadableError(NOT_WHAT_IT_SAYS, extension=extension)
    text = _decoded(content)
    if any(ord(c) < ord(" ") and c not in "\t\r\n\f" for c in text):
        raise UnreadableError(NO_TEXT)
    return text


def _decoded(content: bytes) -> str:
    coding = next((name for bom, name in _BOMS if content.startswith(bom)), None)
    if coding is None and content[1:200:2].count(0) > len(content[1:200:2]) // 2:
        coding = "utf-16-le"
    for wanted in (coding,) if coding else ("utf-8", "cp1252"):
        try:
            return content.decode(wanted)
        except UnicodeDecodeError:
            continue
    raise UnreadableError(NO_TEXT)


def _csv(text: str, known: Callable[[Sequence[str]], int]) -> Iterator[Line]:
    delimiter = max(DELIMITERS, key=lambda d: known(next(_records(text, d), (1, []))[1]))
    return _records(text, delimiter)


def _records(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield number, [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise UnreadableError(QUOTES, line=number + 1) from error


def _xlsx(content: bytes) -> Iterator[Line]:
    try:
        sniff.media_type(io.BytesIO(content), "file.xlsx")
    except sniff.RefusedFileError as error:
        if error.reason.message == sniff.NOT_WHAT_IT_SAYS:
            raise UnreadableError(NOT_WHAT_IT_SAYS, extension=".xlsx") from error
        raise UnreadableError(error.reason.message, **error.reason.params) from error
    from openpyxl.utils.exceptions import InvalidFileException

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise UnreadableError(sniff.TOO_PACKED)
    try:
        yield from _sheet(content)
    except UnreadableError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, SyntaxError, *_DAMAGE) as error:
        raise UnreadableError(BROKEN) from error


# What the library stumbles over in a damaged file, each in its own place.
_DAMAGE = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, RuntimeError)


def _sheet(content: bytes) -> Iterator[Line]:
    import openpyxl

    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    try:
        if not book.worksheets:
            raise UnreadableError(sniff.EMPTY)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            if number > LAST_LINE:  # the library counts up to whatever number a line says it has
                raise UnreadableError(BROKEN)
            held = any(cell is not None for cell in cells)
            yield number, [_said(cell) for cell in cells] if held else []
    finally:
        book.close()


def _said(value: Any) -> str:
    """Return a cell's value as its sheet shows it, near enough for names and numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value).strip()
