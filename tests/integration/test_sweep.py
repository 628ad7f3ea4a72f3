"""The sweep: what is due is told, once, to whom it concerns, whatever happened before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from casework import clock
from casework.app import create_app
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Deadline, Message, Reminder, User
from casework.services import deadlines, sweep, timed_moves
from tests.support.migrating import settings_for
from tests.support.timeline import (
    LEAD,
    OFFICER,
    PARTNER,
    STUBBORN,
    WORKFLOW,
    Timeline,
    moment,
    statements,
    timeline_in,
)

FRIDAY = moment("2026-11-20", "15:00")
FIRST = "reminder/answer/-3 wd"
ESCALATION = "reminder/answer/+1 wd"


@pytest.fixture
def app(fresh_database_url: str) -> Flask:
    return create_app(settings_for(fresh_database_url))


@pytest.fixture
def world(app: Flask) -> Iterator[Timeline]:
    with timeline_in(app) as made:
        yield made


@pytest.fixture
def sweep_at(world: Timeline) -> Callable[[datetime], sweep.SweepResult]:
    def run(now: datetime) -> sweep.SweepResult:
        with clock.frozen(now):
            return world.sweep()

    return run


Sweep = Callable[[datetime], sweep.SweepResult]


def test_a_reminder_goes_out_when_its_moment_has_come(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    assert sweep_at(moment("2026-12-01", "07:59:59")).done == 0
    assert sweep_at(moment("2026-12-01", "08:00")).done == 1
    assert world.told() == [("programme_officer", FIRST)]
    reminder = world.reminders(world.running(case, "answer"))["-3 wd"]
    assert (reminder.state, reminder.done_at) == ("done", moment("2026-12-01", "08:00"))


def test_the_message_says_what_it_is_about(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    sweep_at(moment("2026-12-01", "08:00"))
    message = db.session.scalars(sa.select(Message)).one()
    assert message.case_id == case.id
    assert message.kind == "reminder"
    assert message.params["due"] == deadline.due_at.isoformat()
    assert message.params["deadline_id"] == str(deadline.id)


def test_sweeping_twice_tells_once(world: Timeline, sweep_at: Sweep) -> None:
    world.case(FRIDAY)
    for minutes in (0, 0, 2, 60):
        sweep_at(moment("2026-12-01", "08:00") + timedelta(minutes=minutes))
    assert world.told() == [("programme_officer", FIRST)]


def test_what_is_overdue_is_passed_on_to_the_lead(world: Timeline, sweep_at: Sweep) -> None:
    world.case(FRIDAY)
    sweep_at(moment("2026-12-01", "08:00"))
    sweep_at(moment("2026-12-07", "08:00"))
    assert world.told() == [("programme_officer", FIRST), ("programme_lead", ESCALATION)]
    kinds = db.session.scalars(sa.select(Message.kind).order_by(Message.created_at)).all()
    assert kinds == ["reminder", "escalation"]


def test_a_missed_run_is_made_up_for(world: Timeline, sweep_at: Sweep) -> None:
    world.case(FRIDAY)
    sweep_at(moment("2026-12-03", "02:17"))
    assert world.told() == [("programme_officer", FIRST)]


def test_after_an_outage_each_person_gets_only_the_latest(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY, "running")
    deadline = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 24))
    result = sweep_at(moment("2027-01-05"))
    states = {key: r.state for key, r in world.reminders(deadline).items()}
    assert states == {"-7 d": "superseded", "0 d": "done", "+7 d": "done"}
    assert [t for t in world.told() if "condition" in t[1]] == [
        ("partner_lead", "reminder/condition/0 d"),
        ("programme_lead", "reminder/condition/+7 d"),
    ]
    assert result.superseded == 1


def test_who_is_in_two_audiences_gets_the_latest_and_others_get_theirs(
    world: Timeline, sweep_at: Sweep
) -> None:
    world.give(world.people[OFFICER], LEAD)  # this officer is a lead too
    world.person(OFFICER, "second")
    case = world.case(FRIDAY)
    sweep_at(moment("2026-12-08"))
    assert world.told() == [
        ("programme_lead", ESCALATION),
        ("programme_officer", ESCALATION),
        ("second", FIRST),
    ]
    assert {r.state for r in world.reminders(world.running(case, "answer")).values()} == {"done"}


def test_one_rule_does_not_hide_another(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 8))
    sweep_at(moment("2026-12-01", "08:00"))
    assert world.told() == [
        ("partner_lead", "reminder/condition/-7 d"),
        ("programme_officer", FIRST),
    ]


def test_the_owner_alone_is_reminded(world: Timeline, sweep_at: Sweep) -> None:
    owner = world.person(OFFICER, "owner")
    world.case(FRIDAY, owner_id=owner.id)
    sweep_at(moment("2026-12-01", "08:00"))
    assert world.told() == [("owner", FIRST)]


def test_where_nobody_holds_the_role_the_officer_is_told(world: Timeline, sweep_at: Sweep) -> None:
    world.people[PARTNER].active = False
    case = world.case(FRIDAY, "running")
    deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 4))
    sweep_at(moment("2026-11-27", "08:00"))
    assert world.told() == [("programme_officer", "reminder/condition/-7 d")]


def test_where_there_is_nobody_at_all_the_sweep_goes_on(world: Timeline, sweep_at: Sweep) -> None:
    for user in world.people.values():
        user.active = False
    case = world.case(FRIDAY)
    assert sweep_at(moment("2026-12-01", "08:00")).failed == 0
    assert world.reminders(world.running(case, "answer"))["-3 wd"].state == "done"
    assert world.told() == []


def test_while_the_clock_stands_nothing_goes_out(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", moment("2026-11-27", "10:00"))
    sweep_at(moment("2026-12-04"))
    assert [t for t in world.told() if "answer" in t[1]] == []
    world.move(case, "tell", moment("2026-12-07", "10:00"))  # six left: Tuesday the 15th
    sweep_at(moment("2026-12-10", "07:00"))
    assert [t for t in world.told() if "answer" in t[1]] == []
    sweep_at(moment("2026-12-10", "08:00"))
    assert [t for t in world.told() if "answer" in t[1]] == [("programme_officer", FIRST)]


def test_a_done_one_stays_done_through_a_stop(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    sweep_at(moment("2026-12-01", "08:00"))
    world.move(case, "ask", moment("2026-12-01", "10:00"))
    world.move(case, "tell", moment("2026-12-04", "10:00"))
    sweep_at(moment("2026-12-09"))
    assert [t for t in world.told() if t[1] == FIRST] == [("programme_officer", FIRST)]


def test_a_move_of_the_end_never_sends_a_done_one_again(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    sweep_at(moment("2026-12-01", "08:00"))
    with unit_of_work(db.session()):
        deadlines.move_due(world.running(case, "answer"), date(2026, 12, 18), moment("2026-12-02"))
    sweep_at(moment("2026-12-16"))
    sweep_at(moment("2026-12-21", "08:00"))
    assert world.told() == [("programme_officer", FIRST), ("programme_lead", ESCALATION)]


def test_closed_deadlines_are_silent(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    world.move(case, "hand_back", moment("2026-11-23"))
    sweep_at(moment("2026-12-31"))
    assert world.told() == []


def test_every_batch_is_a_transaction_of_few_statements(world: Timeline, sweep_at: Sweep) -> None:
    for _ in range(100):
        world.case(FRIDAY)
    with statements() as counts:
        result = sweep_at(moment("2026-12-01", "08:00"))
    assert result.done == 100
    assert counts.total() <= 30, counts
    assert len(world.told()) == 100


def test_cost_grows_with_what_is_due_only(world: Timeline, sweep_at: Sweep) -> None:
    world.case(FRIDAY)
    with statements() as few:
        sweep_at(moment("2026-11-30"))
    for _ in range(40):
        world.case(FRIDAY)
    with statements() as many:
        sweep_at(moment("2026-11-30"))
    # five of them ask what committees wait for, two which labels begin or end, two what lapses
    assert many.total() == few.total() <= 17


def test_more_than_a_batch_is_told_in_several(
    world: Timeline, sweep_at: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 3)
    for _ in range(7):
        world.case(FRIDAY)
    with statements() as counts:
        assert sweep_at(moment("2026-12-01", "08:00")).done == 7
    assert counts["INSERT"] == 4  # three batches and the heartbeat
    assert len(world.told()) == 7


def test_one_spoilt_case_does_not_hold_up_the_others(world: Timeline, sweep_at: Sweep) -> None:
    cases = [world.case(FRIDAY) for _ in range(3)]
    cases[1].workflow_version = 99
    result = sweep_at(moment("2026-12-01", "08:00"))
    assert (result.done, result.failed) == (2, 1)
    spoilt = world.running(cases[1], "answer")
    assert world.reminders(spoilt)["-3 wd"].state == "pending"  # told once it is mended
    cases[1].workflow_version = 1
    assert sweep_at(moment("2026-12-01", "09:00")).done == 1


def test_a_rule_that_is_gone_is_called_off(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    deadline.rule = "forgotten"
    assert sweep_at(moment("2026-12-01", "08:00")).failed == 0
    assert world.reminders(deadline)["-3 wd"].state == "cancelled"


def test_the_sweep_says_when_it_last_ran(world: Timeline, sweep_at: Sweep) -> None:
    assert sweep.last_sweep() is None
    db.session.commit()
    for now in (FRIDAY, FRIDAY + timedelta(minutes=2)):
        sweep_at(now)
        assert sweep.last_sweep() == now


def test_two_sweeps_at_once_tell_once(world: Timeline, app: Flask) -> None:
    for _ in range(30):
        world.case(FRIDAY)
    db.session.commit()
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with app.app_context():
                start.wait(30)
                sweep.sweep()
                db.session.remove()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    with clock.frozen(moment("2026-12-01", "08:00")):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert failures == []
    assert len(world.told()) == 30
    assert _states_of_first(world) == {"done": 30}


def test_a_case_that_somebody_holds_is_left_to_the_next_sweep(
    world: Timeline, app: Flask, sweep_at: Sweep
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite locks the whole database: the sweep waits")
    held, free = world.case(FRIDAY), world.case(FRIDAY)
    with db.engine.connect() as other:
        other.execute(sa.select(Case.id).where(Case.id == held.id).with_for_update())
        assert sweep_at(moment("2026-12-01", "08:00")).done == 1
        assert world.reminders(world.running(free, "answer"))["-3 wd"].state == "done"
        db.session.commit()
    assert sweep_at(moment("2026-12-01", "08:02")).done == 1
    assert len(world.told()) == 2


# --- moves that a deadline makes by itself -------------------------------------------------


def test_a_right_ends_when_its_last_warning_has_been_out_long_enough(
    world: Timeline, sweep_at: Sweep
) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)  # fifteen days: 5 December
    for day in ("2026-11-25", "2026-11-28", "2026-12-05"):
        assert sweep_at(moment(day, "23:00")).moved == 0
    assert sweep_at(moment("2026-12-06", "00:00")).moved == 1
    db.session.refresh(case)
    assert case.state == "dropped"
    (deadline,) = world.all_of(case, "reply")
    assert deadline.fired_at == moment("2026-12-06", "00:00")
    assert deadline.state == "missed"
    assert world.all_of(case, "answer")[0].state == "met"
    assert sweep_at(moment("2026-12-20")).moved == 0


def test_after_an_outage_the_warning_goes_out_first_and_time_is_given(
    world: Timeline, sweep_at: Sweep
) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    back = moment("2026-12-10", "09:00")  # five days after the end
    result = sweep_at(back)
    assert (result.moved, result.done, result.superseded) == (0, 2, 1)
    message = db.session.scalars(
        sa.select(Message).where(Message.template == "reminder/reply/-7 d")
    ).one()
    assert message.params["due"] == (back + timedelta(days=7)).isoformat()
    assert message.compulsory
    assert sweep_at(back + timedelta(days=6, hours=23)).moved == 0
    assert sweep_at(back + timedelta(days=7)).moved == 1
    db.session.refresh(case)
    assert case.state == "dropped"


def test_a_move_waits_while_its_warning_has_not_gone_out(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    late = moment("2026-12-20")
    db.session.commit()
    with clock.frozen(late):
        assert timed_moves.make_due(late).moved == 0


def test_a_warning_that_gave_way_to_a_later_word_counts_from_that_word(
    world: Timeline, sweep_at: Sweep
) -> None:
    world.give(world.people[PARTNER], OFFICER)  # one person hears everything
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    back = moment("2026-12-10", "09:00")
    sweep_at(back)
    assert ("partner_lead", "reminder/reply/+1 d") in world.told()
    assert ("partner_lead", "reminder/reply/-7 d") not in world.told()
    assert sweep_at(back + timedelta(days=6)).moved == 0
    assert sweep_at(back + timedelta(days=7)).moved == 1


def test_who_acts_before_that_is_in_time(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    sweep_at(moment("2026-12-10", "09:00"))
    world.move(case, "tell", moment("2026-12-16"))
    assert sweep_at(moment("2026-12-18")).moved == 0
    db.session.refresh(case)
    assert case.state == "review"


def test_a_refused_move_is_tried_again_an_hour_later(world: Timeline, sweep_at: Sweep) -> None:
    stubborn, willing = world.case(FRIDAY), world.case(FRIDAY)
    for case in (stubborn, willing):
        world.move(case, "ask", FRIDAY)
    sweep_at(moment("2026-11-28", "08:00"))
    STUBBORN.add(stubborn.id)
    due = moment("2026-12-06", "00:00")
    result = sweep_at(due)
    assert (result.moved, result.refused) == (1, 1)
    STUBBORN.clear()
    assert sweep_at(due + timedelta(minutes=59)).moved == 0
    assert sweep_at(due + timedelta(minutes=60)).moved == 1


def test_two_sweeps_at_once_move_once(world: Timeline, app: Flask, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    sweep_at(moment("2026-11-28", "08:00"))
    db.session.commit()
    moved: list[int] = []
    start = threading.Barrier(3)

    def run() -> None:
        with app.app_context():
            start.wait(30)
            moved.append(timed_moves.make_due(moment("2026-12-06", "00:00")).moved)
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(3)]
    with clock.frozen(moment("2026-12-06", "00:00")):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(moved) == [0, 0, 1]


def _states_of_first(world: Timeline) -> dict[str, int]:
    rows = db.session.execute(
        sa.select(Reminder.state, sa.func.count())
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .where(Reminder.rule == "-3 wd")
        .group_by(Reminder.state)
    )
    return {state: int(count) for state, count in rows}


def test_nobody_is_told_twice_in_the_inbox(world: Timeline, sweep_at: Sweep) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", moment("2026-11-24"))
    start = moment("2026-11-20")
    for days in range(45):
        sweep_at(start + timedelta(days=days, hours=9))
    pairs = db.session.execute(
        sa.select(User.name, Message.occasion).join(User, User.id == Message.recipient_id)
    ).all()
    assert len(pairs) == len(set(pairs)) == len(set(world.told()))
