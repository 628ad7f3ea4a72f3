"""Every deadline that the label's rules name is declared, with its reminders and its arithmetic.

The table is the rules' list of deadlines, written down once more, apart from the declarations.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.labels.periods import period
from casework.labels.terms import TERM_LABELS, Terms
from casework.services.outbox.label_words import TEXTS
from casework.workflows import registry
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.notices import END_OF_MARK, WITHDRAWN
from casework.workflows.label_audit.starting import StartFacts

EXPIRY = date(2029, 5, 22)
WORKFLOW = registry.latest("label_audit")
RULES = WORKFLOW.deadline_by_key

# What is counted back from the last day of the label: rule, fact, months, and the day it gives.
COUNTED_BACK = (
    ("renewal_opens", "renewal_on", 12, date(2028, 5, 22)),
    ("self_assessment", "self_assessment_by", 9, date(2028, 8, 22)),
    ("schedule_audit", "schedule_by", 6, date(2028, 11, 22)),
    ("hold_audit", "audit_by", 5, date(2028, 12, 22)),
    ("final_report", "report_by", 3, date(2029, 2, 22)),
    ("committee", "committee_by", 2, date(2029, 3, 22)),
)
# The others: rule, what its end is, the offsets of its reminders, the move made when it is over.
OTHERS = (
    ("label_expires", "label_last_day", "-30 -7 -1", "expire"),
    ("label_taken_over", "label_last_day", "", "renew"),
    ("reply", "reply_length", "-5 -1", "close_reply"),
    ("correction", "correction_length", "-30 -7 0 +1", None),
    ("appeal", "last_to_appeal", "-7", None),
    ("closing", "closes_on", "", "close_settled"),
    ("suspension", "suspension_length", "-30 -7", "withdraw_overdue"),
    ("recommendation_due", None, "-30 0 +7", None),
    ("dues", "dues_due_on", "0 +30 +60", None),
    ("suspension_proposal", "suspend_on", "", "propose_suspension"),
    ("certificates", "certified_until", "-60 -7", None),
    ("admissibility", None, "-3 0 +7", None),
    ("team_reply", None, "-3 0", "end_team_reply"),
    ("label_begins", None, "", "begin_label"),
)
# What runs beside all cases, told by mails of their own.
OUTSIDE = ("overdue", "certificate", "own_certificate", "dues", "own_dues")


def facts(**values: object) -> LabelFacts:
    known = {"state": "labelled", "today": date(2026, 6, 1), "label_ends_on": EXPIRY}
    return replace(LabelFacts(state="labelled", today=EXPIRY), **{**known, **values})  # type: ignore[arg-type]


def test_the_list_and_the_declarations_are_the_same() -> None:
    assert set(RULES) == {row[0] for row in (*COUNTED_BACK, *OTHERS)}
    assert set(TEXTS) == set(OUTSIDE)
    assert set(TERM_LABELS) == set(Terms().stored())


@pytest.mark.parametrize(("rule", "fact", "months", "day"), COUNTED_BACK)
def test_what_is_counted_back_from_the_end(rule: str, fact: str, months: int, day: date) -> None:
    assert RULES[rule].date_fact == fact
    assert months in Terms().stored().values()
    assert getattr(facts(previous_ends_on=EXPIRY), fact) == day
    if rule != "renewal_opens":
        assert getattr(facts(), fact) is None, "a first cycle renews nothing"


@pytest.mark.parametrize(("rule", "end", "offsets", "fires"), OTHERS)
def test_the_other_deadlines(rule: str, end: str | None, offsets: str, fires: str | None) -> None:
    declared = RULES[rule]
    assert (declared.date_fact or declared.length_fact) == end
    promised = {f"{days} d" for days in offsets.split()}
    assert {reminder.key for reminder in declared.reminders} == promised
    assert declared.fires == fires


def test_lengths_stand_in_the_scheme_and_nowhere_else() -> None:
    terms = replace(Terms(), reply_days=20, correction_days=60, suspension_months=4)
    found = facts(terms=terms, decided_on=date(2026, 3, 2))
    lengths = (found.reply_length, found.correction_length, found.suspension_length)
    assert [str(length) for length in lengths] == ["20 d", "60 d", "4 m"]
    ruled = [rule for rule in RULES.values() if rule.length_fact or rule.date_fact]
    assert all(rule.length is None for rule in ruled)
    shorter = facts(terms=replace(terms, appeal_days=10), decided_on=date(2026, 6, 1))
    assert shorter.last_to_appeal == date(2026, 6, 11)


def test_an_appeal_is_over_and_a_cycle_closes_whatever_is_followed_up() -> None:
    decided = date(2026, 5, 2)
    last = decided + timedelta(days=30)
    assert facts(decided_on=decided, today=last).last_to_appeal == last
    assert RULES["appeal"].lapses
    assert facts(decided_on=decided).closes_on == last
    assert facts(decided_on=decided, recommendations_open=1).closes_on == last
    appealed = facts(decided_on=decided, appealed=True)
    assert (appealed.last_to_appeal, appealed.closes_on) == (None, last)


def test_unpaid_dues_propose_a_suspension_sixty_days_on() -> None:
    assert facts(dues_due_on=date(2026, 1, 31)).suspend_on == date(2026, 4, 1)
    assert facts().suspend_on is None


def test_the_mark_stops_on_the_day_the_label_ends() -> None:
    for move in ("expire", "withdraw_overdue"):
        assert END_OF_MARK in WORKFLOW.transition_by_name[move].notices
    assert WITHDRAWN in WORKFLOW.transition_by_name["withdraw"].notices


@pytest.mark.parametrize(
    ("first", "last", "opens", "six_before"),
    [
        (date(2026, 5, 23), date(2029, 5, 22), date(2028, 5, 22), date(2028, 11, 22)),
        (date(2028, 2, 29), date(2031, 2, 28), date(2030, 2, 28), date(2030, 8, 28)),
        (date(2026, 9, 1), date(2029, 8, 31), date(2028, 8, 31), date(2029, 2, 28)),
        (date(2025, 3, 1), date(2028, 2, 29), date(2027, 2, 28), date(2027, 8, 29)),
        (date(2026, 1, 1), date(2028, 12, 31), date(2027, 12, 31), date(2028, 6, 30)),
    ],
)
def test_leap_days_and_ends_of_months(
    first: date, last: date, opens: date, six_before: date
) -> None:
    assert period(first, 3).last == last
    assert facts(label_ends_on=last).renewal_on == opens
    assert StartFacts(label_until=last).renewal_from == opens
    assert facts(previous_ends_on=last).schedule_by == six_before
