"""The keys with which devices encrypt an audit: handed out to the team, forgotten in time."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework import vault
from casework.clock import now
from casework.db import new_id, unit_of_work
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, Grant
from casework.models.label_audit import FieldKey, TeamMember
from casework.policy import Actor, audits, in_force
from casework.services import cases
from casework.services.errors import ForbiddenError, RefusedError
from casework.services.labels import results
from casework.workflows.declaration import Reason
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.people import AUDITOR

ACT, LAYER = "field", "auditor"
KEY_BYTES = 32  # AES-256
CLOSED = N_("The audit is not open for results at this step.")
BATCH = 500


def why_closed(case: Case, facts: LabelFacts, actor: Actor) -> Reason | None:
    """Return why somebody cannot take an audit along now; None when they can.

    Raises ForbiddenError for whoever is no auditor of the case.
    """
    if not audits(actor, case):
        raise ForbiddenError(ACT)
    if actor.id not in facts.auditors:
        return Reason(results.NOT_ON_TEAM)
    return Reason(CLOSED) if case.state not in results.RIGHTS[LAYER].states else None


def hand_out(case_id: UUID, actor: Actor) -> tuple[UUID, str]:
    """Return a person's key for an audit, with its identifier, in Base64: the same each time.

    It is made with the first asking. Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case = cases.lock(case_id)
    reason = why_closed(case, results.facts_for(case), actor)
    if reason is not None:
        raise RefusedError(ACT, [reason])
    key = db.session.scalar(_in_use(case_id, actor.id))
    text = vault.unseal(key.sealed) if key is not None else None
    if key is not None and text is None:  # no key of the installation opens it any more
        key.sealed, key.forgotten_at = "", now()
        db.session.flush()
    if key is None or text is None:
        text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        key = FieldKey(
            id=new_id(),
            case_id=case_id,
            user_id=actor.id,
            sealed=vault.seal(text),
            created_at=now(),
        )
        db.session.add(key)
        db.session.flush()
    return key.id, text


def known(case_id: UUID, actor: Actor) -> tuple[UUID | None, list[UUID]]:
    """Return the identifier of a person's key for an audit, and those of forgotten ones."""
    rows = db.session.execute(
        sa.select(FieldKey.id, FieldKey.forgotten_at)
        .where(FieldKey.case_id == case_id, FieldKey.user_id == actor.id)
        .order_by(FieldKey.created_at)
    ).all()
    in_use = next((row.id for row in rows if row.forgotten_at is None), None)
    return in_use, [row.id for row in rows if row.forgotten_at is not None]


def forget_idle(moment: datetime) -> int:
    """Forget the keys of audits that are closed, and of people who are no longer on the team.

    Return how many. A move that closes an audit and a change of its team forget them at once;
    this finds what became so in any other way. Owns its transaction.
    """
    team = sa.exists().where(
        TeamMember.case_id == FieldKey.case_id,
        TeamMember.user_id == FieldKey.user_id,
        TeamMember.removed_at.is_(None),
    )
    role = sa.exists().where(
        Grant.scope == "case",
        Grant.scope_id == FieldKey.case_id,
        Grant.user_id == FieldKey.user_id,
        Grant.role == AUDITOR,
        Grant.denies.is_(False),
        in_force(moment),
    )
    is_open = sa.exists().where(
        Case.id == FieldKey.case_id, Case.state.in_(results.RIGHTS[LAYER].states)
    )
    idle = sa.or_(~team, ~role, ~is_open)
    with unit_of_work(db.session):
        rows = db.session.scalars(
            sa.select(FieldKey).where(FieldKey.forgotten_at.is_(None), idle).limit(BATCH)
        ).all()
        for row in rows:
            row.sealed, row.forgotten_at = "", moment
    return len(rows)


def _in_use(case_id: UUID, user_id: UUID | None) -> sa.Select[FieldKey]:
    return sa.select(FieldKey).where(
        FieldKey.case_id == case_id,
        FieldKey.user_id == user_id,
        FieldKey.forgotten_at.is_(None),
    )
