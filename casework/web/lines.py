"""The lines of a list of cases, ready to be printed: what is the same for many is made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from casework.extensions import house_day, house_morning
from casework.queries.listing.columns import Column
from casework.queries.listing.pages import Line
from casework.web import filters
from casework.web.addresses import url_for
from casework.web.catalogue import gettext as _
from casework.web.catalogue import spoken

TAG = Markup('<span class="tag tag-{}">{}</span>')
NOTHING = '<span class="muted">–</span>'
CLASSES = {
    "reference": "ref",
    "title": "title-cell",
    "short": "nowrap",
    "day": "nowrap",
    "due": "nowrap",
    "money": "num",
}


@dataclass(frozen=True)
class Shown:
    """A line as the page prints it: its cells are the table's own."""

    id: Any
    reference: str
    cells: Markup


@dataclass(frozen=True)
class Setting:
    """What all cells of a page share: the language, the day, how addresses of cases begin."""

    language: str
    today: date
    before: str
    untitled: str


Shower = Callable[[Setting, Line, Any], str]


def shown(lines: Sequence[Line], columns: Sequence[Column]) -> list[Shown]:
    """Return lines in the reader's words."""
    before = url_for("cases.show", reference="x").removesuffix("x")
    setting = Setting(spoken(), house_day(), before, _("Untitled case"))
    titled = any(column.kind == "title" for column in columns)
    showers = SHOWERS if titled else {**SHOWERS, "reference": _title}
    plan = [(_opening(column), showers[column.kind]) for column in columns]
    found = []
    for line in lines:
        parts = [
            f"{opening}{shower(setting, line, cell)}</td>"
            for (opening, shower), cell in zip(plan, line.cells, strict=True)
        ]
        found.append(Shown(line.id, line.reference, Markup("".join(parts))))  # noqa: S704 - escaped
    return found


def _opening(column: Column) -> str:
    """Return how the cells of a column begin; on a phone each says what it is."""
    of_class = CLASSES.get(column.kind)
    attributes = f' class="{of_class}"' if of_class else ""
    if column.kind not in {"reference", "title"}:
        attributes += f' data-label="{escape(_(column.label))}"'
    return f"<td{attributes}>"


@lru_cache(8192)
def _escaped(text: Any) -> str:
    return str(escape(text))


def _text(_setting: Setting, _line: Line, cell: Any) -> str:
    return NOTHING if cell is None or cell == "" else _escaped(cell)


def _title(setting: Setting, line: Line, cell: Any) -> str:
    words = escape(cell or setting.untitled)
    return f'<a class="title" href="{setting.before}{line.reference}">{words}</a>'


def _state(_setting: Setting, _line: Line, cell: Any) -> str:
    return tag(cell.tone, cell)


@lru_cache(1024)
def tag(tone: str, text: str) -> Markup:
    """Return a text with the shape and the colour of its tone."""
    return TAG.format(tone, text)


def _due(setting: Setting, _line: Line, cell: date | None) -> str:
    return NOTHING if cell is None else _due_tag(cell, setting.today, setting.language)


def due(day: date) -> Markup:
    """Return how far away a day is, with its tone."""
    return _due_tag(day, house_day(), spoken())


@lru_cache(4096)
def _due_tag(day: date, _today: date, _language: str) -> Markup:
    moment = house_morning(day)
    return TAG.format(filters.due_tone(moment), filters.due_text(moment))


def _day(_setting: Setting, _line: Line, cell: date | None) -> str:
    return escape(filters.day(cell)) if cell else NOTHING


def _money(_setting: Setting, _line: Line, cell: float | None) -> str:
    return NOTHING if cell is None else escape(filters.money(round(cell * 100)))


SHOWERS: dict[str, Shower] = {
    "text": _text,
    "reference": _text,
    "title": _title,
    "state": _state,
    "due": _due,
    "day": _day,
    "short": _text,
    "money": _money,
}
