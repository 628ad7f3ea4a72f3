"""The ethics committee's year 2024, replayed on its own days by the real services.

Its people are invented; how many cases, meetings and members there were is as a cooperative's
report on that year has it. It is loaded once, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import frozen, now
from casework.db import unit_of_work
from casework.demo.organisations import address_of
from casework.demo.people import OURS, password_hash
from casework.extensions import db, settings
from casework.models import Deadline, Meeting, Message, Reminder, User
from casework.policy import SYSTEM, Actor
from casework.services import cases, marks, records
from casework.services.committees import (
    agenda,
    attendance,
    bodies,
    deciding,
    due,
    meetings,
    seats,
)
from casework.services.committees.meetings import When
from casework.services.ethics import bringing, year
from casework.workflows import registry

MARK = "demo-ethics"
FOUNDED = date(2022, 1, 10)
UNTIL = date(2027, 12, 31)
LANGUAGE = "fr"
COLLEGES = (
    (("Équipe support", "Supportteam", "Support team"), 3, 1),
    (("Expertes accompagnantes", "Begeleidende experts", "Accompanying experts"), 2, 0),
    (("Sociétaires", "Vennoten", "Members"), 6, 2),
)
SEATS = (
    ("Aurore Delvaux", 0, FOUNDED, "candidature"),
    ("Bruno Castel", 0, FOUNDED, "candidature"),
    ("Nadia Ferrand", 0, date(2024, 2, 1), "candidature"),
    ("Hélène Marchal", 1, FOUNDED, "appointment"),
    ("Greet Sanders", 1, FOUNDED, "appointment"),
    ("Samira Ouali", 2, FOUNDED, "election"),
    ("Luc Baudouin", 2, FOUNDED, "election"),
    ("Jonas Piron", 2, FOUNDED, "election"),
    ("Élise Thonnard", 2, FOUNDED, "election"),
    ("Marek Nowicki", 2, FOUNDED, "election"),
    ("Odile Vermeire", 2, date(2024, 9, 1), "election"),
)
CHAIR, SECRETARY = "Samira Ouali", "Aurore Delvaux"
SHOWN = (
    ("Ethics committee chair (French)", CHAIR),
    ("Ethics committee secretary (French)", SECRETARY),
    ("Ethics committee member (French)", "Luc Baudouin"),
)
MEETINGS = (
    date(2024, 1, 18),
    date(2024, 2, 22),
    date(2024, 3, 28),
    date(2024, 5, 16),
    date(2024, 6, 20),
    date(2024, 9, 12),
    date(2024, 10, 17),
    date(2024, 11, 28),
)
MOTIVE = "Le comité a entendu les personnes concernées et en a débattu."
NO_FRONTIER = dict.fromkeys(
    ("operational", "political", "representation", "members", "mediation"), "no"
)


@dataclass(frozen=True)
class Matter:
    """One case of the year: when it was brought, asked for, debated, put off or resolved."""

    noticed_on: date
    theme: str
    title: str
    summary: str
    asked_on: date | None = None
    debated_on: date | None = None
    drafted_on: date | None = None
    put_off_on: tuple[date, ...] = ()
    resolved_on: date | None = None


MATTERS = (
    Matter(
        date(2024, 1, 22),
        "artificial_intelligence",
        "Outils d’intelligence artificielle",
        "L’équipe support commence à se servir d’outils d’intelligence artificielle, sans cadre.",
        asked_on=date(2024, 1, 29),
        debated_on=date(2024, 3, 28),
        drafted_on=date(2024, 11, 28),
    ),
    Matter(
        date(2024, 2, 12),
        "discrimination",
        "Consignes discriminatoires de clients",
        "Des clients demandent d’écarter certaines personnes des missions qu’ils confient.",
        asked_on=date(2024, 2, 19),
        debated_on=date(2024, 5, 16),
        drafted_on=date(2024, 10, 17),
    ),
    Matter(
        date(2024, 3, 4),
        "sex_work",
        "Missions de travail du sexe",
        "Peut-on facturer des prestations de travail du sexe, et à quelles conditions ?",
        asked_on=date(2024, 3, 11),
        debated_on=date(2024, 6, 20),
        drafted_on=date(2024, 11, 28),
    ),
    Matter(
        date(2024, 4, 22),
        "money",
        "Mécénat d’une entreprise contestée",
        "Une entreprise contestée propose de financer un programme d’accompagnement.",
        put_off_on=(date(2024, 6, 20), date(2024, 11, 28)),
    ),
    Matter(
        date(2024, 5, 27),
        "working_conditions",
        "Délais de paiement imposés",
        "Des délais de paiement très longs sont imposés à des membres aux revenus modestes.",
        put_off_on=(date(2024, 10, 17),),
    ),
    Matter(
        date(2024, 9, 2),
        "personal_data",
        "Photographies publiées sans accord",
        "Des photographies d’un événement ont été publiées sans l’accord des personnes.",
        asked_on=date(2024, 9, 9),
        resolved_on=date(2024, 10, 8),
    ),
    Matter(
        date(2024, 10, 7),
        "clients",
        "Commande d’un organisateur de chasses",
        "Une mission pour un organisateur de chasses heurte plusieurs membres.",
        resolved_on=date(2024, 11, 19),
    ),
)


def load() -> list[tuple[str, str]]:
    """Replay the year, unless it was; return role and address of those who may sign in."""
    with unit_of_work(db.session):
        if marks.find(MARK) is None:
            committee = _found()
            with frozen(_at(FOUNDED)):
                story = _Story(*committee)
            story.play()
            _hand_in(story.committee_id)
            _hush(story.committee_id, list(story.cases.values()))
            marks.leave(MARK, {"committee_id": str(story.committee_id)}, now())
    return [(role, address_of(name, OURS)) for role, name in SHOWN]


def _found() -> tuple[UUID, dict[str, UUID]]:
    """Found the committee with its colleges, its members and their mandates."""
    people: dict[str, UUID] = {}
    with _day(FOUNDED) as key:
        names = {
            "fr": "Comité d’éthique",
            "nl": "Ethisch comité",
            "en": "Ethics committee",
        }
        founder = _founder()
        committee_id = bodies.found(founder, "ethics", "CET", names, key("found"))
        colleges = [
            bodies.add_college(
                founder,
                committee_id,
                dict(zip(("fr", "nl", "en"), labels, strict=True)),
                target,
                minimum,
                key(f"college-{number}"),
                votes=True,
            )
            for number, (labels, target, minimum) in enumerate(COLLEGES)
        ]
    for name, college, since, origin in SEATS:
        with _day(since) as key:
            people[name] = _person(name)
            seats.seat(SYSTEM, colleges[college], people[name], since, UNTIL, origin, key(name))
    with _day(FOUNDED) as key:
        for office, name in (("chair", CHAIR), ("secretary", SECRETARY)):
            bodies.name_officer(SYSTEM, committee_id, office, people[name], FOUNDED, key(office))
    return committee_id, people


@dataclass
class _Story:
    """The year, played day by day."""

    committee_id: UUID
    people: dict[str, UUID]
    cases: dict[str, UUID] = field(default_factory=dict)

    def play(self) -> None:
        """Play all days in their order."""
        days = sorted(
            {
                *MEETINGS,
                *(d for m in MATTERS for d in (m.noticed_on, m.asked_on, m.resolved_on) if d),
            }
        )
        for each in days:
            for matter in MATTERS:
                self._before_the_meeting(matter, each)
            if each in MEETINGS:
                self._meet(each)
        with _day(date(2024, 4, 25)):
            year.note_training(
                SYSTEM, date(2024, 4, 25), 2, "les dilemmes éthiques en entreprise sociale"
            )
        with _day(date(2024, 10, 3)):
            year.note_debate(
                SYSTEM, date(2024, 10, 3), "l’intelligence artificielle", "une université"
            )

    def _before_the_meeting(self, matter: Matter, day: date) -> None:
        if day == matter.noticed_on:
            self._bring(matter)
        if day == matter.asked_on:
            with _day(day) as key:
                said = {
                    "author": "Le conseil d’administration",
                    "requested_on": day,
                    "question": f"Que pense le comité de ceci : {matter.title} ?",
                }
                self._save(matter, "requests", said, key)
                self._move(matter, "admit", {}, key)
                self._move(matter, "schedule", {}, key)
        if day == matter.resolved_on:
            with _day(day) as key:
                said = {
                    "resolved_on": day,
                    "resolved_how": "Les personnes concernées se sont entendues entre elles.",
                    "resolved_confirmed": True,
                }
                self._move(matter, "resolve", said, key)

    def _bring(self, matter: Matter) -> None:
        """Bring a matter, look at its scope, and wait for a formal request."""
        with _day(matter.noticed_on) as key:
            said = {
                "title": matter.title,
                "origin": "person",
                "noticed_on": matter.noticed_on,
                "themes": [matter.theme],
                "sensitivity": "usual",
                "summary": matter.summary,
            }
            workflow = registry.latest(bringing.WORKFLOW)
            done = cases.open_case(
                workflow, "refer", self._actor(SECRETARY), None, said, key(matter.title), LANGUAGE
            )
            self.cases[matter.title] = done.case_id
            self._move(matter, "begin_triage", {}, key)
            self._save(matter, "triage", {**NO_FRONTIER, "better_body": "no"}, key)
            self._move(matter, "await_request", {}, key)

    def _meet(self, day: date) -> None:
        """Hold a meeting: its cases are debated, their texts ordered, or they are put off."""
        with _day(day) as key:
            start = datetime.combine(day, datetime.min.time(), settings().zone).replace(hour=17)
            when = When(start, start + timedelta(hours=2), "Maison de la coopérative")
            meeting_id = meetings.plan(SYSTEM, self.committee_id, when, key("plan"))
            secretary = self._actor(SECRETARY)
            taken = [(m, a) for m in MATTERS if (a := _act_on(m, day)) is not None]
            items = [
                (agenda.add_case(secretary, meeting_id, self.cases[m.title], key(m.title)), a)
                for m, a in taken
            ]
            if not items:
                note = "Tour des questions en cours"
                subject = agenda.add_subject(secretary, meeting_id, note, key("subject"))
            agenda.send_papers(secretary, meeting_id)
            meetings.begin(SYSTEM, meeting_id, key("begin"), self.people[CHAIR])
            sitting = [name for name, _college, since, _origin in SEATS if since <= day]
            present: dict[UUID, tuple[str, UUID | None]] = {
                self.people[name]: ("present", None) for name in sitting
            }
            attendance.note(secretary, meeting_id, present, key("present"))
            for item_id, act in items:
                self._decide(meeting_id, item_id, act, key)
            if not items:
                deciding.note_subject(secretary, subject, "Fait.", key("noted"))
            meetings.hold(secretary, meeting_id, key("hold"))

    def _decide(self, meeting_id: UUID, item_id: UUID, act: str, key: Any) -> None:
        secretary = self._actor(SECRETARY)
        if act == "lack_of_time":
            deciding.postpone(secretary, item_id, act, "", key(f"off-{item_id}"), LANGUAGE)
            return
        version = db.session.get_one(Meeting, meeting_id, populate_existing=True).version
        said = {"motive": MOTIVE}
        deciding.decide(
            secretary, item_id, act, "consensus", said, version, key(f"on-{item_id}"), LANGUAGE
        )

    def _move(self, matter: Matter, name: str, said: dict[str, Any], key: Any) -> None:
        case_id = self.cases[matter.title]
        actor = self._actor(SECRETARY)
        cases.fire(case_id, name, actor, said, None, key(f"{name}-{case_id}"), "", LANGUAGE)

    def _save(self, matter: Matter, section: str, said: dict[str, Any], key: Any) -> None:
        case_id = self.cases[matter.title]
        actor = self._actor(SECRETARY)
        records.save(case_id, section, None, actor, said, "", key(f"{section}-{case_id}"), LANGUAGE)

    def _actor(self, name: str) -> Actor:
        db.session.flush()
        return policy.actor_of(db.session, self.people[name], now())


def _act_on(matter: Matter, day: date) -> str | None:
    """Return what a meeting does with a case."""
    if day == matter.debated_on:
        return "deliberate"
    if day == matter.drafted_on:
        return "draft"
    return "lack_of_time" if day in matter.put_off_on else None


@contextmanager
def _day(day: date) -> Iterator[Any]:
    """Act in the afternoon of a day; yields what makes the keys of its acts."""
    with frozen(_at(day)):
        yield lambda name: f"{MARK} {day} {name}"


def _at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), settings().zone).replace(hour=15)


def _founder() -> Actor:
    """Return the programme lead who founds the committee."""
    email = address_of("Béatrice Fontaine", OURS)
    user_id = db.session.scalars(sa.select(User.id).where(User.email == email)).one()
    return policy.actor_of(db.session, user_id, datetime.now(UTC))


def _person(name: str) -> UUID:
    user = User(
        email=address_of(name, OURS),
        name=name,
        language=LANGUAGE,
        password_hash=password_hash(),
        created_at=now(),
    )
    db.session.add(user)
    db.session.flush()
    return user.id


def _hand_in(committee_id: UUID) -> None:
    """Hand in the yearly reports of the years that are over."""
    while (report := due.report_due(committee_id)) is not None and report.due_at < now():
        with frozen(report.due_at - timedelta(days=14)):
            due.hand_in_report(SYSTEM, committee_id, f"demo-ethics-report-{report.due_at.year}")
    due.follow(committee_id, now())


def _hush(committee_id: UUID, case_ids: list[UUID]) -> None:
    """Send nobody a mail of that year, nor a reminder of what was due in it."""
    db.session.flush()
    people = [address_of(name, OURS) for name, *_rest in SEATS]
    ours = sa.select(User.id).where(User.email.in_(people))
    db.session.execute(
        sa.update(Message)
        .where(Message.recipient_id.in_(ours))
        .values(mail_state="none", next_attempt_at=None, read_at=now())
        .execution_options(synchronize_session=False)
    )
    past = sa.select(Deadline.id).where(
        sa.or_(Deadline.case_id.in_(case_ids), Deadline.committee_id == committee_id)
    )
    db.session.execute(
        sa.update(Reminder)
        .where(Reminder.deadline_id.in_(past), Reminder.state == "pending", Reminder.at <= now())
        .values(state="superseded")
        .execution_options(synchronize_session=False)
    )
