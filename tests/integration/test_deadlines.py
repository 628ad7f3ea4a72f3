"""Deadlines and their reminders through the moves and acts of a case, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from casework.app import create_app
from casework.db import announce_write
from casework.extensions import db
from casework.models import Case
from casework.services import deadlines
from tests.support.migrating import settings_for
from tests.support.timeline import DATES, WORKFLOW, Timeline, moment, timeline_in

FRIDAY = moment("2026-11-20", "15:00")


@pytest.fixture
def world(fresh_database_url: str) -> Iterator[Timeline]:
    with timeline_in(create_app(settings_for(fresh_database_url))) as made:
        yield made


def test_a_state_opens_its_deadline_with_its_reminders(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    assert deadline.due_at == moment("2026-12-04", "23:59:59")
    reminders = world.reminders(deadline)
    assert {key: (r.at, r.audience, r.escalates, r.state) for key, r in reminders.items()} == {
        "-3 wd": (moment("2026-12-01", "08:00"), "programme_officer", False, "pending"),
        "+1 wd": (moment("2026-12-07", "08:00"), "programme_lead", True, "pending"),
    }
    assert case.next_due_at == deadline.due_at


def test_leaving_in_time_meets_it_and_calls_its_reminders_off(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    world.move(case, "run", moment("2026-12-04", "23:59"))
    assert deadline.state == "met"
    assert {r.state for r in world.reminders(deadline).values()} == {"cancelled"}
    assert case.next_due_at == world.running(case, "notes").due_at


def test_leaving_late_misses_it(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    world.move(case, "run", moment("2026-12-05", "00:00"))
    assert deadline.state == "missed"


def test_abandoning_cancels_everything(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world_case_deadline = world.running(case, "answer")
    condition = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 24))
    db.session.commit()
    world.move(case, "drop", FRIDAY + timedelta(days=1))
    assert (world_case_deadline.state, condition.state) == ("cancelled", "cancelled")
    assert case.next_due_at is None


def test_an_end_settles_what_the_state_asked_and_cancels_the_rest(world: Timeline) -> None:
    case = world.case(FRIDAY)
    answer = world.running(case, "answer")
    condition = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 24))
    db.session.commit()
    world.move(case, "complete", FRIDAY)
    assert (answer.state, condition.state) == ("met", "cancelled")


def test_a_question_stops_the_clock_and_the_answer_resumes_it(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    world.move(case, "ask", moment("2026-11-27", "10:00"))
    assert (deadline.state, deadline.remaining) == ("stopped", "6 wd")
    assert {r.state for r in world.reminders(deadline).values()} == {"cancelled"}
    assert case.next_due_at == world.running(case, "reply").due_at
    world.move(case, "tell", moment("2026-12-10", "10:00"))
    assert deadline.state == "open"
    assert deadline.due_at == moment("2026-12-18", "23:59:59")
    reminders = world.reminders(deadline)
    assert reminders["-3 wd"].at == moment("2026-12-15", "08:00")
    assert {r.state for r in reminders.values()} == {"pending"}
    assert case.next_due_at == deadline.due_at
    assert world.all_of(case, "reply")[0].state == "met"


def test_a_question_answered_the_same_day_changes_nothing(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    before = (deadline.due_at, world.reminders(deadline)["-3 wd"].at)
    world.move(case, "ask", moment("2026-11-27", "10:00"))
    world.move(case, "tell", moment("2026-11-27", "16:00"))
    assert (deadline.due_at, world.reminders(deadline)["-3 wd"].at) == before
    assert deadline.stopped_seconds == 0


def test_two_stops_take_away_only_what_was_used(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    world.move(case, "ask", moment("2026-11-27", "10:00"))  # four days used
    world.move(case, "tell", moment("2026-12-01", "10:00"))  # a Tuesday, six left
    world.move(case, "ask", moment("2026-12-03", "10:00"))  # Wednesday used
    assert deadline.remaining == "5 wd"
    world.move(case, "tell", moment("2026-12-07", "10:00"))
    assert deadline.due_at == moment("2026-12-14", "23:59:59")


def test_percent_count_the_running_clock_only(world: Timeline) -> None:
    start = moment("2026-11-20", "12:00")
    case = world.case(start, "urgent")
    deadline = world.running(case, "quick")
    assert world.reminders(deadline)["50 %"].at == start + timedelta(hours=24)
    world.move(case, "hold", start + timedelta(hours=10))
    assert deadline.remaining == f"{38 * 3600} s"
    world.move(case, "go_on", start + timedelta(hours=15))
    assert deadline.due_at == start + timedelta(hours=53)
    assert world.reminders(deadline)["50 %"].at == start + timedelta(hours=29)
    assert world.reminders(deadline)["100 %"].at == start + timedelta(hours=53)


def test_a_move_within_the_state_changes_no_deadline(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    world.move(case, "remark", FRIDAY + timedelta(days=3))
    assert world.all_of(case, "answer") == [deadline]
    assert deadline.state == "open"


def test_coming_back_later_opens_the_next_occurrence(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world.move(case, "hand_back", FRIDAY + timedelta(days=1))
    back = moment("2026-12-07", "09:00")
    world.move(case, "submit", back)
    first, second = world.all_of(case, "answer")
    assert (first.state, second.state, second.occurrence) == ("met", "open", 2)
    assert second.due_at == moment("2026-12-21", "23:59:59")


def test_reopening_an_abandoned_case_gives_new_deadlines(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world.move(case, "drop", FRIDAY + timedelta(days=1))
    world.move(case, "reopen", FRIDAY + timedelta(days=30))
    assert [d.state for d in world.all_of(case, "answer")] == ["cancelled", "open"]


def test_what_was_settled_during_a_stay_does_not_come_back_after_a_question(
    world: Timeline,
) -> None:
    case = world.case(FRIDAY)
    deadlines.settle(case, "answer", FRIDAY)
    db.session.commit()
    world.move(case, "ask", FRIDAY + timedelta(days=1))
    world.move(case, "tell", FRIDAY + timedelta(days=2))
    assert [d.state for d in world.all_of(case, "answer")] == ["met"]


def test_a_date_of_the_facts_is_the_end(world: Timeline) -> None:
    case = world.case(FRIDAY, "review")
    DATES[case.id] = date(2026, 12, 31)
    world.move(case, "hand_back", FRIDAY)
    deadline = world.running(case, "closing")
    assert deadline.due_at == moment("2026-12-31", "23:59:59")
    assert world.reminders(deadline)["-7 d"].at == moment("2026-12-24", "08:00")


def test_without_a_date_nothing_runs_until_there_is_one(world: Timeline) -> None:
    case = world.case(FRIDAY, "draft")
    assert world.all_of(case, "closing") == []
    DATES[case.id] = date(2026, 12, 31)
    deadlines.follow_facts(case, WORKFLOW, world.facts(case), FRIDAY)
    deadline = world.running(case, "closing")
    assert case.next_due_at == deadline.due_at == moment("2026-12-31", "23:59:59")


def test_a_date_that_moves_moves_the_deadline(world: Timeline) -> None:
    case = world.case(FRIDAY, "draft")
    DATES[case.id] = date(2026, 12, 31)
    deadlines.follow_facts(case, WORKFLOW, world.facts(case), FRIDAY)
    DATES[case.id] = date(2027, 1, 15)
    deadlines.follow_facts(case, WORKFLOW, world.facts(case), FRIDAY)
    deadline = world.running(case, "closing")
    assert deadline.due_at == case.next_due_at == moment("2027-01-15", "23:59:59")
    assert world.reminders(deadline)["-2 d"].at == moment("2027-01-13", "08:00")


def test_a_date_taken_away_cancels_the_deadline(world: Timeline) -> None:
    case = world.case(FRIDAY, "draft")
    DATES[case.id] = date(2026, 12, 31)
    deadlines.follow_facts(case, WORKFLOW, world.facts(case), FRIDAY)
    DATES[case.id] = None
    deadlines.follow_facts(case, WORKFLOW, world.facts(case), FRIDAY)
    assert [d.state for d in world.all_of(case, "closing")] == ["cancelled"]
    assert case.next_due_at is None


def test_a_date_that_was_settled_is_not_asked_for_again(world: Timeline) -> None:
    case = world.case(FRIDAY, "draft")
    DATES[case.id] = date(2026, 12, 31)
    deadlines.follow_facts(case, WORKFLOW, world.facts(case), FRIDAY)
    deadlines.settle(case, "closing", FRIDAY)
    for moved in (date(2026, 12, 31), date(2027, 1, 31)):
        DATES[case.id] = moved
        deadlines.follow_facts(case, WORKFLOW, world.facts(case), FRIDAY)
    assert [d.state for d in world.all_of(case, "closing")] == ["met"]


def test_a_date_that_many_cases_share_moves_all_of_their_deadlines(world: Timeline) -> None:
    cases = [world.case(FRIDAY, "draft") for _ in range(4)]
    other = world.case(FRIDAY, "review")
    DATES.update(dict.fromkeys([case.id for case in cases], date(2026, 12, 31)))
    assert deadlines.follow_dates(sa.true(), FRIDAY) == 4
    assert deadlines.follow_dates(sa.true(), FRIDAY) == 0
    DATES.update(dict.fromkeys([case.id for case in cases[:2]], date(2027, 1, 15)))
    assert deadlines.follow_dates(Case.id == cases[0].id, FRIDAY) == 1
    assert deadlines.follow_dates(sa.true(), FRIDAY) == 1
    ends = [world.running(case, "closing").due_at for case in cases]
    assert ends == [moment("2027-01-15", "23:59:59")] * 2 + [moment("2026-12-31", "23:59:59")] * 2
    assert [case.next_due_at for case in cases] == ends
    assert world.all_of(other, "closing") == []


@pytest.mark.parametrize(
    ("done", "state", "next_due"),
    [
        (moment("2026-12-10"), "met", "2027-01-19"),  # early: the next one is a month later
        (moment("2026-12-20"), "met", "2027-01-19"),
        (moment("2027-01-05"), "missed", "2027-01-19"),  # late: the delay is not passed on
        (moment("2027-02-01"), "missed", "2027-02-18"),  # what was left out is not asked for
    ],
)
def test_what_recurs_rolls_on_when_the_act_is_done(
    world: Timeline, done: object, state: str, next_due: str
) -> None:
    case = world.case(FRIDAY, "running")
    assert world.running(case, "notes").due_at == moment("2026-12-20", "23:59:59")
    deadlines.act_done(case, WORKFLOW, "notes", done)  # type: ignore[arg-type]
    first, second = world.all_of(case, "notes")
    assert (first.state, second.state, second.occurrence) == (state, "open", 2)
    assert second.due_at == moment(next_due, "23:59:59")
    assert case.next_due_at == second.due_at


def test_three_notes_on_one_day_are_one_months_notes(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    for _ in range(3):
        deadlines.act_done(case, WORKFLOW, "notes", moment("2026-12-10"))
    assert world.running(case, "notes").due_at == moment("2027-01-19", "23:59:59")
    deadlines.act_done(case, WORKFLOW, "notes", moment("2026-12-21"))  # its own month has begun
    assert world.running(case, "notes").due_at == moment("2027-02-18", "23:59:59")


def test_an_act_that_meets_nothing_changes_nothing(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    deadlines.act_done(case, WORKFLOW, "other", FRIDAY)
    assert [d.state for d in world.all_of(case, "notes")] == ["open"]


def test_records_have_deadlines_of_their_own(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    made = [
        deadlines.schedule(
            case, WORKFLOW, "condition", FRIDAY, date(2026, 12, day), "condition", subject, label
        )
        for day, subject, label in (
            (24, case.id, "Insurance"),
            (28, world.people_id("programme_lead"), "Lease"),
        )
    ]
    deadlines.settle(case, "condition", FRIDAY, made[0].subject_id)
    assert [d.state for d in made] == ["met", "open"]
    deadlines.settle(case, "condition", FRIDAY, made[1].subject_id, cancel=True)
    assert made[1].state == "cancelled"


def test_scheduling_again_moves_what_runs(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    first = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 24))
    second = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 12, 28))
    assert first is second
    assert second.due_at == moment("2026-12-28", "23:59:59")


def test_a_deadline_without_a_length_needs_an_end(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    with pytest.raises(ValueError, match="needs an end"):
        deadlines.schedule(case, WORKFLOW, "condition", FRIDAY)


def test_what_would_be_stale_when_a_deadline_opens_is_superseded(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    deadline = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 11, 25))
    assert _states(world, deadline) == {"-7 d": "superseded", "0 d": "pending", "+7 d": "pending"}


def test_what_says_that_it_is_over_goes_out_even_late(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    deadline = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 10, 1))
    assert _states(world, deadline) == {
        "-7 d": "superseded",
        "0 d": "superseded",
        "+7 d": "pending",
    }


def test_a_warning_before_a_right_ends_is_never_left_out(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world.move(case, "ask", FRIDAY)
    deadline = world.running(case, "reply")
    deadlines.settle(case, "reply", FRIDAY, cancel=True)
    soon = deadlines.schedule(case, WORKFLOW, "reply", FRIDAY, date(2026, 11, 22))
    assert deadline.state == "cancelled"
    assert _states(world, soon) == {"-10 d": "superseded", "-7 d": "pending", "+1 d": "pending"}


def test_moving_recomputes_what_is_to_come(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    deadlines.move_due(deadline, date(2026, 12, 18), FRIDAY)
    assert case.next_due_at == deadline.due_at == moment("2026-12-18", "23:59:59")
    assert world.reminders(deadline)["-3 wd"].at == moment("2026-12-15", "08:00")
    assert deadline.moved_at == FRIDAY


def test_moving_never_sends_a_done_one_again(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    reminder = world.reminders(deadline)["-3 wd"]
    reminder.state, reminder.done_at = "done", moment("2026-12-01", "08:01")
    before = reminder.at
    deadlines.move_due(deadline, date(2026, 12, 18), moment("2026-12-02"))
    assert (reminder.state, reminder.at) == ("done", before)


def test_moving_brings_back_what_was_left_out_and_lies_ahead_again(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    deadline = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 11, 25))
    deadlines.move_due(deadline, date(2026, 12, 24), FRIDAY)
    assert _states(world, deadline)["-7 d"] == "pending"


def test_moving_leaves_out_what_would_be_stale_still(world: Timeline) -> None:
    case = world.case(FRIDAY, "running")
    deadline = deadlines.schedule(case, WORKFLOW, "condition", FRIDAY, date(2026, 11, 25))
    deadlines.move_due(deadline, date(2026, 11, 26), FRIDAY)
    assert _states(world, deadline)["-7 d"] == "superseded"


def test_a_stopped_deadline_that_is_moved_keeps_its_clock_stopped(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    world.move(case, "ask", moment("2026-11-27", "10:00"))
    deadlines.move_due(deadline, date(2026, 12, 11), moment("2026-11-28"))
    assert (deadline.state, deadline.remaining) == ("stopped", "11 wd")
    assert {r.state for r in world.reminders(deadline).values()} == {"cancelled"}


def test_a_closed_deadline_cannot_be_moved(world: Timeline) -> None:
    case = world.case(FRIDAY)
    deadline = world.running(case, "answer")
    deadlines.settle(case, "answer", FRIDAY)
    with pytest.raises(ValueError, match="closed"):
        deadlines.move_due(deadline, date(2026, 12, 18), FRIDAY)


def test_closing_days_put_an_end_off(world: Timeline) -> None:
    deadlines.add_closing_day(date(2026, 12, 1), "Move")
    deadlines.add_closing_day(date(2026, 12, 1), "House move")
    assert [(d.day, d.label) for d in deadlines.closing_days()] == [
        (date(2026, 12, 1), "House move")
    ]
    case = world.case(FRIDAY)
    assert world.running(case, "answer").due_at == moment("2026-12-07", "23:59:59")
    announce_write()
    deadlines.drop_closing_day(date(2026, 12, 1))
    deadlines.drop_closing_day(date(2026, 12, 2))
    assert deadlines.closing_days() == []


def test_only_one_deadline_of_a_rule_can_run_on_a_subject(world: Timeline) -> None:
    case = world.case(FRIDAY)
    row = world.running(case, "answer")
    names = [c.key for c in sa.inspect(type(row)).column_attrs if c.key not in {"id", "occurrence"}]
    twin = type(row)(occurrence=2, **{name: getattr(row, name) for name in names})
    db.session.add(twin)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def _states(world: Timeline, deadline: object) -> dict[str, str]:
    return {key: r.state for key, r in world.reminders(deadline).items()}  # type: ignore[arg-type]
