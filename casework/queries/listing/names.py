"""A wish in words: what each chosen filter says, for chips, files and views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from casework.extensions import db
from casework.folding import folded
from casework.i18n import written_day
from casework.models import Ambition, Call, Organisation, Programme, User
from casework.queries.listing import columns
from casework.queries.listing.asked import UNKNOWN_VALUE, Fault, Wish
from casework.queries.listing.filters import FILTERS, day_of, id_of

SOME = 6  # so many organisations of a like name are offered


@dataclass(frozen=True)
class Said:
    """A chosen filter in the reader's words."""

    key: str
    label: str
    value: str


def said(wish: Wish, language: str) -> tuple[Wish, list[Said], list[Fault]]:
    """Return the wish without what no longer exists, its filters in words, and what was left out.

    A query for each filter that names a row.
    """
    found, faults = [], []
    for key, value in wish.chosen:
        words = _words(key, value, language)
        if words:
            found.append(Said(key, _(FILTERS[key].label), words))
        else:
            faults.append(Fault(UNKNOWN_VALUE, {"name": FILTERS[key].label, "value": value}))
            wish = wish.with_(**{key: ""})
    return wish, found, faults


def in_words(wish: Wish, language: str) -> list[tuple[str, str]]:
    """Return filters, and the order where it is not the usual one, as pairs of name and value."""
    _wish, found, _faults = said(wish, language)
    pairs = [(each.label, each.value) for each in found]
    order = [(_("Sorted by"), sort_in_words(wish.sort))] if wish.sort != columns.SORT else []
    return [*pairs, *order]


def sort_in_words(sort: str) -> str:
    """Return the order of a list in words."""
    label = str(_(columns.known()[sort.removeprefix("-")].label))
    return str(_("%(column)s, backwards", column=label)) if sort.startswith("-") else label


def _words(key: str, value: str, language: str) -> str:
    known = FILTERS[key]
    for option, label in known.options():
        if option == value:
            return str(_(label))
    if known.is_day:
        day = day_of(value)
        return written_day(day, "medium", language) if day else ""
    return _name(known.model, id_of(value), language)


_NAMES: dict[Any, Any] = {
    User: lambda _language: (User.name,),
    Organisation: lambda _language: (Organisation.name,),
    Call: lambda language: (getattr(Call, f"title_{language}"),),
    Programme: lambda language: (Programme.number, getattr(Programme, f"name_{language}")),
    Ambition: lambda language: (Ambition.number, getattr(Ambition, f"name_{language}")),
}


def _name(model: Any, row_id: UUID | None, language: str) -> str:
    """Return what a row is called; nothing when there is none."""
    row = db.session.execute(
        sa.select(*_NAMES[model](language)).where(model.id == row_id)
    ).one_or_none()
    return " · ".join(str(part) for part in row) if row else ""


@dataclass(frozen=True)
class Namesakes:
    """Organisations that are called like what somebody typed, as pairs of id and name."""

    typed: str
    found: list[tuple[str, str]]


def organisation_named(query: Mapping[str, Any]) -> tuple[dict[str, Any], Namesakes | None]:
    """Return the query with the typed name of an organisation replaced by its id, where it is one.

    A name that is no organisation's, or that several bear, is taken out and returned beside.
    """
    typed = str(query.get("organisation") or "").strip()[:100]
    if not typed or id_of(typed) is not None:
        return dict(query), None
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.folded_name)
        .where(
            Organisation.folded_name.contains(folded(typed), autoescape=True),
            Organisation.merged_into_id.is_(None),
        )
        .order_by(Organisation.folded_name != folded(typed), Organisation.folded_name)
        .limit(SOME)
    ).all()
    same = [row for row in rows if row.folded_name == folded(typed)]
    if len(rows) == 1 or len(same) == 1:
        return {**query, "organisation": str((same or rows)[0].id)}, None
    return {**query, "organisation": ""}, Namesakes(typed, [(str(r.id), r.name) for r in rows])
