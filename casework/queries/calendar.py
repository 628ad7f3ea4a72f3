"""The calendar of running deadlines: by day, never more than one may see.

Each day is a short stretch of the index of due dates, read no further than what is shown, so that
a month costs the same however many cases there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework import policy
from casework.db import UTCDateTime
from casework.extensions import db, house_day, house_morning
from casework.models import Case, ClosingDay, Deadline
from casework.policy import Actor
from casework.queries import desk
from casework.queries.desk import Task
from casework.roles import PARTNER_ROLES
from casework.workflows import registry

COUNTED = 100  # beyond this a day says "more than 100"
PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What the calendar is narrowed to; an empty workflow means all.

    What is one's own are also the cases of those whom one stands in for (name by person).
    """

    mine: bool = True
    workflow: str = ""
    stood_in_for: Mapping[UUID, str] = field(default_factory=dict)


@dataclass
class Day:
    """One day: the first of its deadlines, and how many there are (at most COUNTED + 1)."""

    day: date
    closed: str = ""
    tasks: list[Task] = field(default_factory=list)
    number: int = 0

    @property
    def more(self) -> int:
        """How many deadlines of the day are not shown."""
        return self.number - len(self.tasks)


def days(actor: Actor, asked: Asked, first: date, count: int, shown: int) -> list[Day]:
    """Return so many days with the first ``shown`` deadlines of each, in two queries."""
    found = [Day(first + timedelta(days=n)) for n in range(count)]
    spans = sa.union_all(
        *(
            sa.select(
                sa.literal(n).label("number"),
                sa.literal(house_morning(d.day), UTCDateTime()).label("start"),
                sa.literal(house_morning(d.day + timedelta(days=1)), UTCDateTime()).label("end"),
            )
            for n, d in enumerate(found)
        )
    ).subquery("span")
    due = sa.select(Deadline.id).join(Case, Case.id == Deadline.case_id)
    due = due.where(
        Deadline.due_at >= spans.c.start,
        Deadline.due_at < spans.c.end,
        *_conditions(actor, asked),
    ).correlate(spans)
    listed = due.order_by(Deadline.due_at, Deadline.id).limit(shown).subquery()
    counted = due.limit(COUNTED + 1).subquery()
    ids = sa.func.aggregate_strings(sa.cast(listed.c.id, sa.Text()), ",")
    rows = db.session.execute(
        sa.select(
            spans.c.number,
            sa.select(ids).scalar_subquery(),
            sa.select(sa.func.count()).select_from(counted).scalar_subquery(),
        )
    ).all()
    named = {number: [UUID(i) for i in (text or "").split(",") if i] for number, text, _n in rows}
    wanted = [i for ids_of_day in named.values() for i in ids_of_day]
    tasks = _tasks(wanted, asked.stood_in_for)
    for number, _text, how_many in rows:
        day = found[number]
        day.tasks = [tasks[i] for i in named[number] if i in tasks]
        day.tasks.sort(key=lambda t: (t.deadline.due_at, t.deadline.id))
        day.number = max(how_many, len(day.tasks))
    return found


def one_day(actor: Actor, asked: Asked, day: date, page: int) -> tuple[list[Task], bool]:
    """Return one page of a day's deadlines, and whether there are more, in two queries."""
    query = _of_day(actor, asked, day).limit(PAGE + 1).offset((page - 1) * PAGE)
    ids = list(db.session.scalars(query))
    tasks = _tasks(ids[:PAGE], asked.stood_in_for)
    return [tasks[i] for i in ids[:PAGE] if i in tasks], len(ids) > PAGE


def closing_days(first: date, last: date) -> dict[date, str]:
    """Return the house's own closing days between two days, in one query."""
    rows = db.session.execute(
        sa.select(ClosingDay.day, ClosingDay.label).where(ClosingDay.day.between(first, last))
    )
    return {row.day: row.label for row in rows}


def of_partner(actor: Actor, most: int = 200) -> list[Task]:
    """Return the deadlines that a partner has to keep, the earliest first, in one query.

    With those of an auditor, or of somebody in a committee, who comes through the portal.
    """
    rows = db.session.execute(
        sa.select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.state == "open", policy.visible_to(actor), _through_the_portal(actor))
        .options(joinedload(Case.organisation))
        .order_by(Deadline.due_at, Deadline.id)
        .limit(most)
    )
    return [Task(case, deadline, desk.label_of(case, deadline)) for deadline, case in rows]


def of_staff(actor: Actor, most: int, stood_in_for: Mapping[UUID, str]) -> list[Task]:
    """Return the deadlines of a person's own cases, the earliest first, in one query.

    With those of the people whom they stand in for (name by person).
    """
    rows = db.session.execute(
        sa.select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.state == "open", policy.visible_to(actor), desk.own(actor, [*stood_in_for]))
        .options(joinedload(Case.organisation))
        .order_by(Deadline.due_at, Deadline.id)
        .limit(most)
    )
    return [_task(case, deadline, stood_in_for) for deadline, case in rows]


def _of_day(actor: Actor, asked: Asked, day: date) -> sa.Select[UUID]:
    return (
        sa.select(Deadline.id)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.due_at >= house_morning(day),
            Deadline.due_at < house_morning(day + timedelta(days=1)),
            *_conditions(actor, asked),
        )
        .order_by(Deadline.due_at, Deadline.id)
    )


def _conditions(actor: Actor, asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Deadline.state == "open", policy.visible_to(actor)]
    if asked.mine:
        found.append(desk.own(actor, [*asked.stood_in_for]))
    if asked.workflow:
        found.append(Case.workflow_key == asked.workflow)
    return found


def _tasks(ids: Sequence[UUID], stood_in_for: Mapping[UUID, str]) -> dict[Any, Task]:
    rows = db.session.execute(
        sa.select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.id.in_(ids))
        .options(joinedload(Case.organisation))
    )
    return {d.id: _task(case, d, stood_in_for) for d, case in rows}


def _task(case: Case, deadline: Deadline, stood_in_for: Mapping[UUID, str]) -> Task:
    name = stood_in_for.get(case.owner_id) if case.owner_id else None
    return Task(case, deadline, desk.label_of(case, deadline), name)


def _through_the_portal(actor: Actor) -> sa.ColumnElement[bool]:
    ways = [
        sa.and_(
            Case.organisation_id.in_(actor.organisation_ids),
            Case.workflow_key == workflow.key,
            Deadline.rule.in_(
                [r.key for r in workflow.deadlines if r.public and r.owner in PARTNER_ROLES]
            ),
        )
        for workflow in registry.every()
    ]
    return sa.or_(sa.false(), *ways, *desk.case_by_case(actor))


def by_urgency(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    """Sort tasks into overdue, today, this week and later, by the house's civil days."""
    today = house_day()
    found: dict[str, list[Task]] = {"overdue": [], "today": [], "week": [], "later": []}
    for task in tasks:
        ahead = (house_day(task.deadline.due_at) - today).days
        week = 7
        band = "overdue" if ahead < 0 else "today" if not ahead else "week"
        found["later" if ahead > week else band].append(task)
    return found
