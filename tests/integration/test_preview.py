"""What will be sent, to whom, why: said beforehand, and then sent just so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from casework import clock
from casework.app import create_app
from casework.extensions import db
from casework.models import Message, Organisation
from casework.roles import Role
from casework.services import deadlines
from casework.services.preview import Upcoming, upcoming
from tests.support.migrating import settings_for
from tests.support.timeline import (
    LEAD,
    OFFICER,
    PARTNER,
    WORKFLOW,
    Timeline,
    moment,
    statements,
    timeline_in,
)

FRIDAY = moment("2026-11-20", "15:00")


@pytest.fixture
def world(fresh_database_url: str) -> Iterator[Timeline]:
    with (
        timeline_in(create_app(settings_for(fresh_database_url))) as made,
        clock.frozen(FRIDAY),
    ):
        yield made


def test_it_says_what_to_whom_and_why(world: Timeline) -> None:
    case = world.case(FRIDAY)
    first, second = upcoming(date(2026, 12, 7))
    assert (first.kind, first.at, first.reference, first.title) == (
        "reminder",
        moment("2026-12-01", "08:00"),
        case.reference,
        case.title,
    )
    assert (first.why, first.what, first.audience) == ("First answer", "-3 wd", OFFICER)
    assert first.recipients == ("programme_officer",)
    assert (second.escalates, second.audience, second.recipients) == (
        True,
        LEAD,
        ("programme_lead",),
    )


def test_the_last_day_is_included_and_the_next_is_not(world: Timeline) -> None:
    world.case(FRIDAY)
    assert [u.what for u in upcoming(date(2026, 12, 1))] == ["-3 wd"]
    assert upcoming(date(2026, 11, 30)) == []
    assert [u.what for u in upcoming(moment("2026-12-01", "08:00"))] == ["-3 wd"]


def test_it_is_what_the_sweep_then_sends(world: Timeline) -> None:
    world.give(world.people[PARTNER], OFFICER)
    case = world.case(FRIDAY)
    world.move(case, "ask", moment("2026-11-23"))
    deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 12))
    db.session.commit()
    told: list[tuple[str, str]] = []
    foretold: list[tuple[str, str]] = []
    now = FRIDAY
    for _ in range(30):
        now += timedelta(days=1)
        with clock.frozen(now):
            foretold += [
                (name, f"{u.why}/{u.what}")
                for u in upcoming(now)
                for name in u.recipients
                if u.kind == "reminder"
            ]
            db.session.commit()
            world.sweep()
    labels = {rule.key: rule.label for rule in WORKFLOW.deadlines}
    for name, template in world.told():
        if template.startswith("reminder/"):
            _, rule, offset = template.split("/")
            told.append((name, f"{labels[rule]}/{offset}"))
    assert sorted(told) == sorted(foretold)
    assert told


def test_after_an_outage_it_says_what_gives_way(world: Timeline) -> None:
    world.case(FRIDAY, "running")
    case = world.case(FRIDAY, "running")
    deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 10))
    db.session.commit()
    late = moment("2026-12-11")
    with clock.frozen(late):
        found = [u for u in upcoming(date(2026, 12, 11)) if u.why == "Condition"]
    assert [(u.what, u.superseded, u.recipients, u.at) for u in found] == [
        ("-7 d", True, (), late),
        ("0 d", False, ("partner_lead",), late),
    ]


def test_moves_made_by_themselves_are_foretold(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    moves = [u for u in upcoming(date(2026, 12, 31)) if u.kind == "move"]
    assert [(u.what, u.at, u.reference) for u in moves] == [
        ("Expire", moment("2026-12-05", "23:59:59"), case.reference)
    ]
    with clock.frozen(moment("2026-12-10")):
        world.sweep()
    assert [u.at for u in upcoming(date(2026, 12, 31)) if u.kind == "move"] == [
        moment("2026-12-17")
    ]


def test_each_person_sees_their_own_cases_only(world: Timeline) -> None:
    world.case(FRIDAY)
    until = date(2026, 12, 31)
    assert len(upcoming(until, world.actor(world.people[OFFICER]))) == 2
    assert len(upcoming(until, world.actor(world.people[PARTNER]))) == 2
    administrator = world.person(Role.ADMINISTRATOR, "administrator")
    assert upcoming(until, world.actor(administrator)) == []
    other = Organisation(name="Another one", country="BE", version=1, created_at=FRIDAY)
    db.session.add(other)
    db.session.commit()
    stranger = world.person(PARTNER, "stranger", scope_id=other.id)
    assert upcoming(until, world.actor(stranger)) == []


def test_of_a_confidential_case_only_the_number_is_told(world: Timeline) -> None:
    case = world.case(FRIDAY, restricted=True)
    keeper = world.person(OFFICER, "keeper", scope="case", scope_id=case.id)
    deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 24), label="Secret")
    db.session.commit()
    for actor in (None, world.actor(keeper)):
        found = upcoming(date(2027, 1, 31), actor)
        assert found
        for one in found:
            assert one.masked
            assert (one.reference, one.title, one.own_label, one.recipients) == (
                case.reference,
                "",
                "",
                (),
            )
    assert upcoming(date(2027, 1, 31), world.actor(world.people[LEAD])) == []


def test_it_says_when_others_are_told_instead(world: Timeline) -> None:
    world.people[PARTNER].active = False
    case = world.case(FRIDAY, "running")
    deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 24))
    found = _first(upcoming(date(2026, 12, 17)), "Condition")
    assert (found.audience, found.stands_in, found.recipients) == (
        PARTNER,
        True,
        ("programme_officer",),
    )


def test_stopped_clocks_promise_nothing(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    assert "First answer" not in {u.why for u in upcoming(date(2027, 12, 31))}


def test_it_costs_the_same_for_one_and_for_many(world: Timeline) -> None:
    def ask_in(case_count: int) -> int:
        for _ in range(case_count):
            world.move(world.case(FRIDAY), "ask", FRIDAY)
        with statements() as counts:
            assert upcoming(date(2027, 1, 31), world.actor(world.people[OFFICER]))
        return counts.total()

    assert ask_in(1) == ask_in(15) <= 13


def test_asking_sends_nothing(world: Timeline) -> None:
    world.case(FRIDAY)
    upcoming(date(2027, 12, 31))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def _first(found: list[Upcoming], why: str) -> Upcoming:
    return next(u for u in found if u.why == why)
