"""What a picture of a workflow consists of: boxes, lines, and what is said by a mark instead.

A line is drawn once for each pair of states. Where many lines would end in one state, as all the
ways to "withdrawn" do, each of its sources bears a small letter instead; so does a state from
which a case can go back to wherever it came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from casework.roles import PARTNER_ROLES
from casework.workflows.declaration import Previous, State, Transition
from casework.workflows.engine import Workflow

FEW_SOURCES_OF_AN_END = 3
FEW_SOURCES = 5
FEW_WAYS_BACK = 3
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Shape:
    """The picture without its words: what boxes there are and which of them are joined.

    ``bands`` are the stages with the states that are drawn in them, ``apart`` the states that
    are joined by letters only, ``ends`` all final states.
    """

    bands: tuple[tuple[str, tuple[str, ...]], ...]
    apart: tuple[str, ...]
    lines: tuple[Pair, ...]
    starts: tuple[str, ...]
    ends: frozenset[str]


@dataclass(frozen=True)
class Ways:
    """All ways out of the states, sorted by how the picture shows them."""

    lines: dict[Pair, list[Transition]] = field(default_factory=dict)
    lettered: dict[Pair, list[Transition]] = field(default_factory=dict)
    back: dict[str, list[Transition]] = field(default_factory=dict)
    again: dict[str, list[Transition]] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)


def ways_of(workflow: Workflow) -> Ways:
    """Sort all moves of a workflow by how they are drawn."""
    ways = Ways()
    pairs: dict[Pair, list[Transition]] = {}
    for transition in workflow.transitions:
        for source in transition.sources:
            if _leads_far_back(transition):
                ways.back.setdefault(source, []).append(transition)
                continue
            for target in targets_from(transition, source):
                pairs.setdefault((source, target), []).append(transition)
            if transition.to == source:
                ways.again.setdefault(source, []).append(transition)
    ways.letters.update(_letters(workflow, pairs))
    for pair, transitions in pairs.items():
        kind = ways.lettered if pair[1] in ways.letters else ways.lines
        kind[pair] = transitions
    return ways


def shape_of(workflow: Workflow, ways: Ways) -> Shape:
    """Return the shape of the picture of a workflow."""
    starts = {t: None for each in workflow.starting() for t in targets_from(each, "")}
    return Shape(
        bands=tuple(
            (stage.key, tuple(s.key for s in _drawn_in(workflow, stage.key, ways)))
            for stage in workflow.stages
        ),
        apart=tuple(ways.letters),
        lines=tuple(ways.lines),
        starts=tuple(starts),
        ends=frozenset(s.key for s in workflow.states if s.final),
    )


def targets_from(transition: Transition, source: str) -> tuple[str, ...]:
    """Return the other states that a transition may lead to from ``source``."""
    to = transition.to.allowed if isinstance(transition.to, Previous) else (transition.to,)
    return tuple(t for t in to if t != source)


def named_in_public(transition: Transition) -> bool:
    """Say whether partners make this move, so that its name is meant for them."""
    return bool(transition.roles & PARTNER_ROLES)


def _leads_far_back(transition: Transition) -> bool:
    return isinstance(transition.to, Previous) and len(transition.to.allowed) > FEW_WAYS_BACK


def _letters(workflow: Workflow, pairs: dict[Pair, list[Transition]]) -> Iterator[Pair]:
    letters = iter(LETTERS)
    for state in workflow.states:
        sources = sum(1 for _, target in pairs if target == state.key)
        if sources > (FEW_SOURCES_OF_AN_END if state.final else FEW_SOURCES):
            letter = next(letters, None)
            if letter is None:
                return
            yield state.key, letter


def _drawn_in(workflow: Workflow, stage: str, ways: Ways) -> Iterator[State]:
    for state in workflow.states:
        if state.stage == stage and state.key not in ways.letters:
            yield state
