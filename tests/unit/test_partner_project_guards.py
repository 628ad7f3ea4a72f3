"""Every guard of a partner project, asked without a database: refused, then accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casework.roles import Role
from casework.workflows.declaration import Guard, Money, Question, Reason
from casework.workflows.partner_project import rules, rules_pilot
from casework.workflows.partner_project.facts import ProjectFacts, StartFacts

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
TODAY = date(2027, 3, 1)


def facts(**values: Any) -> ProjectFacts:
    return ProjectFacts(**{"state": "co_creation", "state_since": NOW, "today": TODAY, **values})


def asked(guard: Guard, data: dict[str, Any] | None = None, **values: Any) -> tuple[Reason, ...]:
    return guard.reasons(Question(facts(**values), NOW, data=data))


IDENTIFIED = [
    (rules.idea_complete, {"idea_gaps": ("challenge", "programme")}, {}),
    (rules.organisation_identified, {}, {"organisation_identified": True}),
    (rules.items_answered, {"items_open": 2}, {"items_asked": 2}),
    (rules.programme_set, {}, {"programme_set": True}),
    (
        rules.programme_set,
        {"programme_set": True, "shares": 2, "share_total": 90},
        {"programme_set": True, "shares": 2, "share_total": 100},
    ),
    (rules.team_named, {"officer_name": "Claire"}, {"officer_name": "C", "coach_name": "I"}),
    (rules.team_named, {"coach_name": "Idris"}, {"officer_name": "C", "coach_name": "I"}),
    (rules.target_group_named, {"target_group": " "}, {"target_group": "lonely seniors"}),
    (rules.target_group_involved, {}, {"sessions_held": 1}),
    (
        rules.target_group_involved,
        {"next_session_on": TODAY - timedelta(days=1)},
        {"next_session_on": TODAY},
    ),
    (rules.anchoring_planned, {"editions": frozenset({"idea"})}, {"editions": frozenset({"v1"})}),
    (rules.budget_balanced, {}, {"budget_cents": 100, "sources_cents": 100}),
    (
        rules.budget_balanced,
        {"budget_cents": 100, "sources_cents": 60, "promised_cents": 41},
        {"budget_cents": 100, "sources_cents": 60, "promised_cents": 40},
    ),
    (
        rules.budget_balanced,
        {"budget_cents": 100, "sources_cents": 99},
        {"budget_cents": 100, "promised_cents": 100},
    ),
    (
        rules.sectors_bridged,
        {"sectors": frozenset({"health"})},
        {"sectors": frozenset({"health", "culture"})},
    ),
    (rules.investor_sounded, {}, {"investors": 1}),
    (rules.completeness_ticked, {}, {"completeness_ticked": True}),
    (rules.no_open_item, {"items_open": 1}, {}),
    (rules.conditions_lifted, {"conditions_blocking": 1}, {"conditions": 3}),
    (rules.letters_received, {"promised": 2, "signed": 1, "letters": 2}, {}),
    (
        rules.letters_received,
        {"promised": 2, "signed": 2, "letters": 1},
        {"promised": 2, "signed": 2, "letters": 2},
    ),
    (rules.pilot_dated, {}, {"pilot_ends_on": TODAY}),
    (rules_pilot.learning_noted, {"learning_notes": 2}, {"learning_notes": 3}),
    (rules_pilot.indicators_measured, {}, {"indicators": 1}),
    (rules_pilot.indicators_measured, {"indicators": 2, "indicators_open": 1}, {"indicators": 2}),
    (rules_pilot.synthesis_written, {}, {"synthesis": True}),
    (
        rules_pilot.views_heard,
        {"views": frozenset({"officer", "partner"})},
        {"views": frozenset({"officer", "partner", "target_group"})},
    ),
    (
        rules_pilot.second_plan_written,
        {"editions": frozenset({"v1"})},
        {"editions": frozenset({"v2"})},
    ),
    (rules_pilot.scale_funded, {}, {"scale_budget_cents": 5, "scale_funding_cents": 5}),
    (
        rules_pilot.scale_funded,
        {"scale_budget_cents": 5, "scale_funding_cents": 4},
        {"scale_budget_cents": 5, "scale_funding_cents": 6},
    ),
    (rules_pilot.lesson_kept, {}, {"learning_notes": 1}),
    (rules_pilot.change_logged, {}, {"changes": 1}),
    (rules_pilot.route_chosen, {}, {"route": "integration"}),
    (
        rules_pilot.host_agreed,
        {"editions": frozenset({"final"}), "host": "Régie"},
        {"editions": frozenset({"final"}), "host": "Régie", "host_agreed": True},
    ),
    (rules_pilot.final_report_validated, {}, {"final_status": "validated"}),
    (
        rules_pilot.final_report_validated,
        {"final_status": "sent_back"},
        {"final_status": "validated"},
    ),
    (rules_pilot.publication_chosen, {}, {"publishable": "no"}),
    (
        rules_pilot.publication_chosen,
        {"publishable": "yes"},
        {"publishable": "yes", "languages": ("nl",)},
    ),
]


@pytest.mark.parametrize(
    ("guard", "wrong", "right"),
    IDENTIFIED,
    ids=[f"{g.name}-{i}" for i, (g, *_) in enumerate(IDENTIFIED)],
)
def test_a_guard_refuses_and_accepts(
    guard: Guard, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    refused = asked(guard, **wrong)
    assert refused
    for reason in refused:
        assert reason.message % dict(reason.params)  # every place in the text has its value
    assert asked(guard, **right) == ()


WARNINGS = {
    "title_is_new",
    "target_group_named",
    "sectors_bridged",
    "investor_sounded",
    "letters_received",
    "pilot_dated",
}


def test_only_a_programme_lead_overrides_and_only_warnings() -> None:
    guards = [v for m in (rules, rules_pilot) for v in vars(m).values() if isinstance(v, Guard)]
    assert {g.name for g in guards if g.warns} == WARNINGS
    assert all(g.overridable_by == {Role.PROGRAMME_LEAD} for g in guards if g.warns)


def test_an_idea_names_every_question_left_open_at_once() -> None:
    gaps = ("title", "challenge", "target_group", "programme", "anchoring")
    assert len(asked(rules.idea_complete, idea_gaps=gaps)) == len(gaps)


def test_the_difference_between_plan_and_budget_is_told_in_money() -> None:
    (reason,) = asked(rules.budget_balanced, budget_cents=100_000, sources_cents=220_000)
    assert reason.params == {"amount": Money(120_000)}
    assert reason.section == "budget"


@pytest.mark.parametrize(("days", "warned"), [(364, True), (365, False), (1000, False)])
def test_the_same_title_counts_for_twelve_months(days: int, warned: bool) -> None:
    assert bool(asked(rules.title_is_new, twin_created_at=NOW - timedelta(days=days))) is warned


def test_a_request_needs_an_item_and_a_reason_for_each() -> None:
    guard = rules.items_reasoned
    assert asked(guard) == ()  # nothing filled in yet: the guard stays silent
    assert asked(guard, {"items": [{"item": "", "reason": ""}]})
    assert asked(guard, {"items": [{"item": "Statutes", "reason": ""}]})
    assert not asked(guard, {"items": [{"item": "Statutes", "reason": "Who may sign?"}]})


@pytest.mark.parametrize(
    ("adjustments", "reason", "refused"),
    [
        (0, "", False),
        (1, "", False),
        (2, "", True),
        (2, "too short", True),
        (2, "The second season taught us where to begin.", False),
        (5, "", True),
    ],
)
def test_a_third_adjustment_needs_a_reason(adjustments: int, reason: str, refused: bool) -> None:
    found = asked(
        rules_pilot.third_adjustment_reasoned, {"reason": reason}, adjustments=adjustments
    )
    assert bool(found) is refused


@pytest.mark.parametrize(("is_open", "refused"), [(None, False), (True, False), (False, True)])
def test_an_idea_begins_while_its_call_is_open(is_open: bool | None, refused: bool) -> None:
    question = Question(StartFacts(call_open=is_open), NOW, data={"call_id": None})
    assert bool(rules.call_open.reasons(question)) is refused


def test_the_final_plan_tells_all_that_is_missing() -> None:
    assert len(asked(rules_pilot.host_agreed)) == 2


def test_the_middle_of_a_pilot_lies_between_its_ends() -> None:
    known = facts(pilot_starts_on=date(2027, 1, 1), pilot_ends_on=date(2027, 1, 31))
    assert known.pilot_midpoint == date(2027, 1, 16)
    assert facts().pilot_midpoint is None


@pytest.mark.parametrize(
    ("known", "written", "refused"),
    [
        ({}, [], True),
        ({}, [{"text": "", "due_on": None}], True),
        ({}, [{"text": "A second signature", "due_on": TODAY}], False),
        ({"conditions": 1}, [], False),
    ],
)
def test_an_approval_with_conditions_has_one_in_the_file_or_in_the_decision(
    known: dict[str, Any], written: list[dict[str, Any]], refused: bool
) -> None:
    reasons = asked(rules.conditions_set, {"conditions": written}, **known)
    assert bool(reasons) is refused
