"""What somebody wants of the list: filters, order and columns, as addresses and views write it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework.i18n import N_
from casework.queries.listing import columns
from casework.queries.listing.filters import FILTERS, day_of

LONGEST = 60
MOST_COLUMNS = 16
LEADING = {"reference", "title"}
"""Columns that lead to the case: a list has one of them at least."""


@dataclass(frozen=True)
class Wish:
    """What a list is to show: the chosen filters by key, the order, the columns by key.

    ``sort`` is the key of a column, with a minus before it for the other direction. Without
    ``columns`` it shows those that the reader has chosen for good, or the usual ones.
    """

    chosen: tuple[tuple[str, str], ...] = ()
    sort: str = columns.SORT
    columns: tuple[str, ...] = ()

    def get(self, key: str) -> str:
        """Return the value of a filter; empty where it is not chosen."""
        return dict(self.chosen).get(key, "")

    def with_(self, **values: str) -> Wish:
        """Return the same wish with some filters set, or taken away by an empty value."""
        found = {**dict(self.chosen), **values}
        return replace(self, chosen=tuple((k, found[k]) for k in FILTERS if found.get(k)))

    def sorted_by(self, sort: str) -> Wish:
        """Return the same wish in another order."""
        return replace(self, sort=sort)

    def showing(self, keys: Iterable[str]) -> Wish:
        """Return the same wish with other columns."""
        return replace(self, columns=tuple(keys))

    def query(self) -> dict[str, str]:
        """Return the wish as the query of an address, without what is usual."""
        found = dict(self.chosen)
        if self.sort != columns.SORT:
            found["sort"] = self.sort
        if self.columns:
            found["columns"] = ",".join(self.columns)
        return found


@dataclass(frozen=True)
class Fault:
    """Something in a wish that cannot be granted; ``message`` is English, for ``params``."""

    message: str
    params: Mapping[str, str]


UNKNOWN_VALUE = N_("The filter “%(name)s” knows no “%(value)s”: it was left out, the others count.")
UNKNOWN_FILTER = N_("There is no filter “%(value)s” any more: it was left out, the others count.")
UNKNOWN_COLUMN = N_("There is no column “%(value)s”: it was left out.")
UNKNOWN_SORT = N_("The list cannot be sorted by “%(value)s”: it begins with the next deadline.")
WRONG_ORDER = N_("“Opened from” lies after “Opened until”: no case can match.")


def read(query: Mapping[str, Any]) -> tuple[Wish, list[Fault]]:
    """Return the wish that a query writes, and what of it is nonsense and was left out.

    Names that no filter has are passed over: an address may say other things, too.
    """
    chosen, faults = {}, []
    for key, known in FILTERS.items():
        value = str(query.get(key) or "").strip()[:LONGEST]
        if not value:
            continue
        if known.accepts(value):
            chosen[key] = value
        else:
            faults.append(Fault(UNKNOWN_VALUE, {"name": known.label, "value": value}))
    sort = _sort(str(query.get("sort") or columns.SORT)[:LONGEST], faults)
    shown = _columns(str(query.get("columns") or ""), faults)
    first, last = (day_of(chosen.get(key, "")) for key in ("opened_from", "opened_until"))
    if first and last and first > last:
        faults.append(Fault(WRONG_ORDER, {}))
    return Wish(tuple(chosen.items()), sort, shown), faults


def _sort(text: str, faults: list[Fault]) -> str:
    column = columns.known().get(text.removeprefix("-"))
    if column is not None and column.sort is not None:
        return text
    faults.append(Fault(UNKNOWN_SORT, {"value": text}))
    return columns.SORT


def _columns(text: str, faults: list[Fault]) -> tuple[str, ...]:
    asked = list(dict.fromkeys(key.strip()[:LONGEST] for key in text.split(",") if key.strip()))
    known = columns.known()
    faults += [
        Fault(UNKNOWN_COLUMN, {"value": key}) for key in asked[:MOST_COLUMNS] if key not in known
    ]
    found = [key for key in asked if key in known][:MOST_COLUMNS]
    if found and not LEADING & set(found):
        found.insert(0, "reference")
    return tuple(found)
