"""What a list of cases can be narrowed by: each filter, the values it takes, the rows it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import house_day, house_morning
from casework.forms.fields import parse_day
from casework.i18n import N_
from casework.models import Ambition, Call, Case, Organisation, Programme, User
from casework.workflows import registry
from casework.workflows.declaration import Party, State
from casework.workflows.engine import Workflow

Condition = sa.ColumnElement[bool]
Options = list[tuple[str, str]]
ME, NOBODY = "me", "none"


@dataclass(frozen=True)
class Filter:
    """One filter. A value is one of ``options``, the id of a row of ``model``, or a day.

    ``condition`` gets a value that :meth:`accepts` has let through and the id of the reader.
    ``source`` names where a form finds the rows to choose from (``queries.choices``); without it
    they are too many, and are looked for by their name.
    """

    key: str
    label: str
    condition: Callable[[str, UUID | None], Condition]
    options: Callable[[], Options] = list
    model: Any = None
    source: str = ""
    is_day: bool = False

    def accepts(self, value: str) -> bool:
        """Say whether a text can be a value of this filter; of a row, whether it can be its id."""
        if any(value == known for known, _label in self.options()):
            return True
        if self.is_day:
            return day_of(value) is not None
        return self.model is not None and id_of(value) is not None


def day_of(text: str) -> date | None:
    """Return the day that a text means; None for nonsense."""
    try:
        found = parse_day(text.strip())
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None  # noqa: PLR2004 - years of a house


def id_of(text: str) -> UUID | None:
    """Return the identifier that a text is; None for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return None


def moments() -> dict[str, datetime]:
    """Return the moments that conditions name (``:today``), to be given with each execution."""
    today = house_day()
    monday = today + timedelta(days=7 - today.weekday())
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return {
        "today": house_morning(today),
        "next_week": house_morning(monday),
        "next_month": house_morning(first),
    }


def _moment(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Case.next_due_at.type)


def _due(value: str, _me: UUID | None) -> Condition:
    if value == "none":
        return Case.next_due_at.is_(None)
    if value == "overdue":
        return Case.next_due_at < _moment("today")
    until = "next_week" if value == "week" else "next_month"
    return sa.and_(Case.next_due_at >= _moment("today"), Case.next_due_at < _moment(until))


def _owner(value: str, me: UUID | None) -> Condition:
    if value == NOBODY:
        return Case.owner_id.is_(None)
    return Case.owner_id == (me if value == ME else id_of(value))


def _programme_of_ambition(value: str, _me: UUID | None) -> Condition:
    of_it = sa.select(Programme.id).where(Programme.ambition_id == id_of(value))
    return Case.programme_id.in_(of_it)


def _call(value: str, _me: UUID | None) -> Condition:
    """Return the condition that a record of the case names the call, wherever one may."""
    ways = [
        Case.id.in_(
            sa.select(model.case_id).where(column == id_of(value), model.removed_at.is_(None))
        )
        for model, column in naming(Call)
    ]
    return sa.or_(sa.false(), *ways)


