"""A grid of results as a CSV file: read whole, with every fault named by line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casework.labels.criteria import (
    MOST_WEIGHT,
    Assessment,
    Criterion,
    Kind,
    Result,
    impossible,
)

NEEDED = ("code", "kind", "result")
DEFAULTS = {"weight": "1", "na_allowed": "false", "na_reason": "", "na_approved": "false"}
COLUMNS = ("code", "kind", "weight", "na_allowed", "result", "na_reason", "na_approved")
# With what spreadsheets write for a yes and a no in our languages.
_YES_NO = {"true": True, "1": True, "vrai": True, "waar": True} | {
    "false": False,
    "0": False,
    "faux": False,
    "onwaar": False,
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, in English; ``line`` counts from 1 (0: the whole file)."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line else []
        where += [f"column {self.column}"] if self.column else []
        return f"{', '.join(where) or 'file'}: {self.message}"


class GridFileError(ValueError):
    """A file that cannot be judged, with all its faults."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read(content: bytes) -> list[Assessment]:
    """Read a grid: UTF-8 with or without a byte order mark, comma or semicolon.

    Raises:
        GridFileError: with every fault of every line.
    """
    records = _records(_text(content))
    line, heads = next(records, (0, []))
    if not heads:
        raise GridFileError(Fault(0, "", "it is empty"))
    keys = _keys(line, heads)
    grid: list[Assessment] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, cells in records:
        if len(cells) > len(keys):
            faults.append(Fault(number, "", f"{len(cells)} cells for {len(keys)} columns"))
            continue
        said = DEFAULTS | {k: c for k, c in zip(keys, cells, strict=False) if c}
        found = _Line(number, said)
        before = first.setdefault(said.get("code", ""), number)
        if before != number and "code" in said:
            found.fault("code", f"{said['code']} stands in line {before} already")
        grid += found.assessment()
        faults += found.faults
    if faults:
        raise GridFileError(*faults)
    if not grid:
        raise GridFileError(Fault(0, "", "it has no line under its heads of columns"))
    return grid


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise GridFileError(Fault(line, "", "it is not text in UTF-8")) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise GridFileError(Fault(line, "", "it is not text in UTF-8"))
    return text


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that hold anything, with the number an editor shows for their beginning."""
    head = next((part for part in text.splitlines() if part.strip()), "")
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            said = [cell.strip() for cell in cells]
            while said and not said[-1]:
                said.pop()
            if said:
                yield line, said
            line = reader.line_num + 1
    except csv.Error as error:
        raise GridFileError(Fault(line, "", f"it is not well-formed CSV: {error}")) from None


def _keys(line: int, heads: Sequence[str]) -> list[str]:
    keys = [head.lower() for head in heads]
    faults = [Fault(line, name, "this column is missing") for name in NEEDED if name not in keys]
    for number, key in enumerate(keys):
        if key not in COLUMNS:
            known = ", ".join(COLUMNS)
            faults.append(Fault(line, key or str(number + 1), f"unknown column; there are {known}"))
        elif key in keys[:number]:
            faults.append(Fault(line, key, "this column is there twice"))
    if faults:
        raise GridFileError(*faults)
    return keys


class _Line:
    """One line of the file, and what is wrong with it."""

    def __init__(self, number: int, said: Mapping[str, str]) -> None:
        self.number = number
        self.said = said
        self.faults: list[Fault] = []

    def fault(self, column: str, message: str) -> None:
        self.faults.append(Fault(self.number, column, message))

    def assessment(self) -> list[Assessment]:
        """Return what the line says, or nothing when something in it is wrong."""
        code = self.said.get("code", "")
        if not code:
            self.fault("code", "it is empty")
        kind = self._one_of("kind", [k.value for k in Kind])
        result = self._one_of("result", [r.value for r in Result])
        weight = self._weight()
        allowed, approved = self._yes_no("na_allowed"), self._yes_no("na_approved")
        if result and not any(f.column == "na_allowed" for f in self.faults):
            reason = self.said["na_reason"]
            if fault := impossible(Result(result), na_allowed=allowed, na_reason=reason):
                self.fault(*fault)
        if self.faults:
            return []
        criterion = Criterion(code, Kind(kind), weight, allowed)
        return [Assessment(criterion, Result(result), self.said["na_reason"], approved)]

    def _one_of(self, column: str, known: Sequence[str]) -> str:
        text = self.said.get(column, "")
        if text.lower() in known:
            return text.lower()
        what = f"unknown {column} {text!r}" if text else "it is empty"
        self.fault(column, f"{what}; write {', '.join(known[:-1])} or {known[-1]}")
        return ""

    def _weight(self) -> int:
        text = self.said["weight"]
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_WEIGHT))
        if plain and 1 <= int(text) <= MOST_WEIGHT:
            return int(text)
        self.fault("weight", f"{text!r} is not a whole number from 1 to {MOST_WEIGHT}")
        return 1

    def _yes_no(self, column: str) -> bool:
        text = self.said[column]
        found = _YES_NO.get(text.lower())
        if found is None:
            self.fault(column, f"{text!r} is neither true nor false")
        return bool(found)
