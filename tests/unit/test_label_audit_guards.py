"""The guards of label audits and what they compute: pure, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.labels.criteria import Criterion, Kind, Result
from casework.labels.families import rule
from casework.labels.terms import Terms
from casework.workflows.declaration import Guard, Question
from casework.workflows.label_audit import rules, rules_audit, rules_decision
from casework.workflows.label_audit.definition import LABEL_AUDIT
from casework.workflows.label_audit.fact_parts import Auditor, Line, Said
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.minuted import computed
from casework.workflows.label_audit.people import APPEAL_BODY, COMMITTEE
from casework.workflows.label_audit.starting import StartFacts

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def said(result: str, note: str = "", hours: int = 0, revision: int = 1) -> Said:
    return Said(Result(result), note, revision, NOON + timedelta(hours=hours))


def line(code: str, kind: str = "mandatory", *, computed: str = "", **layers: Said) -> Line:
    criterion = Criterion(code, Kind(kind), na_allowed=True)
    return Line(criterion, uuid4(), code, computed, {}, layers)


def facts(*lines: Line, **values: Any) -> LabelFacts:
    known = {"state": "in_committee", "today": TODAY, "rule": rule("threshold", {})}
    return LabelFacts(**{**known, "lines": lines, **values})


def reasons(guard: Guard, found: Any, **data: Any) -> list[str]:
    question = Question(found, NOON, data=data or None)
    return [reason.message % reason.params for reason in guard.reasons(question)]


def favourable(found: LabelFacts) -> bool | None:
    assert found.outcome is not None
    return found.outcome.favourable


MET = line("M", auditor=said("met"))


def test_the_committees_word_counts_until_the_auditors_look_again() -> None:
    both = line("A", auditor=said("not_met"), committee=said("met", hours=1))
    assert both.assessment(dues_paid=True).result is Result.MET
    later = line("A", auditor=said("not_met", hours=2), committee=said("met", hours=1))
    assert later.assessment(dues_paid=True).result is Result.NOT_MET


def test_not_applicable_counts_once_the_committee_approves_it() -> None:
    waiting = line("A", auditor=said("not_applicable", "No association."))
    assert favourable(facts(waiting, MET)) is None
    approved = line(
        "A",
        auditor=said("not_applicable", "No association."),
        committee=said("not_applicable", hours=1),
    )
    assert favourable(facts(approved, MET)) is True


@pytest.mark.parametrize(("unpaid", "given"), [(0, True), (1, False)])
def test_dues_are_computed_whatever_anybody_has_written(unpaid: int, given: bool) -> None:
    dues = line("D", computed="dues", committee=said("met"))
    assert favourable(facts(dues, MET, dues_unpaid=unpaid)) is given


def test_a_criterion_out_of_scope_is_not_missing_and_does_not_count() -> None:
    leading = line("A", auditor=said("not_met", "No."))
    hanging = replace(line("B"), condition={"A": frozenset({Result.MET})})
    found = facts(leading, hanging)
    assert found.missing("auditor") == ()
    silent = replace(hanging, layers={"auditor": said("not_met")})
    assert reasons(rules_audit.all_audited, facts(leading, silent)) == []
    own = replace(hanging, condition={"C": frozenset({Result.MET})})
    told = facts(line("C", self=said("not_met", "A gap.")), own)
    assert reasons(rules.mandatory_evidenced, told) == []
    assert [each.criterion.code for each in found.grid] == ["A"]


def test_what_does_not_compute_is_not_granted_and_says_why() -> None:
    failing = line("A", auditor=said("partial", "Nearly."))
    said_why = reasons(
        rules_decision.computes_favourable, facts(failing), confirmed=True, motive="x"
    )
    assert "A is mandatory and is not met." in said_why
    assert reasons(rules_decision.computes_favourable, facts(MET), motive="x") == []


def test_all_that_is_recommended_not_applicable_must_be_confirmed() -> None:
    excused = line(
        "R",
        "recommended",
        auditor=said("not_applicable", "None."),
        committee=said("not_applicable", hours=1),
    )
    found = facts(MET, excused)
    assert reasons(rules_decision.computes_favourable, found, confirmed=False)
    assert reasons(rules_decision.computes_favourable, found, confirmed=True) == []


def test_nothing_is_decided_on_an_unfinished_grid() -> None:
    open_one = facts(line("A", auditor=said("not_met")), line("B", "recommended"))
    assert reasons(rules_decision.grid_is_decided, open_one, motive="x")
    informative = facts(MET, line("I", "informative"))
    assert reasons(rules_decision.grid_is_decided, informative, motive="x") == []


def test_in_a_deferred_file_only_what_is_not_met_is_open() -> None:
    found = facts(MET, line("B", auditor=said("not_met")), state="deferred")
    assert (found.locked("M"), found.locked("B"), found.locked("X")) == (True, False, True)


@pytest.mark.parametrize(
    ("tie", "until", "barred"),
    [
        ("none", None, False),
        ("", None, False),
        ("employee", None, True),
        ("provider", date(2021, 3, 3), True),
        ("provider", date(2021, 3, 2), False),
    ],
)
def test_a_tie_bars_for_five_years(tie: str, until: date | None, barred: bool) -> None:
    auditor = Auditor(UUID(int=1), "Ada", leads=True, certified=True, tie=tie, tie_until=until)
    assert auditor.barred(TODAY, 5) is barred


@pytest.mark.parametrize("tie", ["employee", "associate", "officer", "provider"])
def test_every_tie_of_five_years_blocks_the_audit(tie: str) -> None:
    ada = Auditor(UUID(int=1), "Ada", leads=True, certified=True, tie=tie)
    assert not rules_audit.no_conflict.warns
    assert reasons(rules_audit.no_conflict, facts(team=(ada,)))
    past = replace(ada, tie_until=date(2021, 3, 3))
    assert reasons(rules_audit.no_conflict, facts(team=(past,)))
    assert reasons(rules_audit.no_conflict, facts(team=(replace(ada, tie_until=TODAY),)))
    old = replace(ada, tie_until=date(2021, 3, 2))
    assert reasons(rules_audit.no_conflict, facts(team=(old,))) == []
    asked_of_three = replace(Terms(), conflict_years=3)
    assert reasons(rules_audit.no_conflict, facts(team=(past,), terms=asked_of_three)) == []
    assert (
        "3 years" in reasons(rules_audit.no_conflict, facts(team=(ada,), terms=asked_of_three))[0]
    )


def test_nobody_audits_their_own_cooperative_whatever_they_declare() -> None:
    ada = Auditor(UUID(int=1), "Ada", leads=True, certified=True, tie="none", own=True)
    assert reasons(rules_audit.no_conflict, facts(team=(ada,)))
    assert reasons(rules_audit.no_conflict, facts(team=(replace(ada, own=False),))) == []
    silent = replace(ada, own=False, tie="")
    assert reasons(rules_audit.interests_declared, facts(team=(silent,)))


def test_reciprocal_audits_and_rotation_only_warn() -> None:
    assert rules_audit.auditors_change.warns
    assert rules_audit.not_reciprocal.warns
    ada = Auditor(UUID(int=1), "Ada", leads=True, certified=True, tie="none")
    found = facts(team=(replace(ada, reciprocal=True, led=2),))
    assert reasons(rules_audit.not_reciprocal, found)
    assert reasons(rules_audit.auditors_change, found)
    assert reasons(rules_audit.auditors_change, facts(team=(replace(ada, led=1),))) == []


def test_where_a_label_has_no_charter_none_need_be_signed() -> None:
    signed = StartFacts(charter_signed="2019")
    assert reasons(rules.charter_signed, signed) == []
    assert reasons(rules.charter_signed, replace(signed, charter_current="2026"))
    assert reasons(rules.charter_signed, replace(signed, charter_current="2019")) == []


def test_a_renewal_may_be_opened_twelve_months_before_the_end() -> None:
    held = StartFacts(today=TODAY, label_until=date(2027, 3, 3))
    assert reasons(rules.not_too_early, held)
    assert reasons(rules.not_too_early, replace(held, label_until=date(2027, 3, 2))) == []


def test_the_dates_of_a_renewal_are_counted_back_and_a_first_cycle_has_none() -> None:
    assert facts().self_assessment_by is None
    renewal = facts(previous_ends_on=date(2029, 8, 31))
    assert renewal.schedule_by == date(2029, 2, 28)
    assert renewal.committee_by == date(2029, 6, 30)


def test_an_audit_is_closed_with_a_word_on_all_that_is_not_met() -> None:
    silent = facts(line("A", auditor=said("not_met")), line("B", auditor=said("met")))
    assert "A" in reasons(rules_audit.all_audited, silent)[0]
    assert reasons(rules_audit.all_audited, facts(line("A", auditor=said("not_met", "Why.")))) == []
    assert "B" in reasons(rules_audit.all_audited, facts(MET, line("B")))[0]


def test_minutes_say_what_was_computed_and_what_was_confirmed() -> None:
    outcome = {"mandatory": [3, 3], "recommended": [0, 0], "level": 2}
    said = computed({"outcome": outcome, "data": {"confirmed": True}}, "fr")
    assert [reason.message % reason.params for reason in said] == [
        "Mandatory criteria met: 3/3 (100,0 %).",
        "Recommended criteria met: —.",
        "Level reached: 2.",
        "The committee confirms that the criteria marked as not applicable do not apply.",
    ]
    assert list(computed({"data": {"motive": "x"}}, "fr")) == []


def test_each_committee_names_its_own_verdicts():
    named = {
        kind: LABEL_AUDIT.verdicts_of(kind)["award"].label for kind in (COMMITTEE, APPEAL_BODY)
    }
    assert named == {COMMITTEE: "Label given", APPEAL_BODY: "Reversed: label given"}


def test_no_day_of_a_renewal_lies_before_the_renewal():
    late = facts(previous_ends_on=TODAY + timedelta(days=120), engaged_on=TODAY)
    assert (late.self_assessment_by, late.audit_by) == (None, None)
    assert late.report_by == date(2026, 3, 30)
