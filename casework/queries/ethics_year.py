"""The ethics committee's year in figures, each counted from dated events and defined in words.

No figure excludes another, and none is a total of others: a case that was put off may also have
been treated, and one that was treated may be of an earlier year.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db, settings
from casework.i18n import N_
from casework.models import Case, Committee, Event, Mandate, Meeting
from casework.models.ethics_case import (
    FormalRequest,
    Matter,
    Postponement,
    PublicDebate,
    Training,
)
from casework.queries.ethics import KIND, WORKFLOW
from casework.workflows.ethics_case.states import ADOPTED, TREATED

SMALL = 5
"""Below this, the parts of a breakdown are not told."""

DEFINITIONS: dict[str, tuple[str, str]] = {
    "new_cases": (
        N_("New cases"),
        N_("Cases that were brought to the committee's notice on a day of the year."),
    ),
    "treated": (
        N_("Cases treated"),
        N_("Cases of any year that came to deliberation or further on a day of the year."),
    ),
    "to_finalise": (
        N_("Recommendations to be finalised"),
        N_("Of the cases treated in the year, those whose text was not adopted when it ended."),
    ),
    "self_resolved": (
        N_("Resolved by themselves"),
        N_("Cases of which it is noted that they resolved by themselves on a day of the year."),
    ),
    "never_requested": (
        N_("Without a formal request"),
        N_("Of the year's new cases, those for which nobody had formally asked when it ended."),
    ),
    "postponed": (
        N_("Debates put off"),
        N_("Cases of any year whose debate was put off at least once in the year."),
    ),
    "meetings": (N_("Meetings"), N_("Meetings that were held on a day of the year.")),
    "new_members": (
        N_("New members"),
        N_("People whose first mandate in the committee began on a day of the year."),
    ),
    "trainings": (
        N_("Trainings"),
        N_("Trainings that members took part in and that began on a day of the year."),
    ),
    "public_debates": (
        N_("Public debates"),
        N_("Public debates, organised together with others, on a day of the year."),
    ),
}


@dataclass(frozen=True)
class Year:
    """The figures of a year, the themes to be finalised, and breakdowns of the new cases.

    A part of a breakdown is None where it is too small to be told.
    """

    year: int
    figures: dict[str, int]
    themes_to_finalise: tuple[str, ...]
    causes: tuple[str, ...]
    by_theme: dict[str, int | None]
    by_origin: dict[str, int | None]
    trainings: tuple[Training, ...]
    debates: tuple[PublicDebate, ...]


def figures(year: int) -> Year:
    """Count a year, in a number of queries that does not depend on how much happened."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    new = _new_cases(first, last)
    treated = _treated(first, last)
    adopted = _came_into(ADOPTED, None, last)
    unfinished = treated - adopted
    asked = set(
        db.session.scalars(
            sa.select(FormalRequest.case_id).where(
                FormalRequest.requested_on <= last, FormalRequest.removed_at.is_(None)
            )
        )
    )
    put_off, causes = _put_off(first, last)
    trainings, debates = _held(Training, first, last), _held(PublicDebate, first, last)
    counted = {
        "new_cases": len(new),
        "treated": len(treated),
        "to_finalise": len(unfinished),
        "self_resolved": _self_resolved(first, last),
        "never_requested": sum(1 for matter in new if matter.case_id not in asked),
        "postponed": len(put_off),
        "meetings": _meetings(first, last),
        "new_members": _new_members(first, last),
        "trainings": len(trainings),
        "public_debates": len(debates),
    }
    return Year(
        year,
        counted,
        _themes(unfinished),
        causes,
        told(Counter(theme for matter in new for theme in matter.themes)),
        told(Counter(matter.origin for matter in new)),
        tuple(trainings),
        tuple(debates),
    )


