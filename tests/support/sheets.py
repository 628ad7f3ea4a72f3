"""Files as people send them: workbooks and CSV in the codings of their programs."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl


def xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with one sheet."""
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(rows: Iterable[Sequence[Any]], delimiter: str = ";") -> str:
    """Return rows as CSV text."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    """Return the cells of a workbook's first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def bomb(size: int) -> bytes:
    """Return a workbook of a few kilobytes that unpacks to ``size`` bytes."""
    file = io.BytesIO(xlsx([["name"]]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/large.bin", b"\0" * size)
    return file.getvalue()


def far_below(line: int) -> bytes:
    """Return a small workbook whose second line says that it is this one of the sheet."""
    name, before = "xl/worksheets/sheet1.xml", xlsx([["name"], ["Terre"]])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == name:
                content = content.replace(b'<row r="2"', f'<row r="{line}"'.encode())
            new.writestr(part, content)
    return file.getvalue()
