"""Calls for ideas: written by programme leads, extended for single organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Call, CallExtension, Case, Organisation
from casework.policy import Actor, lead
from casework.services import changes, deadlines
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.events import plain


def find(call_id: UUID) -> Call:
    """Return a call. Raises NotFoundError."""
    call = db.session.get(Call, call_id)
    if call is None:
        raise NotFoundError(str(call_id))
    return call


def save(actor: Actor, call: Call | None, values: Mapping[str, Any]) -> Call:
    """Write a call. Raises ForbiddenError."""
    if not lead(actor):
        raise ForbiddenError("call")
    moment = now()
    before = changes.values_of(call, values)
    call = call if call is not None else Call(created_at=moment)
    for name, value in values.items():
        setattr(call, name, value)
    call.updated_at = moment
    db.session.add(call)
    db.session.flush()
    changes.record(call, before, changes.values_of(call, values), actor.id)
    deadlines.follow_dates(sa.true(), moment)
    return call


def extend(actor: Actor, call: Call, values: Mapping[str, Any]) -> CallExtension:
    """Give one organisation more time; a second extension replaces the first.

    Raises ForbiddenError.
    """
    if not lead(actor) or actor.id is None:
        raise ForbiddenError("call")
    found = db.session.scalar(
        sa.select(CallExtension).where(
            CallExtension.call_id == call.id,
            CallExtension.organisation_id == values["organisation_id"],
        )
    )
    before = {"extension": plain(found.until) if found else None}
    extension = found or CallExtension(
        call_id=call.id, organisation_id=values["organisation_id"], created_at=now()
    )
    extension.until, extension.reason = values["until"], values["reason"]
    extension.granted_by_id = actor.id
    db.session.add(extension)
    db.session.flush()
    changes.record(call, before, {"extension": plain(extension.until)}, actor.id)
    deadlines.follow_dates(Case.organisation_id == extension.organisation_id, now())
    return extension


def extensions(call: Call) -> list[tuple[CallExtension, str]]:
    """Return a call's extensions with the names of the organisations, in one query."""
    rows = db.session.execute(
        sa.select(CallExtension, Organisation.name)
        .join(Organisation, Organisation.id == CallExtension.organisation_id)
        .where(CallExtension.call_id == call.id)
        .order_by(Organisation.name)
    )
    return [(row[0], row[1]) for row in rows]
