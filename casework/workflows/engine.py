"""A workflow: one declaration, one ``transitions.Machine``, and the answers that it can give.

The engine knows no web, no database and no queue. It says which moves are open and why others
are not, and it moves a subject (anything with a ``state``) when every guard agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from transitions import EventData, Machine, MachineError

from casework.roles import Role
from casework.workflows.checks import NEW, structural_faults, targets
from casework.workflows.committee_moves import with_committee
from casework.workflows.declaration import (
    Agenda,
    DeadlineRule,
    DocumentKind,
    Guard,
    Previous,
    Question,
    Reason,
    Secrecy,
    Section,
    Stage,
    State,
    Transition,
    Verdict,
)
from casework.workflows.required_documents import with_guard

__all__ = [
    "NEW",
    "Amounts",
    "BrokenWorkflowError",
    "NotOpenError",
    "Option",
    "RefusedError",
    "StartFacts",
    "Stateful",
    "Warned",
    "Workflow",
    "may_make",
    "plain_start",
    "weigh",
]


class Stateful(Protocol):
    """Anything that stands in a state."""

    state: str


class BrokenWorkflowError(Exception):
    """A declaration that cannot work; ``faults`` says everything that is wrong with it."""

    def __init__(self, key: str, faults: Sequence[str]) -> None:
        super().__init__(f"workflow {key}: " + "; ".join(faults))
        self.key = key
        self.faults = tuple(faults)


class NotOpenError(Exception):
    """The transition does not start in the state in which the subject stands."""

    def __init__(self, transition: str, state: str) -> None:
        super().__init__(f"{transition} is not open in {state}")
        self.transition = transition
        self.state = state


class RefusedError(Exception):
    """The guards refuse; ``reasons`` holds all of their reasons, warnings included."""

    def __init__(self, transition: str, reasons: Sequence[Reason]) -> None:
        super().__init__(f"{transition} refused: " + "; ".join(r.message for r in reasons))
        self.transition = transition
        self.reasons = tuple(reasons)


@dataclass(frozen=True)
class Warned:
    """A guard that warns, its reasons, and whether the asker may override it."""

    guard: Guard
    reasons: tuple[Reason, ...]
    may_override: bool


@dataclass(frozen=True)
class Option:
    """One transition as one person finds it: open, or not and why."""

    transition: Transition
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Warned, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the move can be made now (perhaps with a written reason for a warning)."""
        return not self.reasons and all(w.may_override for w in self.warnings)


