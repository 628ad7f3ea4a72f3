"""An ethics committee in the test's world: chair, secretary, two members, and a case of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db, house_day
from casework.models import Case, Grant, User
from casework.models.committee import College, Committee, CommitteeRules, Mandate, Office
from casework.roles import Role
from casework.services import cases, records
from casework.services.secrecy import granting
from casework.workflows import registry
from tests.support.world import EARLY, World

SUMMARY = "Somebody important told something that was not so."
MOTIVE = "The committee has looked at both sides of it."


@dataclass
class Ethics:
    """The committee and its people by name."""

    world: World
    committee_id: UUID
    people: dict[str, UUID]

    def actor(self, who: str) -> policy.Actor:
        """Return somebody as services know them; ``system`` is the system."""
        return policy.SYSTEM if who == "system" else self.world.actor(self.people[who])

    def bring(self, **data: str) -> UUID:
        """Have a stranger bring a matter, and return the case."""
        given = {"title": "A shed", "summary": SUMMARY, **data}
        with self.world.writing():
            workflow = registry.latest("ethics_case")
            done = cases.open_case(workflow, "bring", policy.SYSTEM, None, given, uuid4().hex)
        return done.case_id

    def take_up(self, who: str = "chair", name: str = "take_up", **data: Any) -> UUID:
        """Have the committee open a case, and return it."""
        given = {
            "title": "A shed",
            "summary": SUMMARY,
            "noticed_on": now().date(),
            "themes": ["sex_work"],
            "sensitivity": "usual",
            **data,
        }
        with self.world.writing():
            workflow = registry.latest("ethics_case")
            done = cases.open_case(workflow, name, self.actor(who), None, given, uuid4().hex)
        return done.case_id

    def fire(self, case_id: UUID, name: str, who: str = "secretary", **data: Any) -> str:
        """Make a move, as a meeting's decision where the committee decides; return the state."""
        decided = bool(registry.latest("ethics_case").decided_by(name))
        with self.world.writing():
            cases.fire(
                case_id,
                name,
                self.actor(who),
                data,
                None,
                uuid4().hex,
                decision=uuid4() if decided else None,
            )
        return self.state(case_id)

    def save(self, case_id: UUID, section: str, who: str = "secretary", **data: Any) -> UUID:
        """Write a record: a new one, or the only one."""
        found = registry.latest("ethics_case").section_by_key[section]
        with self.world.writing():
            row = records.find(found, case_id, None) if found.single else None
            seen = records.stamp(row)
            done = records.save(case_id, section, None, self.actor(who), data, seen, uuid4().hex)
        return done.record_id

    def resolved(self, case_id: UUID) -> None:
        """Note that a matter has resolved by itself today; its case goes on."""
        self.save(
            case_id,
            "matter",
            themes=["sex_work"],
            sensitivity="usual",
            noticed_on=house_day(),
            summary=SUMMARY,
            resolved_on=house_day(),
            resolved_how="They talked it over.",
        )

    def change(self, case_id: UUID, section: str, row_id: UUID, **data: Any) -> None:
        """Change a record as the secretary does."""
        found = registry.latest("ethics_case").section_by_key[section]
        with self.world.writing():
            seen = records.stamp(records.find(found, case_id, row_id))
            actor = self.actor("secretary")
            records.save(case_id, section, row_id, actor, data, seen, uuid4().hex)

    def state(self, case_id: UUID) -> str:
        """Return where a case stands."""
        return str(db.session.scalar(sa.select(Case.state).where(Case.id == case_id)))

    def triaged(self, case_id: UUID, **answers: Any) -> None:
        """Look at the scope of a case: by default all of it is ours."""
        self.fire(case_id, "begin_triage")
        sides = ("operational", "political", "representation", "members", "mediation")
        self.save(
            case_id, "triage", **{**dict.fromkeys(sides, "no"), "better_body": "no", **answers}
        )

    def to_drafting(self, case_id: UUID) -> None:
        """Bring a case that was asked for from its triage to the writing of its text."""
        self.triaged(case_id)
        self.fire(case_id, "admit")
        self.fire(case_id, "schedule")
        self.fire(case_id, "deliberate", motive=MOTIVE)
        self.fire(case_id, "draft", motive=MOTIVE)

    def recommending(self, case_id: UUID, due: date, addressee: str = "The board") -> UUID:
        """Write a recommendation with one item, and return the item."""
        self.save(case_id, "recommendation", addressee=addressee, text="Considering…")
        return self.save(case_id, "items", text="Say it aloud.", due_on=due)

    def let_in(self, case_id: UUID, who: str, role: Role = Role.COMMITTEE_MEMBER) -> None:
        """Give a person access to a case."""
        with self.world.writing():
            granting.admit(cases.lock(case_id), self.people[who], role, None, now())


def gather(world: World, since: date = date(2020, 1, 1), kind: str = "ethics") -> Ethics:
    """Seat a committee, by default of ethics, that has sat since a day."""
    committee_id, college_id = new_id(), new_id()
    people = {}
    with world.writing():
        db.session.add(
            Committee(
                id=committee_id,
                kind=kind,
                prefix=kind[:3].upper(),
                name_fr="Comité d’éthique",
                name_nl="Ethisch comité",
                name_en="Ethics committee",
                active=True,
                created_at=now(),
            )
        )
        db.session.flush()
        db.session.add(
            College(
                id=college_id,
                committee_id=committee_id,
                name_fr="Membres",
                name_nl="Leden",
                name_en="Members",
                target=6,
                minimum=1,
            )
        )
        db.session.add(CommitteeRules(committee_id=committee_id, version=1, changed_at=now()))
        db.session.flush()
        for name, role in (
            ("chair", Role.COMMITTEE_CHAIR),
            ("secretary", Role.COMMITTEE_SECRETARY),
            ("member", Role.COMMITTEE_MEMBER),
            ("other", Role.COMMITTEE_MEMBER),
        ):
            people[name] = _seat(committee_id, college_id, name, role, since)
    return Ethics(world, committee_id, people)


def _seat(committee_id: UUID, college_id: UUID, name: str, role: Role, since: date) -> UUID:
    user = User(
        email=f"{name}.{committee_id.hex[-6:]}@ethics.example",
        name=f"The {name}",
        language="en",
        created_at=now(),
    )
    db.session.add(user)
    db.session.flush()
    grant = Grant(
        id=new_id(),
        user_id=user.id,
        role=role,
        scope="committee",
        scope_id=committee_id,
        starts_at=EARLY,
    )
    db.session.add(grant)
    db.session.flush()
    if role is not Role.COMMITTEE_SECRETARY:
        db.session.add(
            Mandate(
                committee_id=committee_id,
                college_id=college_id,
                user_id=user.id,
                starts_on=since,
                ends_on=date(2099, 12, 31),
                origin="election",
                created_at=now(),
            )
        )
    if role is not Role.COMMITTEE_MEMBER:
        db.session.add(
            Office(
                committee_id=committee_id,
                user_id=user.id,
                office=role.value.removeprefix("committee_"),
                starts_on=since,
                grant_id=grant.id,
                created_at=now(),
                admitted_at=now(),
            )
        )
    return user.id