def naming(target: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the models of all sections that point to ``target``, each with its attribute."""
    models = dict.fromkeys(s.model for w in registry.every() for s in w.sections)
    for model in models:
        for attribute in sa.inspect(model).column_attrs:
            (column,) = attribute.columns
            if any(key.column.table is target.__table__ for key in column.foreign_keys):
                yield model, getattr(model, attribute.key)


def standing_in(chosen: Callable[[Workflow, State], bool]) -> Condition:
    """Return the condition that a case stands in a state that is chosen."""
    ways = []
    for workflow in registry.every():
        states = [s.key for s in workflow.states if chosen(workflow, s)]
        if states:
            ways.append(
                sa.and_(
                    Case.workflow_key == workflow.key,
                    Case.workflow_version == workflow.version,
                    Case.state.in_(states),
                )
            )
    return ways[0] if len(ways) == 1 else sa.or_(sa.false(), *ways)


def _state(value: str, _me: UUID | None) -> Condition:
    """Return the condition of a state, with the workflows that know it: so an index has it."""
    keys = dict.fromkeys(w.key for w in registry.every() if value in w.state_by_key)
    ways = [sa.and_(Case.workflow_key == key, Case.state == value) for key in keys]
    return ways[0] if len(ways) == 1 else sa.or_(sa.false(), *ways)


PARTIES = {
    "us": {Party.US, Party.BOTH},
    "partner": {Party.PARTNER, Party.BOTH},
    "committee": {Party.COMMITTEE},
}


def _workflows() -> Options:
    return [(w.key, w.label) for w in registry.current()]


def _stages() -> Options:
    return list({s.key: (s.key, s.label) for w in registry.every() for s in w.stages}.values())


def _states() -> Options:
    return list({s.key: (s.key, s.label) for w in registry.every() for s in w.states}.values())


def _fixed(*options: tuple[str, str]) -> Callable[[], Options]:
    return lambda: list(options)


_OPEN = _fixed(("yes", N_("Open")), ("no", N_("Over")))
_DUE = _fixed(
    ("overdue", N_("Overdue")),
    ("week", N_("This week")),
    ("month", N_("This month")),
    ("none", N_("No deadline")),
)
_WAITS = _fixed(
    ("us", N_("For us")), ("partner", N_("For the partner")), ("committee", N_("For the committee"))
)
_OWNERS = _fixed((ME, N_("Me")), (NOBODY, N_("Nobody yet")))
_YES_NO = _fixed(("yes", N_("Yes")), ("no", N_("No")))

FILTERS: dict[str, Filter] = {
    found.key: found
    for found in (
        Filter("workflow", N_("Workflow"), lambda v, _m: Case.workflow_key == v, _workflows),
        Filter(
            "stage", N_("Stage"), lambda v, _m: standing_in(lambda _w, s: s.stage == v), _stages
        ),
        Filter("state", N_("State"), _state, _states),
        Filter(
            "open",
            N_("Open or over"),
            lambda v, _m: Case.closed_at.is_(None) if v == "yes" else Case.closed_at.is_not(None),
            _OPEN,
        ),
        Filter("due", N_("Next deadline"), _due, _DUE),
        Filter(
            "waits_for",
            N_("Waits"),
            lambda v, _m: standing_in(lambda _w, s: s.waits_for in PARTIES[v]),
            _WAITS,
        ),
        Filter("owner", N_("In charge"), _owner, _OWNERS, model=User, source="officers"),
        Filter(
            "programme",
            N_("Programme"),
            lambda v, _m: Case.programme_id == id_of(v),
            model=Programme,
            source="programmes",
        ),
        Filter(
            "ambition",
            N_("Ambition"),
            _programme_of_ambition,
            model=Ambition,
            source="ambitions",
        ),
        Filter("call", N_("Call"), _call, model=Call, source="every_call"),
        Filter(
            "organisation",
            N_("Organisation"),
            lambda v, _m: Case.organisation_id == id_of(v),
            model=Organisation,
        ),
        Filter(
            "opened_from",
            N_("Opened from"),
            lambda v, _m: Case.created_at >= _begin(v),
            is_day=True,
        ),
        Filter(
            "opened_until",
            N_("Opened until"),
            lambda v, _m: Case.created_at < _begin(v, days=1),
            is_day=True,
        ),
        Filter(
            "restricted",
            N_("Confidential"),
            lambda v, _m: Case.restricted.is_(v == "yes"),
            _YES_NO,
        ),
    )
}
"""All filters, in the order in which a form offers them."""


def _begin(text: str, days: int = 0) -> datetime:
    day = day_of(text)
    assert day is not None  # noqa: S101 - only what a filter accepts comes here
    return house_morning(day + timedelta(days=days))
