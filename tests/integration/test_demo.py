"""The demonstration: whole, true, never doubled, and completed when it was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from stdnum.be import vat
from stdnum.fr import siren

from casework import clock, demo, policy, reference
from casework.app import create_app
from casework.db import announce_read, announce_write, unit_of_work
from casework.demo.organisations import HOUSES, registry_number
from casework.demo.plot import Story
from casework.demo.stories import STORIES, acts_of
from casework.extensions import db, settings
from casework.models import (
    Approval,
    Call,
    CallExtension,
    Case,
    Deadline,
    Document,
    Event,
    Message,
    Organisation,
    Reminder,
    User,
)
from casework.queries import desk
from casework.roles import GUEST_ROLES, Role
from casework.services import cases, cleaning, events
from casework.workflows.declaration import Question
from casework.workflows.engine import weigh
from casework.workflows.partner_project.states import STATES
from tests.support.databases import Databases, SqliteDatabases
from tests.support.mailed import whose_password
from tests.support.migrating import settings_for

pytestmark = pytest.mark.timeout(600)

WEDNESDAY = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
LEAP_DAY = datetime(2028, 2, 29, 15, 0, tzinfo=UTC)
FEW = tuple(STORIES[place] for place in (0, 31, 45, 62))


@dataclass(frozen=True)
class Loaded:
    """A house with the whole demonstration, as it was just after loading."""

    app: Flask
    moment: datetime
    sign_ins: list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def loaded(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    moment = WEDNESDAY if isinstance(databases, SqliteDatabases) else LEAP_DAY
    url = databases.copy()
    app = create_app(settings_for(url, data_dir=tmp_path_factory.mktemp("demo")))
    with app.app_context(), clock.frozen(moment):
        add_reference()
        yield Loaded(app, moment, demo.load())
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture(autouse=True)
def reading() -> Iterator[None]:
    """Each test reads in transactions of its own."""
    announce_read()
    yield
    announce_write()


@pytest.fixture
def small(app: Flask) -> Iterator[Flask]:
    """A house without anything, at a fixed moment."""
    with clock.frozen(WEDNESDAY):
        add_reference()
        yield app


def add_reference() -> None:
    db.session.rollback()
    with unit_of_work(db.session):
        reference.load()


def counts() -> dict[str, int]:
    """Return how many rows each table has."""
    db.session.rollback()
    found = {
        name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for name, table in db.metadata.tables.items()
    }
    db.session.rollback()
    return found


def states() -> dict[str, str]:
    """Return the state of each project by its title."""
    db.session.rollback()
    query = sa.select(Case.title, Case.state).where(Case.workflow_key == "partner_project")
    found = {row.title: row.state for row in db.session.execute(query)}
    db.session.rollback()
    return found


@contextmanager
def dying_after(commits: int) -> Iterator[None]:
    """Let the process end on the way to its n-th commit, as a Ctrl-C might."""
    left = [commits]

    def count(_session: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise KeyboardInterrupt

    sa.event.listen(db.session, "before_commit", count)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        sa.event.remove(db.session, "before_commit", count)
        db.session.rollback()


def test_every_story_comes_to_the_end_that_it_was_given(loaded: Loaded) -> None:
    assert states() == {story.title: story.route[-1] for story in STORIES}


def test_there_are_cases_enough_in_every_state_over_three_years(loaded: Loaded) -> None:
    found = states()
    assert len(found) >= 60
    assert set(found.values()) == {state.key for state in STATES}
    first = db.session.scalar(sa.select(sa.func.min(Event.at)))
    assert first is not None
    assert loaded.moment - first > timedelta(days=3 * 365)


def test_the_chains_of_events_verify(loaded: Loaded) -> None:
    assert events.verify() == []


def test_events_follow_one_another_in_time(loaded: Loaded) -> None:
    rows = db.session.execute(sa.select(Event.case_id, Event.at).order_by(Event.case_id, Event.seq))
    last: dict[object, datetime] = {}
    for case_id, at in rows:
        assert last.get(case_id, at) <= at <= loaded.moment
        last[case_id] = at


def test_a_second_loading_adds_nothing(loaded: Loaded) -> None:
    before = told(counts())
    with clock.frozen(loaded.moment + timedelta(days=9)):
        clean()
        assert demo.load() == loaded.sign_ins
    assert told(counts()) == before


def told(rows: dict[str, int]) -> dict[str, int]:
    """Leave out what cleaning takes away and writes."""
    return {name: n for name, n in rows.items() if name not in {"receipt", "heartbeat"}}


def clean() -> None:
    """Clear away what is old, as a worker does every hour."""
    announce_write()
    cleaning.clean(clock.now())


def test_everybody_who_is_printed_can_sign_in(loaded: Loaded) -> None:
    roles: set[Role] = set()
    for _, email, password in loaded.sign_ins:
        user = whose_password(email, password)
        assert user is not None, email
        actor = policy.actor_of(db.session, user.id, clock.now())
        roles |= {held.role for held in actor.held}
    assert roles == set(Role) - GUEST_ROLES  # they come by their mailed link


def test_partners_speak_three_languages(loaded: Loaded) -> None:
    spoken = set(db.session.scalars(sa.select(Organisation.language)))
    assert spoken == {"fr", "nl", "en"}


def test_deadlines_lie_around_today(loaded: Loaded) -> None:
    dues = db.session.scalars(sa.select(Deadline.due_at).where(Deadline.state == "open")).all()
    zone = settings().zone
    today = loaded.moment.astimezone(zone).date()
    days = [(due.astimezone(zone).date() - today).days for due in dues]
    assert sum(d < 0 for d in days) >= 5
    assert sum(d == 0 for d in days) >= 3
    assert sum(0 < d <= 7 for d in days) >= 10
    assert db.session.scalar(sa.select(Deadline.id).where(Deadline.state == "stopped").limit(1))


def test_an_officer_finds_work_on_the_desk(loaded: Loaded) -> None:
    claire = user_id("claire.marechal@fondation.example")
    actor = policy.actor_of(db.session, claire, clock.now())
    tasks = desk.tasks(actor, clock.now())
    assert len(tasks) >= 4
    assert any(task.deadline.due_at < loaded.moment for task in tasks)
    assert any(task.case.owner_id is None for task in tasks)
    assert desk.waiting(actor)


def test_the_first_start_sends_a_few_mails_only(loaded: Loaded) -> None:
    pending = sa.select(sa.func.count()).where(Message.mail_state == "pending")
    due = sa.select(sa.func.count()).where(
        Reminder.state == "pending", Reminder.at <= loaded.moment
    )
    assert (db.session.scalar(pending) or 0) <= 40
    assert (db.session.scalar(due) or 0) <= 30
    unread = db.session.scalar(sa.select(sa.func.count()).where(Message.read_at.is_(None)))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Message))
    assert 0 < (unread or 0) < (total or 0) // 4


def test_what_was_told_long_ago_is_neither_mailed_nor_unread(loaded: Loaded) -> None:
    long_ago = Message.created_at < loaded.moment - timedelta(days=10)
    left = sa.or_(Message.mail_state == "pending", Message.read_at.is_(None))
    assert db.session.scalars(sa.select(Message.id).where(long_ago, left)).all() == []


def test_one_case_shows_why_its_proposal_cannot_be_sent(loaded: Loaded) -> None:
    case = db.session.scalars(sa.select(Case).where(Case.title == "Potagers d’entraide")).one()
    workflow = cases.workflow_of(case)
    question = Question(cases.facts_of(case), clock.now(), frozenset({Role.PARTNER_SIGNATORY}))
    option = weigh(workflow.transition_by_name["submit_proposal"], question)
    amounts = [reason.params["amount"].cents for reason in option.reasons if reason.params]
    assert amounts == [120_000]


def test_calls_are_open_closed_always_open_and_extended(loaded: Loaded) -> None:
    today = loaded.moment.date()
    calls = db.session.scalars(sa.select(Call)).all()
    assert [c for c in calls if c.always_open]
    assert [c for c in calls if c.closes_on and c.closes_on > today]
    closed = {c.id for c in calls if c.closes_on and c.closes_on < today}
    extension = db.session.scalars(sa.select(CallExtension)).one()
    assert extension.call_id in closed
    assert extension.until > today


def test_approvals_are_half_given_and_documents_are_there(loaded: Loaded) -> None:
    half = sa.select(Approval.transition).where(Approval.closed_at.is_(None))
    assert set(db.session.scalars(half)) == {"start_pilot", "close"}
    kinds = set(db.session.scalars(sa.select(Document.kind)))
    assert kinds >= {"agreement", "investor_letter", "budget_annex"}


def test_the_operators_officer_sees_one_programme_only(loaded: Loaded) -> None:
    operator = user_id("mathias.willems@sillons-du-sud.example")
    actor = policy.actor_of(db.session, operator, clock.now())
    seen = set(db.session.scalars(sa.select(Case.programme_id).where(policy.visible_to(actor))))
    assert len(seen) == 1


def user_id(email: str) -> UUID:
    return db.session.scalars(sa.select(User.id).where(User.email == email)).one()


def test_a_loading_that_was_cut_off_again_and_again_is_completed(small: Flask) -> None:
    for commits in (3, 27, 75):
        with dying_after(commits):
            demo.load(FEW)
    with clock.frozen(WEDNESDAY + timedelta(days=1)):
        clean()
        demo.load(FEW)
    assert states() == {story.title: story.route[-1] for story in FEW}
    acts = [act for number, story in enumerate(FEW, start=1) for act in acts_of(number, story)]
    beside = ("approvals_void", "note", "guest_invited", "guest_documents")
    projects = sa.select(Case.id).where(Case.workflow_key == "partner_project")
    kept = sa.select(sa.func.count()).where(Event.kind.not_in(beside), Event.case_id.in_(projects))
    assert db.session.scalar(kept) == len(acts) + sum(len(f) for f in both_signed(FEW))
    assert events.verify() == []


def both_signed(stories: tuple[Story, ...]) -> list[list[str]]:
    """Return the moves that two people make: the second yes is an event beside the move."""
    pairs = {("agreement", "pilot_running"), ("closing", "followed_up")}
    return [
        [b for a, b in zip(s.route, s.route[1:], strict=False) if (a, b) in pairs] for s in stories
    ]


def test_a_case_on_which_somebody_has_worked_is_left_alone(small: Flask) -> None:
    with dying_after(48):
        demo.load(FEW)
    case = db.session.scalars(sa.select(Case).order_by(Case.created_at)).first()
    assert case is not None
    title, case_id, version = case.title, case.id, case.version
    lead = db.session.scalars(
        sa.select(Event.actor_id).where(Event.case_id == case_id, Event.name == "start_idea")
    ).one()
    assert lead is not None
    db.session.rollback()
    with unit_of_work(db.session):
        actor = policy.actor_of(db.session, lead, clock.now())
        reason = {"reason": "We would rather do it without you."}
        cases.fire(case_id, "withdraw", actor, reason, version, "by hand")
    demo.load(FEW)
    expected = {story.title: story.route[-1] for story in FEW}
    assert states() == expected | {title: "withdrawn"}
    demo.load(FEW)
    assert states()[title] == "withdrawn"


def test_registry_numbers_are_right_and_differ() -> None:
    numbers = {house.key: registry_number(house) for house in HOUSES}
    assert len(set(numbers.values())) == len(HOUSES)
    for house in HOUSES:
        register = vat if house.country == "BE" else siren
        assert register.is_valid(numbers[house.key])
        assert numbers[house.key].startswith("09999" if house.country == "BE" else "9999")
