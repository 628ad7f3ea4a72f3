"""A small workflow full of deadlines, a few people, and a case to let time pass over.

Its facts hold a date that the test chooses (:data:`DATES`), so no table of its own is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from wtforms import Form, StringField

from casework import policy
from casework.calendar import Length, Offset
from casework.db import announce_write, unit_of_work
from casework.extensions import db
from casework.models import Case, Deadline, Grant, Message, Organisation, Reminder, User
from casework.policy import Actor
from casework.roles import Role
from casework.services import cases, deadlines
from casework.services.sweep import SweepResult, sweep
from casework.workflows import registry
from casework.workflows.declaration import (
    DeadlineRule,
    Guard,
    Party,
    Question,
    Reason,
    ReminderRule,
    Section,
    Stage,
    State,
    Transition,
)
from casework.workflows.engine import Workflow

BRUSSELS = ZoneInfo("Europe/Brussels")
OFFICER, LEAD, PARTNER = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.PARTNER_LEAD
EVERYONE = frozenset({OFFICER, LEAD, PARTNER})

DATES: dict[UUID, date | None] = {}
"""The closing date that the facts of a case hold."""

STUBBORN: set[UUID] = set()
"""The cases that the guard of the timed move refuses to let go."""


@dataclass(frozen=True)
class Facts:
    """What guards look at, and the date on which a case closes."""

    case_id: UUID
    state: str
    previous_state: str | None

    @property
    def closes_on(self) -> date | None:
        return DATES.get(self.case_id)


def load_facts(session: Any, case_ids: Sequence[UUID]) -> Mapping[UUID, Facts]:
    """Return the facts of the cases, in one query."""
    rows = session.execute(
        sa.select(Case.id, Case.state, Case.previous_state).where(Case.id.in_(case_ids))
    )
    return {row.id: Facts(*row) for row in rows}


class NoteForm(Form):
    """One field is enough for a note."""

    text = StringField()


def at(text: str, role: Role, *, escalates: bool = False) -> ReminderRule:
    """Return a reminder as a rulebook writes it."""
    return ReminderRule(Offset.parse(text), role, escalates)


def _stubborn(question: Question) -> Iterator[Reason]:
    if question.facts.case_id in STUBBORN:
        yield Reason("It does not want to go.")


def _state(key: str, waits_for: Party, *, final: bool = False) -> State:
    return State(key, key.title(), key.title(), "all", waits_for, final=final)


def _move(name: str, sources: tuple[str, ...], to: str, **more: Any) -> Transition:
    return Transition(name, name.title(), name.title(), sources, to, **{"roles": EVERYONE, **more})


DEADLINES = (
    DeadlineRule(
        "closing",
        "Closing date",
        PARTNER,
        "Please hand it in",
        states=("draft",),
        date_fact="closes_on",
        reminders=(at("-7 d", PARTNER), at("-2 d", PARTNER)),
    ),
    DeadlineRule(
        "answer",
        "First answer",
        OFFICER,
        "Please answer",
        states=("review",),
        length=Length.parse("10 wd"),
        stops_in=("asking",),
        reminders=(at("-3 wd", OFFICER), at("+1 wd", LEAD, escalates=True)),
    ),
    DeadlineRule(
        "quick",
        "Quick look",
        OFFICER,
        "Please have a look",
        states=("urgent",),
        length=Length.parse("48 h"),
        stops_in=("waiting",),
        reminders=(at("50 %", OFFICER), at("100 %", LEAD, escalates=True)),
    ),
    DeadlineRule(
        "reply",
        "Right of reply",
        PARTNER,
        "Please reply",
        states=("asking",),
        length=Length.parse("15 d"),
        reminders=(at("-10 d", PARTNER), at("-7 d", PARTNER), at("+1 d", OFFICER)),
        fires="expire",
        notice_days=7,
    ),
    DeadlineRule(
        "notes",
        "Learning note",
        PARTNER,
        "Please write a note",
        states=("running",),
        length=Length.parse("30 d"),
        every=True,
        met_by=("notes",),
        reminders=(at("-5 d", PARTNER), at("+3 d", OFFICER)),
    ),
    DeadlineRule(
        "condition",
        "Condition",
        PARTNER,
        "Please fulfil it",
        reminders=(at("-7 d", PARTNER), at("0 d", PARTNER), at("+7 d", LEAD, escalates=True)),
    ),
)

WORKFLOW = Workflow(
    key="timeline",
    version=1,
    label="Timeline",
    prefix="TL",
    stages=(Stage("all", "All"),),
    states=(
        _state("draft", Party.PARTNER),
        _state("review", Party.US),
        _state("asking", Party.PARTNER),
        _state("urgent", Party.US),
        _state("waiting", Party.PARTNER),
        _state("running", Party.PARTNER),
        _state("completed", Party.NOBODY, final=True),
        _state("dropped", Party.NOBODY, final=True),
    ),
    transitions=(
        _move("start", (), "draft"),
        _move("submit", ("draft",), "review"),
        _move("hand_back", ("review",), "draft"),
        _move("ask", ("review",), "asking"),
        _move("tell", ("asking",), "review"),
        _move("remark", ("review",), "review"),
        _move("hurry", ("review", "draft"), "urgent"),
        _move("hold", ("urgent",), "waiting"),
        _move("go_on", ("waiting",), "urgent"),
        _move("run", ("review", "urgent"), "running"),
        _move("complete", ("running", "review"), "completed"),
        _move(
            "drop",
            ("draft", "review", "asking", "urgent", "waiting", "running"),
            "dropped",
            abandons=True,
        ),
        _move(
            "expire",
            ("asking",),
            "dropped",
            roles=frozenset(),
            system=True,
            guards=(Guard("stubborn", _stubborn),),
        ),
        _move("reopen", ("dropped",), "review"),
    ),
    load_facts=load_facts,
    deadlines=DEADLINES,
    sections=(
        Section("notes", "Notes", "", None, NoteForm, (), frozenset({PARTNER}), ("running",)),
    ),
)


def moment(day: str, hour: str = "12:00") -> datetime:
    """Return a moment by the clocks of Brussels, in UTC: ``moment("2026-12-18", "08:00")``."""
    return datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=BRUSSELS).astimezone(UTC)


@dataclass
class Timeline:
    """The world of a test; its clock is whatever the test passes as ``now``."""

    app: Flask
    people: dict[Role, User] = field(default_factory=dict)
    organisation: Organisation | None = None

    def person(self, role: Role, name: str | None = None, **grant: Any) -> User:
        """Add a person who holds a role, in the whole house or (a partner) in the organisation."""
        user = User(
            email=f"{name or role}@example.org",
            name=name or str(role),
            language="en",
            created_at=moment("2020-01-01"),
        )
        db.session.add(user)
        db.session.flush()
        self.give(user, role, **grant)
        return user

    def people_id(self, role: str) -> UUID:
        """Return the identifier of the person with a role (or of anything, for a test)."""
        return self.people[Role(role)].id

    def give(self, user: User, role: Role, **grant: Any) -> None:
        """Give somebody a role."""
        scope: dict[str, Any] = {"scope": "house"}
        if role is PARTNER and self.organisation is not None:
            scope = {"scope": "organisation", "scope_id": self.organisation.id}
        db.session.add(
            Grant(user_id=user.id, role=role, starts_at=moment("2020-01-01"), **{**scope, **grant})
        )
        db.session.flush()

    def actor(self, user: User) -> Actor:
        """Return a person as the policy knows them."""
        return policy.actor_of(db.session(), user.id, moment("2030-01-01"))

    def case(self, now: datetime, state: str = "review", **values: Any) -> Case:
        """Add a case that enters ``state`` at ``now``, with the deadlines of that state."""
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
        case = Case(
            workflow_key="timeline",
            workflow_version=1,
            reference=f"TL-{count + 1:04d}",
            title=f"Case {count + 1}",
            state=state,
            state_since=now,
            organisation_id=self.organisation.id if self.organisation else None,
            created_at=now,
            updated_at=now,
            **values,
        )
        db.session.add(case)
        db.session.flush()
        start = WORKFLOW.transition_by_name["start"]
        deadlines.follow_move(case, WORKFLOW, start, None, lambda: self.facts(case), now)
        db.session.commit()
        return case

    def facts(self, case: Case) -> Facts:
        """Return the facts of a case."""
        db.session.flush()
        return load_facts(db.session, [case.id])[case.id]

    def move(self, case: Case, name: str, now: datetime) -> None:
        """Move a case and its deadlines, as ``fire`` does it, at ``now``."""
        transition, before = WORKFLOW.transition_by_name[name], case.state
        assert before in transition.sources, f"{name} is not open in {before}"
        to = WORKFLOW.destination(transition, case.previous_state)
        assert to is not None
        with unit_of_work(db.session()):
            locked = cases.lock(case.id)
            locked.previous_state, locked.state, locked.state_since = before, to, now
            deadlines.follow_move(
                locked, WORKFLOW, transition, before, lambda: self.facts(locked), now
            )

    def sweep(self) -> SweepResult:
        """Sweep at the clock's present moment."""
        db.session.commit()
        result = sweep()
        announce_write()
        return result

    def running(self, case: Case, rule: str) -> Deadline:
        """Return the running deadline of a rule."""
        return db.session.scalars(
            sa.select(Deadline).where(
                Deadline.case_id == case.id,
                Deadline.rule == rule,
                Deadline.state.in_(("open", "stopped")),
            )
        ).one()

    def all_of(self, case: Case, rule: str) -> list[Deadline]:
        """Return all deadlines of a rule, by occurrence."""
        query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.rule == rule)
        return list(db.session.scalars(query.order_by(Deadline.occurrence)))

    def reminders(self, deadline: Deadline) -> dict[str, Reminder]:
        """Return the reminders of a deadline by their offset."""
        query = sa.select(Reminder).where(Reminder.deadline_id == deadline.id)
        rows = db.session.scalars(query.execution_options(populate_existing=True))
        return {r.rule: r for r in rows}

    def told(self) -> list[tuple[str, str]]:
        """Return who was told what so far: pairs of name and template, in order."""
        rows = db.session.execute(
            sa.select(User.name, Message.template)
            .join(User, User.id == Message.recipient_id)
            .order_by(Message.created_at, User.name, Message.template)
        )
        return [(name, template) for name, template in rows]


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """Count the statements of the application's database, by their first word."""
    counts: Counter[str] = Counter()

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counts[statement.split(maxsplit=1)[0].upper()] += 1

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield counts
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)


@contextmanager
def registered() -> Iterator[None]:
    """Make the workflow known to the house for a while."""
    registry.load()
    registry.register(WORKFLOW)
    try:
        yield
    finally:
        del registry._workflows[WORKFLOW.key, WORKFLOW.version]


@contextmanager
def timeline_in(app: Flask) -> Iterator[Timeline]:
    """Enter a world with one officer, one lead, one partner and their organisation."""
    with registered(), app.app_context():
        announce_write()
        world = Timeline(app)
        world.organisation = Organisation(
            name="Atelier", country="BE", created_at=moment("2020-01-01")
        )
        db.session.add(world.organisation)
        db.session.flush()
        world.people = {role: world.person(role) for role in (OFFICER, LEAD, PARTNER)}
        db.session.commit()
        try:
            yield world
        finally:
            db.session.remove()
            db.engine.dispose()
            DATES.clear()
            STUBBORN.clear()


WORKFLOWS = (WORKFLOW,)
"""For processes that are told of this module by ``CASEWORK_WORKFLOWS``."""
