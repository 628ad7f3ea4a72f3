"""What a list says, as cells: exactly what is on the screen, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case, Organisation, User
from casework.policy import Actor
from casework.queries import cases as lists
from casework.queries import choices
from casework.queries.cases import Filters
from casework.workflows import registry

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """One column of an exported list; ``label`` is an English text to be translated."""

    label: str
    value: Callable[[Case, str], Cell]


def _state(case: Case) -> str:
    workflow = registry.get(case.workflow_key, case.workflow_version)
    return str(_(workflow.state_by_key[case.state].label))


def _stage(case: Case) -> str:
    workflow = registry.get(case.workflow_key, case.workflow_version)
    key = workflow.stage_of(case.state)
    return str(_(next(s.label for s in workflow.stages if s.key == key)))


def _workflow(case: Case) -> str:
    return str(_(registry.get(case.workflow_key, case.workflow_version).label))


COLUMNS: dict[str, Column] = {
    "reference": Column(N_("Reference"), lambda c, _l: c.reference),
    "title": Column(N_("Title"), lambda c, _l: _("Confidential case") if c.restricted else c.title),
    "organisation": Column(
        N_("Organisation"), lambda c, _l: c.organisation.name if c.organisation else ""
    ),
    "workflow": Column(N_("Workflow"), lambda c, _l: _workflow(c)),
    "stage": Column(N_("Stage"), lambda c, _l: _stage(c)),
    "state": Column(N_("State"), lambda c, _l: _state(c)),
    "programme": Column(
        N_("Programme"), lambda c, lang: c.programme.name(lang) if c.programme else ""
    ),
    "owner": Column(N_("In charge"), lambda c, _l: c.owner.name if c.owner else ""),
    "due": Column(
        N_("Next deadline"), lambda c, _l: house_day(c.next_due_at) if c.next_due_at else None
    ),
    "updated": Column(N_("Last change"), lambda c, _l: house_day(c.updated_at)),
}


def filters_of(query: Mapping[str, Any]) -> Filters:
    """Return the list's filters as the query of an address names them; the rest is passed over."""
    names = Filters.__dataclass_fields__
    return Filters(**{k: str(v)[:60] for k, v in query.items() if k in names})


def head(filters: Filters) -> list[str]:
    """Return the labels of the columns, in the reader's language."""
    return [_(column.label) for column in COLUMNS.values()]


def rows(actor: Actor, filters: Filters, language: str) -> Iterator[list[Cell]]:
    """Yield the cells of every case of the list, in its order, a few hundred at a time."""
    for case in lists.everything(actor, filters):
        yield [column.value(case, language) for column in COLUMNS.values()]


def is_short(actor: Actor, filters: Filters, most: int) -> bool:
    """Say whether the list has at most so many cases; it is counted no further."""
    return len(first_ids(actor, filters, most + 1)) <= most


def _generated(actor: Actor, filters: Filters) -> Generator[Case, None, None]:
    yield from lists.everything(actor, filters)


def first_ids(actor: Actor, filters: Filters, most: int) -> list[UUID]:
    """Return the first cases of the list, in its order."""
    with closing(_generated(actor, filters)) as cases:
        return [case.id for case in islice(cases, most)]


NAMES: dict[str, str] = {
    "workflow": N_("Workflow"),
    "stage": N_("Stage"),
    "state": N_("State"),
    "programme": N_("Programme"),
    "owner": N_("In charge"),
    "organisation": N_("Organisation"),
    "sort": N_("Sorted by"),
}


def in_words(filters: Filters, language: str) -> list[tuple[str, str]]:
    """Return what the list is narrowed to, as pairs of a name and a value, in at most 3 queries."""
    return [
        (_(NAMES.get(name, name)), _value(name, value, language))
        for name, value in filters.query().items()
    ]


def _value(name: str, value: str, language: str) -> str:
    if name == "programme":
        return dict(choices.programmes(language)).get(value, value)
    if name == "owner":
        return _("nobody yet") if value == "none" else _name(User, value)
    if name == "organisation":
        return _name(Organisation, value)
    if name == "workflow":
        return next((_(w.label) for w in registry.every() if w.key == value), value)
    every = registry.every()
    if name == "stage":
        return next((_(s.label) for w in every for s in w.stages if s.key == value), value)
    if name == "state":
        return next((_(s.label) for w in every for s in w.states if s.key == value), value)
    return value


def _name(model: type[User | Organisation], value: str) -> str:
    try:
        found = db.session.scalar(sa.select(model.name).where(model.id == UUID(value)))
    except ValueError:
        return value
    return found or value
