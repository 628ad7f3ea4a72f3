"""Somebody who has an account already is asked to join an organisation, and says yes or no.

A partner who types an address learns nothing of whoever has it: what they see until the yes is
what they typed. Nobody comes into an organisation without knowing.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Organisation, OrganisationInvitation, User
from casework.policy import Actor
from casework.roles import Role
from casework.services.errors import NotFoundError
from casework.services.sign_in import mails


def ask(actor: Actor, organisation: Organisation, user: User, name: str, role: Role) -> None:
    """Ask a person to join a locked organisation; who is asked already is asked for this role."""
    waiting = db.session.scalar(
        sa.select(OrganisationInvitation).where(
            OrganisationInvitation.organisation_id == organisation.id,
            OrganisationInvitation.user_id == user.id,
            OrganisationInvitation.state == "waiting",
        )
    )
    if waiting is not None:
        waiting.role, waiting.name = str(role), name.strip()
        return
    db.session.add(
        OrganisationInvitation(
            organisation_id=organisation.id,
            user_id=user.id,
            role=str(role),
            name=name.strip(),
            by_id=actor.id,
            created_at=now(),
        )
    )
    db.session.flush()
    if user.active and actor.id is not None:
        by = db.session.get_one(User, actor.id)
        mails.tell(user, "asked_to_join", by=by.name, organisation=organisation.name)


def waiting_in(organisation_id: UUID) -> Sequence[tuple[OrganisationInvitation, str]]:
    """Return who was asked to join and has not answered, with the address that was typed."""
    rows = db.session.execute(
        sa.select(OrganisationInvitation, User.email)
        .join(User, User.id == OrganisationInvitation.user_id)
        .where(
            OrganisationInvitation.organisation_id == organisation_id,
            OrganisationInvitation.state == "waiting",
        )
        .order_by(OrganisationInvitation.created_at, OrganisationInvitation.id)
    )
    return [(row[0], row[1]) for row in rows]


def waiting_for(user_id: UUID) -> Sequence[tuple[OrganisationInvitation, Organisation, str]]:
    """Return which organisations wait for a person's answer, and who asked."""
    rows = db.session.execute(
        sa.select(OrganisationInvitation, Organisation, User.name)
        .join(Organisation, Organisation.id == OrganisationInvitation.organisation_id)
        .join(User, User.id == OrganisationInvitation.by_id)
        .where(OrganisationInvitation.user_id == user_id, OrganisationInvitation.state == "waiting")
        .order_by(OrganisationInvitation.created_at, OrganisationInvitation.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def answer(invitation_id: UUID, state: str, **whose: UUID) -> OrganisationInvitation:
    """Close a question that waits, of the person or the organisation named in ``whose``.

    Raises NotFoundError when there is none (any more).
    """
    found = db.session.scalar(
        sa.select(OrganisationInvitation)
        .filter_by(id=invitation_id, state="waiting", **whose)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(str(invitation_id))
    found.state, found.answered_at = state, now()
    db.session.flush()
    return found
