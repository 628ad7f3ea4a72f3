"""How tuned reminders are written, read and typed, and who gets which when several are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import Length, Offset, Unit
from casework.forms.deadline_setting import DeadlineSettingForm, typed_like
from casework.models import Case, Deadline, Reminder
from casework.policy import Holder
from casework.roles import CASE_ROLES, Role
from casework.services.deadlines.rules import read, tuned, written
from casework.services.deadlines.sharing import Due, share_out, telling
from casework.services.forms import flatten
from casework.workflows.declaration import DeadlineRule, ReminderRule

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
OFFICER, LEAD, PARTNER = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.PARTNER_LEAD
RULE = DeadlineRule("answer", "Answer", OFFICER, "Please answer")

offsets = st.one_of(
    st.builds(Offset, st.integers(-300, 300), st.sampled_from(["wd", "d", "h"])),
    st.builds(Offset, st.integers(-120, 120), st.just("m")),
    st.builds(Offset, st.integers(0, 1000), st.just("%")),
)
reminders = st.builds(ReminderRule, offsets, st.sampled_from(sorted(CASE_ROLES)), st.booleans())
lengths = st.one_of(
    st.builds(Length, st.integers(1, 300), st.sampled_from([Unit.WORKING_DAYS, Unit.HOURS])),
    st.builds(
        Length, st.integers(1, 300), st.sampled_from([Unit.DAYS, Unit.MONTHS]), st.booleans()
    ),
)


@given(reminders)
def test_what_is_written_is_read_back(reminder: ReminderRule) -> None:
    assert read(written(reminder)) == reminder


@pytest.mark.parametrize(
    "text", ["", "-3 wd", "to partner_lead", "-3 wd to the_moon", "x to coach"]
)
def test_what_is_no_reminder_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


@given(lengths, st.lists(reminders, max_size=12, unique_by=lambda r: (r.key, r.to)))
def test_the_form_says_what_it_was_filled_with(length: Length, made: list[ReminderRule]) -> None:
    rule = DeadlineRule("a", "A", OFFICER, "A", length=length, reminders=tuple(made))
    form = DeadlineSettingForm(formdata=flatten(typed_like(rule)))
    assert form.validate(), form.errors
    assert Length.parse(form.length_text()) == length
    assert [read(text) for text in form.reminder_texts()] == made


def test_without_a_setting_a_rule_stays_as_it_is() -> None:
    assert tuned(RULE, None) is RULE


def holder(name: str) -> Holder:
    return Holder(UUID(int=sum(map(ord, name))), f"{name}@example.org", name, "en")


ANNA, BEN, CLEO = holder("Anna"), holder("Ben"), holder("Cleo")


def due(deadline: Deadline, case: Case, role: Role, hours: int, offset: str) -> Due:
    reminder = Reminder(
        id=uuid4(),
        rule=offset,
        audience=role.value,
        escalates=False,
        at=NOW - timedelta(hours=hours),
    )
    return Due(reminder, deadline, case, RULE)


def a_deadline() -> tuple[Deadline, Case]:
    return Deadline(id=uuid4(), due_at=NOW, label=""), Case(id=uuid4(), restricted=False)


def test_each_person_gets_the_latest_of_a_deadline() -> None:
    deadline, case = a_deadline()
    together = [due(deadline, case, OFFICER, 3, "-2 d"), due(deadline, case, LEAD, 1, "+1 d")]
    people = {(case.id, OFFICER): [ANNA, BEN], (case.id, LEAD): [BEN, CLEO]}
    early, late = share_out(together, people)
    assert (early.recipients, late.recipients) == ((ANNA,), (BEN, CLEO))
    assert not early.superseded


def test_what_nobody_gets_is_superseded() -> None:
    deadline, case = a_deadline()
    together = [due(deadline, case, OFFICER, h, f"-{h} d") for h in (3, 2, 1)]
    shares = share_out(together, {(case.id, OFFICER): [ANNA]})
    assert [s.superseded for s in shares] == [True, True, False]


def test_deadlines_do_not_hide_one_another() -> None:
    (one, case), (two, _) = a_deadline(), a_deadline()
    together = [due(one, case, OFFICER, 2, "-2 d"), due(two, case, OFFICER, 1, "-1 d")]
    shares = share_out(together, {(case.id, OFFICER): [ANNA]})
    assert [s.recipients for s in shares] == [(ANNA,), (ANNA,)]


def test_somebody_is_told_when_nobody_holds_the_role() -> None:
    deadline, case = a_deadline()
    together = [due(deadline, case, PARTNER, 1, "-1 d")]
    (by_officer,) = share_out(together, {(case.id, OFFICER): [ANNA], (case.id, LEAD): [BEN]})
    (by_lead,) = share_out(together, {(case.id, LEAD): [BEN]})
    (by_nobody,) = share_out(together, {})
    assert (by_officer.recipients, by_officer.stands_in) == ((ANNA,), True)
    assert (by_lead.recipients, by_lead.stands_in) == ((BEN,), True)
    assert (by_nobody.recipients, by_nobody.nobody, by_nobody.superseded) == ((), True, False)


@given(st.data())
def test_nobody_is_left_out_and_nobody_is_told_twice(data: st.DataObject) -> None:
    deadline, case = a_deadline()
    roles = [OFFICER, LEAD, PARTNER]
    people = {
        (case.id, role): data.draw(st.lists(st.sampled_from([ANNA, BEN, CLEO]), unique=True))
        for role in roles
    }
    asked = data.draw(st.lists(st.tuples(st.sampled_from(roles), st.integers(0, 9)), max_size=8))
    together = [due(deadline, case, role, hours, "-1 d") for role, hours in asked]
    shares = share_out(together, people)
    told = [h for s in shares for h in s.recipients]
    assert len(told) == len(set(told))
    assert {h for role, _ in asked for h in people[case.id, role]} <= set(told)


def test_a_reminder_is_one_occasion() -> None:
    deadline, case = a_deadline()
    one = due(deadline, case, OFFICER, 1, "-1 d")
    (share,) = share_out([one], {(case.id, OFFICER): [ANNA]})
    message = telling(share, NOW)
    assert message.occasion == f"reminder:{one.reminder.id}"
    assert message.template == "reminder/answer/-1 d"
    assert message.params["due"] == NOW.isoformat()
