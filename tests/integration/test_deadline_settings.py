"""An administrator tunes a deadline; what runs already is shown first and changed only if asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from casework.app import create_app
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, DeadlineSetting, Event
from casework.policy import SYSTEM, Actor
from casework.roles import Role
from casework.services import deadlines, events
from casework.services.deadlines import SettingError
from casework.services.deadlines.settings import checked
from casework.services.errors import ForbiddenError
from tests.support.migrating import settings_for
from tests.support.timeline import (
    LEAD,
    OFFICER,
    WORKFLOW,
    Timeline,
    moment,
    statements,
    timeline_in,
)

FRIDAY = moment("2026-11-20", "15:00")
LATER = moment("2026-11-24", "10:00")
SOON = "-1 wd to programme_officer"
USUAL = ("-3 wd to programme_officer", "+1 wd escalates to programme_lead")


@dataclass
class Office:
    """The world, and the lead who tunes things in it."""

    world: Timeline
    lead: Actor

    def change(self, length: str, *reminders: str, rule: str = "answer") -> DeadlineSetting:
        return deadlines.change_setting(WORKFLOW, rule, length, reminders, self.lead, LATER)

    def preview(self, rule: str = "answer") -> list[deadlines.Change]:
        known = deadlines.effective_rules(WORKFLOW)[rule]
        return deadlines.preview_setting(WORKFLOW, known, self.lead, LATER)

    def apply(self, rule: str = "answer") -> int:
        with unit_of_work(db.session()):
            return deadlines.apply_setting_to_running(WORKFLOW, rule, self.lead, LATER)


@pytest.fixture
def office(fresh_database_url: str) -> Iterator[Office]:
    with timeline_in(create_app(settings_for(fresh_database_url))) as world:
        yield Office(world, world.actor(world.people[LEAD]))


def test_without_a_setting_the_declaration_holds(office: Office) -> None:
    assert deadlines.effective_rules(WORKFLOW)["answer"] == WORKFLOW.deadline_by_key["answer"]
    assert deadlines.current_setting("timeline", "answer") is None


def test_a_new_deadline_follows_the_newest_setting(office: Office) -> None:
    office.change("20 wd", *USUAL)
    office.change("5 wd", SOON)
    case = office.world.case(FRIDAY)
    deadline = office.world.running(case, "answer")
    assert deadline.due_at == moment("2026-11-27", "23:59:59")
    assert list(office.world.reminders(deadline)) == ["-1 wd"]
    assert [s.version for s in deadlines.history("timeline", "answer")] == [2, 1]


def test_the_rest_of_the_rule_stays_as_declared(office: Office) -> None:
    office.change("5 wd", SOON)
    rule, declared = (
        deadlines.effective_rules(WORKFLOW)["answer"],
        WORKFLOW.deadline_by_key["answer"],
    )
    assert (rule.states, rule.stops_in, rule.owner) == (
        declared.states,
        declared.stops_in,
        declared.owner,
    )


@pytest.mark.parametrize(
    ("rule", "length", "reminders", "fault"),
    [
        ("answer", "", USUAL, "how long"),
        ("answer", "ten days", USUAL, "not a length"),
        ("answer", "0 wd", USUAL, "at least"),
        ("answer", "36 s", USUAL, "at least"),
        ("answer", "6000 d", (), "at most ten years"),
        ("answer", "10 wd", ("soon",), "not a reminder"),
        ("answer", "10 wd", ("-3 wd to nobody",), "not a reminder"),
        ("answer", "10 wd", ("-3 wd to administrator",), "reads no cases"),
        ("answer", "10 wd", (SOON, SOON), "reminded twice at -1 wd"),
        ("answer", "10 wd", ("-30 d to programme_officer",), "before the deadline begins"),
        ("answer", "10 wd", [f"+{n} d to programme_lead" for n in range(1, 14)], "at most 12"),
        ("condition", "10 wd", (), "ends on a date of its own"),
        ("reply", "15 d", ("+1 d to programme_officer",), "must be warned"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    office: Office, rule: str, length: str, reminders: tuple[str, ...], fault: str
) -> None:
    with pytest.raises(SettingError, match=fault):
        office.change(length, *reminders, rule=rule)
    assert deadlines.current_setting("timeline", rule) is None


def test_all_faults_are_told_at_once(office: Office) -> None:
    with pytest.raises(SettingError) as caught:
        office.change("much", "soon", "later")
    assert len(caught.value.faults) == 3


def test_a_date_of_its_own_keeps_it_and_takes_other_reminders(office: Office) -> None:
    office.change("", "-10 d to partner_lead", rule="condition")
    rule = deadlines.effective_rules(WORKFLOW)["condition"]
    assert rule.length is None
    assert [r.key for r in rule.reminders] == ["-10 d"]


def test_only_leads_and_administrators_tune(office: Office) -> None:
    world = office.world
    officer = world.actor(world.people[OFFICER])
    for actor in (officer, SYSTEM):
        with pytest.raises(ForbiddenError):
            deadlines.change_setting(WORKFLOW, "answer", "5 wd", USUAL, actor, LATER)
        with pytest.raises(ForbiddenError):
            deadlines.apply_setting_to_running(WORKFLOW, "answer", actor, LATER)
    chief = world.actor(world.person(Role.ADMINISTRATOR, "chief"))
    deadlines.change_setting(WORKFLOW, "answer", "5 wd", (SOON,), chief, LATER)


def test_a_setting_based_on_an_old_one_is_refused(office: Office) -> None:
    office.change("5 wd", SOON)
    with pytest.raises(SettingError, match="since you opened it"):
        deadlines.change_setting(WORKFLOW, "answer", "6 wd", USUAL, office.lead, LATER, seen=0)


def test_what_runs_stays_until_somebody_asks(office: Office) -> None:
    case = office.world.case(FRIDAY)
    deadline = office.world.running(case, "answer")
    before = deadline.due_at
    office.change("20 wd", *USUAL)
    db.session.refresh(deadline)
    assert deadline.due_at == before


def test_what_would_change_is_shown_before_and_after(office: Office) -> None:
    case = office.world.case(FRIDAY)
    deadline = office.world.running(case, "answer")
    office.change("20 wd", SOON)
    (change,) = office.preview()
    assert (change.reference, change.title) == (case.reference, case.title)
    assert change.due_before == moment("2026-12-04", "23:59:59")
    assert change.due_after == moment("2026-12-18", "23:59:59")
    assert [p.offset for p in change.dropped] == ["-3 wd", "+1 wd"]
    assert [(p.offset, p.audience, p.at) for p in change.added] == [
        ("-1 wd", "programme_officer", moment("2026-12-17", "08:00"))
    ]
    assert deadline.due_at == change.due_before
    assert set(office.world.reminders(deadline)) == {"-3 wd", "+1 wd"}


def test_what_was_shown_is_what_is_done(office: Office) -> None:
    cases = [office.world.case(FRIDAY + timedelta(days=n)) for n in range(3)]
    office.world.move(cases[1], "ask", moment("2026-11-23"))
    office.change("20 wd", SOON)
    shown = {c.deadline_id: c for c in office.preview()}
    assert office.apply() == 3
    for case in cases:
        deadline = office.world.running(case, "answer")
        assert deadline.due_at == shown[deadline.id].due_after
        assert set(office.world.reminders(deadline)) == {"-1 wd"}
        db.session.refresh(case)
    assert office.apply() == 0
    assert [c for c in office.preview() if c.changes] == []


def test_every_moved_end_is_an_event_of_its_case(office: Office) -> None:
    case = office.world.case(FRIDAY)
    office.change("20 wd", *USUAL)
    office.apply()
    event = db.session.scalars(sa.select(Event).where(Event.case_id == case.id)).one()
    assert (event.kind, event.name, event.actor_id) == (
        "deadline_moved",
        "answer",
        office.lead.id,
    )
    assert "broken" not in " ".join(events.verify([case.id]))
    db.session.refresh(case)
    assert case.next_due_at == moment("2026-12-18", "23:59:59")


def test_only_the_chosen_ones_change(office: Office) -> None:
    first, second = office.world.case(FRIDAY), office.world.case(FRIDAY)
    office.change("20 wd", *USUAL)
    chosen = office.world.running(first, "answer").id
    done = deadlines.apply_setting_to_running(WORKFLOW, "answer", office.lead, LATER, {chosen})
    assert done == 1
    assert office.world.running(second, "answer").due_at == moment("2026-12-04", "23:59:59")


def test_what_has_gone_out_stays_out(office: Office) -> None:
    case = office.world.case(FRIDAY)
    deadline = office.world.running(case, "answer")
    sent = office.world.reminders(deadline)["-3 wd"]
    sent.state, sent.done_at = "done", LATER
    office.change("20 wd", *USUAL)
    office.apply()
    reminders = office.world.reminders(deadline)
    assert reminders["-3 wd"].state == "done"
    assert reminders["+1 wd"].at == moment("2026-12-21", "08:00")


def test_a_stopped_clock_gains_what_the_length_gains(office: Office) -> None:
    case = office.world.case(FRIDAY)
    office.world.move(case, "ask", moment("2026-11-27", "10:00"))
    deadline = office.world.running(case, "answer")
    assert deadline.remaining == "6 wd"
    office.change("15 wd", *USUAL)
    office.apply()
    assert (deadline.state, deadline.remaining) == ("stopped", "11 wd")


def test_after_a_stop_what_was_used_stays_used(office: Office) -> None:
    case = office.world.case(FRIDAY)
    office.world.move(case, "ask", moment("2026-11-27", "10:00"))
    office.world.move(case, "tell", moment("2026-12-01", "10:00"))
    deadline = office.world.running(case, "answer")
    assert deadline.due_at == moment("2026-12-09", "23:59:59")
    office.change("12 wd", *USUAL)
    office.apply()
    assert deadline.due_at == moment("2026-12-11", "23:59:59")


def test_after_a_stop_another_unit_counts_the_stop_in_days(office: Office) -> None:
    case = office.world.case(FRIDAY)
    office.world.move(case, "ask", moment("2026-11-27", "10:00"))
    office.world.move(case, "tell", moment("2026-12-01", "10:00"))
    office.change("1 m", *USUAL)
    office.apply()
    deadline = office.world.running(case, "answer")
    assert deadline.due_at == moment("2026-12-24", "23:59:59")


def test_hours_after_a_stop(office: Office) -> None:
    case = office.world.case(FRIDAY, "urgent")
    office.world.move(case, "hold", FRIDAY + timedelta(hours=10))
    office.world.move(case, "go_on", FRIDAY + timedelta(hours=20))
    office.change("72 h", "50 % to programme_officer", rule="quick")
    office.apply("quick")
    assert office.world.running(case, "quick").due_at == FRIDAY + timedelta(hours=82)


def test_what_recurs_takes_the_new_period_from_its_beginning(office: Office) -> None:
    case = office.world.case(FRIDAY, "running")
    deadlines.act_done(case, WORKFLOW, "notes", moment("2026-12-10"))
    db.session.commit()
    office.change("45 d", "-5 d to partner_lead", rule="notes")
    office.apply("notes")
    assert office.world.running(case, "notes").due_at == moment("2027-01-04", "23:59:59")


def test_an_end_chosen_by_hand_stays(office: Office) -> None:
    case = office.world.case(FRIDAY)
    deadline = office.world.running(case, "answer")
    deadlines.move_due(deadline, date(2026, 12, 31), FRIDAY)
    db.session.commit()
    office.change("20 wd", SOON)
    (change,) = office.preview()
    assert change.by_hand
    assert change.due_after == deadline.due_at
    office.apply()
    assert deadline.due_at == moment("2026-12-31", "23:59:59")
    assert set(office.world.reminders(deadline)) == {"-1 wd"}


def test_a_new_closing_day_can_be_counted_in(office: Office) -> None:
    case = office.world.case(FRIDAY)
    deadlines.add_closing_day(date(2026, 12, 1), "Move")
    db.session.commit()
    (change,) = office.preview()
    assert change.due_after == moment("2026-12-07", "23:59:59")
    office.apply()
    assert office.world.running(case, "answer").due_at == change.due_after


def test_cases_out_of_sight_are_counted_and_not_named(office: Office) -> None:
    office.world.case(FRIDAY, restricted=True)
    office.change("20 wd", *USUAL)
    (change,) = office.preview()
    assert (change.reference, change.title, change.label) == ("", "", "")
    assert change.changes


def test_the_preview_costs_the_same_for_one_and_for_many(office: Office) -> None:
    office.world.case(FRIDAY)
    office.change("20 wd", *USUAL)
    with statements() as one:
        office.preview()
    for _ in range(15):
        office.world.case(FRIDAY)
    with statements() as many:
        assert len(office.preview()) == 16
    assert many["SELECT"] == one["SELECT"] <= 6


def test_checking_writes_nothing(office: Office) -> None:
    rule = checked(WORKFLOW, "answer", "20 wd", USUAL, LATER)
    assert str(rule.length) == "20 wd"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DeadlineSetting)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
