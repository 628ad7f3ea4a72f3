"""The house and its partners: programmes, staff, organisations and their people.

The officer and the lead who read the measured pages have the same work at every size: the house
grows around them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from argon2 import PasswordHasher

from bench import words
from bench.tables import Ids, Table, stored
from casework.folding import folded
from casework.reference import AMBITIONS, PROGRAMMES
from casework.roles import Role

OFFICER, LEAD = "officer@bench.example", "lead@bench.example"
PASSWORD = "a password for the bench"  # noqa: S105 - of a database that is thrown away
DAY = 86_400
YEARS = 3


@dataclass
class Organisation:
    """An organisation, and its people by the side of a case that they are on."""

    key: str
    lead: str
    signatory: str


@dataclass
class Cast:
    """Everybody, and the tables that hold them."""

    dice: Random
    now: int
    cases: int
    officers: list[str] = field(default_factory=list)
    coaches: list[str] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    reader: str = ""
    lead: str = ""

    def __post_init__(self) -> None:
        self.ids = Ids(self.dice)
        self.begin = self.now - YEARS * 365 * DAY
        people = ("id", "email", "name", "folded", "language", "password_hash", "created_at")
        self.users = Table("user_account", people)
        rights = ("id", "user_id", "role", "scope", "scope_id", "starts_at")
        self.grants = Table("access_grant", rights)
        names = ("name_fr", "name_nl", "name_en")
        self._ambitions = Table("ambition", ("id", "number", *names))
        self._programmes = Table("programme", ("id", "number", "ambition_id", *names))
        about = ("id", "name", "country", "registry_number", "sector", "town", "created_at")
        self._organisations = Table("organisation", about)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, each after those that it points to."""
        own = (self._ambitions, self._programmes, self.users, self._organisations)
        return (*own, self.grants)

    def gather(self) -> None:
        """Make everybody."""
        self._make_programmes()
        secret = PasswordHasher().hash(PASSWORD)
        self.lead = self.person(Role.PROGRAMME_LEAD, email=LEAD, secret=secret)
        self.reader = self.person(Role.PROGRAMME_OFFICER, email=OFFICER, secret=secret)
        for role in (Role.PROGRAMME_LEAD, Role.FINANCE, Role.ADMINISTRATOR):
            self.person(role)
        number = max(8, self.cases // 1000)
        self.officers = [self.person(Role.PROGRAMME_OFFICER) for _ in range(number)]
        self.coaches = [self.person(Role.COACH) for _ in range(number)]
        self.organisations = [self._organisation(i) for i in range(max(1, self.cases // 5))]

    def person(
        self, role: Role, organisation: str | None = None, *, email: str = "", secret: str = ""
    ) -> str:
        """Make a person with one role, in the house or in an organisation."""
        key = self.ids.at(self.begin)
        name = f"{self.dice.choice(words.FIRST)} {self.dice.choice(words.LAST)}"
        born = stored(self.begin)
        address = email or f"person{len(self.users.rows)}@bench.example"
        words_of = folded(f"{name} {address}")
        self.users.add(key, address, name, words_of, "fr", secret or None, born)
        self.grant(key, role, "organisation" if organisation else "house", organisation, born)
        return key

    def grant(self, person: str, role: Role, scope: str, where: str | None, since: str) -> None:
        """Give a person a role."""
        self.grants.add(self.ids.at(self.begin), person, role.value, scope, where, since)

    def _make_programmes(self) -> None:
        ambitions = {}
        for entry in AMBITIONS:
            ambitions[entry.number] = self.ids.at(self.begin)
            names = (entry.fr, entry.nl, entry.en)
            self._ambitions.add(ambitions[entry.number], entry.number, *names)
        for entry in PROGRAMMES:
            key = self.ids.at(self.begin)
            names = (entry.fr, entry.nl, entry.en)
            self._programmes.add(key, entry.number, ambitions[entry.ambition], *names)
            self.programmes.append(key)

    def _organisation(self, number: int) -> Organisation:
        key = self.ids.at(self.begin)
        town = self.dice.choice(words.PLACES)
        name = f"{self.dice.choice(words.HOUSES)} {town} {number}"
        sector = self.dice.choice(words.SECTORS)
        register = f"{number:010d}"
        self._organisations.add(key, name, "BE", register, sector, town, stored(self.begin))
        lead = self.person(Role.PARTNER_LEAD, key)
        self.grant(lead, Role.PARTNER_SIGNATORY, "organisation", key, stored(self.begin))
        other = self.person(Role.PARTNER_CONTRIBUTOR, key) if number % 2 else lead
        return Organisation(key, lead, other)
