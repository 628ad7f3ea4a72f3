"""The columns that a list of cases may have: one registry for the page, its files and its print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from casework.i18n import N_
from casework.models import Ambition, Call, Case, Organisation, Programme, User
from casework.queries.listing import cells
from casework.queries.listing.cells import Cell
from casework.workflows import registry
from casework.workflows.declaration import Listed, Section
from casework.workflows.engine import Workflow

Expressions = tuple[Any, ...]


@dataclass(frozen=True)
class Sort:
    """An order that an index has: by ``key`` and then by the case.

    Cases without the thing (``missing`` is empty) come last, in both directions. ``joins`` names
    the table in which the key lies, by its name in ``JOINS``.
    """

    key: Any
    missing: Any = None
    joins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column: what it reads of the database in a language, and the cell it makes of that.

    ``kind`` says how the page shows the cell: text, short (kept on one line), reference, title,
    state, due, day or money. ``workflow`` is the key of the only workflow whose cases have it; in
    confidential cases such a cell stays empty.
    """

    key: str
    label: str
    reads: Callable[[str], Expressions]
    cell: Callable[..., Cell] = cells.plain
    kind: str = "text"
    sort: Sort | None = None
    joins: tuple[str, ...] = ()
    workflow: str = ""


JOINS: dict[str, tuple[Any, Any]] = {
    "organisation": (Organisation, Organisation.id == Case.organisation_id),
    "programme": (Programme, Programme.id == Case.programme_id),
    "ambition": (Ambition, Ambition.id == Programme.ambition_id),
    "owner": (User, User.id == Case.owner_id),
}
USUAL = ("reference", "title", "organisation", "state", "owner", "due")
SORT = "due"
STANDING = (Case.workflow_key, Case.workflow_version, Case.state)


def _of(*expressions: Any) -> Callable[[str], Expressions]:
    return lambda _language: expressions


def _named(model: Any) -> Callable[[str], Expressions]:
    return lambda language: (model.number, getattr(model, f"name_{language}"))


def _title(title: str, restricted: bool) -> Cell:  # noqa: FBT001 - a column of the row
    return _("Confidential case") if restricted else title


def _numbered(number: int | None, name: str | None) -> Cell:
    return f"{number} · {name}" if number else ""


_SHARED = (
    Column(
        "reference",
        N_("Reference"),
        _of(Case.reference),
        kind="reference",
        sort=Sort(Case.reference),
    ),
    Column(
        "title",
        N_("Title"),
        _of(Case.title, Case.restricted),
        _title,
        kind="title",
        sort=Sort(Case.folded_title),
    ),
    Column(
        "organisation",
        N_("Organisation"),
        _of(Organisation.name),
        lambda name: name or "",
        sort=Sort(Organisation.folded_name, Case.organisation_id, ("organisation",)),
        joins=("organisation",),
    ),
    Column("workflow", N_("Workflow"), _of(*STANDING), lambda *at: cells.standing(*at).workflow),
    Column(
        "stage", N_("Stage"), _of(*STANDING), lambda *at: cells.standing(*at).stage, kind="short"
    ),
    Column(
        "state", N_("State"), _of(*STANDING), lambda *at: cells.standing(*at).state, kind="state"
    ),
    Column("waits_for", N_("Waits for"), _of(*STANDING), lambda *at: cells.standing(*at).waits_for),
    Column("programme", N_("Programme"), _named(Programme), _numbered, joins=("programme",)),
    Column(
        "ambition", N_("Ambition"), _named(Ambition), _numbered, joins=("programme", "ambition")
    ),
    Column(
        "owner",
        N_("In charge"),
        _of(User.name),
        lambda name: name or "",
        kind="short",
        joins=("owner",),
    ),
    Column(
        "due",
        N_("Next deadline"),
        _of(Case.next_due_at),
        cells.day,
        kind="due",
        sort=Sort(Case.next_due_at, Case.next_due_at),
    ),
    Column("since", N_("In this state since"), _of(Case.state_since), cells.day, kind="day"),
    Column(
        "opened",
        N_("Opened on"),
        _of(Case.created_at),
        cells.day,
        kind="day",
        sort=Sort(Case.created_at),
    ),
    Column(
        "updated",
        N_("Last change"),
        _of(Case.updated_at),
        cells.day,
        kind="day",
        sort=Sort(Case.updated_at),
    ),
    Column("closed", N_("Over since"), _of(Case.closed_at), cells.day, kind="day"),
)


def known() -> dict[str, Column]:
    """Return all columns by key: those of every case, then those that workflows declare."""
    return _known(len(registry.every()))


@lru_cache(8)
def _known(_workflows: int) -> dict[str, Column]:
    found = {column.key: column for column in _SHARED}
    for workflow in registry.current():
        for section in workflow.sections:
            found |= {c.key: c for c in _declared(workflow, section)}
    return found


def _declared(workflow: Workflow, section: Section) -> Iterator[Column]:
    """Yield the columns that a section declares: one value of its single record of a case."""
    form = section.form()
    for listed in section.listed:
        kind, cell = _shown(form, listed)
        yield Column(
            key=f"{workflow.key}-{section.key}-{listed.attribute}",
            label=listed.label,
            reads=_reading(workflow, section, listed),
            cell=cell,
            kind=kind,
            workflow=workflow.key,
        )


def _shown(form: Any, listed: Listed) -> tuple[str, Callable[..., Cell]]:
    """Return the kind of a declared column and what makes its cell, by the form's field."""
    field = form._fields.get(listed.attribute)
    if hasattr(field, "currency"):
        return "money", cells.amount
    labels = {str(value): label for value, label, *_rest in getattr(field, "choices", None) or ()}
    if labels and listed.attribute not in getattr(form, "choice_sources", {}):
        return "text", lambda value: _(labels[value]) if labels.get(value) else value or ""
    return "text", cells.plain


def _reading(workflow: Workflow, section: Section, listed: Listed) -> Callable[[str], Expressions]:
    """Return what reads a value of the section's record, or the name of what it points to."""
    model, attribute = section.model, getattr(section.model, listed.attribute)
    query = sa.select(attribute)
    names: dict[Any, Callable[[str], Any]] = {
        Call.__table__: lambda language: getattr(Call, f"title_{language}"),
        Programme.__table__: lambda language: getattr(Programme, f"name_{language}"),
        User.__table__: lambda _language: User.name,
        Organisation.__table__: lambda _language: Organisation.name,
    }
    (column,) = sa.inspect(model).column_attrs[listed.attribute].columns
    target = next((key.column.table for key in column.foreign_keys), None)

    def reads(language: str) -> Expressions:
        found = query
        if target is not None:
            name = names[target](language)
            found = sa.select(name).join(model, attribute == target.c.id)
        of_case = found.where(
            model.case_id == Case.id,
            model.removed_at.is_(None),
            Case.restricted.is_(False),
            Case.workflow_key == workflow.key,
        )
        return (of_case.correlate(Case).limit(1).scalar_subquery(),)

    return reads
