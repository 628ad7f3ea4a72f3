"""A decision committee: founded some months ago, two meetings held, one to come.

It is added after the stories, so that what was decided before it sat was decided by a lead, as in
any house that founds its committee later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.calendar import WorkingCalendar
from casework.clock import frozen
from casework.db import unit_of_work
from casework.demo.organisations import address_of
from casework.demo.people import OURS, cast, password_hash
from casework.extensions import db
from casework.models import Case, Committee, Meeting, Message, User
from casework.policy import Actor
from casework.services import house, marks
from casework.services.committees import (
    agenda,
    attendance,
    bodies,
    deciding,
    meetings,
    minutes,
    opinions,
    seats,
)
from casework.services.committees.meetings import When

FOUNDED, FIRST, SECOND, NEXT = 75, 40, 8, -12
"""How many days ago it was founded and met; the next meeting lies ahead."""

BEGINS, ENDS = time(14), time(16, 30)
PLACE = "Namur"
NAMES = {"fr": "Comité de décision", "nl": "Beslissingscomité", "en": "Decision committee"}
COLLEGES = (
    ({"fr": "Sociétaires", "nl": "Vennoten", "en": "Members"}, 4, 2),
    ({"fr": "Équipe", "nl": "Team", "en": "Team"}, 2, 1),
)
CHAIR, SECRETARY = "Hélène Rousseau", "Joris Claes"
SITTING = (
    (0, CHAIR, "fr", "election"),
    (0, "Nadia Haddad", "fr", "candidature"),
    (0, "Pieter Vandamme", "nl", "election"),
    (0, "Aminata Diallo", "fr", "election"),
    (1, "Thomas Gérard", "fr", "appointment"),
    (1, "Liesbeth Maes", "nl", "appointment"),
)
SUBJECTS = ("Règlement d’ordre intérieur", "Calendrier des réunions")
SAID = "Lu et adopté sans remarque."
MISSING = "Le budget du second semestre n’est pas joint."
OPINION = "Le projet relie deux secteurs qui ne se parlaient pas ; le budget est sobre."

SHOWN = (("Committee chair (French)", CHAIR), ("Committee secretary (Dutch)", SECRETARY))


def sign_ins() -> list[tuple[str, str]]:
    """Return who of the committee is printed: role and address."""
    return [(role, address_of(name, OURS)) for role, name in SHOWN]


def add(began: datetime) -> None:
    """Add the committee, unless it was added before. Owns its transactions."""
    with unit_of_work(db.session):
        if marks.find("demo-committee") is not None:
            return
        cal = house.calendar()
    _Making(began.astimezone(cal.zone).date(), cal).make()


@dataclass
class _Making:
    """The acts of making it, each at its moment; each transaction is done once."""

    today: date
    cal: WorkingCalendar

    def make(self) -> None:
        """Found it, hold two meetings, prepare the third."""
        self._once("found", FOUNDED, self._found)
        self._once("first", FIRST, self._first)
        self._once("second", SECOND, self._second)
        self._once("next", 1, self._next)
        with unit_of_work(db.session):
            marks.leave("demo-committee", {}, self._at(1))

    def _once(self, name: str, ago: int, act: Callable[[datetime], None]) -> None:
        key = f"demo-committee-{name}"
        with frozen(self._at(ago)) as moment, unit_of_work(db.session):
            if marks.find(key) is None:
                act(moment)
                marks.leave(key, {}, moment)
                if ago > 1:
                    _hush(moment)

    def _found(self, moment: datetime) -> None:
        founder = policy.actor_of(db.session, cast().people["beatrice"], moment)
        committee = bodies.found(founder, "decision", "CD", NAMES, "demo-committee")
        colleges = [
            bodies.add_college(founder, committee, names, target, least, names["en"], votes=True)
            for names, target, least in COLLEGES
        ]
        first = moment.astimezone(self.cal.zone).date()
        last = first + timedelta(days=730)
        for number, name, language, origin in SITTING:
            user = _person(name, language, moment)
            seats.seat(founder, colleges[number], user, first, last, origin, f"demo {name}")
        secretary = _person(SECRETARY, "nl", moment)
        bodies.name_officer(founder, committee, "chair", _id(CHAIR), first, "demo chair")
        bodies.name_officer(founder, committee, "secretary", secretary, first, "demo secretary")

    def _first(self, moment: datetime) -> None:
        keeper, meeting = self._plan(moment, FIRST)
        items = [agenda.add_subject(keeper, meeting, each, f"demo {each}") for each in SUBJECTS]
        self._open(keeper, meeting, moment, absent=1)
        for item in items:
            deciding.note_subject(keeper, item, SAID, f"demo {item}")
        meetings.hold(keeper, meeting, f"demo {meeting}")

    def _second(self, moment: datetime) -> None:
        keeper, meeting = self._plan(moment, SECOND)
        before = db.session.scalars(sa.select(Meeting.id).where(Meeting.state == "held")).one()
        ready = _ready()[-1:]
        items = [agenda.add_case(keeper, meeting, each, f"demo {each}") for each in ready]
        self._open(keeper, meeting, moment, absent=2)
        minutes.approve(keeper, before, meeting, "demo minutes")
        for item in items:
            deciding.postpone(keeper, item, "information_missing", MISSING, f"demo {item}", "fr")
        meetings.hold(keeper, meeting, f"demo {meeting}")

    def _next(self, moment: datetime) -> None:
        keeper, meeting = self._plan(moment, NEXT)
        items = [agenda.add_case(keeper, meeting, c, f"demo again {c}") for c in _ready()[-2:]]
        if items:
            agenda.send_papers(keeper, meeting)
        for name, answer in ((CHAIR, "yes"), ("Nadia Haddad", "yes"), ("Thomas Gérard", "no")):
            actor = policy.actor_of(db.session, _id(name), moment)
            attendance.announce(actor, meeting, answer, "", f"demo {name}")
        if items:
            chair = policy.actor_of(db.session, _id(CHAIR), moment)
            opinions.give(chair, items[0], "for", OPINION, "demo opinion")

    def _plan(self, moment: datetime, ago: int) -> tuple[Actor, UUID]:
        keeper = policy.actor_of(db.session, _id(SECRETARY), moment)
        committee = db.session.scalars(sa.select(Committee.id).where(Committee.prefix == "CD"))
        day = self._day(ago)
        when = When(self.cal.at(day, BEGINS), self.cal.at(day, ENDS), PLACE)
        return keeper, meetings.plan(keeper, committee.one(), when, f"demo meeting {ago}")

    def _open(self, keeper: Actor, meeting: UUID, moment: datetime, *, absent: int) -> None:
        meetings.begin(keeper, meeting, f"demo begin {meeting}")
        names = [name for _college, name, _language, _origin in SITTING]
        noted: dict[UUID, tuple[str, UUID | None]] = {
            _id(name): ("absent" if number < absent else "present", None)
            for number, name in enumerate(reversed(names))
        }
        attendance.note(keeper, meeting, noted, f"demo note {meeting}")

    def _day(self, ago: int) -> date:
        return self.cal.add_working_days(self.today - timedelta(days=ago - 1), -1)

    def _at(self, ago: int) -> datetime:
        return self.cal.at(self._day(ago), BEGINS)


def _hush(moment: datetime) -> None:
    """Have what was told of the committee in the past be read, and mailed to nobody."""
    db.session.flush()
    db.session.execute(
        sa.update(Message)
        .where(Message.kind == "committee", Message.read_at.is_(None))
        .values(read_at=moment, mail_state="none", next_attempt_at=None)
    )


def _ready() -> list[UUID]:
    """Return the cases that wait for the committee, the one that has waited longest first."""
    query = sa.select(Case.id).where(
        Case.workflow_key == "partner_project", Case.state == "deliberation"
    )
    return list(db.session.scalars(query.order_by(Case.state_since, Case.id)))


def _person(name: str, language: str, moment: datetime) -> UUID:
    user = User(
        email=address_of(name, OURS),
        name=name,
        language=language,
        password_hash=password_hash(),
        created_at=moment,
    )
    db.session.add(user)
    db.session.flush()
    return user.id


def _id(name: str) -> UUID:
    return db.session.scalars(sa.select(User.id).where(User.email == address_of(name, OURS))).one()