def told(parts: Counter[str]) -> dict[str, int | None]:
    """Return a breakdown as it may be told: small parts without their number.

    Where only one part is small, the next larger one is hidden too: the total would give it away.
    """
    hidden = {name for name, number in parts.items() if number < SMALL}
    if len(hidden) == 1 and len(parts) > 1:
        hidden.add(min((n for n in parts if n not in hidden), key=lambda n: (parts[n], n)))
    return {n: None if n in hidden else parts[n] for n in sorted(parts)}


def years() -> list[int]:
    """Return the years of which something can be counted, newest first, this one among them."""
    earliest = db.session.scalar(sa.select(sa.func.min(Matter.noticed_on)))
    present = datetime.now(settings().zone).year
    return list(range(present, min(earliest.year if earliest else present, present) - 1, -1))


def _new_cases(first: date, last: date) -> list[Matter]:
    query = sa.select(Matter).where(
        Matter.noticed_on.between(first, last), Matter.removed_at.is_(None)
    )
    return list(db.session.scalars(query))


def _treated(first: date, last: date) -> set[UUID]:
    return _came_into(TREATED, first, last)


def _came_into(states: tuple[str, ...], first: date | None, last: date) -> set[UUID]:
    """Return the cases that came into one of the states between two days, both included."""
    query = (
        sa.select(Event.case_id)
        .join(Case, Case.id == Event.case_id)
        .where(
            Case.workflow_key == WORKFLOW,
            Event.kind == "transition",
            Event.to_state.in_(states),
            Event.at < _midnight(last + timedelta(days=1)),
        )
        .distinct()
    )
    if first is not None:
        query = query.where(Event.at >= _midnight(first))
    return set(db.session.scalars(query))


def _self_resolved(first: date, last: date) -> int:
    return _number(Matter, Matter.resolved_on.between(first, last), Matter.removed_at.is_(None))


def _put_off(first: date, last: date) -> tuple[set[UUID], tuple[str, ...]]:
    """Return which cases were put off, and why: by their keepers, and in meetings."""
    noted = sa.select(Postponement.case_id, Postponement.cause).where(
        Postponement.on.between(first, last), Postponement.removed_at.is_(None)
    )
    in_meetings = (
        sa.select(Event.case_id, Event.name)
        .join(Case, Case.id == Event.case_id)
        .where(
            Case.workflow_key == WORKFLOW,
            Event.kind == "postponed",
            Event.at >= _midnight(first),
            Event.at < _midnight(last + timedelta(days=1)),
        )
    )
    rows = db.session.execute(noted.union(in_meetings)).all()
    return {row[0] for row in rows}, tuple(sorted({row[1] for row in rows}))


def _meetings(first: date, last: date) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Meeting)
        .join(Committee, Committee.id == Meeting.committee_id)
        .where(
            Committee.kind == KIND,
            Meeting.state == "held",
            Meeting.starts_at >= _midnight(first),
            Meeting.starts_at < _midnight(last + timedelta(days=1)),
        )
    )
    return db.session.scalar(query) or 0


def _new_members(first: date, last: date) -> int:
    began = (
        sa.select(sa.func.min(Mandate.starts_on).label("began"))
        .join(Committee, Committee.id == Mandate.committee_id)
        .where(Committee.kind == KIND)
        .group_by(Mandate.user_id)
        .subquery()
    )
    query = sa.select(sa.func.count()).where(began.c.began.between(first, last))
    return db.session.scalar(query) or 0


def _themes(case_ids: set[UUID]) -> tuple[str, ...]:
    query = sa.select(Matter.themes).where(Matter.case_id.in_(case_ids))
    return tuple(sorted({theme for themes in db.session.scalars(query) for theme in themes}))


def _held(model: Any, first: date, last: date) -> list[Any]:
    query = sa.select(model).where(model.held_on.between(first, last))
    return list(db.session.scalars(query.order_by(model.held_on, model.id)))


def _number(model: Any, *conditions: Any) -> int:
    query = sa.select(sa.func.count()).select_from(model).where(*conditions)
    return db.session.scalar(query) or 0


def _midnight(day: date) -> datetime:
    """Return when a civil day of the house begins."""
    return datetime(day.year, day.month, day.day, tzinfo=settings().zone)
