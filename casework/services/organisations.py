"""Partner organisations: found, written, known by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import FormerNumber, Organisation
from casework.policy import Actor, keeper
from casework.roles import Role
from casework.services import changes
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.workflows.declaration import Reason

TAKEN = N_("Another organisation already has this registry number.")
TAKEN_BEFORE = N_(
    "“%(name)s” had this registry number before two records were joined. Use that organisation."
)


def may_manage(actor: Actor, organisation_id: UUID) -> bool:
    """Say whether a person may change an organisation's data and people: staff, or its lead."""
    inside = organisation_id in actor.organisations_as(Role.PARTNER_LEAD)
    return inside or keeper(actor)


def find(actor: Actor, organisation_id: UUID) -> Organisation:
    """Return an organisation that the person may see, or the one that it was merged into.

    Raises NotFoundError.
    """
    found = db.session.get(Organisation, organisation_id)
    while found is not None and found.merged_into_id is not None:
        found = db.session.get(Organisation, found.merged_into_id)
    if found is None or not (actor.is_staff or found.id in actor.organisation_ids):
        raise NotFoundError(str(organisation_id))
    return found


def lock(organisation: Organisation) -> Organisation:
    """Lock an organisation's row until the end of the transaction and read it anew."""
    db.session.refresh(organisation, with_for_update=True)
    return organisation


def save(
    actor: Actor, organisation: Organisation | None, values: Mapping[str, Any]
) -> Organisation:
    """Write an organisation's data. Raises ForbiddenError, RefusedError (number known already)."""
    if organisation is None:
        if not actor.is_staff:
            raise ForbiddenError("organisation")
        organisation = Organisation(created_at=now(), version=0)
    elif not may_manage(actor, organisation.id):
        raise ForbiddenError("organisation")
    number = values.get("registry_number") or None
    if number:
        _demand_free(number, values["country"], organisation)
    before = changes.values_of(organisation if organisation.version else None, values)
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.registry_number = number
    organisation.version += 1
    db.session.add(organisation)
    db.session.flush()
    changes.record(organisation, before, changes.values_of(organisation, values), actor.id)
    return organisation


def by_number(country: str, number: str) -> Organisation | None:
    """Return the organisation that has a registry number, or had it before a merger."""
    found = db.session.scalar(
        sa.select(Organisation).where(
            Organisation.country == country, Organisation.registry_number == number
        )
    )
    return found or db.session.scalar(
        sa.select(Organisation)
        .join(FormerNumber, FormerNumber.organisation_id == Organisation.id)
        .where(FormerNumber.country == country, FormerNumber.registry_number == number)
    )


def _demand_free(number: str, country: str, organisation: Organisation) -> None:
    """See that nobody else has a number; one that was the organisation's own comes back to it."""
    other = by_number(country, number)
    if other is None:
        return
    if other.registry_number == number and other.country == country:
        if other is not organisation:
            raise RefusedError("organisation", [Reason(TAKEN)])
        return
    if other is not organisation:
        raise RefusedError("organisation", [Reason(TAKEN_BEFORE, {"name": other.name})])
    db.session.execute(
        sa.delete(FormerNumber).where(
            FormerNumber.country == country, FormerNumber.registry_number == number
        )
    )
