"""The only way to move a case: what it demands, what it does, and that it does it once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from casework.clock import frozen
from casework.extensions import db
from casework.models import Approval, Case, Deadline, Event, Grant, Message, Receipt
from casework.models.partner_project import Risk
from casework.policy import SYSTEM
from casework.roles import Role
from casework.services import approvals, cases, records, waivers
from casework.services.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
from casework.workflows import registry
from casework.workflows.declaration import Move, Notice, Section, Transition
from tests.support.plain import Cast, cast_in, known
from tests.support.sample.definition import OFFICERS, SAMPLE
from tests.support.waiting import wait_until, waiting_for_locks

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class RiskForm(Form):
    risk = StringField("Risk", [InputRequired()])


def _tell_of_risk(move: Move) -> None:
    notice = Notice((Role.PROGRAMME_OFFICER,), "A risk of %(title)s", "Look at it.")
    move.notify(notice)
    move.remember(seen_by="effect")


def _fail(move: Move) -> None:
    move.add(Grant(user_id=move.actor_id, role=Role.COACH, scope="house", starts_at=move.now))
    raise ZeroDivisionError


PROBE = replace(
    SAMPLE,
    key="probe",
    prefix="PB",
    transitions=(
        *SAMPLE.transitions,
        Transition("break", "Break", "Broken", ("asked",), "refused", OFFICERS, effects=(_fail,)),
        Transition("remark", "Remark", "Remarked", ("unclear",), "unclear", OFFICERS),
        Transition("resume", "Resume", "Resumed", ("refused",), "asked", frozenset({Role.FINANCE})),
    ),
    sections=(
        Section(
            "risks",
            "Risks",
            "",
            Risk,
            RiskForm,
            ("risk",),
            frozenset({Role.PARTNER_LEAD}),
            ("draft", "asked"),
            on_save=(_tell_of_risk,),
        ),
    ),
)


@pytest.fixture
def cast(fresh_database_url: str) -> Iterator[Cast]:
    with known(PROBE), cast_in(fresh_database_url) as made:
        yield made


def _open(
    cast: Cast,
    name: str = "start",
    *,
    who: str = "partner",
    organisation: UUID | None,
    key: str = "once",
) -> cases.Outcome:
    with cast.in_one_transaction():
        actor = cast.world.actor(cast.people[who])
        return cases.open_case(SAMPLE, name, actor, organisation, {"title": "A shed"}, key)


def test_a_case_starts_with_its_first_event_and_its_number(cast: Cast) -> None:
    first, second = cast.start(), cast.start()
    case = cast.case(first)
    assert (case.state, case.previous_state, case.title) == ("draft", None, "A shed")
    assert cast.case(second).reference == case.reference[:-4] + "0002"
    (event,) = cast.events(first)
    assert (event.kind, event.name, event.from_state, event.to_state) == (
        "transition",
        "start",
        None,
        "draft",
    )
    assert cast.faults(first) == []


def test_the_year_of_a_number_is_that_of_the_house(cast: Cast) -> None:
    with frozen(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):  # half past midnight in Brussels
        assert cast.case(cast.start()).reference == "SA-2027-0001"


def test_nobody_starts_a_case_for_an_organisation_of_others(cast: Cast) -> None:
    for who, organisation in (
        ("stranger", cast.organisation),
        ("officer", cast.organisation),
        ("partner", None),
    ):
        with pytest.raises(ForbiddenError):
            _open(cast, who=who, organisation=organisation)


@pytest.mark.parametrize("name", ["ask", "no_such_move"])
def test_only_a_starting_move_starts_a_case(cast: Cast, name: str) -> None:
    with pytest.raises(ForbiddenError):
        _open(cast, name, organisation=cast.organisation)


def test_a_move_is_one_whole(cast: Cast) -> None:
    case_id = cast.start()
    before = cast.case(case_id).version
    with frozen(MONDAY):
        outcome = cast.fire(case_id, "ask", "partner")
    case = cast.case(case_id)
    assert (outcome.moved, outcome.repeated, outcome.reference) == (True, False, case.reference)
    assert (case.state, case.previous_state, case.state_since) == ("asked", "draft", MONDAY)
    assert (case.version, case.closed_at) == (before + 1, None)
    event = cast.events(case_id)[-1]
    assert (event.name, event.actor_id, event.at) == ("ask", cast.people["partner"], MONDAY)
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.case_id == case_id)).one()
    assert (deadline.rule, deadline.state, case.next_due_at) == (
        "answer",
        "open",
        deadline.due_at,
    )
    told = db.session.scalars(sa.select(Message).where(Message.case_id == case_id)).all()
    assert [(m.recipient_id, m.occasion) for m in told] == [
        (cast.people["officer"], f"event:{event.id}:0")
    ]
    assert cast.faults(case_id) == []


def test_the_end_of_a_case_is_dated_and_undone_when_it_opens_again(cast: Cast) -> None:
    case_id = cast.asked()
    with frozen(MONDAY):
        cast.fire(case_id, "refuse", "officer", reason="Not this time")
    assert cast.case(case_id).closed_at == MONDAY
    cast.fire(case_id, "reopen", "lead", reason="A mistake")
    case = cast.case(case_id)
    assert (case.state, case.previous_state, case.closed_at) == ("asked", "refused", None)
    running = sa.select(Deadline.state).where(
        Deadline.case_id == case_id, Deadline.rule == "answer"
    )
    assert sorted(db.session.scalars(running)) == ["met", "open"]


def test_the_same_key_again_gets_the_first_answer_and_does_nothing(cast: Cast) -> None:
    case_id = cast.start()
    version = cast.case(case_id).version
    first = cast.fire(case_id, "ask", "partner", key="once", version=version)
    before = cast.snapshot(case_id)
    again = cast.fire(case_id, "ask", "partner", key="once", version=version)
    assert again == replace(first, repeated=True)
    assert cast.snapshot(case_id) == before


def test_the_same_key_is_known_after_the_case_has_moved_on(cast: Cast) -> None:
    case_id = cast.start()
    version = cast.case(case_id).version
    cast.fire(case_id, "ask", "partner", key="once", version=version)
    cast.fire(case_id, "refuse", "officer", reason="Not this time")
    before = cast.snapshot(case_id)
    assert cast.fire(case_id, "ask", "partner", key="once", version=version).repeated
    assert cast.snapshot(case_id) == before


def test_a_key_belongs_to_one_person_and_may_be_long(cast: Cast) -> None:
    case_id, key = cast.start(), "k" * 300
    cast.fire(case_id, "ask", "partner", key=key)
    outcome = cast.fire(case_id, "question", "officer", key=key, reason="Which shed?")
    assert not outcome.repeated
    assert cast.case(case_id).state == "unclear"


def test_starting_twice_with_one_key_starts_one_case(cast: Cast) -> None:
    first, again = (_open(cast, organisation=cast.organisation) for _ in range(2))
    assert (again.case_id, again.repeated) == (first.case_id, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


@contextmanager
def unchanged(cast: Cast, case_id: UUID) -> Iterator[None]:
    before = cast.snapshot(case_id)
    yield
    assert cast.snapshot(case_id) == before


def test_a_stale_page_moves_nothing(cast: Cast) -> None:
    case_id = cast.asked()
    for version in (0, cast.case(case_id).version - 1, cast.case(case_id).version + 1):
        with unchanged(cast, case_id), pytest.raises(StaleError) as caught:
            cast.fire(case_id, "question", "officer", version=version, reason="Which?")
        assert (caught.value.case_id, caught.value.seen) == (case_id, version)


@pytest.mark.parametrize("who", ["partner", "contributor", "finance"])
def test_the_wrong_role_is_forbidden(cast: Cast, who: str) -> None:
    case_id = cast.asked()
    with unchanged(cast, case_id), pytest.raises(ForbiddenError):
        cast.fire(case_id, "refuse", who, reason="No")


@pytest.mark.parametrize("who", ["stranger", "coach", "administrator"])
def test_whoever_may_not_see_the_case_is_told_that_there_is_none(cast: Cast, who: str) -> None:
    case_id = cast.asked()
    with unchanged(cast, case_id), pytest.raises(NotFoundError):
        cast.fire(case_id, "refuse", who, reason="No")
    with pytest.raises(NotFoundError):
        cast.fire(uuid4(), "refuse", who, version=1, reason="No")


def test_a_recused_officer_is_told_that_there_is_none(cast: Cast) -> None:
    case_id = cast.asked()
    with cast.in_one_transaction():
        cast.world.grant(cast.people["officer"], Role.PROGRAMME_OFFICER, case=case_id, denies=True)
    with unchanged(cast, case_id), pytest.raises(NotFoundError):
        cast.fire(case_id, "refuse", "officer", reason="No")


@pytest.mark.parametrize("name", ["reply", "start", "reopen", "no_such_move"])
def test_a_move_that_does_not_start_here_is_not_open(cast: Cast, name: str) -> None:
    case_id = cast.asked()
    with unchanged(cast, case_id), pytest.raises((NotOpenError, ForbiddenError)):
        cast.fire(case_id, name, "lead", reason="No")


def test_an_unknown_move_and_a_move_from_elsewhere_are_not_open(cast: Cast) -> None:
    case_id = cast.asked()
    for name in ("ask", "no_such_move"):
        with pytest.raises(NotOpenError):
            cast.fire(case_id, name, "partner")


def test_an_invalid_form_keeps_what_was_typed(cast: Cast) -> None:
    case_id = cast.asked()
    long = "x" * 5001
    with unchanged(cast, case_id), pytest.raises(InvalidError) as caught:
        cast.fire(case_id, "refuse", "officer", reason=long)
    assert caught.value.form.reason.data == long
    assert set(caught.value.form.errors) == {"reason"}
    with pytest.raises(InvalidError):
        cast.fire(case_id, "refuse", "officer")


def test_a_refusal_gives_every_reason_at_once(cast: Cast) -> None:
    case_id = cast.start(title="OH")
    with unchanged(cast, case_id), pytest.raises(RefusedError) as caught:
        cast.fire(case_id, "ask", "partner")
    assert [(r.message, dict(r.params)) for r in caught.value.reasons] == [
        ("The title has only %(n)s letters.", {"n": 2}),
        ("The title shouts.", {}),
    ]


def test_a_warning_stops_the_partner_and_a_lead_may_override_it(cast: Cast) -> None:
    case_id = cast.start(title="A SHED")
    for who, reason in (("partner", ""), ("partner", "I want to"), ("lead", ""), ("lead", "  \n")):
        with unchanged(cast, case_id), pytest.raises(RefusedError):
            cast.fire(case_id, "ask", who, override=reason)
    cast.fire(case_id, "ask", "lead", override="  It is their name.  ")
    event = cast.events(case_id)[-1]
    assert json.loads(cast.words(event))["overridden"] == {
        "guards": ["shouting"],
        "reason": "It is their name.",
    }
    assert cast.faults(case_id) == []


def test_a_blocking_reason_cannot_be_overridden(cast: Cast) -> None:
    case_id = cast.start(title="OH")
    with unchanged(cast, case_id), pytest.raises(RefusedError):
        cast.fire(case_id, "ask", "lead", override="Let it be so")


def test_nothing_is_said_to_be_overridden_where_nothing_warned(cast: Cast) -> None:
    case_id = cast.start()
    cast.fire(case_id, "ask", "lead", override="To be safe")
    assert "overridden" not in json.loads(cast.words(cast.events(case_id)[-1]))


def _waive(
    cast: Cast,
    case_id: UUID,
    who: str,
    reason: str,
    key: str = "",
    what: tuple[str, str] = ("ask", "shouting"),
) -> None:
    with cast.in_one_transaction():
        actor = cast.world.actor(cast.people[who])
        waivers.waive(case_id, *what, actor, reason, key or uuid4().hex)


def test_a_waiver_by_a_lead_lets_the_partner_go_on(cast: Cast) -> None:
    case_id = cast.start(title="A SHED")
    for who, reason, error in (
        ("partner", "We like it so", ForbiddenError),
        ("officer", "We like it so", ForbiddenError),
        ("stranger", "We like it so", NotFoundError),
        ("lead", " short   ", RefusedError),
    ):
        with unchanged(cast, case_id), pytest.raises(error):
            _waive(cast, case_id, who, reason)
    seen = cast.case(case_id).version
    _waive(cast, case_id, "lead", "It is their name.", "once")
    _waive(cast, case_id, "lead", "It is their name.", "once")
    assert [e.kind for e in cast.events(case_id)] == ["transition", "waiver"]
    with pytest.raises(StaleError):  # what guards look at has changed
        cast.fire(case_id, "ask", "partner", version=seen)
    cast.fire(case_id, "ask", "partner")
    case = cast.case(case_id)
    assert case.state == "asked"
    assert approvals.waived(case) == {}  # it was for this move alone


def test_a_waiver_needs_a_warning_of_an_open_move(cast: Cast) -> None:
    case_id = cast.asked(title="A shed")
    for what in (
        ("ask", "shouting"),
        ("grant", "shouting"),
        ("ask", "short_title"),
        ("none", "shouting"),
    ):
        with unchanged(cast, case_id), pytest.raises(NotFoundError):
            _waive(cast, case_id, "lead", "A whole reason", what=what)


def test_two_people_must_agree(cast: Cast) -> None:
    case_id = cast.asked()
    seen = cast.case(case_id).version
    first = cast.fire(case_id, "grant", "officer")
    assert (first.moved, cast.case(case_id).state) == (False, "asked")
    with pytest.raises(StaleError):  # whoever decides must know that one has agreed
        cast.fire(case_id, "grant", "finance", version=seen)
    with unchanged(cast, case_id), pytest.raises(RefusedError, match="approved this already"):
        cast.fire(case_id, "grant", "officer")
    assert cast.fire(case_id, "grant", "finance").moved
    assert [(e.kind, e.name) for e in cast.events(case_id)][-3:] == [
        ("approval", "grant"),
        ("approval", "grant"),
        ("transition", "grant"),
    ]
    assert approvals.standing(cast.case(case_id)) == []
    assert cast.faults(case_id) == []


def test_one_person_in_both_roles_approves_once(cast: Cast) -> None:
    case_id = cast.asked()
    with cast.in_one_transaction():
        cast.world.grant(cast.people["officer"], Role.FINANCE)
    assert not cast.fire(case_id, "grant", "officer").moved
    with pytest.raises(RefusedError):
        cast.fire(case_id, "grant", "officer")
    assert cast.case(case_id).state == "asked"


def test_a_second_officer_is_not_the_one_who_is_missing(cast: Cast) -> None:
    case_id = cast.asked()
    cast.people["second"] = cast.world.person(Role.PROGRAMME_OFFICER)
    cast.fire(case_id, "grant", "officer")
    with unchanged(cast, case_id), pytest.raises(RefusedError, match="not missing"):
        cast.fire(case_id, "grant", "second")


def test_an_approval_repeated_by_its_key_counts_once(cast: Cast) -> None:
    case_id = cast.asked()
    version = cast.case(case_id).version
    cast.fire(case_id, "grant", "officer", key="once", version=version)
    again = cast.fire(case_id, "grant", "officer", key="once", version=version)
    assert (again.repeated, again.moved) == (True, False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Approval)) == 1


def _save_risk(cast: Cast, case_id: UUID, text: str, key: str = "") -> records.Saved:
    with cast.in_one_transaction():
        actor = cast.world.actor(cast.people["partner"])
        return records.save(case_id, "risks", None, actor, {"risk": text}, "", key or uuid4().hex)


def test_a_changed_record_voids_the_approvals_given_before(cast: Cast) -> None:
    case_id = cast.asked("probe")
    cast.fire(case_id, "grant", "officer")
    version = cast.case(case_id).version
    _save_risk(cast, case_id, "Rain")
    case = cast.case(case_id)
    assert approvals.standing(case) == []
    assert case.version > version
    assert "approvals_void" in [e.kind for e in cast.events(case_id)]
    assert not cast.fire(case_id, "grant", "finance").moved
    assert cast.fire(case_id, "grant", "officer").moved
    assert cast.faults(case_id) == []


def test_an_approval_goes_with_the_state_in_which_it_was_given(cast: Cast) -> None:
    case_id = cast.asked()
    cast.fire(case_id, "grant", "officer")
    cast.fire(case_id, "question", "officer", reason="Which shed?")
    cast.fire(case_id, "reply", "partner", reason="The small one")
    assert not cast.fire(case_id, "grant", "finance").moved


def test_effects_of_a_saved_record_tell_and_remember(cast: Cast) -> None:
    case_id = cast.asked("probe")
    _save_risk(cast, case_id, "Rain")
    event = cast.events(case_id)[-1]
    assert json.loads(cast.words(event))["seen_by"] == "effect"
    told = sa.select(Message.recipient_id).where(Message.occasion == f"event:{event.id}:0")
    assert list(db.session.scalars(told)) == [cast.people["officer"]]


def test_a_record_saved_twice_with_one_key_is_one_record(cast: Cast) -> None:
    case_id = cast.asked("probe")
    first = _save_risk(cast, case_id, "Rain", "once")
    cast.fire(case_id, "question", "officer", reason="Which shed?")  # writing has ended
    again = _save_risk(cast, case_id, "Rain", "once")
    assert (again.record_id, again.repeated) == (first.record_id, True)
    with pytest.raises(ForbiddenError):
        _save_risk(cast, case_id, "Snow")


def test_a_failing_effect_takes_everything_back(cast: Cast) -> None:
    case_id = cast.asked("probe")
    granted = sa.select(sa.func.count()).select_from(Grant)
    keys = sa.select(sa.func.count()).select_from(Receipt)
    before = db.session.scalar(granted), db.session.scalar(keys)
    with unchanged(cast, case_id), pytest.raises(ZeroDivisionError):
        cast.fire(case_id, "break", "officer")
    assert (db.session.scalar(granted), db.session.scalar(keys)) == before


def test_a_move_that_stays_keeps_where_the_case_came_from(cast: Cast) -> None:
    case_id = cast.asked("probe")
    cast.fire(case_id, "question", "officer", reason="Which shed?")
    since = cast.case(case_id).state_since
    cast.fire(case_id, "remark", "officer")
    case = cast.case(case_id)
    assert (case.state, case.previous_state, case.state_since) == ("unclear", "asked", since)
    assert cast.events(case_id)[-1].name == "remark"
    assert cast.faults(case_id) == []


def test_only_the_system_makes_a_move_of_the_system(cast: Cast) -> None:
    case_id = cast.asked()
    cast.fire(case_id, "question", "officer", reason="Which shed?")
    for who in ("lead", "officer", "partner"):
        with unchanged(cast, case_id), pytest.raises(ForbiddenError):
            cast.fire(case_id, "lapse", who)
    with cast.in_one_transaction():
        cases.fire(case_id, "lapse", SYSTEM, {}, None, "deadline:1")
    case = cast.case(case_id)
    assert (case.state, cast.events(case_id)[-1].actor_id) == ("lapsed", None)
    assert case.next_due_at is None  # it is abandoned: nothing runs any more
    assert cast.faults(case_id) == []


def test_the_system_makes_no_other_move(cast: Cast) -> None:
    case_id = cast.asked()
    for name, error in (
        ("refuse", ForbiddenError),
        ("grant", ForbiddenError),
        ("lapse", NotOpenError),
    ):
        with unchanged(cast, case_id), pytest.raises(error), cast.in_one_transaction():
            cases.fire(case_id, name, SYSTEM, {"reason": "x"}, None, uuid4().hex)


def test_whoever_moves_the_case_is_not_told_of_it(cast: Cast) -> None:
    case_id = cast.asked("probe")
    with cast.in_one_transaction():
        cast.world.grant(cast.people["officer"], Role.PARTNER_LEAD, cast.organisation)
    cast.fire(case_id, "question", "officer", reason="Which shed?")
    event = cast.events(case_id)[-1]
    told = sa.select(Message.recipient_id).where(Message.occasion == f"event:{event.id}:0")
    assert list(db.session.scalars(told)) == [cast.people["partner"]]


def test_naming_a_coach_ends_the_earlier_coach_and_no_recusal(cast: Cast) -> None:
    from casework.services.move import CaseMove

    case_id = cast.asked()
    first, second, recused = (cast.world.person(None) for _ in range(3))
    with cast.in_one_transaction():
        cast.world.grant(recused, Role.COACH, case=case_id, denies=True)
        case = cases.lock(case_id)
        actor = cast.world.actor(cast.people["lead"])
        for person, moment in ((first, MONDAY), (second, MONDAY + timedelta(days=1))):
            CaseMove(case, SAMPLE, None, None, {}, actor, moment).grant(person, Role.COACH)
    rows = db.session.scalars(sa.select(Grant).where(Grant.scope_id == case_id)).all()
    assert {(g.user_id, g.denies, g.ends_at) for g in rows} == {
        (first, False, MONDAY + timedelta(days=1)),
        (second, False, None),
        (recused, True, None),
    }


def _at_once(cast: Cast, works: list[Callable[[], Any]]) -> list[Any]:
    """Run each work in a thread and a connection of its own, all let go at one moment."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(index: int) -> None:
        with cast.world.app.app_context():
            barrier.wait(20)
            try:
                results[index] = works[index]()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                results[index] = error
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.expire_all()
    return results


