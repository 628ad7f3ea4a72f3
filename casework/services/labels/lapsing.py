"""Labels whose day has come while their case is elsewhere, under appeal or back at its audit.

Where a case holds its label, its own moves follow the calendar. Elsewhere none of them can be made,
so the sweep brings the row in line, and tells that the right to the mark has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework.db import unit_of_work
from casework.extensions import db, house_day
from casework.labels.standing import PENDING, RUNNING
from casework.models import Case
from casework.models.label_audit import Cycle, Label
from casework.models.referential import Referential, ReferentialVersion, Scheme
from casework.policy import SYSTEM
from casework.services import cases, events, notices
from casework.services.move import CaseMove
from casework.workflows.label_audit.fact_query import successors
from casework.workflows.label_audit.notices import END_OF_MARK
from casework.workflows.label_audit.states import HOLDING

log = structlog.get_logger(__name__)


def follow_calendar(now: datetime) -> int:
    """Bring the labels in line whose day has come, each case in a transaction of its own.

    Returns how many have ended or begun. May run twice, late, or be killed: what is in line
    already is not touched again.
    """
    found = _behind()
    db.session.rollback()  # the end of reading
    moved = 0
    for case_id in found:
        try:
            with unit_of_work(db.session):
                moved += _follow(case_id, now)
        except sa.exc.OperationalError:
            raise
        except Exception:  # whatever stands against one case, the others go on
            log.exception("label.not_followed", case=str(case_id))
    return moved


def coming(end: datetime, scope: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Return the labels, with their cases, of which it will tell by then that they have ended."""
    succeeded = sa.exists(successors())
    over = sa.and_(Label.state.in_(RUNNING), Label.ends_on < house_day(end))
    query = (
        sa.select(Label, Case)
        .join(Case, Case.id == Label.case_id)
        .join(Cycle, Cycle.case_id == Case.id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .join(Scheme, Scheme.id == Referential.scheme_id)
        .where(Case.state.not_in(HOLDING), over, sa.not_(succeeded), scope)
    )
    return db.session.execute(query.order_by(Label.ends_on, Label.id)).all()


def _behind() -> list[UUID]:
    """Return the cases that hold no label by their state, and have one whose day has come."""
    today = house_day()
    over = sa.and_(Label.state.in_(RUNNING), Label.ends_on < today)
    begun = sa.and_(Label.state == PENDING, Label.starts_on <= today)
    return list(
        db.session.scalars(
            sa.select(Label.case_id)
            .join(Case, Case.id == Label.case_id)
            .where(Case.state.not_in(HOLDING), sa.or_(over, begun))
            .distinct()
            .order_by(Label.case_id)
        )
    )


def _follow(case_id: UUID, now: datetime) -> int:
    case = cases.lock(case_id)
    if case.state in HOLDING:
        return 0
    facts, moved = cases.facts_of(case), 0
    query = sa.select(Label).where(Label.case_id == case_id, Label.state.in_(RUNNING))
    for row in db.session.scalars(query.execution_options(populate_existing=True)).all():
        becomes = row.standing(facts.today, followed=facts.succeeded)
        if becomes != row.state:
            _write(case, row, becomes, facts, now)
            moved += 1
    return moved


def _write(case: Case, row: Label, becomes: str, facts: object, now: datetime) -> None:
    ended = becomes not in RUNNING
    row.state = becomes
    row.ended_on = row.ends_on if ended else None
    told = {"number": row.number, "starts_on": row.starts_on, "ends_on": row.ends_on}
    kind = "label_ended" if ended else "label_begun"
    event = events.append(case, kind, None, name=becomes, payload=told, at=now)
    if becomes == "expired":
        move = CaseMove(case, cases.workflow_of(case), None, facts, {}, SYSTEM, now)
        move.notify(END_OF_MARK)
        notices.tell(move, event)
