"""Where a role is held: found from what an administrator writes, named for the security log."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.folding import folded
from casework.i18n import N_
from casework.models import Case, Grant, Organisation, Programme

NO_ORGANISATION = N_("There is no organisation of this name or registry number.")
SEVERAL = N_("Several organisations are called so: write the registry number.")
NO_CASE = N_("There is no case with this reference.")


@dataclass(frozen=True)
class Place:
    """A scope of grants: the house (no identifier), or one row of its kind."""

    scope: str
    id: UUID | None = None
    name: str = ""


class UnknownPlaceError(LookupError):
    """Nothing is called so; ``message`` is an English text for the field."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


HOUSE = Place("house")


def find(scope: str, text: str) -> Place:
    """Return the place that somebody wrote: a programme's id, an organisation, a reference.

    Raises UnknownPlaceError.
    """
    if scope == "organisation":
        return _organisation(text)
    if scope == "case":
        return _case(text)
    return _programme(UUID(text)) if scope == "programme" else HOUSE


def of(grant: Grant) -> Place:
    """Return where a grant is held."""
    if grant.scope_id is None:
        return HOUSE
    if grant.scope == "programme":
        return _programme(grant.scope_id)
    if grant.scope == "case":
        return Place("case", grant.scope_id, db.session.get_one(Case, grant.scope_id).reference)
    name = db.session.get_one(Organisation, grant.scope_id).name
    return Place("organisation", grant.scope_id, name)


def _programme(programme_id: UUID) -> Place:
    number = db.session.scalar(sa.select(Programme.number).where(Programme.id == programme_id))
    return Place("programme", programme_id, str(number))


def _organisation(text: str) -> Place:
    number = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(
            Organisation.merged_into_id.is_(None),
            sa.or_(
                Organisation.folded_name == folded(text), Organisation.registry_number == number
            ),
        )
        .limit(2)
    ).all()
    if len(rows) != 1:
        raise UnknownPlaceError(SEVERAL if rows else NO_ORGANISATION)
    return Place("organisation", rows[0].id, rows[0].name)


def _case(text: str) -> Place:
    reference = text.strip().upper()
    found = db.session.scalar(sa.select(Case.id).where(Case.reference == reference))
    if found is None:
        raise UnknownPlaceError(NO_CASE)
    return Place("case", found, reference)
