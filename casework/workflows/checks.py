"""What can be wrong with a declaration: every fault at once, as sentences for a developer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from casework.workflows.declaration import QUORUM, DeadlineRule, Previous, Transition, Verdict

if TYPE_CHECKING:
    from casework.workflows.engine import Workflow

NEW = "new"  # where a case stands before the transition that starts it

Onward = dict[str, set[str]]


def structural_faults(workflow: Workflow) -> list[str]:
    """Return everything that is wrong with the structure of a workflow; empty if it is sound.

    Names that nothing bears are left out of the graph, so that one fault hides no other.
    """
    return [
        *_doubles(workflow),
        *_unknown_names(workflow),
        *_graph_faults(workflow),
        *_start_faults(workflow),
        *_people_faults(workflow),
        *_guard_faults(workflow),
        *_deadline_faults(workflow),
        *_search_faults(workflow),
        *_agenda_faults(workflow),
        *_list_faults(workflow),
    ]


def targets(transition: Transition) -> tuple[str, ...]:
    """Return all states that a transition may lead to."""
    return transition.to.allowed if isinstance(transition.to, Previous) else (transition.to,)


def _doubles(workflow: Workflow) -> Iterator[str]:
    yield from _twice("stage", (s.key for s in workflow.stages))
    yield from _twice("state", (s.key for s in workflow.states))
    yield from _twice("transition", (t.name for t in workflow.transitions))
    yield from _twice("deadline", (d.key for d in workflow.deadlines))
    yield from _twice("section", (s.key for s in workflow.sections))
    yield from _twice("document", (d.key for d in workflow.documents))
    for transition in workflow.transitions:
        names = (g.name for g in transition.guards)
        yield from _twice(f"guard of {transition.name}:", names)
    for deadline in workflow.deadlines:
        for name, count in Counter((r.key, r.to) for r in deadline.reminders).items():
            if count > 1:
                yield f"deadline {deadline.key} reminds {name[1]} twice at {name[0]}"


def _search_faults(workflow: Workflow) -> Iterator[str]:
    for section in workflow.sections:
        if section.searched and (section.house_only or section.hidden_in or section.guests):
            yield f"section {section.key} is searched, but not everybody on a case reads it"
        for name in section.searched:
            if not hasattr(section.model, name):
                yield f"section {section.key} is searched by {name}, which it has not"


def _list_faults(workflow: Workflow) -> Iterator[str]:
    for section in workflow.sections:
        if section.listed and (section.house_only or section.hidden_in):
            yield f"section {section.key} is shown in lists, but not everybody on a case reads it"
        if section.listed and not section.single:
            yield f"section {section.key} is shown in lists, but is not single"
        for listed in section.listed:
            if not hasattr(section.model, listed.attribute):
                yield f"section {section.key} shows {listed.attribute} in lists, which it has not"


def _twice(what: str, names: Iterable[str]) -> list[str]:
    return [f"{what} {name} is declared {n} times" for name, n in Counter(names).items() if n > 1]


def _unknown_names(workflow: Workflow) -> Iterator[str]:
    states = {s.key for s in workflow.states}
    stages = {s.key for s in workflow.stages}
    sections = {s.key for s in workflow.sections}
    if NEW in states:
        yield f"state {NEW} is where a case stands before it is started: choose another name"
    for state in workflow.states:
        if state.stage not in stages:
            yield f"state {state.key} is in the unknown stage {state.stage}"
    for owner, named in _named_states(workflow):
        for name in sorted(set(named) - states):
            yield f"{owner} names the unknown state {name}"
    for deadline in workflow.deadlines:
        for name in sorted(set(deadline.met_by) - sections):
            yield f"deadline {deadline.key} is met by the unknown section {name}"


def _named_states(workflow: Workflow) -> Iterator[tuple[str, tuple[str, ...]]]:
    for transition in workflow.transitions:
        yield f"transition {transition.name}", (*transition.sources, *targets(transition))
    for deadline in workflow.deadlines:
        yield f"deadline {deadline.key}", (*deadline.states, *deadline.stops_in, *deadline.outlasts)
    for section in workflow.sections:
        named = (*section.edit_states, *section.shown_from, *section.hidden_in)
        yield f"section {section.key}", named
    for agenda in workflow.agendas:
        yield f"agenda {agenda.kind}", agenda.states
    for kind in workflow.documents:
        named = (*(kind.partner_states or ()), *kind.locked_in, *kind.required_in)
        yield f"document {kind.key}", named


def _graph_faults(workflow: Workflow) -> Iterator[str]:
    onward = _onward(workflow)
    starts = {t for transition in workflow.starting() for t in targets(transition)} & set(onward)
    finals = {s.key for s in workflow.states if s.final}
    reached = _reach(starts, onward)
    ending = _reach(finals, _backward(onward))
    if not finals:
        yield "no state is final"
    for state in workflow.states:
        if state.key not in reached:
            yield f"state {state.key} cannot be reached"
        if not state.final and not onward[state.key] - {state.key}:
            yield f"state {state.key} is not final and has no way out"
    trapped = [key for key in onward if key in reached - ending and onward[key] - {key}]
    if finals and trapped:
        yield "trap: no end can be reached from " + ", ".join(trapped)


def _onward(workflow: Workflow) -> Onward:
    onward: Onward = {s.key: set() for s in workflow.states}
    for transition in workflow.transitions:
        for source in set(transition.sources) & set(onward):
            onward[source] |= set(targets(transition)) & set(onward)
    return onward


def _backward(onward: Onward) -> Onward:
    backward: Onward = {key: set() for key in onward}
    for source, nexts in onward.items():
        for target in nexts:
            backward[target].add(source)
    return backward


def _reach(start: set[str], onward: Onward) -> set[str]:
    seen = set(start)
    waiting = list(start)
    while waiting:
        for state in onward[waiting.pop()] - seen:
            seen.add(state)
            waiting.append(state)
    return seen


def _start_faults(workflow: Workflow) -> Iterator[str]:
    if not workflow.starting():
        yield "no transition starts a case"
    for transition in workflow.starting():
        if isinstance(transition.to, Previous):
            yield f"transition {transition.name} starts a case and leads back to an earlier state"
        if transition.approvals:
            yield f"transition {transition.name} starts a case: nothing is there to be approved yet"


def _people_faults(workflow: Workflow) -> Iterator[str]:
    fired = {d.fires for d in workflow.deadlines}
    decided = {name for agenda in workflow.agendas for name in agenda.moves()}
    for transition in workflow.transitions:
        name = transition.name
        if transition.system and transition.sources and name not in fired and not transition.roles:
            yield f"transition {name} is for the system, and no deadline fires it"
        if not transition.system and not transition.roles and name not in decided:
            yield f"nobody may make transition {name}"
        if transition.approvals:
            yield from _approval_faults(transition, transition.approvals.needed)
            asked = transition.approvals.notice.to if transition.approvals.notice else ()
            for role in sorted(set(asked) - {r for r, _ in transition.approvals.needed}):
                yield f"transition {name} asks {role} for an approval that it does not need"


def _approval_faults(transition: Transition, needed: tuple[tuple[str, int], ...]) -> Iterator[str]:
    if not needed:
        yield f"transition {transition.name} needs approvals by nobody"
    yield from _twice(f"approval of {transition.name} by", (role for role, _ in needed))
    for role, count in needed:
        if role not in transition.roles:
            yield f"transition {transition.name} needs approval by {role}, who may not make it"
        if count < 1:
            yield f"transition {transition.name} needs {count} approvals by {role}"


def _guard_faults(workflow: Workflow) -> Iterator[str]:
    for transition in workflow.transitions:
        for guard in transition.guards:
            for name in guard.reads:
                reading = f"guard {guard.name} of {transition.name} reads {name}"
                if transition.form is None:
                    yield f"{reading}: the form is missing"
                elif not hasattr(getattr(transition.form, name, None), "field_class"):
                    yield f"{reading}: no such form field"


def _agenda_faults(workflow: Workflow) -> Iterator[str]:
    by_name = {t.name: t for t in workflow.transitions}
    yield from _twice("agenda", (a.kind for a in workflow.agendas))
    for agenda in workflow.agendas:
        where = f"agenda {agenda.kind}"
        yield from _twice(f"verdict of {where}:", (v.key for v in agenda.verdicts))
        yield from _twice(f"postponement of {where}:", (p.key for p in agenda.postponements))
        if QUORUM not in {p.key for p in agenda.postponements}:
            yield f"{where} cannot put a case off for want of a {QUORUM}"
        made = [by_name.get(v.transition) for v in agenda.verdicts]
        for state in agenda.states:
            if not any(t and state in t.sources for t in made):
                yield f"{where} takes cases up in {state} and can decide nothing there"
        for name in sorted(agenda.moves() - set(by_name)):
            yield f"{where} makes the unknown transition {name}"
        for name in sorted(agenda.moves() & set(by_name)):
            if by_name[name].approvals or by_name[name].system:
                yield f"{where} makes {name}, which needs approvals or is for the system"
        for verdict in agenda.verdicts:
            yield from _verdict_faults(where, verdict, by_name.get(verdict.transition))


def _verdict_faults(where: str, verdict: Verdict, transition: Transition | None) -> Iterator[str]:
    if transition is None:
        return
    for name in (verdict.motive, verdict.conditions):
        if name and not hasattr(getattr(transition.form, name, None), "field_class"):
            yield f"{where}: the form of {transition.name} has no field {name}"


def _deadline_faults(workflow: Workflow) -> Iterator[str]:
    by_name = {t.name: t for t in workflow.transitions}
    for deadline in workflow.deadlines:
        key = deadline.key
        ways = (deadline.length, deadline.date_fact, deadline.length_fact)
        if deadline.states and not any(ways):
            yield f"deadline {key} runs in states and has neither a length nor a date"
        if deadline.length_fact and (not deadline.states or deadline.length or deadline.date_fact):
            yield f"deadline {key} takes its length from facts: it needs states and no other end"
        if deadline.every and deadline.length is None:
            yield f"deadline {key} comes back and has no length"
        for state in sorted(set(deadline.states) & set(deadline.stops_in)):
            yield f"deadline {key} both runs and stops in {state}"
        if deadline.fires is not None:
            yield from _fire_faults(deadline, by_name.get(deadline.fires))


def _fire_faults(deadline: DeadlineRule, transition: Transition | None) -> Iterator[str]:
    if transition is None:
        yield f"deadline {deadline.key} fires the unknown transition {deadline.fires}"
        return
    if not transition.system:
        yield f"deadline {deadline.key} fires {deadline.fires}, which is not for the system"
    for state in deadline.states:
        if state not in transition.sources:
            yield f"deadline {deadline.key} fires {deadline.fires}, which is not open in {state}"
