"""Rows as both databases read them: plain texts and numbers in the order of a table's columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import sqlalchemy as sa

from casework import models  # noqa: F401 - they make the metadata whole
from casework.db import Base

Row = tuple[Any, ...]


@dataclass
class Table:
    """One table that is being filled: which columns the rows give, and what the others hold."""

    name: str
    given: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        others = _others(Base.metadata.tables[self.name], self.given)
        self.columns = (*self.given, *others)
        self._rest = tuple(others.values())

    def add(self, *values: Any) -> None:
        """Add one row: the given columns, in their order."""
        self.rows.append(values + self._rest)

    def taken(self) -> list[Row]:
        """Return the rows added so far, and begin anew."""
        rows, self.rows = self.rows, []
        return rows


def _others(table: sa.Table, given: Sequence[str]) -> dict[str, Any]:
    """Return what the columns that no row gives must hold, where they may not be empty."""
    missing = [c for c in table.columns if c.name not in given]
    return {
        c.name: _plain(getattr(c.default, "arg", None) or c.type.python_type())
        for c in missing
        if not c.nullable and c.server_default is None
    }


def _plain(value: Any) -> Any:
    if callable(value):  # dict, list: what a JSON column begins with
        return {"dict": "{}", "list": "[]"}[value.__name__]
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return int(value) if isinstance(value, bool) else value


class Ids:
    """Identifiers of version 7 that are the same in every run of one seed."""

    def __init__(self, dice: Random) -> None:
        self._bits = dice.getrandbits

    def at(self, moment: int) -> str:
        """Return an identifier of a moment (in seconds since 1970), as 32 figures."""
        bits = self._bits(74)
        milli = moment * 1000 + (bits & 0x1FF)
        return f"{milli:012x}7{bits >> 62:03x}{(1 << 63) | (bits & (1 << 62) - 1):016x}"


def dashed(key: str) -> str:
    """Return an identifier as ``str(UUID)`` writes it."""
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def stored(moment: int) -> str:
    """Return a moment as a column of either database takes it (its session being in UTC)."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S}.000000"


def iso(moment: int) -> str:
    """Return a moment as the log of events writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat()


def in_chunks(rows: Sequence[Row], size: int = 10_000) -> Iterator[Sequence[Row]]:
    """Cut rows into pieces that are written at once."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
