"""A committee for tests: colleges, members, chair and secretary, meetings, cases before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework import policy, reference
from casework.clock import now
from casework.extensions import db, house_day
from casework.models import Case, Meeting, MeetingItem
from casework.policy import Actor
from casework.queries.committees import room
from casework.queries.committees.room import Room
from casework.roles import Role
from casework.services.committees import (
    agenda,
    attendance,
    bodies,
    deciding,
    interests,
    meetings,
    polls,
    seats,
)
from casework.services.committees.bodies import Rules
from casework.services.committees.meetings import When
from casework.services.errors import RefusedError
from tests.support.world import World

MOTIVE = "It bridges two sectors well."


def names(text: str) -> dict[str, str]:
    """Return one name in every language."""
    return {code: f"{text} {code}" for code in ("fr", "nl", "en")}


class Council:
    """A decision committee with one college of five who vote and one of two who do not.

    The chair is the first member; the secretary does not sit.
    """

    def __init__(
        self,
        world: World,
        members: int = 5,
        rules: Rules | None = None,
        letters: str = "CD",
        kind: str = "decision",
    ) -> None:
        self.world = world
        with world.writing():
            reference.load()
        self.lead = world.person(Role.PROGRAMME_LEAD, name="Founder")
        self.organisation = world.organisation()
        self.partner = world.person(Role.PARTNER_LEAD, self.organisation)
        self.secretary = world.person(None, name="Secretary")
        self.members = [world.person(None, name=f"Member {n}") for n in range(1, members + 1)]
        self.experts = [world.person(None, name=f"Expert {n}") for n in (1, 2)]
        self.chair = self.members[0]
        first = self.today - timedelta(days=30)
        with world.writing():
            founder = world.actor(self.lead)
            self.id = bodies.found(founder, kind, letters, names("Decision committee"), new())
            self.college = bodies.add_college(
                founder, self.id, names("Members"), max(5, members), 1, new(), votes=True
            )
            self.expert_college = bodies.add_college(
                founder, self.id, names("Experts"), 2, 0, new(), votes=False
            )
            if rules is not None:
                bodies.change_rules(founder, self.id, rules, new())
            bodies.name_officer(founder, self.id, "chair", self.chair, first, new())
            bodies.name_officer(founder, self.id, "secretary", self.secretary, first, new())
            for person in self.members:
                self._seat(founder, self.college, person, first)
            for person in self.experts:
                self._seat(founder, self.expert_college, person, first)

    @property
    def today(self) -> date:
        """The present day in the house's zone."""
        return house_day()

    def actor(self, person: UUID) -> Actor:
        """Return somebody as services know them."""
        return self.world.actor(person)

    def case(self, title: str = "Gardens", *, restricted: bool = False) -> UUID:
        """Make a case that stands in deliberation (its earlier moves are left out)."""
        case_id = self.world.start("partner_project", self.partner, self.organisation, title=title)
        with self.world.writing():
            db.session.execute(
                sa.update(Case)
                .where(Case.id == case_id)
                .values(state="deliberation", restricted=restricted)
            )
        return case_id

    def plan(self, days: int = 0) -> UUID:
        """Plan a meeting so many days from now, two hours after the present one."""
        start = now() + timedelta(days=days, minutes=5)
        when = When(start, start + timedelta(hours=2), "Namur")
        with self.world.writing():
            return meetings.plan(self.actor(self.secretary), self.id, when, new())

    def meeting(self, meeting_id: UUID) -> Meeting:
        """Return a meeting as it is stored now."""
        return db.session.get_one(Meeting, meeting_id, populate_existing=True)

    def room(self, meeting_id: UUID) -> Room:
        """Return a meeting's room as it is now."""
        return room.load(self.meeting(meeting_id), now())

    def put(self, meeting_id: UUID, case_id: UUID) -> UUID:
        """Put a case on an agenda and return the item."""
        with self.world.writing():
            return agenda.add_case(self.actor(self.secretary), meeting_id, case_id, new())

    def papers(self, meeting_id: UUID) -> None:
        """Send the papers."""
        with self.world.writing():
            agenda.send_papers(self.actor(self.secretary), meeting_id)

    def begin(self, meeting_id: UUID, there: Mapping[UUID, str] | None = None) -> None:
        """Open a meeting with everybody there, or those named with their presence."""
        with self.world.writing():
            meetings.begin(self.actor(self.secretary), meeting_id, new())
        noted = there if there is not None else dict.fromkeys(self.members, "present")
        self.note(meeting_id, noted)

    def note(self, meeting_id: UUID, there: Mapping[UUID, str]) -> None:
        """Note who is there."""
        with self.world.writing():
            presence: dict[UUID, tuple[str, UUID | None]] = {
                who: (said, None) for who, said in there.items()
            }
            attendance.note(self.actor(self.secretary), meeting_id, presence, new())

    def recuse(self, item_id: UUID, person: UUID) -> None:
        """Have a member declare an interest."""
        with self.world.writing():
            interests.declare(self.actor(person), item_id, "My sister works there.", new())

    def poll(self, item_id: UUID, verdict: str = "decline", *, secret: bool = False) -> UUID:
        """Open a vote."""
        with self.world.writing():
            return polls.begin(self.actor(self.secretary), item_id, verdict, new(), secret=secret)

    def cast(self, poll_id: UUID, votes: Mapping[UUID, str], by: UUID | None = None) -> None:
        """Cast votes, as the secretary writes them down or as somebody's own."""
        with self.world.writing():
            polls.cast(self.actor(by or self.secretary), poll_id, votes, new())

    def close(self, poll_id: UUID) -> bool:
        """Close a vote and say whether it is carried."""
        with self.world.writing():
            return polls.close(self.actor(self.secretary), poll_id, new()).carried

    def decide(
        self,
        item_id: UUID,
        verdict: str = "decline",
        method: str = "consensus",
        by: UUID | None = None,
        **data: Any,
    ) -> UUID:
        """Decide on an item as somebody who has just looked at the meeting."""
        with self.world.writing():
            meeting_id = db.session.scalars(
                sa.select(Meeting.id)
                .join_from(Meeting, MeetingItem)
                .where(MeetingItem.id == item_id)
            ).one()
            version = self.meeting(meeting_id).version
            typed = {"motive": MOTIVE, **data}
            who = self.actor(by or self.secretary)
            return deciding.decide(who, item_id, verdict, method, typed, version, new())

    def sees(self, person: UUID, case_id: UUID) -> bool:
        """Say whether somebody may see a case now."""
        return policy.may_see(self.actor(person), self.world.case(case_id))

    def _seat(self, founder: Actor, college: UUID, person: UUID, first: date) -> None:
        last = first + timedelta(days=730)
        seats.seat(founder, college, person, first, last, "election", new())


def new() -> str:
    """Return a key for an act that is done once."""
    return uuid4().hex


def reason_of(error: pytest.ExceptionInfo[RefusedError]) -> str:
    """Return the message of the one reason for which an act was refused."""
    (reason,) = error.value.reasons
    return reason.message
