"""A committee with two meetings, made by the product's own acts.

One is to come, with many items; one is open, with everybody there. One of its members works in the
office and sees no case but those that the papers of the open meeting have shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from bench.cast import LEAD
from bench.site import Site, form_key
from casework import policy
from casework.clock import now
from casework.db import announce_read, announce_write, new_id, unit_of_work
from casework.extensions import db, house_day
from casework.folding import folded
from casework.models import Case, Committee, Grant, Meeting, MeetingItem, User
from casework.policy import Actor
from casework.roles import Role
from casework.services.committees import agenda, attendance, bodies, meetings, seats
from casework.services.committees.meetings import When

MEMBERS, ITEMS, SHOWN = 30, 200, 50
MEMBER = "member0@council.example"
KIND, LETTERS = "decision", "BENCH"


@dataclass(frozen=True)
class Council:
    """The numbers of the meeting to come and of the open one."""

    coming: str
    opened: str


def council(site: Site) -> Council:
    """Return the committee's meetings, made now unless the database has them."""
    known = db.session.scalar(sa.select(Committee.id).where(Committee.prefix == LETTERS))
    if known is None:
        announce_write()
        db.session.rollback()
        with unit_of_work(db.session):
            known = _made(site.person(LEAD))
        announce_read()
    rows = db.session.execute(
        sa.select(Meeting.state, Meeting.number).where(Meeting.committee_id == known)
    )
    found = {row.state: row.number for row in rows}
    db.session.remove()
    return Council(found["planned"], found["open"])


def _made(lead: UUID) -> UUID:
    founder = policy.actor_of(db.session, lead, now())
    names = dict.fromkeys(("fr", "nl", "en"), "Bench")
    first = house_day() - timedelta(days=30)
    committee = bodies.found(founder, KIND, LETTERS, names, form_key())
    college = bodies.add_college(founder, committee, names, MEMBERS, 1, form_key(), votes=True)
    bodies.name_officer(founder, committee, "secretary", lead, first, form_key())
    people = [_person(number) for number in range(MEMBERS)]
    last = first + timedelta(days=730)
    for person in people:
        seats.seat(founder, college, person, first, last, "appointment", form_key())
    keeper = policy.actor_of(db.session, lead, now())
    cases = list(db.session.scalars(sa.select(Case.id).order_by(Case.id)))
    soon = now() + timedelta(minutes=5)
    held = _meeting(keeper, committee, soon, _spread(cases, SHOWN))
    agenda.send_papers(keeper, held)
    meetings.begin(keeper, held, form_key(), people[0])
    attendance.note(keeper, held, dict.fromkeys(people, ("present", None)), form_key())
    _meeting(keeper, committee, soon + timedelta(days=30), _spread(cases, ITEMS))
    return committee


def _person(number: int) -> UUID:
    name, key = f"Member {number}", new_id()
    email = f"member{number}@council.example"
    words = folded(f"{name} {email}")
    db.session.add(
        User(id=key, email=email, name=name, folded=words, language="fr", created_at=now())
    )
    db.session.flush()
    if email == MEMBER:
        db.session.add(Grant(user_id=key, role=Role.COACH, scope="house", starts_at=now()))
    return key


def _meeting(keeper: Actor, committee: UUID, begins: datetime, cases: list[UUID]) -> UUID:
    """Plan a meeting on cases that stand anywhere: the bench has few that wait for a committee."""
    ends = begins + timedelta(hours=2)
    meeting = meetings.plan(keeper, committee, When(begins, ends, "Namur"), form_key())
    items = enumerate(cases, start=1)
    db.session.add_all(
        MeetingItem(
            meeting_id=meeting,
            case_id=case_id,
            position=position,
            first_at=now(),
            added_at=now(),
            added_by_id=keeper.id,
        )
        for position, case_id in items
    )
    db.session.flush()
    return meeting


def _spread(cases: list[UUID], most: int) -> list[UUID]:
    """Return so many cases from all over the house's years."""
    return cases[:: max(1, len(cases) // most)][:most]
