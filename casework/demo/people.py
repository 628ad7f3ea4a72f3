"""The people of the house and of its partners, and the sign-ins that are printed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.demo.organisations import HOUSES, House, address_of, registry_number
from casework.extensions import db
from casework.models import Grant, Programme, User
from casework.roles import Role
from casework.services import accounts, marks, organisations, organisations_people

PASSWORD = "casework-demo"  # noqa: S105 - it is printed for everybody to use
OURS = "fondation.example"
OPERATED_PROGRAMME = 3


@dataclass(frozen=True)
class Colleague:
    """Somebody of the house; ``programme`` narrows the role down to one programme."""

    key: str
    name: str
    role: Role
    language: str
    programme: int | None = None
    domain: str = OURS

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return address_of(self.name, self.domain)


COLLEAGUES = (
    Colleague("claire", "Claire Maréchal", Role.PROGRAMME_OFFICER, "fr"),
    Colleague("ines", "Inès Laurent", Role.PROGRAMME_OFFICER, "fr"),
    Colleague("wouter", "Wouter De Smedt", Role.PROGRAMME_OFFICER, "nl"),
    Colleague(
        "operator",
        "Mathias Willems",
        Role.PROGRAMME_OFFICER,
        "nl",
        OPERATED_PROGRAMME,
        "sillons-du-sud.example",
    ),
    Colleague("beatrice", "Béatrice Fontaine", Role.PROGRAMME_LEAD, "fr"),
    Colleague("koen", "Koen Verhaegen", Role.PROGRAMME_LEAD, "nl"),
    Colleague("patrick", "Patrick Leclercq", Role.FINANCE, "fr"),
    Colleague("sofie", "Sofie Wuyts", Role.FINANCE, "nl"),
    Colleague("idris", "Idris Benali", Role.COACH, "fr"),
    Colleague("lotte", "Lotte Mertens", Role.COACH, "nl"),
    Colleague("elif", "Elif Demir", Role.ADMINISTRATOR, "en"),
)

SHOWN = (
    ("Programme officer (French)", "claire"),
    ("Programme officer (Dutch)", "wouter"),
    ("Officer of programme 3 only (Dutch)", "operator"),
    ("Programme lead (French)", "beatrice"),
    ("Programme lead (Dutch)", "koen"),
    ("Finance (French)", "patrick"),
    ("Coach (French)", "idris"),
    ("Coach (Dutch)", "lotte"),
    ("Administrator (English)", "elif"),
    ("Partner lead (French)", "terre-en-commun lead"),
    ("Partner contributor (French)", "terre-en-commun contributor"),
    ("Partner signatory (French)", "terre-en-commun signatory"),
    ("Partner lead (Dutch)", "warme-drempel lead"),
    ("Partner contributor (Dutch)", "warme-drempel contributor"),
    ("Partner signatory (Dutch)", "warme-drempel signatory"),
    ("Partner lead (English)", "harbour-kitchen lead"),
)


@dataclass(frozen=True)
class Cast:
    """Everybody by key ("claire", "terre-en-commun lead"), and the organisations by theirs."""

    people: Mapping[str, UUID]
    houses: Mapping[str, UUID]
    programmes: Mapping[int, UUID]


def sign_ins() -> list[tuple[str, str, str]]:
    """Return who may sign in with what: role, address, password."""
    addresses = {c.key: c.email for c in COLLEAGUES} | dict(_partners())
    return [(role, addresses[key], PASSWORD) for role, key in SHOWN]


def add_staff(moment: datetime) -> None:
    """Add the colleagues who are not there yet, with their roles since ``moment``."""
    known = set(db.session.scalars(sa.select(User.email)))
    missing = [c for c in COLLEAGUES if c.email not in known]
    if not missing:
        return
    programmes = _programmes()
    for colleague in missing:
        user = User(
            email=colleague.email,
            name=colleague.name,
            language=colleague.language,
            password_hash=password_hash(),
            created_at=moment,
        )
        db.session.add(user)
        db.session.flush()
        db.session.add(
            Grant(
                user_id=user.id,
                role=colleague.role,
                scope="programme" if colleague.programme else "house",
                scope_id=programmes[colleague.programme] if colleague.programme else None,
                starts_at=moment,
            )
        )


@functools.cache
def password_hash() -> str:
    """Return the one hash that all share: each would take as long as the next."""
    return accounts.hash_password(PASSWORD)


def add_house(house: House, moment: datetime) -> None:
    """Add an organisation with its people, unless it was added before."""
    key = f"demo-house-{house.key}"
    if marks.find(key) is not None:
        return
    actor = policy.actor_of(db.session, _staff_ids()["beatrice"], moment)
    organisation = organisations.save(
        actor,
        None,
        {
            "name": house.name,
            "country": house.country,
            "registry_number": registry_number(house),
            "sector": house.sector,
            "town": house.town,
            "language": house.language,
            "website": f"https://www.{house.domain}",
        },
    )
    for role, name in _members(house):
        user = organisations_people.add_person(
            actor,
            organisation,
            name,
            address_of(name, house.domain),
            role,
            house.language,
            invite=False,
        )
        user.password_hash = user.password_hash or password_hash()
    marks.leave(key, {"organisation_id": str(organisation.id)}, moment)


def cast() -> Cast:
    """Return everybody who was added."""
    ids = {row.email: row.id for row in db.session.execute(sa.select(User.email, User.id))}
    houses = {}
    for house in HOUSES:
        found = marks.find(f"demo-house-{house.key}")
        if found is not None:
            houses[house.key] = UUID(found["organisation_id"])
    everybody = {c.key: c.email for c in COLLEAGUES} | dict(_partners())
    people = {key: ids[email] for key, email in everybody.items() if email in ids}
    return Cast(people, houses, _programmes())


def _partners() -> list[tuple[str, str]]:
    return [
        (f"{house.key} {part}", address_of(name or house.lead, house.domain))
        for house in HOUSES
        for part, name in (
            ("lead", house.lead),
            ("contributor", house.contributor),
            ("signatory", house.signatory),
        )
    ]


def _members(house: House) -> list[tuple[Role, str]]:
    """Return who holds which role; where nobody else signs, the lead does."""
    members = [
        (Role.PARTNER_LEAD, house.lead),
        (Role.PARTNER_SIGNATORY, house.signatory or house.lead),
    ]
    if house.contributor:
        members.append((Role.PARTNER_CONTRIBUTOR, house.contributor))
    return members


def _staff_ids() -> dict[str, UUID]:
    ids = {row.email: row.id for row in db.session.execute(sa.select(User.email, User.id))}
    return {c.key: ids[c.email] for c in COLLEAGUES}


def _programmes() -> dict[int, UUID]:
    return {
        row.number: row.id for row in db.session.execute(sa.select(Programme.number, Programme.id))
    }
