"""Calls for ideas: which are open, for whom, until when."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db, house_day
from casework.models import Call, CallExtension
from casework.policy import Actor


def every() -> list[Call]:
    """Return all calls, the newest first."""
    return list(db.session.scalars(sa.select(Call).order_by(Call.opens_on.desc(), Call.id)))


def open_or_extended(moment: datetime) -> list[Call]:
    """Return the calls that take ideas today from all or from some organisation."""
    day = house_day(moment)
    extended = sa.select(CallExtension.call_id).where(CallExtension.until >= day)
    return _calls(day, Call.id.in_(extended))


def open_now(actor: Actor, moment: datetime) -> list[Call]:
    """Return the calls that take ideas today from one of this person's organisations."""
    day = house_day(moment)
    extended = sa.select(CallExtension.call_id).where(
        CallExtension.until >= day, CallExtension.organisation_id.in_(actor.organisation_ids)
    )
    return _calls(day, Call.id.in_(extended))


def extended_until(actor: Actor, moment: datetime) -> dict[UUID, date]:
    """Return, call by call, until when one of this person's organisations has more time."""
    rows = db.session.execute(
        sa.select(CallExtension.call_id, sa.func.max(CallExtension.until))
        .where(
            CallExtension.until >= house_day(moment),
            CallExtension.organisation_id.in_(actor.organisation_ids),
        )
        .group_by(CallExtension.call_id)
    )
    return {row[0]: row[1] for row in rows}


def _calls(day: date, extended: sa.ColumnElement[bool]) -> list[Call]:
    return list(
        db.session.scalars(
            sa.select(Call)
            .where(
                Call.opens_on <= day,
                sa.or_(Call.always_open.is_(True), Call.closes_on >= day, extended),
            )
            .order_by(Call.closes_on.is_(None), Call.closes_on, Call.id)
        )
    )
