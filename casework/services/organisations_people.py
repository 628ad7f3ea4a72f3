"""The people of an organisation: invited, given other roles, leaving.

A person's sight of the organisation's cases comes from these roles alone: the organisation owns
the case, so whoever leaves it no longer sees it, and the case stays.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Grant, Organisation, OrganisationInvitation, User
from casework.policy import Actor, actor_of, in_force, keeper
from casework.roles import PARTNER_ROLES, Role
from casework.services import changes, joining
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.organisations import lock, may_manage
from casework.services.sign_in import invitations
from casework.workflows.declaration import Reason

LAST_LEAD = N_("An organisation needs a lead: name another one first.")
HELD_ALREADY = N_("This person has this role already.")
NOT_INSIDE = N_("Choose somebody who belongs to the organisation.")

Held = list[tuple[Grant, User]]


def people(organisation_id: UUID) -> Held:
    """Return who holds a role in an organisation today, in one query."""
    rows = db.session.execute(
        sa.select(Grant, User)
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.scope == "organisation",
            Grant.scope_id == organisation_id,
            Grant.denies.is_(False),
            in_force(now()),
        )
        .order_by(User.name, User.id, Grant.role)
    )
    return [(row[0], row[1]) for row in rows]


def add_person(
    actor: Actor,
    organisation: Organisation,
    name: str,
    email: str,
    role: Role,
    language: str,
    *,
    invite: bool = True,
) -> User:
    """Give a person (known or new) a role in an organisation, and have them invited.

    Somebody from outside who has an account is asked first, unless the house adds them.
    Raises ForbiddenError.
    """
    _demand_manager(actor, organisation)
    if role not in PARTNER_ROLES:
        raise ForbiddenError("organisation")
    lock(organisation)
    address = email.strip().lower()
    user = db.session.scalar(sa.select(User).where(User.email == address))
    if user is None:
        user = User(email=address, name=name.strip(), language=language, created_at=now())
        db.session.add(user)
        db.session.flush()
        held = set()
    else:
        held = {g.role for g, u in people(organisation.id) if u.id == user.id}
        if not held and not keeper(actor):
            joining.ask(actor, organisation, user, name, role)
            return user
    if role not in held:
        _begin(actor, organisation, user, role)
    if invite:
        invitations.invite(user, actor)
    return user


def join(actor: Actor, invitation_id: UUID) -> Organisation:
    """Say yes to an organisation that asked one to join; the role begins.

    Raises NotFoundError (answered or withdrawn meanwhile).
    """
    user = db.session.get_one(User, actor.id)
    asked = db.session.get(OrganisationInvitation, invitation_id)
    if asked is None:
        raise NotFoundError(str(invitation_id))
    organisation = lock(db.session.get_one(Organisation, asked.organisation_id))
    while organisation.merged_into_id is not None:
        organisation = lock(db.session.get_one(Organisation, organisation.merged_into_id))
    found = joining.answer(invitation_id, "accepted", user_id=user.id)
    if found.role not in {g.role for g, u in people(organisation.id) if u.id == user.id}:
        _begin(actor_of(db.session, found.by_id, now()), organisation, user, Role(found.role))
    return organisation


def withdraw(actor: Actor, organisation: Organisation, invitation_id: UUID) -> None:
    """Take back the question whether somebody joins. Raises ForbiddenError, NotFoundError."""
    _demand_manager(actor, organisation)
    joining.answer(invitation_id, "withdrawn", organisation_id=organisation.id)


def change_role(actor: Actor, organisation: Organisation, grant_id: UUID, role: Role) -> User:
    """Give a person another role in place of one.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    _demand_manager(actor, organisation)
    if role not in PARTNER_ROLES:
        raise ForbiddenError("organisation")
    held = people(lock(organisation).id)
    grant, user = _named(held, grant_id)
    if any(g.role == role for g, u in held if u.id == user.id):
        raise RefusedError("organisation", [Reason(HELD_ALREADY)])
    demand_lead_without([grant], held)
    _begin(actor, organisation, user, role)
    _end(actor, organisation, user, grant)
    return user


def end_role(actor: Actor, organisation: Organisation, grant_id: UUID) -> None:
    """End a person's role. Raises ForbiddenError, NotFoundError, RefusedError (the last lead)."""
    _demand_manager(actor, organisation)
    held = people(lock(organisation).id)
    grant, user = _named(held, grant_id)
    demand_lead_without([grant], held)
    _end(actor, organisation, user, grant)


def hand_over(actor: Actor, organisation: Organisation, user_id: UUID, then: Role | None) -> User:
    """Make somebody else of the organisation its lead in one's own place.

    ``then`` is the role that the present lead keeps on with; None: those they hold beside.
    Raises ForbiddenError, RefusedError.
    """
    held = people(lock(organisation).id)
    own = [(g, u) for g, u in held if u.id == actor.id]
    lead = next((g for g, _u in own if g.role == Role.PARTNER_LEAD), None)
    if lead is None or then == Role.PARTNER_LEAD:
        raise ForbiddenError("organisation")
    theirs = [(g, u) for g, u in held if u.id == user_id and u.id != actor.id and u.active]
    if not theirs:
        raise RefusedError("organisation", [Reason(NOT_INSIDE)])
    successor = theirs[0][1]
    if Role.PARTNER_LEAD not in {g.role for g, _u in theirs}:
        _begin(actor, organisation, successor, Role.PARTNER_LEAD)
    if then is not None and then not in {g.role for g, _u in own}:
        _begin(actor, organisation, own[0][1], then)
    _end(actor, organisation, own[0][1], lead)
    return successor


def leave(actor: Actor, organisation: Organisation) -> None:
    """End all one's own roles in an organisation. Raises NotFoundError, RefusedError."""
    held = people(lock(organisation).id)
    own = [(g, u) for g, u in held if u.id == actor.id]
    if not own:
        raise NotFoundError(str(organisation.id))
    demand_lead_without([g for g, _u in own], held)
    for grant, user in own:
        _end(actor, organisation, user, grant)


def _demand_manager(actor: Actor, organisation: Organisation) -> None:
    if not may_manage(actor, organisation.id):
        raise ForbiddenError("organisation")


def _named(held: Held, grant_id: UUID) -> tuple[Grant, User]:
    found = next(((g, u) for g, u in held if g.id == grant_id), None)
    if found is None:
        raise NotFoundError(str(grant_id))
    return found


def demand_lead_without(ending: list[Grant], held: Held) -> None:
    """See that somebody with an open account leads on when these roles end."""
    if not any(g.role == Role.PARTNER_LEAD for g in ending):
        return
    if not any(g.role == Role.PARTNER_LEAD and u.active for g, u in held if g not in ending):
        raise RefusedError("organisation", [Reason(LAST_LEAD)])


def _begin(actor: Actor, organisation: Organisation, user: User, role: Role) -> None:
    db.session.add(
        Grant(
            user_id=user.id,
            role=role,
            scope="organisation",
            scope_id=organisation.id,
            starts_at=now(),
            granted_by_id=actor.id,
        )
    )
    db.session.flush()
    changes.record(organisation, {str(role): None}, {str(role): user.name}, actor.id)


def _end(actor: Actor, organisation: Organisation, user: User, grant: Grant) -> None:
    grant.ends_at = now()
    db.session.flush()
    changes.record(organisation, {grant.role: user.name}, {grant.role: None}, actor.id)
