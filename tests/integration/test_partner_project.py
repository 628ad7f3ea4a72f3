"""The whole life of a partner project: every move refused for its reasons, then made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework import reference
from casework.calendar import add_months
from casework.clock import frozen, now
from casework.extensions import db
from casework.forms.pilot import OTHER_SIDE
from casework.models import Call, Deadline, Event, Programme
from casework.policy import SYSTEM
from casework.roles import Role
from casework.services import cases, events
from casework.services.errors import ForbiddenError, InvalidError, NotOpenError, RefusedError
from tests.support.project import IDEA, Project
from tests.support.world import World

LEAD, SIGNATORY = Role.PARTNER_LEAD, Role.PARTNER_SIGNATORY
PO, PL, FIN = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.FINANCE
MOTIVE = "It bridges two sectors and has a host."


@pytest.fixture
def project(world: World) -> Project:
    return Project(world)


def test_from_the_idea_to_the_end_of_the_follow_up(project: Project) -> None:
    project.to_followed_up()
    assert project.state == "followed_up"
    assert [c.months for c in project.rows("check_ups")] == [6, 12, 24]
    with project.world.writing():
        cases.fire(project.id, "complete", SYSTEM, {}, None, "by the system")
    assert project.state == "completed"
    assert project.case.closed_at is not None
    assert events.verify([project.id]) == []
    moves = db.session.scalars(
        sa.select(Event.name)
        .where(Event.case_id == project.id, Event.kind == "transition")
        .order_by(Event.seq)
    ).all()
    assert moves == [
        "start_idea",
        "submit_idea",
        "open_co_creation",
        "submit_proposal",
        "put_on_agenda",
        "approve",
        "start_pilot",
        "close_pilot",
        "decide_anchor",
        "confirm_anchored",
        "close",
        "complete",
    ]


def test_an_idea_is_sent_when_it_is_complete(world: World) -> None:
    project = Project(world, registry_number=None).start()
    assert project.running() == {}
    assert project.refused("submit_idea", LEAD) == {"idea", None}
    project.write("idea", LEAD, **IDEA, programme_id=project.programme(4))
    assert project.refused("submit_idea", LEAD) == {None}, "the organisation is not identified"
    assert project.case.title == IDEA["title"]
    assert project.case.programme_id == project.programme(4)


def test_an_idea_is_not_sent_once_its_call_has_closed(project: Project) -> None:
    with project.world.writing():
        call_id = project.add_call(closes_on=project.today)
    project.start(call_id=call_id)
    project.write("idea", LEAD, **IDEA, programme_id=project.programme(4))
    yesterday = project.today - timedelta(days=1)
    with project.world.writing():
        call = db.session.get_one(Call, call_id)
        call.closes_on = yesterday
    with pytest.raises(RefusedError) as fault:
        project.move("submit_idea", LEAD)
    assert [reason.params for reason in fault.value.reasons] == [{"day": yesterday}]
    with project.world.writing():
        project.extend_call(call_id, until=project.today)
    project.move("submit_idea", LEAD)
    assert project.state == "idea_submitted"


def test_an_idea_for_a_call_that_is_always_open_is_sent_at_any_time(project: Project) -> None:
    with project.world.writing():
        call_id = project.add_call(closes_on=project.today - timedelta(days=1), always_open=True)
    project.start(call_id=call_id)
    project.write("idea", LEAD, **IDEA, programme_id=project.programme(4))
    project.move("submit_idea", LEAD)
    assert project.state == "idea_submitted"


def test_the_first_thought_on_anchoring_begins_the_plan(project: Project) -> None:
    project.start()
    project.write("idea", LEAD, **IDEA, programme_id=project.programme(4))
    (plan,) = project.rows("anchoring")
    assert (plan.edition, plan.plan) == ("idea", IDEA["anchoring_thought"])
    changed = {**IDEA, "anchoring_thought": "The city, perhaps."}
    project.write("idea", LEAD, **changed, programme_id=project.programme(4))
    (plan,) = project.rows("anchoring")
    assert plan.plan == "The city, perhaps."


def test_the_same_title_again_needs_a_programme_lead(project: Project) -> None:
    project.to_submitted()
    first = project.id
    project.start()
    project.write("idea", LEAD, **IDEA, programme_id=project.programme(4))
    assert project.id != first
    assert project.refused("submit_idea", LEAD) == {"idea"}
    project.write(
        "idea", LEAD, **{**IDEA, "title": "Other gardens"}, programme_id=project.programme(4)
    )
    project.move("submit_idea", LEAD)
    assert project.state == "idea_submitted"


@pytest.mark.parametrize("match_first", [False, True])
def test_a_request_stops_the_clock_and_the_answer_lets_it_run(
    project: Project, match_first: bool
) -> None:
    project.to_submitted()
    clock = "first_answer"
    if match_first:
        project.move("match", PO)
        clock = "matching"
    before = project.state
    assert project.running() == {clock: "open"}
    with pytest.raises(InvalidError):
        project.move("ask_info", PO, items=[{"item": "Statutes", "reason": ""}])
    asked = [
        {"item": "Statutes", "reason": "Who may sign?"},
        {"item": "Accounts", "reason": "To see the own means"},
    ]
    project.move("ask_info", PO, items=asked)
    assert project.state == "idea_needs_info"
    assert project.running() == {clock: "stopped", "idea_answer": "open"}
    first, second = project.rows("info")
    project.write("info", Role.PARTNER_CONTRIBUTOR, first, answer="Attached")
    assert project.refused("answer_info", LEAD) == {"info"}
    project.write("info", LEAD, second, refused=True, refusal_reason="They are not closed yet")
    project.move("answer_info", Role.PARTNER_CONTRIBUTOR)
    assert project.state == before
    assert project.running() == {clock: "open"}


def test_an_idea_taken_up_again_while_it_waited_still_finds_its_way(project: Project) -> None:
    project.to_submitted()
    project.move("match", PO)
    project.move("ask_info", PO, items=[{"item": "Statutes", "reason": "Who may sign?"}])
    project.move("withdraw", LEAD, reason="We have no time this year")
    assert project.running() == {"letter": "open"}
    project.move("reopen", PL, reason="They found the time after all")
    assert project.state == "idea_needs_info"
    (item,) = project.rows("info")
    project.write("info", LEAD, item, answer="Attached")
    project.move("answer_info", LEAD)
    assert project.state == "matched"


def test_co_creation_needs_a_team_and_a_programme(project: Project) -> None:
    project.to_submitted()
    assert project.refused("open_co_creation", PO) == {"team"}
    project.name_team()
    project.write("shares", PO, programme_id=project.programme(5), share="60")
    assert project.refused("open_co_creation", PO) == {"shares"}
    project.write("shares", PO, programme_id=project.programme(2), share="40")
    assert project.case.programme_id == project.programme(5)
    project.move("open_co_creation", PO)
    assert project.running() == {"co_creation_target": "open", "check_in": "open"}
    assert project.case.owner_id == project.people[PO]
    assert project.facts.coach_name


def test_a_proposal_is_refused_for_all_its_reasons_at_once(project: Project) -> None:
    project.to_co_creation()
    found = project.refused("submit_proposal", SIGNATORY)
    assert found == {"sessions", "anchoring", "budget", "consortium", "pledges"}
    project.prepare_proposal()
    project.write("budget", LEAD, label="Cement", category="equipment", amount_cents="0,01")
    assert project.refused("submit_proposal", SIGNATORY) == {"funding"}
    project.write("funding", LEAD, kind="own", amount_cents="0,01")
    with pytest.raises(ForbiddenError):
        project.move("submit_proposal", LEAD)
    project.move("submit_proposal", SIGNATORY)
    assert project.running() == {"completeness_check": "open"}


def test_a_check_in_meets_its_deadline_and_the_next_one_opens(project: Project) -> None:
    project.to_co_creation()
    project.write("check_ins", PO, held_on=project.in_days(0), summary="Half of it is there")
    found = db.session.execute(
        sa.select(Deadline.occurrence, Deadline.state)
        .where(Deadline.case_id == project.id, Deadline.rule == "check_in")
        .order_by(Deadline.occurrence)
    ).all()
    assert [tuple(row) for row in found] == [(1, "met"), (2, "open")]


def test_a_proposal_is_put_on_the_agenda_when_it_is_complete(project: Project) -> None:
    project.to_co_creation()
    project.prepare_proposal()
    project.move("submit_proposal", SIGNATORY)
    meeting = project.in_days(20)
    assert project.refused("put_on_agenda", PO, meeting_on=meeting) == {"completeness"}
    project.move("ask_proposal_info", PO, items=[{"item": "Lease", "reason": "For how long?"}])
    assert project.running() == {"completeness_check": "stopped", "proposal_answer": "open"}
    (item,) = project.rows("info")
    project.write("info", LEAD, item, answer="Nine years")
    project.move("answer_proposal_info", LEAD)
    project.tick_completeness()
    with pytest.raises(InvalidError):
        project.move("put_on_agenda", PO, meeting_on=project.in_days(-2))
    project.move("put_on_agenda", PO, meeting_on=meeting)
    assert project.facts.meeting_on == project.today + timedelta(days=20)
    assert project.running() == {"meeting": "open"}


def test_a_proposal_sent_once_more_is_checked_once_more(project: Project) -> None:
    project.to_deliberation()
    project.move("revise", PL, motive="The budget is too high for one street.")
    project.move("submit_proposal", SIGNATORY)
    meeting = project.in_days(40)
    assert project.refused("put_on_agenda", PO, meeting_on=meeting) == {"completeness"}
    project.tick_completeness()
    project.move("put_on_agenda", PO, meeting_on=meeting)
    assert project.state == "deliberation"


def test_a_meeting_put_off_moves_its_deadline(project: Project) -> None:
    project.to_deliberation()
    project.write("agenda", PL, meeting_on=project.in_days(41), conflicts="None")
    due = db.session.scalar(
        sa.select(Deadline.due_at).where(Deadline.case_id == project.id, Deadline.rule == "meeting")
    )
    assert due is not None
    assert timedelta(days=40) < due - now() < timedelta(days=43)


@pytest.mark.parametrize(
    ("decision", "state", "data"),
    [
        ("approve", "agreement", {}),
        ("revise", "co_creation", {}),
        ("decline", "declined", {}),
        ("redirect_proposal", "redirected", {"destination": "The regional fund"}),
    ],
)
def test_a_programme_lead_records_the_decision_with_its_motive(
    project: Project, decision: str, state: str, data: dict[str, str]
) -> None:
    project.to_deliberation()
    with pytest.raises(ForbiddenError):
        project.move(decision, PO, motive=MOTIVE, **data)
    with pytest.raises(InvalidError):
        project.move(decision, PL, motive="Good.", **data)
    project.move(decision, PL, motive=MOTIVE, **data)
    assert project.state == state


def test_conditions_run_from_the_decision_and_are_lifted_on_evidence(project: Project) -> None:
    project.to_deliberation()
    assert project.refused("approve_with_conditions", PL, motive=MOTIVE) == {"conditions"}
    condition = {"text": "A lease of nine years", "blocking": True, "due_on": project.in_days(30)}
    project.write("conditions", PL, **condition)
    assert "condition_due" not in project.running(), "nothing runs before the decision"
    project.move("approve_with_conditions", PL, motive=MOTIVE)
    assert project.running() == {"condition_due": "open"}
    assert project.refused("conditions_met", PO) == {"conditions"}
    (row,) = project.rows("condition_evidence")
    project.write("condition_evidence", LEAD, row, evidence="The lease is signed")
    assert project.refused("conditions_met", PO) == {"conditions"}
    (row,) = project.rows("conditions")
    project.write("conditions", PO, row, **condition, evidence="The lease is signed", lifted=True)
    assert project.running() == {}
    project.move("conditions_met", PO)
    assert project.running() == {"signature": "open"}


def test_nobody_is_approved_past_conditions_that_are_written_down(project: Project) -> None:
    project.to_deliberation()
    project.write("conditions", PL, text="A lease of nine years", due_on=project.in_days(30))
    assert project.refused("approve", PL, motive=MOTIVE) == {"conditions"}
    (row,) = project.rows("conditions")
    project.take_away("conditions", PL, row)
    project.move("approve", PL, motive=MOTIVE)
    assert project.state == "agreement"


def test_a_partner_reads_no_condition_before_the_decision(project: Project) -> None:
    project.to_deliberation()
    project.write("conditions", PL, text="A lease of nine years", due_on=project.in_days(30))
    browser = project.world.client(project.people[LEAD])
    address = f"/cases/{project.case.reference}"
    for page in (address, f"{address}/history"):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "ondition" not in answer.get_data(as_text=True), page
    assert browser.get(f"{address}/r/condition_evidence").status_code == 404
    project.move("approve_with_conditions", PL, motive=MOTIVE)
    assert "A lease" in browser.get(f"{address}/r/condition_evidence").get_data(as_text=True)


def test_a_condition_given_more_time_moves_its_deadline(project: Project) -> None:
    project.to_deliberation()
    project.write("conditions", PL, text="A lease", due_on=project.in_days(30))
    project.move("approve_with_conditions", PL, motive=MOTIVE)
    (row,) = project.rows("conditions")
    project.write("conditions", PL, row, text="A lease", due_on=project.in_days(60))
    found = db.session.scalars(
        sa.select(Deadline).where(Deadline.case_id == project.id, Deadline.rule == "condition_due")
    ).all()
    assert len(found) == 1
    assert timedelta(days=59) < found[0].due_at - now() < timedelta(days=62)
    assert found[0].label == "A lease"


def test_a_condition_that_blocks_nothing_is_lifted_during_the_pilot(project: Project) -> None:
    project.to_deliberation()
    condition = {"text": "A second well", "due_on": project.in_days(90)}
    project.write("conditions", PL, **condition)
    project.move("approve_with_conditions", PL, motive=MOTIVE)
    project.move("conditions_met", PO)
    project.sign()
    assert project.running()["condition_due"] == "open"
    (row,) = project.rows("condition_evidence")
    project.write("condition_evidence", LEAD, row, evidence="It gives water")
    (row,) = project.rows("conditions")
    project.write("conditions", PO, row, **condition, evidence="It gives water", lifted=True)
    assert "condition_due" not in project.running()


def test_what_is_taken_up_again_has_its_own_deadlines_too(project: Project) -> None:
    project.to_deliberation()
    project.write("conditions", PL, text="A lease", blocking=True, due_on=project.in_days(30))
    project.move("approve_with_conditions", PL, motive=MOTIVE)
    project.move("withdraw", LEAD, reason="Nobody has the time")
    assert "condition_due" not in project.running()
    project.move("reopen", PL, reason="They found the time after all")
    assert project.running() == {"condition_due": "open"}


def test_an_answer_after_a_reopening_starts_our_own_clock_anew(project: Project) -> None:
    project.to_submitted()
    project.move("ask_info", PO, items=[{"item": "Statutes", "reason": "Who may sign?"}])
    project.move("withdraw", LEAD, reason="Nobody has the time")
    project.move("reopen", PL, reason="They found the time after all")
    assert project.running() == {"idea_answer": "open"}
    (item,) = project.rows("info")
    project.write("info", LEAD, item, answer="Attached")
    project.move("answer_info", LEAD)
    assert project.running() == {"first_answer": "open"}


def test_check_ups_run_again_when_a_project_is_taken_up_again(project: Project) -> None:
    project.to_followed_up()
    ends = {"reason": "The host is bankrupt", "money_position": "All paid", "lesson": "Ask twice"}
    project.move("stop", PL, **ends)
    assert "check_up" not in project.running()
    project.move("reopen", PL, reason="Another host was found")
    running = db.session.scalars(
        sa.select(Deadline).where(Deadline.case_id == project.id, Deadline.state == "open")
    ).all()
    assert [d.rule for d in running].count("check_up") == 3


def test_what_a_lead_has_overridden_no_longer_stops_the_signatory(project: Project) -> None:
    project.to_agreement()
    project.file("agreement")
    project.move("start_pilot", PL, "The city has promised its letter for Monday")
    project.move("start_pilot", SIGNATORY)
    assert project.state == "pilot_running"


def test_a_lead_who_follows_a_project_is_its_officer(project: Project) -> None:
    project.to_submitted()
    team = {"coach_id": project.people[Role.COACH]}
    project.write("team", PL, officer_id=project.people[PL], **team)
    assert project.follows(project.people[PL])
    assert [t.deadline.rule for t in project.tasks(PL, days=60)] == ["first_answer"]
    (row,) = project.rows("team")
    project.write("team", PL, row, officer_id=project.people[PO], **team)
    assert project.follows(project.people[PO])
    assert project.tasks(PL, days=60) == []


def test_the_house_keeps_the_programme_that_it_has_chosen(project: Project) -> None:
    project.to_submitted()
    project.write("shares", PO, programme_id=project.programme(2), share=100)
    project.move("ask_info", PO, items=[{"item": "Statutes", "reason": "Who may sign?"}])
    words = {**IDEA, "title": "Gardens for all"}
    project.write("idea", LEAD, **words, programme_id=project.programme(4))
    assert project.case.title == "Gardens for all"
    assert project.case.programme_id == project.programme(2)


def test_the_pilot_starts_when_both_sides_have_signed(project: Project) -> None:
    project.to_agreement()
    assert project.refused("start_pilot", SIGNATORY) == {"documents", "pledges"}
    project.file("agreement")
    done = project.move("start_pilot", PL, override="The letters come next week")
    assert not done.moved
    assert project.state == "agreement"
    project.file("investor_letter")
    (pledge,) = project.rows("pledges")
    signed = {"investor": "City", "status": "signed", "amount_cents": "400"}
    project.write("pledges", LEAD, pledge, **signed)
    assert not project.move("start_pilot", SIGNATORY).moved, "the change voided the first yes"
    assert project.move("start_pilot", PL).moved
    assert project.running() == {
        "mid_point": "open",
        "learning_note": "open",
        "quarterly_report": "open",
        "pilot_end": "open",
    }


def test_a_pilot_is_closed_on_notes_and_values(project: Project) -> None:
    project.to_pilot()
    assert project.refused("close_pilot", LEAD) == {"learning", "indicators"}
    for number in range(3):
        project.note(f"Lesson {number}")
    assert project.refused("close_pilot", PO) == {"indicators"}
    (indicator,) = project.rows("indicators")
    project.write(
        "indicators",
        LEAD,
        indicator,
        label="People met a week",
        baseline="0",
        target="5",
        missing_reason="Nobody counted in August",
    )
    project.move("close_pilot", PO)
    assert project.running() == {"pilot_decision": "open"}


def test_the_review_ends_on_a_synthesis_and_three_views(project: Project) -> None:
    project.to_review()
    assert project.refused("decide_anchor", PL) == {"synthesis", "views"}
    project.look_back()
    with pytest.raises(ForbiddenError):
        project.move("decide_anchor", PO)
    project.move("decide_anchor", PL)
    assert project.state == "anchoring"


def test_each_side_writes_its_own_view_only(project: Project) -> None:
    project.to_review()
    view = {"view": "Worth while", "given_on": project.in_days(0)}
    for role, parties in ((LEAD, ("officer", "target_group")), (PO, ("partner",))):
        for party in parties:
            with pytest.raises(InvalidError) as fault:
                project.write("views", role, party=party, **view)
            assert fault.value.form.errors == {"party": [OTHER_SIDE]}
    project.write("views", PO, party="officer", **view)
    (row,) = project.rows("views")
    with pytest.raises(ForbiddenError):
        project.write("views", LEAD, row, party="partner", **view)
    with pytest.raises(ForbiddenError):
        project.take_away("views", LEAD, row)
    browser = project.world.client(project.people[LEAD])
    address = f"/cases/{project.case.reference}/r/views"
    assert "/remove" not in browser.get(address).get_data(as_text=True)
    assert "<textarea" not in browser.get(f"{address}/{row.id}").get_data(as_text=True)
    offered = browser.get(f"{address}/new").get_data(as_text=True)
    assert 'value="partner"' in offered
    assert 'value="officer"' not in offered
    project.take_away("views", PO, row)


def test_a_third_adjustment_needs_a_reason(project: Project) -> None:
    project.to_review()
    project.look_back()
    for _ in range(2):
        project.move("decide_adjust", PL)
        assert project.refused("resume_pilot", LEAD) == {"changes"}
        project.write(
            "changes", LEAD, changed_on=project.in_days(0), change="Later hours", why="Rain"
        )
        project.move("resume_pilot", LEAD)
        project.move("close_pilot", LEAD)
        assert {"synthesis", "views"} <= project.refused("decide_adjust", PL)
        project.look_back()
    assert project.facts.adjustments == 2
    assert project.refused("decide_adjust", PL) == {None}
    project.move("decide_adjust", PL, reason="The third season begins with a new host.")
    assert project.state == "adjusting"


def test_scaling_needs_a_second_plan_and_its_funding(project: Project) -> None:
    project.to_review()
    project.look_back()
    assert project.refused("decide_scale", PL) == {"anchoring", "scale"}
    project.write("anchoring", LEAD, edition="v2", plan="Two houses take over.")
    plan = {"reach": "Five streets", "steps": "One a year", "budget_cents": "5000"}
    project.write("scale", LEAD, **plan, funding_cents="4999,99")
    assert project.refused("decide_scale", PL) == {"scale"}
    project.write("scale", LEAD, **plan, funding_cents="5000")
    project.move("decide_scale", PL)
    assert project.running() == {"quarterly_report": "open"}
    project.write("milestones", LEAD, label="Second street", due_on=project.in_days(40))
    assert project.running() == {"quarterly_report": "open", "milestone_due": "open"}
    (milestone,) = project.rows("milestones")
    project.write(
        "milestones",
        LEAD,
        milestone,
        label="Second street",
        due_on=project.in_days(40),
        reached_on=project.in_days(0),
    )
    assert project.refused("enter_anchoring", PO) == {"anchoring"}
    project.write("anchoring", LEAD, edition="v2", plan="Two houses", route="new_structure")
    project.move("enter_anchoring", PO)
    assert project.running() == {"final_plan": "open"}


def test_stopping_after_the_pilot_needs_its_lesson(project: Project) -> None:
    project.to_review()
    project.look_back()
    project.move("decide_stop", PL, reason="The street has found another way.")
    assert project.state == "stopped"
    assert project.running() == {"letter": "open"}
    project.write("letter", PO, sent_on=project.in_days(0), text="We stop, and thank you.")
    assert project.running() == {}


def test_stopping_says_why_what_of_the_money_and_what_was_learnt(project: Project) -> None:
    project.to_pilot()
    with pytest.raises(InvalidError) as fault:
        project.move("stop", PL)
    assert set(fault.value.form.errors) == {"reason", "money_position", "lesson"}
    project.move(
        "stop",
        PL,
        reason="The partner has closed its doors.",
        money_position="Nothing was paid.",
        lesson="Ask for the accounts before.",
    )
    assert project.state == "stopped"
    assert [n.lesson for n in project.rows("learning")] == ["Ask for the accounts before."]
    project.move("reopen", PL, reason="A successor takes it over")
    assert project.state == "pilot_running"
    assert set(project.running()) >= {"learning_note", "quarterly_report"}


def test_anchoring_needs_a_host_in_writing(project: Project) -> None:
    project.to_anchoring()
    assert project.refused("confirm_anchored", PO) == {"anchoring"}
    final = {"edition": "final", "plan": "They take over", "route": "integration"}
    project.write("anchoring", LEAD, **final)
    assert project.refused("confirm_anchored", PO) == {"anchoring"}
    plan = project.rows("anchoring")[-1]
    project.write(
        "anchoring",
        LEAD,
        plan,
        **final,
        host="The house",
        agreed_on=project.in_days(0),
        evidence="A letter",
    )
    project.move("confirm_anchored", PO)
    assert project.running() == {"final_report": "open"}


def test_closing_needs_a_validated_report_and_two_people(project: Project) -> None:
    project.to_closing()
    assert project.refused("close", PO) == {"final_report"}
    project.report(publishable="")
    (report,) = project.rows("final_review")
    project.write("final_review", FIN, report, status="sent_back", review_note="The figures")
    assert project.refused("close", PO) == {"final_report"}
    project.report(publishable="no", languages=[])
    (report,) = project.rows("final_review")
    assert report.status == "submitted", "a changed report is looked at again"
    project.write("final_review", FIN, report, status="validated")
    assert not project.move("close", FIN).moved
    assert project.move("close", PO).moved
    assert project.state == "followed_up"


def _awaited(project: Project) -> set[UUID]:
    """Return the check-ups whose deadline runs."""
    query = sa.select(Deadline.subject_id).where(
        Deadline.case_id == project.id, Deadline.rule == "check_up", Deadline.state == "open"
    )
    return set(db.session.scalars(query))


def test_check_ups_come_at_6_12_and_24_months(project: Project) -> None:
    project.to_followed_up()
    days = [add_months(project.today, months) for months in (6, 12, 24)]
    assert [c.due_on for c in project.rows("check_ups")] == days
    assert set(project.running()) == {"check_up", "follow_up_end"}
    first, *others = project.rows("check_ups")
    made = {"standing": "yes", "note": "It blooms"}
    project.write("check_ups", LEAD, first, done_on=project.in_days(0), **made)
    assert _awaited(project) == {c.id for c in (first, *others)}  # on the day of closing: too early
    in_time = days[0] - timedelta(days=10)
    with frozen(datetime(in_time.year, in_time.month, in_time.day, 12, tzinfo=UTC)):
        first = project.rows("check_ups")[0]
        project.write("check_ups", LEAD, first, done_on=in_time.isoformat(), **made)
    assert _awaited(project) == {c.id for c in others}
    project.move("complete", PO)
    assert project.state == "completed"


@pytest.mark.parametrize("name", ["decline_idea", "redirect"])
def test_an_idea_ends_early_with_a_reason(project: Project, name: str) -> None:
    project.to_submitted()
    given = {"destination": "The city's fund"} if name == "redirect" else {}
    with pytest.raises(InvalidError):
        project.move(name, PO, reason="No", **given)
    project.move(name, PO, reason="Another funder does this better", **given)
    assert project.state == {"decline_idea": "declined", "redirect": "redirected"}[name]
    if name == "decline_idea":
        project.move("reopen", PL, reason="The other funder has gone")
        assert project.state == "idea_submitted"
        assert project.running() == {"first_answer": "open"}
    else:
        with pytest.raises(NotOpenError):
            project.move("reopen", PL, reason="Not from here")


def test_the_programmes_are_loaded_once_and_what_was_edited_stays(project: Project) -> None:
    with project.world.writing():
        db.session.execute(
            sa.update(Programme).where(Programme.number == 4).values(name_fr="?", active=False)
        )
        reference.load()
    found = db.session.scalars(sa.select(Programme).order_by(Programme.number)).all()
    assert [p.number for p in found] == [1, 2, 3, 4, 5, 6, 7]
    assert found[2].operator == "BRS"
    assert found[2].name_fr.startswith("Développer ensemble")
    assert (found[3].name_fr, found[3].active) == ("?", False)
