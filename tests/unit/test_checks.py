"""A workflow checks itself when it is built, and says everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from wtforms import Form, StringField

from casework.calendar import Length, Offset
from casework.roles import Role
from casework.workflows import registry
from casework.workflows.declaration import (
    Agenda,
    Approvals,
    DeadlineRule,
    DocumentKind,
    Guard,
    Notice,
    Party,
    Postponement,
    Previous,
    Question,
    Reason,
    ReminderRule,
    Section,
    Stage,
    State,
    Transition,
    Verdict,
)
from casework.workflows.engine import BrokenWorkflowError, Workflow, weigh
from tests.support.sample.definition import SAMPLE

OFFICER = frozenset({Role.PROGRAMME_OFFICER})


class ReasonForm(Form):
    reason = StringField()


def state(key: str, stage: str = "all", **values: Any) -> State:
    return State(key, key, key, stage, Party.US, **values)


def move(name: str, sources: tuple[str, ...], to: Any, **values: Any) -> Transition:
    return Transition(name, name, name, sources, to, **{"roles": OFFICER, **values})


def section(key: str, **values: Any) -> Section:
    made = Section(key, key, "", None, ReasonForm, (), OFFICER, ("open",))
    return replace(made, **values)


def silent(question: Question) -> Iterable[Reason]:
    return ()


SOUND: dict[str, Any] = {
    "key": "sound",
    "version": 1,
    "label": "Sound",
    "prefix": "SO",
    "stages": (Stage("all", "All"),),
    "states": (state("open"), state("done", final=True)),
    "transitions": (move("start", (), "open"), move("end", ("open",), "done")),
    "load_facts": lambda session, ids: {},
}


def faults(**changes: Any) -> set[str]:
    """Return what is wrong with the sound workflow after some changes; ``also`` are added."""
    values = {**SOUND, **{k: v for k, v in changes.items() if not k.startswith("also_")}}
    for name, more in changes.items():
        if name.startswith("also_"):
            field = name.removeprefix("also_")
            values[field] = (*values.get(field, ()), *more)
    try:
        Workflow(**values)
    except BrokenWorkflowError as error:
        return set(error.faults)
    return set()


def test_a_sound_workflow_has_no_fault() -> None:
    assert faults() == set()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"also_states": [state("open")]}, "state open is declared 2 times"),
        ({"also_stages": [Stage("all", "All")]}, "stage all is declared 2 times"),
        (
            {"also_transitions": [move("end", ("open",), "done")]},
            "transition end is declared 2 times",
        ),
        ({"sections": (section("a"), section("a"))}, "section a is declared 2 times"),
        (
            {"documents": (DocumentKind("a", "A"), DocumentKind("a", "B"))},
            "document a is declared 2 times",
        ),
        (
            {
                "also_transitions": [
                    move(
                        "twice", ("open",), "done", guards=(Guard("g", silent), Guard("g", silent))
                    )
                ]
            },
            "guard of twice: g is declared 2 times",
        ),
        (
            {"also_states": [state("odd", "nowhere")]},
            "state odd is in the unknown stage nowhere",
        ),
        (
            {"also_states": [state("new")]},
            "state new is where a case stands before it is started: choose another name",
        ),
        (
            {"also_transitions": [move("away", ("open",), "nowhere")]},
            "transition away names the unknown state nowhere",
        ),
        (
            {"also_transitions": [move("away", ("nowhere",), "done")]},
            "transition away names the unknown state nowhere",
        ),
        (
            {"also_transitions": [move("back", ("open",), Previous(("nowhere",)))]},
            "transition back names the unknown state nowhere",
        ),
        (
            {"sections": (section("a", edit_states=("nowhere",)),)},
            "section a names the unknown state nowhere",
        ),
        (
            {"sections": (section("a", shown_from=("nowhere",)),)},
            "section a names the unknown state nowhere",
        ),
        (
            {"documents": (DocumentKind("a", "a", partner_states=("nowhere",)),)},
            "document a names the unknown state nowhere",
        ),
        (
            {"documents": (DocumentKind("a", "a", locked_in=("nowhere",)),)},
            "document a names the unknown state nowhere",
        ),
        ({"also_states": [state("lost", final=True)]}, "state lost cannot be reached"),
        (
            {
                "also_states": [state("stuck")],
                "also_transitions": [move("stick", ("open",), "stuck")],
            },
            "state stuck is not final and has no way out",
        ),
        (
            {
                "also_states": [state("stuck")],
                "also_transitions": [
                    move("stick", ("open",), "stuck"),
                    move("again", ("stuck",), "stuck"),
                ],
            },
            "state stuck is not final and has no way out",
        ),
        (
            {
                "also_states": [state("this"), state("that")],
                "also_transitions": [
                    move("enter", ("open",), "this"),
                    move("to", ("this",), "that"),
                    move("fro", ("that",), "this"),
                ],
            },
            "trap: no end can be reached from this, that",
        ),
        (
            {"transitions": (move("end", ("open",), "done"),)},
            "no transition starts a case",
        ),
        (
            {
                "states": (state("open"), state("done")),
            },
            "no state is final",
        ),
        (
            {"also_transitions": [move("nobodys", ("open",), "done", roles=frozenset())]},
            "nobody may make transition nobodys",
        ),
        (
            {
                "also_transitions": [
                    move("itself", ("open",), "done", roles=frozenset(), system=True)
                ]
            },
            "transition itself is for the system, and no deadline fires it",
        ),
        (
            {
                "also_transitions": [
                    move("agree", ("open",), "done", approvals=Approvals(((Role.FINANCE, 1),)))
                ]
            },
            "transition agree needs approval by finance, who may not make it",
        ),
        (
            {
                "also_transitions": [
                    move(
                        "agree",
                        ("open",),
                        "done",
                        approvals=Approvals(((Role.PROGRAMME_OFFICER, 0),)),
                    )
                ]
            },
            "transition agree needs 0 approvals by programme_officer",
        ),
        (
            {
                "also_transitions": [
                    move(
                        "agree",
                        ("open",),
                        "done",
                        approvals=Approvals(
                            ((Role.PROGRAMME_OFFICER, 1),),
                            Notice((Role.FINANCE,), "Your yes is asked", "It is missing."),
                        ),
                    )
                ]
            },
            "transition agree asks finance for an approval that it does not need",
        ),
        (
            {"also_transitions": [move("agree", ("open",), "done", approvals=Approvals(()))]},
            "transition agree needs approvals by nobody",
        ),
        (
            {
                "also_transitions": [
                    move("begin", (), "open", approvals=Approvals(((Role.PROGRAMME_OFFICER, 1),)))
                ]
            },
            "transition begin starts a case: nothing is there to be approved yet",
        ),
        (
            {"also_transitions": [move("begin", (), Previous(("open",)))]},
            "transition begin starts a case and leads back to an earlier state",
        ),
        (
            {
                "also_transitions": [
                    move("say", ("open",), "done", guards=(Guard("given", silent, reads=("why",)),))
                ]
            },
            "guard given of say reads why: the form is missing",
        ),
        (
            {
                "also_transitions": [
                    move(
                        "say",
                        ("open",),
                        "done",
                        form=ReasonForm,
                        guards=(Guard("given", silent, reads=("reason", "why", "data")),),
                    )
                ]
            },
            "guard given of say reads why: no such form field",
        ),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], fault: str) -> None:
    assert fault in faults(**changes)


def rule(**values: Any) -> DeadlineRule:
    made = DeadlineRule(
        "answer", "A", Role.PROGRAMME_OFFICER, "Answer", ("open",), Length.parse("5 d")
    )
    return replace(made, **values)


TWICE = (
    ReminderRule(Offset.parse("-3 d"), Role.FINANCE),
    ReminderRule(Offset.parse("-3 d"), Role.FINANCE),
)


@pytest.mark.parametrize(
    ("deadline", "fault"),
    [
        (rule(states=("nowhere",)), "deadline answer names the unknown state nowhere"),
        (rule(stops_in=("nowhere",)), "deadline answer names the unknown state nowhere"),
        (rule(met_by=("notes",)), "deadline answer is met by the unknown section notes"),
        (rule(length=None), "deadline answer runs in states and has neither a length nor a date"),
        (
            rule(length=None, date_fact="on", every=True),
            "deadline answer comes back and has no length",
        ),
        (rule(reminders=TWICE), "deadline answer reminds finance twice at -3 d"),
        (rule(stops_in=("open",)), "deadline answer both runs and stops in open"),
        (rule(fires="vanish"), "deadline answer fires the unknown transition vanish"),
        (rule(fires="end"), "deadline answer fires end, which is not for the system"),
        (
            rule(states=("open", "done"), fires="lapse"),
            "deadline answer fires lapse, which is not open in done",
        ),
    ],
)
def test_each_fault_of_a_deadline_is_found(deadline: DeadlineRule, fault: str) -> None:
    lapse = move("lapse", ("open",), "done", roles=frozenset(), system=True)
    assert fault in faults(also_transitions=[lapse], deadlines=(deadline,))


def test_a_deadline_twice_is_found() -> None:
    assert faults(deadlines=(rule(), rule())) == {"deadline answer is declared 2 times"}


def test_a_deadline_may_fire_a_move_of_the_system() -> None:
    lapse = move("lapse", ("open",), "done", roles=frozenset(), system=True)
    assert faults(also_transitions=[lapse], deadlines=(rule(fires="lapse"),)) == set()


def test_every_fault_comes_at_once_whatever_its_kind() -> None:
    found = faults(
        also_states=[state("lost", "nowhere", final=True)],
        also_transitions=[
            move("away", ("open",), "unknown", roles=frozenset()),
            move("end", ("open",), "done"),
        ],
        deadlines=(rule(fires="vanish", length=None),),
    )
    assert found == {
        "transition end is declared 2 times",
        "state lost is in the unknown stage nowhere",
        "transition away names the unknown state unknown",
        "state lost cannot be reached",
        "nobody may make transition away",
        "deadline answer runs in states and has neither a length nor a date",
        "deadline answer fires the unknown transition vanish",
    }


def test_the_error_names_the_workflow_and_its_faults() -> None:
    with pytest.raises(BrokenWorkflowError, match=r"workflow sound: .*no state is final") as caught:
        Workflow(**{**SOUND, "states": (state("open"), state("done"))})
    assert caught.value.key == "sound"


def test_two_workflows_share_neither_key_and_version_nor_prefix() -> None:
    first = Workflow(**{**SOUND, "key": "first", "prefix": "F1"})
    registry.register(first)
    try:
        with pytest.raises(registry.DuplicateWorkflowError):
            registry.register(first)
        with pytest.raises(registry.DuplicateWorkflowError):
            registry.register(replace(first, key="second"))
        registry.register(replace(first, version=2))
        assert registry.latest("first").version == 2
        assert registry.get("first", 1) is first
    finally:
        for version in (1, 2):
            registry._workflows.pop(("first", version), None)
    with pytest.raises(registry.UnknownWorkflowError):
        registry.get("first", 1)
    with pytest.raises(registry.UnknownWorkflowError):
        registry.latest("first")


def test_the_sample_is_sound() -> None:
    assert replace(SAMPLE, version=99).key == "sample"


def agenda(**values: Any) -> Agenda:
    verdicts = (Verdict("yes", "Yes", "end", motive="reason"),)
    return replace(Agenda("council", ("open",), verdicts), **values)


def decided(**values: Any) -> dict[str, Any]:
    """Return changes by which a committee, and nobody else, ends a case."""
    end = move("end", ("open",), "done", **{"roles": frozenset(), "form": ReasonForm, **values})
    return {"transitions": (move("start", (), "open"), end), "agendas": (agenda(),)}


def test_a_committee_may_make_a_move_for_which_nobody_has_a_role() -> None:
    assert faults(**decided()) == set()
    assert faults(**{**decided(), "agendas": ()}) == {"nobody may make transition end"}


def test_an_agenda_names_what_is_there() -> None:
    broken = agenda(
        states=("open", "nowhere"), postponements=(Postponement("late", "Late", "put_off"),)
    )
    assert faults(**{**decided(), "agendas": (broken,)}) == {
        "agenda council names the unknown state nowhere",
        "agenda council cannot put a case off for want of a quorum",
        "agenda council takes cases up in nowhere and can decide nothing there",
        "agenda council makes the unknown transition put_off",
    }


def test_a_verdict_asks_for_its_motive_in_a_form_that_has_it() -> None:
    assert faults(**decided(form=None)) == {
        "agenda council: the form of end has no field reason",
    }


def test_a_committee_decides_alone_and_at_once() -> None:
    approved = decided(roles=OFFICER, approvals=Approvals(((Role.PROGRAMME_OFFICER, 1),)))
    assert faults(**approved) == {
        "agenda council makes end, which needs approvals or is for the system"
    }
    verdicts = (*agenda().verdicts, *agenda().verdicts)
    twice = {**decided(), "agendas": (agenda(verdicts=verdicts),)}
    assert faults(**twice) == {"verdict of agenda council: yes is declared 2 times"}


@pytest.mark.parametrize(
    ("sitting", "is_decided", "refused"),
    [(frozenset(), False, False), ({"council"}, False, True), ({"council"}, True, False)],
)
def test_whoever_has_a_role_decides_only_where_no_committee_sits(
    sitting: frozenset[str], is_decided: bool, refused: bool
) -> None:
    workflow = Workflow(**{**SOUND, **decided(roles=OFFICER)})
    transition = workflow.transition_by_name["end"]
    facts = SimpleNamespace(state="open", previous_state=None, committees=frozenset(sitting))
    question = Question(facts, datetime(2026, 1, 1, tzinfo=UTC), OFFICER, decided=is_decided)
    assert weigh(transition, question).allowed is not refused
