"""Partner organisations and their people."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Grant, Organisation, User
from casework.policy import Actor, in_force
from casework.roles import PARTNER_ROLES, Role
from casework.services import changes
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.workflows.declaration import Reason


def may_manage(actor: Actor, organisation_id: UUID) -> bool:
    """Say whether a person may change an organisation's data and people: staff, or its lead."""
    inside = organisation_id in actor.organisations_as(Role.PARTNER_LEAD)
    return inside or actor.has(Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD)


def find(actor: Actor, organisation_id: UUID) -> Organisation:
    """Return an organisation that the person may see. Raises NotFoundError."""
    found = db.session.get(Organisation, organisation_id)
    if found is None or not (actor.is_staff or organisation_id in actor.organisation_ids):
        raise NotFoundError(str(organisation_id))
    return found


def save(actor: Actor, organisation: Organisation | None, values: dict[str, str]) -> Organisation:
    """Write an organisation's data. Raises ForbiddenError, RefusedError (number known already)."""
    if organisation is None:
        if not actor.is_staff:
            raise ForbiddenError("organisation")
        organisation = Organisation(created_at=now(), version=0)
    elif not may_manage(actor, organisation.id):
        raise ForbiddenError("organisation")
    number = values.get("registry_number") or None
    if number and _other_with(number, values["country"], organisation):
        raise RefusedError(
            "organisation", [Reason(N_("Another organisation already has this registry number."))]
        )
    before = changes.values_of(organisation if organisation.version else None, values)
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.registry_number = number
    organisation.version += 1
    db.session.add(organisation)
    db.session.flush()
    changes.record(organisation, before, changes.values_of(organisation, values), actor.id)
    return organisation


def people(organisation_id: UUID) -> list[tuple[Grant, User]]:
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
        .order_by(User.name, Grant.role)
    )
    return [(row[0], row[1]) for row in rows]


def add_person(
    actor: Actor, organisation: Organisation, name: str, email: str, role: Role, language: str
) -> User:
    """Give a person (known or new) a role in an organisation. Raises ForbiddenError."""
    if not may_manage(actor, organisation.id) or role not in PARTNER_ROLES:
        raise ForbiddenError("organisation")
    address = email.strip().lower()
    user = db.session.scalar(sa.select(User).where(User.email == address))
    if user is None:
        user = User(email=address, name=name.strip(), language=language, created_at=now())
        db.session.add(user)
        db.session.flush()
    held = {g.role for g, u in people(organisation.id) if u.id == user.id}
    if role not in held:
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
        _role_changed(organisation, user.name, role, actor, begun=True)
    return user


def end_role(actor: Actor, organisation: Organisation, grant_id: UUID) -> None:
    """End a person's role. Raises ForbiddenError, NotFoundError, RefusedError (the last lead)."""
    if not may_manage(actor, organisation.id):
        raise ForbiddenError("organisation")
    held = people(organisation.id)
    grants = [g for g, _user in held]
    grant, name = next(((g, u.name) for g, u in held if g.id == grant_id), (None, ""))
    if grant is None:
        raise NotFoundError(str(grant_id))
    leads = [g for g in grants if g.role == Role.PARTNER_LEAD]
    if grant.role == Role.PARTNER_LEAD and len(leads) == 1:
        reason = Reason(N_("An organisation needs a lead: name another one first."))
        raise RefusedError("organisation", [reason])
    grant.ends_at = now()
    db.session.flush()
    _role_changed(organisation, name, Role(grant.role), actor, begun=False)


def _role_changed(
    organisation: Organisation, name: str, role: Role, actor: Actor, *, begun: bool
) -> None:
    there, gone = {str(role): name}, {str(role): None}
    before, after = (gone, there) if begun else (there, gone)
    changes.record(organisation, before, after, actor.id)


def _other_with(number: str, country: str, organisation: Organisation) -> bool:
    query = sa.select(Organisation.id).where(
        Organisation.country == country, Organisation.registry_number == number
    )
    if organisation.id is not None:
        query = query.where(Organisation.id != organisation.id)
    return db.session.scalar(query) is not None
