"""Members of the union with their dues, and certified auditors: written down, each change kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import Case
from casework.models.label_audit import Certificate, Due, Membership
from casework.policy import Actor
from casework.services import changes, deadlines
from casework.services.errors import ForbiddenError, NotFoundError


def membership(membership_id: UUID) -> Membership:
    """Return a membership. Raises NotFoundError."""
    row = db.session.get(Membership, membership_id)
    if row is None:
        raise NotFoundError(str(membership_id))
    return row


def due(membership_id: UUID, due_id: UUID) -> Due:
    """Return what a member owes for a year. Raises NotFoundError."""
    row = db.session.get(Due, due_id)
    if row is None or row.membership_id != membership_id:
        raise NotFoundError(str(due_id))
    return row


def taken(organisation_id: UUID) -> bool:
    """Say whether an organisation is written down as a member already."""
    query = sa.select(Membership.id).where(Membership.organisation_id == organisation_id)
    return db.session.scalar(query) is not None


def year_taken(membership_id: UUID, year: int, but: UUID | None) -> bool:
    """Say whether there is a row for a year already, beside the row ``but``."""
    query = sa.select(Due.id).where(Due.membership_id == membership_id, Due.year == year)
    found = db.session.scalar(query)
    return found is not None and found != but


def number_taken(number: str) -> bool:
    """Say whether a certificate of this number is written down already."""
    query = sa.select(Certificate.id).where(Certificate.number == number)
    return db.session.scalar(query) is not None


def save_membership(actor: Actor, row: Membership | None, values: Mapping[str, Any]) -> Membership:
    """Write a membership. Raises ForbiddenError."""
    if not policy.keeper(actor):
        raise ForbiddenError("membership")
    row = row or Membership(id=new_id(), version=0, created_at=now())
    _save(actor, row, values)
    return row


def save_due(actor: Actor, row: Due | None, member: Membership, values: Mapping[str, Any]) -> Due:
    """Write what a member owes; the deadlines of their label follow. Raises ForbiddenError."""
    if not policy.treasurer(actor):
        raise ForbiddenError("due")
    row = row or Due(id=new_id(), membership_id=member.id, version=0, created_at=now())
    _save(actor, row, values)
    deadlines.follow_dates(Case.organisation_id == member.organisation_id, now())
    return row


def certify(actor: Actor, values: Mapping[str, Any]) -> Certificate:
    """Write down that somebody is certified as auditor. Raises ForbiddenError."""
    if not policy.keeper(actor):
        raise ForbiddenError("certificate")
    row = Certificate(id=new_id(), created_at=now(), **values)
    db.session.add(row)
    db.session.flush()
    changes.record(row, {}, changes.values_of(row, values), actor.id)
    return row


def _save(actor: Actor, row: Any, values: Mapping[str, Any]) -> None:
    new = row.version == 0
    before = {} if new else changes.values_of(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    db.session.add(row)
    db.session.flush()
    changes.record(row, before, changes.values_of(row, values), actor.id)