@pytest.mark.parametrize("round_", range(3))
def test_of_two_people_at_once_one_wins_and_the_other_is_late(cast: Cast, round_: int) -> None:
    case_id = cast.asked()
    version = cast.case(case_id).version
    results = _at_once(
        cast,
        [
            lambda: cast.fire(case_id, "refuse", "officer", version=version, reason="No"),
            lambda: cast.fire(case_id, "question", "lead", version=version, reason="Why?"),
        ],
    )
    assert sorted(type(r).__name__ for r in results) == ["Outcome", "StaleError"]
    assert cast.case(case_id).version == version + 1
    assert cast.faults(case_id) == []


def test_the_same_click_twice_at_once_moves_once(cast: Cast) -> None:
    case_id = cast.asked()
    version = cast.case(case_id).version

    def click() -> cases.Outcome:
        return cast.fire(case_id, "refuse", "officer", version=version, key="once", reason="No")

    results = _at_once(cast, [click, click, click])
    assert sorted(r.repeated for r in results) == [False, True, True]
    assert [e.name for e in cast.events(case_id)] == ["start", "ask", "refuse"]
    assert cast.faults(case_id) == []


def test_the_same_start_twice_at_once_starts_one_case(cast: Cast) -> None:
    def click() -> None:
        with cast.world.app.app_context():
            try:
                second.append(_open(cast, organisation=cast.organisation))
            except Exception as error:  # noqa: BLE001 - the test looks at it
                second.append(error)
            finally:
                db.session.remove()

    second: list[Any] = []
    thread = threading.Thread(target=click)
    with cast.in_one_transaction():
        actor = cast.world.actor(cast.people["partner"])
        data = {"title": "A shed"}
        first = cases.open_case(SAMPLE, "start", actor, cast.organisation, data, "once")
        thread.start()  # and finds the first click not yet committed
        if db.engine.dialect.name == "postgresql":
            wait_until(waiting_for_locks, "the second click waits for the first")
    thread.join(60)
    assert second == [replace(first, repeated=True)]


def test_cases_started_at_once_have_numbers_without_gaps(cast: Cast) -> None:
    def start() -> cases.Outcome:
        return _open(cast, organisation=cast.organisation, key=uuid4().hex)

    results = _at_once(cast, [start] * 4)
    assert sorted(r.reference[-4:] for r in results) == ["0001", "0002", "0003", "0004"]


def test_two_approvals_at_once_do_not_both_think_that_they_are_the_first(cast: Cast) -> None:
    case_id = cast.asked()
    results = _at_once(
        cast,
        [
            lambda: cast.fire(case_id, "grant", "officer", version=None),
            lambda: cast.fire(case_id, "grant", "finance", version=None),
        ],
    )
    assert sorted(r.moved for r in results) == [False, True]
    assert cast.case(case_id).state == "granted"
    assert (
        db.session.scalar(
            sa.select(sa.func.count()).select_from(Event).where(Event.kind == "transition")
        )
        == 3
    )


def test_the_registry_knows_the_definition_that_a_case_was_started_under(cast: Cast) -> None:
    case = cast.case(cast.start("probe"))
    assert registry.get(case.workflow_key, case.workflow_version) is PROBE
