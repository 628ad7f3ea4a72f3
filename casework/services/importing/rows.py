"""The lines of a file by the columns that are known of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.i18n import N_
from casework.services.importing import columns, reading
from casework.services.importing.columns import WRONG

NO_LINES = N_("This file holds no line under its heads of columns.")
MISSING = N_("This file lacks the column “%(column)s”. Take the template, or add it.")


@dataclass(frozen=True)
class Rows:
    """The columns that were recognised, and what each line says by them; empty lines are left."""

    keys: Sequence[str]
    lines: Sequence[tuple[int, dict[str, str]]]


def read(kind: str, content: bytes, filename: str) -> Rows:
    """Read a file of a kind. Raises UnreadableError when nothing can be done with the whole."""

    def known(heads: Sequence[str]) -> int:
        return len([key for key in columns.recognised(kind, heads) if key])

    keys: list[str] = []
    found: list[tuple[int, dict[str, str]]] = []
    for number, cells in reading.lines(content, filename, known):
        if not keys:
            keys = columns.recognised(kind, cells)
            if absent := columns.missing(kind, keys):
                raise reading.UnreadableError(MISSING, column=absent[0].label)
            continue
        said = {k: c for k, c in zip(keys, cells, strict=False) if k and k != WRONG}
        if any(said.values()):
            found.append((number, said))
    if not found:
        raise reading.UnreadableError(NO_LINES)
    return Rows([key for key in keys if key and key != WRONG], found)
