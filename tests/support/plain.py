"""The application on a database and nothing else: for tests of services that send nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from casework.app import create_app
from casework.extensions import db
from casework.models import Case, Deadline, Event, EventPayload, Message
from casework.roles import Role
from casework.services import cases, events
from casework.workflows import registry
from casework.workflows.engine import Workflow
from tests.support.migrating import settings_for
from tests.support.sample import definition
from tests.support.world import World

PRESENT = -(10**6)


@contextmanager
def known(workflow: Workflow) -> Iterator[None]:
    """Have a workflow registered inside a ``with`` block."""
    registry.load()
    registry.register(workflow)
    try:
        yield
    finally:
        del registry._workflows[workflow.key, workflow.version]


def know_the_sample() -> None:
    """Register the sample workflow, unless it is known already."""
    if not any(w.key == "sample" for w in registry.every()):
        folder = Path(str(definition.__file__)).parent / "templates"
        registry.register(definition.SAMPLE, folder)


@dataclass
class Cast:
    """One person of each role, two organisations, and what tests ask of their cases."""

    world: World
    organisation: UUID
    stranger_organisation: UUID
    people: dict[str, UUID]

    def start(self, workflow: str = "sample", title: str = "A shed", **data: Any) -> UUID:
        """Start a case as the partner does."""
        return self.world.start(
            workflow, self.people["partner"], self.organisation, title=title, **data
        )

    def asked(self, workflow: str = "sample", title: str = "A shed") -> UUID:
        """Start a case and send it in."""
        case_id = self.start(workflow, title)
        self.fire(case_id, "ask", "partner")
        return case_id

    def fire(
        self,
        case_id: UUID,
        name: str,
        who: str,
        *,
        version: int | None = PRESENT,
        key: str | None = None,
        override: str = "",
        **data: Any,
    ) -> cases.Outcome:
        """Make a move as somebody; PRESENT stands for the version as it is now."""
        with self.world.writing():
            seen = db.session.get_one(Case, case_id).version if version == PRESENT else version
            key = uuid4().hex if key is None else key
            actor = self.world.actor(self.people[who])
            return cases.fire(case_id, name, actor, data, seen, key, override)

    def in_one_transaction(self) -> Any:
        """Return a unit of work on the test's session."""
        return self.world.writing()

    def case(self, case_id: UUID) -> Case:
        """Return a case as it is stored."""
        db.session.rollback()
        return self.world.case(case_id)

    def events(self, case_id: UUID) -> list[Event]:
        """Return the events of a case, in order."""
        query = sa.select(Event).where(Event.case_id == case_id).order_by(Event.seq)
        return list(db.session.scalars(query))

    def words(self, event: Event) -> str:
        """Return the text of an event's payload."""
        return db.session.get_one(EventPayload, event.id).text

    def snapshot(self, case_id: UUID) -> dict[str, Any]:
        """Return everything about a case that a refused act must leave as it was."""
        db.session.rollback()
        db.session.expire_all()
        case = db.session.get_one(Case, case_id)
        columns = {c.key: getattr(case, c.key) for c in sa.inspect(Case).column_attrs}
        deadlines = db.session.execute(
            sa.select(Deadline.rule, Deadline.occurrence, Deadline.state, Deadline.due_at)
            .where(Deadline.case_id == case_id)
            .order_by(Deadline.id)
        )
        messages = sa.select(sa.func.count()).where(Message.case_id == case_id)
        told = {
            "case": columns,
            "events": [e.hash for e in self.events(case_id)],
            "deadlines": [tuple(row) for row in deadlines],
            "messages": db.session.scalar(messages),
        }
        db.session.rollback()
        return told

    def faults(self, case_id: UUID) -> list[str]:
        """Return what the proof of the chain finds."""
        return events.verify([case_id])


@contextmanager
def cast_in(url: str) -> Iterator[Cast]:
    """Enter an application on a migrated database, with its people."""
    know_the_sample()
    app = create_app(settings_for(url))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        try:
            yield assemble(World(app))
        finally:
            db.session.remove()
            db.engine.dispose()


def assemble(world: World) -> Cast:
    """Make one person of each role and two organisations."""
    own = world.organisation("Terre en Commun")
    other = world.organisation("Les Autres")
    people = {
        "officer": world.person(Role.PROGRAMME_OFFICER),
        "lead": world.person(Role.PROGRAMME_LEAD),
        "finance": world.person(Role.FINANCE),
        "coach": world.person(Role.COACH),
        "administrator": world.person(Role.ADMINISTRATOR),
        "partner": world.person(Role.PARTNER_LEAD, own),
        "contributor": world.person(Role.PARTNER_CONTRIBUTOR, own),
        "stranger": world.person(Role.PARTNER_LEAD, other),
    }
    return Cast(world, own, other, people)
