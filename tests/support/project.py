"""A partner project for tests: its people, records and moves, as the product makes them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from casework import policy, reference
from casework.clock import now
from casework.extensions import db, house_day
from casework.models import Call, CallExtension, Case, Deadline, Programme
from casework.queries import desk
from casework.roles import HOUSE_ROLES, PARTNER_ROLES, Role
from casework.services import cases, documents, records
from casework.services.errors import RefusedError
from casework.workflows.partner_project.definition import PARTNER_PROJECT
from casework.workflows.partner_project.facts import ProjectFacts
from tests.support.world import World

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
IDEA = {
    "title": "Shared gardens",
    "challenge": "Old people in our street meet nobody.",
    "target_group": "Lonely seniors",
    "people": "120",
    "partners": "",
    "anchoring_thought": "The neighbourhood house could carry it on.",
    "amount_cents": "48 000,00",
}


class Project:
    """One partner project with one person in every role."""

    def __init__(self, world: World, **organisation: Any) -> None:
        self.world = world
        with world.writing():
            reference.load()
        known = {"registry_number": "0403019261", "sector": "welfare", **organisation}
        self.organisation = world.organisation(**known)
        self.people = {
            role: world.person(role, self.organisation if role in PARTNER_ROLES else None)
            for role in HOUSE_ROLES | PARTNER_ROLES
        }
        self.id: UUID

    @property
    def today(self) -> date:
        """The present day in the house's zone."""
        return house_day()

    def in_days(self, days: int) -> str:
        """Return the day so many days from today, as a browser sends it."""
        return (self.today + timedelta(days=days)).isoformat()

    def programme(self, number: int) -> UUID:
        """Return the identifier of a programme."""
        return db.session.scalars(sa.select(Programme.id).where(Programme.number == number)).one()

    def add_call(self, closes_on: date, *, always_open: bool = False) -> UUID:
        """Add a call that opened ten days before it closes (inside a transaction)."""
        titles = {f"title_{language}": "Call" for language in ("fr", "nl", "en")}
        opens_on = closes_on - timedelta(days=10)
        call = Call(
            **titles,
            opens_on=opens_on,
            closes_on=closes_on,
            always_open=always_open,
            created_at=now(),
            updated_at=now(),
        )
        db.session.add(call)
        db.session.flush()
        return call.id

    def extend_call(self, call_id: UUID, until: date) -> None:
        """Give the organisation more time (inside a transaction)."""
        db.session.add(
            CallExtension(
                call_id=call_id,
                organisation_id=self.organisation,
                until=until,
                reason="The meeting was put off.",
                granted_by_id=self.people[Role.PROGRAMME_LEAD],
                created_at=now(),
            )
        )

    @property
    def case(self) -> Case:
        """The case as it is stored now."""
        return self.world.case(self.id)

    @property
    def state(self) -> str:
        """The state in which the case stands."""
        return str(self.case.state)

    @property
    def facts(self) -> ProjectFacts:
        """The facts as guards see them."""
        found: ProjectFacts = cases.facts_of(self.case)
        return found

    def start(self, **data: Any) -> Project:
        """Begin the idea."""
        self.id = self.world.start(
            "partner_project",
            self.people[Role.PARTNER_LEAD],
            self.organisation,
            **{"title": "Shared gardens", **data},
        )
        return self

    def move(self, name: str, role: Role, override: str = "", **data: Any) -> cases.Outcome:
        """Make a move."""
        return self.world.fire(self.id, name, self.people[role], override, **data)

    def refused(self, name: str, role: Role, **data: Any) -> set[str | None]:
        """Try a move that the guards refuse; return the sections that their reasons lead to."""
        before = self.state
        try:
            self.move(name, role, **data)
        except RefusedError as error:
            assert self.state == before
            return {reason.section for reason in error.reasons}
        raise AssertionError(f"{name} was not refused")

    def rows(self, section: str) -> list[Any]:
        """Return a section's records, the first one first."""
        model = PARTNER_PROJECT.section_by_key[section].model
        return list(
            db.session.scalars(
                sa.select(model)
                .where(model.case_id == self.id, model.removed_at.is_(None))
                .order_by(model.position)
                .execution_options(populate_existing=True)
            )
        )

    def write(self, section: str, role: Role, row: Any = None, **data: Any) -> UUID:
        """Save a record, new or (with ``row``) changed."""
        single = PARTNER_PROJECT.section_by_key[section].single
        if row is None and single:
            row = next(iter(self.rows(section)), None)
        with self.world.writing():
            done = records.save(
                self.id,
                section,
                row.id if row is not None else None,
                self.world.actor(self.people[role]),
                data,
                records.stamp(row),
                uuid4().hex,
            )
        return done.record_id

    def take_away(self, section: str, role: Role, row: Any) -> None:
        """Take a record away."""
        actor = self.world.actor(self.people[role])
        with self.world.writing():
            records.remove(self.id, section, row.id, actor, records.stamp(row), uuid4().hex)

    def file(self, kind: str, role: Role = Role.PROGRAMME_OFFICER) -> None:
        """Put a document among the case's documents."""
        arriving = documents.arriving(io.BytesIO(PDF), f"{kind}.pdf")
        with self.world.writing(), arriving as arrival:
            actor = self.world.actor(self.people[role])
            documents.add(self.id, actor, kind, kind, False, arrival, uuid4().hex)

    def running(self) -> Mapping[str, str]:
        """Return the deadlines that run, by rule, with their state (open or stopped)."""
        found = db.session.execute(
            sa.select(Deadline.rule, Deadline.state).where(
                Deadline.case_id == self.id, Deadline.state.in_(("open", "stopped"))
            )
        )
        return {row.rule: row.state for row in found}

    def follows(self, person: UUID) -> bool:
        """Say whether reminders for the programme officer go to this person and nobody else."""
        role = Role.PROGRAMME_OFFICER
        found = policy.holders(db.session, [self.case], [role], now())
        return [holder.user_id for holder in found[self.id, role]] == [person]

    def tasks(self, role: Role, days: int) -> list[desk.Task]:
        """Return what stands on somebody's desk so many days from now."""
        person = self.world.actor(self.people[role])
        return desk.tasks(person, now() + timedelta(days=days))

    # The life of a project, stage by stage; each step brings what its guards ask for.

    def to_submitted(self) -> Project:
        """Write the idea and send it."""
        self.start()
        self.write("idea", Role.PARTNER_LEAD, **IDEA, programme_id=self.programme(4))
        self.move("submit_idea", Role.PARTNER_LEAD)
        return self

    def to_co_creation(self) -> Project:
        """Name the team and open co-creation."""
        self.to_submitted()
        self.name_team()
        self.move("open_co_creation", Role.PROGRAMME_OFFICER)
        return self

    def name_team(self) -> None:
        """Name the lead officer and the coach."""
        self.write(
            "team",
            Role.PROGRAMME_LEAD,
            officer_id=self.people[Role.PROGRAMME_OFFICER],
            coach_id=self.people[Role.COACH],
        )

    def prepare_proposal(self) -> None:
        """Write everything that a proposal needs."""
        lead = Role.PARTNER_LEAD
        self.write("sessions", lead, status="planned", held_on=self.in_days(10), topic="A walk")
        self.write("consortium", lead, name="Health house", sector="health")
        self.write("anchoring", lead, edition="v1", plan="The neighbourhood house takes over.")
        self.write("budget", lead, label="Tools", category="equipment", amount_cents="1 000,50")
        self.write("funding", lead, kind="grant", amount_cents="600,50")
        self.write("pledges", lead, investor="City", status="pledged", amount_cents="400")
        self.write("indicators", lead, label="People met a week", baseline="0", target="5")
        self.write(
            "pilot",
            lead,
            hypothesis="A garden brings people together.",
            scale="One street",
            starts_on=self.in_days(0),
            ends_on=self.in_days(100),
        )

    def to_deliberation(self) -> Project:
        """Submit a proposal and put it on the agenda."""
        self.to_co_creation()
        self.prepare_proposal()
        self.move("submit_proposal", Role.PARTNER_SIGNATORY)
        self.tick_completeness()
        self.move("put_on_agenda", Role.PROGRAMME_OFFICER, meeting_on=self.in_days(20))
        return self

    def tick_completeness(self) -> None:
        """Tick the whole checklist."""
        self.write(
            "completeness",
            Role.FINANCE,
            proposal_complete=True,
            budget_checked=True,
            risks_considered=True,
            anchoring_checked=True,
            signed_off=True,
        )

    def to_agreement(self) -> Project:
        """Approve the project."""
        self.to_deliberation()
        self.move("approve", Role.PROGRAMME_LEAD, motive="It bridges two sectors well.")
        return self

    def to_pilot(self) -> Project:
        """Approve the project, and sign on both sides."""
        self.to_agreement()
        self.sign()
        return self

    def sign(self) -> None:
        """Sign the agreement on both sides."""
        self.file("agreement")
        self.file("investor_letter")
        (pledge,) = self.rows("pledges")
        self.write(
            "pledges",
            Role.PARTNER_LEAD,
            pledge,
            investor="City",
            status="signed",
            amount_cents="400",
        )
        self.move("start_pilot", Role.PARTNER_SIGNATORY)
        self.move("start_pilot", Role.PROGRAMME_LEAD)

    def to_review(self) -> Project:
        """Learn, measure and close the pilot."""
        self.to_pilot()
        for number in range(3):
            self.note(f"Lesson {number}")
        self.measure("4")
        self.move("close_pilot", Role.PARTNER_LEAD)
        return self

    def note(self, lesson: str) -> None:
        """Write a learning note."""
        self.write(
            "learning",
            Role.PARTNER_CONTRIBUTOR,
            noted_on=self.in_days(0),
            observation="Nobody came in the rain.",
            lesson=lesson,
        )

    def measure(self, actual: str) -> None:
        """Give the indicator its value."""
        (indicator,) = self.rows("indicators")
        self.write(
            "indicators",
            Role.PARTNER_LEAD,
            indicator,
            label="People met a week",
            baseline="0",
            target="5",
            actual=actual,
        )

    def look_back(self) -> None:
        """Write the synthesis and the three views."""
        self.write(
            "synthesis",
            Role.PROGRAMME_OFFICER,
            worked="The tea",
            did_not_work="The hour",
            conclusion="Begin later",
        )
        for party in ("officer", "partner", "target_group"):
            self.write(
                "views",
                Role.PARTNER_LEAD if party == "partner" else Role.PROGRAMME_OFFICER,
                party=party,
                view="Worth while",
                given_on=self.in_days(0),
            )

    def to_anchoring(self) -> Project:
        """Decide to anchor at once."""
        self.to_review()
        self.look_back()
        self.move("decide_anchor", Role.PROGRAMME_LEAD)
        return self

    def to_closing(self) -> Project:
        """Find a host and confirm the anchoring."""
        self.to_anchoring()
        self.write(
            "anchoring",
            Role.PARTNER_LEAD,
            edition="final",
            plan="The neighbourhood house employs a gardener.",
            route="integration",
            host="Neighbourhood house",
            agreed_on=self.in_days(0),
            evidence="Decision of its board",
        )
        self.move("confirm_anchored", Role.PROGRAMME_OFFICER)
        return self

    def to_followed_up(self) -> Project:
        """Report, validate and close."""
        self.to_closing()
        self.report()
        (report,) = self.rows("final_review")
        self.write("final_review", Role.FINANCE, report, status="validated")
        self.move("close", Role.PROGRAMME_OFFICER)
        self.move("close", Role.FINANCE)
        return self

    def report(self, **data: Any) -> None:
        """Write the final report."""
        self.write(
            "final_report",
            Role.PARTNER_LEAD,
            **{
                "results": "Thirty gardens",
                "lessons": "Begin with tea",
                "spent_cents": "1000,50",
                "publishable": "yes",
                "languages": ["fr", "nl"],
                **data,
            },
        )
