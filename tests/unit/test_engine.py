"""The engine: which moves are open, every reason against the others, and no way around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.roles import Role
from casework.workflows.declaration import (
    Guard,
    Party,
    Previous,
    Question,
    Reason,
    Stage,
    State,
    Transition,
)
from casework.workflows.engine import (
    NEW,
    NotOpenError,
    RefusedError,
    StartFacts,
    Workflow,
    may_make,
    plain_start,
    weigh,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFICER, LEAD = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD


@dataclass(frozen=True)
class Facts:
    state: str = "open"
    previous_state: str | None = None
    against: frozenset[str] = frozenset()


@dataclass
class Subject:
    state: str
    seen: list[str] = field(default_factory=list)


def against(name: str, times: int = 1) -> Callable[[Question], Iterable[Reason]]:
    """Return a check that has reasons when the facts hold its name."""

    def check(question: Question) -> Iterable[Reason]:
        if name in question.facts.against:
            for number in range(times):
                yield Reason(f"{name} %(n)s", {"n": number})

    return check


def written(question: Question) -> Iterable[Reason]:
    if question.data is not None and not question.data.get("reason"):
        yield Reason("write")


def broken(question: Question) -> Iterable[Reason]:
    if "broken" in question.facts.against:
        raise KeyError("a mistake in the rulebook")
    return ()


def state(key: str, **values: Any) -> State:
    return State(key, key, key, "all", Party.US, **values)


def move(name: str, sources: tuple[str, ...], to: Any, **values: Any) -> Transition:
    return Transition(name, name, name, sources, to, **{"roles": frozenset({OFFICER}), **values})


WORKFLOW = Workflow(
    key="engine",
    version=1,
    label="Engine",
    prefix="EN",
    stages=(Stage("all", "All"),),
    states=(
        state("open"),
        state("asked"),
        state("held"),
        state("done", final=True),
        state("gone", final=True),
    ),
    transitions=(
        move("start", (), "open"),
        move(
            "end",
            ("open", "asked"),
            "done",
            guards=(
                Guard("block", against("block", 2)),
                Guard("warn", against("warn"), frozenset({LEAD})),
                Guard("other", against("other")),
                Guard("written", written, reads=()),
                Guard("broken", broken),
            ),
        ),
        move("ask", ("open",), "asked"),
        move("hold", ("open", "asked"), "held"),
        move("resume", ("held",), Previous(("open", "asked"))),
        move("stay", ("open",), "open", roles=frozenset({LEAD})),
        move("drop", ("open",), "gone", roles=frozenset({LEAD, OFFICER})),
        move("reopen", ("gone",), Previous(("open",))),
    ),
    load_facts=lambda session, ids: {},
)
END = WORKFLOW.transition_by_name["end"]


def question(*names: str, roles: set[Role] | None = None, **values: Any) -> Question:
    facts = Facts(against=frozenset(names))
    return Question(**{"facts": facts, "now": NOW, "roles": frozenset(roles or ()), **values})


def go(name: str, asked: Question, override: bool = False) -> tuple[str, list[Any]]:
    subject = Subject(asked.facts.state)
    try:
        warned = WORKFLOW.move(subject, name, asked, override=override)
    except Exception:
        assert subject.state == asked.facts.state, "a refused move has moved"
        raise
    return subject.state, warned


def test_a_move_changes_the_state() -> None:
    assert go("ask", question()) == ("asked", [])
    assert go("stay", question()) == ("open", [])


def test_every_reason_is_given_at_once() -> None:
    with pytest.raises(RefusedError) as caught:
        go("end", question("block", "warn", "other", data={}))
    assert [r.message for r in caught.value.reasons] == [
        "block %(n)s",
        "block %(n)s",
        "other %(n)s",
        "write",
        "warn %(n)s",
    ]
    assert caught.value.transition == "end"


@settings(max_examples=400)
@example(frozenset({"warn"}), frozenset({OFFICER}), True, frozenset())
@example(frozenset({"warn"}), frozenset({LEAD}), True, frozenset())
@given(
    st.frozensets(st.sampled_from(["block", "warn", "other"])),
    st.frozensets(st.sampled_from([OFFICER, LEAD, Role.FINANCE])),
    st.booleans(),
    st.frozensets(st.sampled_from(["block", "warn", "other"])),
)
def test_a_failing_condition_never_passes_in_silence(
    names: frozenset[str], roles: frozenset[Role], override: bool, waived: frozenset[str]
) -> None:
    asked = question(*names, roles=set(roles), waived=waived)
    warns = "warn" in names - waived  # nothing sets a guard aside that blocks
    passes = names <= {"warn"} and (not warns or (override and LEAD in roles))
    if passes:
        moved, warned = go("end", asked, override)
        assert moved == "done"
        assert [w.guard.name for w in warned] == (["warn"] if warns else [])
    else:
        with pytest.raises(RefusedError) as caught:
            go("end", asked, override)
        assert caught.value.reasons
    assert weigh(END, asked).allowed == (names <= {"warn"} and (not warns or LEAD in roles))


def test_a_guard_on_the_form_is_silent_until_something_is_typed() -> None:
    assert weigh(END, question()).allowed
    assert not weigh(END, question(data={"reason": ""})).allowed
    assert weigh(END, question(data={"reason": "because"})).allowed


def test_a_mistake_in_a_guard_is_an_error_and_no_refusal() -> None:
    with pytest.raises(KeyError, match="a mistake"):
        go("end", question("broken"))


@pytest.mark.parametrize("name", ["resume", "reopen", "start", "to_done", "to_new", "nothing"])
def test_what_does_not_start_here_is_not_open(name: str) -> None:
    with pytest.raises(NotOpenError):
        go(name, question())


def test_there_are_no_automatic_transitions() -> None:
    names = {t.name for t in WORKFLOW.transitions}
    assert set(WORKFLOW.machine.events) == names
    assert set(WORKFLOW.machine.states) == {NEW, *(s.key for s in WORKFLOW.states)}


def test_the_machine_holds_no_model() -> None:
    go("ask", question())
    assert WORKFLOW.machine.models == []


@pytest.mark.parametrize("previous", ["open", "asked"])
def test_previous_leads_back_to_where_the_case_came_from(previous: str) -> None:
    facts = Facts("held", previous)
    assert go("resume", question(facts=facts))[0] == previous
    resume = WORKFLOW.transition_by_name["resume"]
    assert WORKFLOW.destination(resume, previous) == previous


@pytest.mark.parametrize("previous", [None, "done", "held", "gone"])
def test_previous_leads_to_no_other_state(previous: str | None) -> None:
    asked = question(facts=Facts("held", previous), roles={OFFICER})
    with pytest.raises(NotOpenError):
        go("resume", asked)
    assert WORKFLOW.options(asked, {}) == []
    assert WORKFLOW.destination(WORKFLOW.transition_by_name["resume"], previous) is None


def test_options_are_what_the_roles_could_do_here_open_or_not() -> None:
    def names(asked: Question) -> list[tuple[str, bool]]:
        return [(o.transition.name, o.allowed) for o in WORKFLOW.options(asked, {})]

    assert names(question("block", roles={OFFICER})) == [
        ("end", False),
        ("ask", True),
        ("hold", True),
        ("drop", True),
    ]
    assert names(question(roles={LEAD})) == [("stay", True), ("drop", True)]
    assert names(question(roles={Role.FINANCE})) == []
    assert names(question(roles={OFFICER}, facts=Facts("done"))) == []


def test_an_option_says_every_reason_and_every_warning() -> None:
    options = WORKFLOW.options(question("block", "warn", "other", roles={OFFICER}), {})
    (end,) = (o for o in options if o.transition.name == "end")
    assert [(r.message, r.params["n"]) for r in end.reasons] == [
        ("block %(n)s", 0),
        ("block %(n)s", 1),
        ("other %(n)s", 0),
    ]
    assert [(w.guard.name, w.may_override) for w in end.warnings] == [("warn", False)]


def test_a_waived_warning_is_gone_for_its_own_move_only() -> None:
    asked = question("warn", roles={OFFICER})
    for waived, allowed in (
        ({"end": frozenset({"warn"})}, True),
        ({"ask": frozenset({"warn"})}, False),
        ({"end": frozenset({"block"})}, False),
    ):
        (end, *_) = WORKFLOW.options(asked, waived)
        assert end.allowed is allowed


def test_only_the_roles_that_it_names_make_a_move() -> None:
    assert may_make(END, frozenset({OFFICER, Role.FINANCE}))
    assert not may_make(END, frozenset({LEAD}))
    assert not may_make(END, frozenset())


def test_a_workflow_answers_what_its_declaration_says() -> None:
    assert [t.name for t in WORKFLOW.starting()] == ["start"]
    assert [t.name for t in WORKFLOW.leaving("asked")] == ["end", "hold"]
    assert WORKFLOW.leaving("done") == []
    assert WORKFLOW.stage_of("held") == "all"
    assert plain_start(None, None, {}) == StartFacts(NEW, None)


def test_a_new_case_can_only_be_started() -> None:
    facts = Facts(NEW)
    assert go("start", question(facts=facts))[0] == "open"
    for name in {t.name for t in WORKFLOW.transitions} - {"start"}:
        with pytest.raises(NotOpenError):
            go(name, question(facts=facts))