FactsLoader = Callable[[Any, Sequence[Any]], Mapping[Any, Any]]
StartLoader = Callable[[Any, Any, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Amounts:
    """What a case asked for and what it was granted, in cents; None where it is not known."""

    asked_cents: int | None = None
    granted_cents: int | None = None


AmountsLoader = Callable[[Any, Sequence[Any]], Mapping[Any, Amounts]]


@dataclass(frozen=True)
class StartFacts:
    """What is known before a case exists: it stands nowhere yet."""

    state: str = NEW
    previous_state: str | None = None


def plain_start(session: Any, organisation_id: Any, data: Mapping[str, Any]) -> StartFacts:
    """Return the facts of a workflow that asks nothing before a case is started."""
    return StartFacts()


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A workflow's declaration with its machine.

    ``load_facts(session, case_ids)`` returns a facts object for each case, in a number of queries
    that does not depend on how many cases there are; ``start_facts(session, organisation_id,
    data)`` those for the transitions that start a case. ``load_amounts(session,
    case_ids)`` returns what each asked for and was granted, for statistics. With ``secrecy`` its
    cases are restricted from the start. ``digits`` is how long the number in a reference is at
    least. The workflow's templates live in ``templates/workflows/<key>/``.

    Raises BrokenWorkflowError, with every fault at once, when the declaration cannot work.
    """

    key: str
    version: int
    label: str
    prefix: str
    stages: tuple[Stage, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    load_facts: FactsLoader
    start_facts: StartLoader = plain_start
    deadlines: tuple[DeadlineRule, ...] = ()
    sections: tuple[Section, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    load_amounts: AmountsLoader | None = None
    agendas: tuple[Agenda, ...] = ()
    secrecy: Secrecy | None = None
    digits: int = 4
    state_by_key: dict[str, State] = field(init=False, repr=False, compare=False)
    transition_by_name: dict[str, Transition] = field(init=False, repr=False, compare=False)
    deadline_by_key: dict[str, DeadlineRule] = field(init=False, repr=False, compare=False)
    section_by_key: dict[str, Section] = field(init=False, repr=False, compare=False)
    machine: Machine = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        faults = structural_faults(self)
        if faults:
            raise BrokenWorkflowError(self.key, faults)
        guarded = tuple(
            with_committee(with_guard(t, self.documents), self.agendas) for t in self.transitions
        )
        object.__setattr__(self, "transitions", guarded)
        index = {
            "state_by_key": {s.key: s for s in self.states},
            "transition_by_name": {t.name: t for t in self.transitions},
            "deadline_by_key": {d.key: d for d in self.deadlines},
            "section_by_key": {s.key: s for s in self.sections},
        }
        for name, value in index.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "machine", _build_machine(self))

    @property
    def guest_roles(self) -> frozenset[Role]:
        """The roles in which guests have something to see and to say."""
        return frozenset(role for section in self.sections for role in section.guests)

    def sections_for_guest(self, role: Role) -> list[Section]:
        """Return the sections that guests in a role are shown."""
        return [section for section in self.sections if role in section.guests]

    def stage_of(self, state: str) -> str:
        """Return the key of the stage that a state belongs to."""
        return self.state_by_key[state].stage

    def leaving(self, state: str) -> list[Transition]:
        """Return the transitions that start in ``state``, in the order of the declaration."""
        return [t for t in self.transitions if state in t.sources]

    def agenda_in(self, state: str, kind: str) -> Agenda | None:
        """Return how a committee of this kind takes up a case in ``state``; None: it may not."""
        return next((a for a in self.agendas if a.kind == kind and state in a.states), None)

    def verdicts_of(self, kind: str) -> dict[str, Verdict]:
        """Return every verdict of a committee of this kind by its key: others share the keys."""
        return {v.key: v for a in self.agendas if a.kind == kind for v in a.verdicts}

    def decided_by(self, name: str) -> frozenset[str]:
        """Return the kinds of committee whose decisions make the transition ``name``."""
        return frozenset(a.kind for a in self.agendas if name in a.moves())

    def starting(self) -> list[Transition]:
        """Return the transitions that start a new case."""
        return [t for t in self.transitions if not t.sources]

    def destination(self, transition: Transition, previous: str | None) -> str | None:
        """Return where a transition leads; None when nothing allowed lies where it leads back."""
        if isinstance(transition.to, Previous):
            return previous if previous in transition.to.allowed else None
        return transition.to

    def options(self, question: Question, waived: Mapping[str, frozenset[str]]) -> list[Option]:
        """Return every move that the asker's roles could make in this state, open or refused.

        ``waived`` maps a transition's name to the warnings already set aside for it.
        """
        facts = question.facts
        options = []
        for transition in self.leaving(facts.state):
            if not transition.roles & question.roles:
                continue
            if self.destination(transition, facts.previous_state) is None:
                continue
            names = waived.get(transition.name, frozenset())
            asked = replace(question, waived=names)
            options.append(weigh(transition, asked))
        return options

    def move(
        self, subject: Stateful, name: str, question: Question, *, override: bool
    ) -> list[Warned]:
        """Move ``subject`` by the transition ``name`` when its guards agree.

        ``override`` says that the asker has written a reason for going on against warnings.
        Returns the warnings that were overridden. Raises NotOpenError, RefusedError.
        """
        overridden: list[Warned] = []
        before = subject.state
        event = self.machine.events.get(name)
        if event is None:
            raise NotOpenError(name, before)
        try:
            moved = event.trigger(
                subject, question=question, override=override, overridden=overridden
            )
        except MachineError as error:
            raise NotOpenError(name, before) from error
        if not moved:
            raise NotOpenError(name, before)
        return overridden


def weigh(transition: Transition, question: Question) -> Option:
    """Ask all guards of a transition and return what they say."""
    reasons: list[Reason] = []
    warnings: list[Warned] = []
    for guard in transition.guards:
        found = guard.reasons(question)
        if not found:
            continue
        if not guard.warns:
            reasons.extend(found)
        elif guard.name not in question.waived:
            warnings.append(Warned(guard, found, bool(guard.overridable_by & question.roles)))
    return Option(transition, tuple(reasons), tuple(warnings))


def may_make(transition: Transition, roles: frozenset[Role]) -> bool:
    """Say whether one of the roles may make the transition."""
    return bool(transition.roles & roles)


def _build_machine(workflow: Workflow) -> Machine:
    machine = Machine(
        model=None,
        states=[NEW, *(s.key for s in workflow.states)],
        initial=NEW,
        auto_transitions=False,
        send_event=True,
    )
    for transition in workflow.transitions:
        for source in transition.sources or (NEW,):
            for target in targets(transition):
                conditions: list[str | Callable[..., bool | None]] = [_guards_of(transition)]
                if isinstance(transition.to, Previous):
                    conditions.insert(0, _came_from(target))
                machine.add_transition(transition.name, source, target, conditions=conditions)
    return machine


def _came_from(target: str) -> Callable[[EventData], bool]:
    def came_from(event: EventData) -> bool:
        return bool(event.kwargs["question"].facts.previous_state == target)

    return came_from


def _guards_of(transition: Transition) -> Callable[[EventData], bool]:
    def guards_agree(event: EventData) -> bool:
        option = weigh(transition, event.kwargs["question"])
        open_warnings = [
            w for w in option.warnings if not (event.kwargs["override"] and w.may_override)
        ]
        against = [*option.reasons, *(r for w in open_warnings for r in w.reasons)]
        if against:
            raise RefusedError(transition.name, against)
        event.kwargs["overridden"].extend(option.warnings)
        return True

    return guards_agree
