"""Draws a workflow from its declaration: as SVG, as Mermaid text, and as a list in words.

``translate`` turns the declaration's English texts into the reader's language. Pictures carry
classes and no style of their own, so that the page's stylesheet colours them in light and dark;
a picture that stands alone brings a small stylesheet with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from casework.workflows.diagram_layout import lay_out
from casework.workflows.diagram_shape import (
    FEW_WAYS_BACK,
    Pair,
    named_in_public,
    shape_of,
    targets_from,
    ways_of,
)
from casework.workflows.diagram_svg import Drawing, Translate
from casework.workflows.engine import Workflow

__all__ = ["StateRow", "Way", "mermaid", "outline", "svg"]


@dataclass(frozen=True)
class Way:
    """One way out of a state: what it is called, and the states it may lead to."""

    label: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class StateRow:
    """A state in words, with its ways out."""

    key: str
    stage: str
    label: str
    final: bool
    ways: tuple[Way, ...]


def outline(
    workflow: Workflow, translate: Translate = str, *, public: bool = False
) -> tuple[StateRow, ...]:
    """Return every state with its ways out, for those who cannot see the picture.

    ``public`` uses the words that partners read, and lists only what they or time can do.
    """
    labels = _labels(workflow, translate, public=public)
    stages = {s.key: translate(s.label) for s in workflow.stages}
    return tuple(
        StateRow(
            state.key,
            stages[state.stage],
            labels[state.key],
            state.final,
            tuple(
                Way(translate(t.label), tuple(labels[k] for k in targets_from(t, state.key)))
                for t in workflow.leaving(state.key)
                if not public or named_in_public(t)
            ),
        )
        for state in workflow.states
    )


def mermaid(workflow: Workflow, translate: Translate = str) -> str:
    """Return the workflow as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for stage in workflow.stages:
        lines.append(f"    %% {_one_line(translate(stage.label))}")
        lines += [
            f'    state "{_quoted(translate(s.label))}" as {s.key}'
            for s in workflow.states
            if s.stage == stage.key
        ]
    lines += [
        f"    [*] --> {target} : {_quoted(translate(t.label))}"
        for t in workflow.starting()
        for target in targets_from(t, "")
    ]
    pairs, notes = _mermaid_moves(workflow, translate)
    lines += [f"    {s} --> {t} : {' / '.join(names)}" for (s, t), names in pairs.items()]
    lines += [f"    {s.key} --> [*]" for s in workflow.states if s.final]
    for state, texts in notes.items():
        lines += [f"    note right of {state}", *(f"        {t}" for t in texts), "    end note"]
    return "\n".join(lines) + "\n"


def _mermaid_moves(
    workflow: Workflow, translate: Translate
) -> tuple[dict[Pair, list[str]], dict[str, list[str]]]:
    pairs: dict[Pair, list[str]] = {}
    notes: dict[str, list[str]] = {}
    for transition in workflow.transitions:
        label = _quoted(translate(transition.label))
        for source in transition.sources:
            targets = targets_from(transition, source)
            if len(targets) > FEW_WAYS_BACK:
                names = (_quoted(translate(workflow.state_by_key[t].label)) for t in targets)
                notes.setdefault(source, []).append(f"{label} → {', '.join(names)}")
                continue
            for target in targets or (source,):
                pairs.setdefault((source, target), []).append(label)
    return pairs, notes


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """Replace what Mermaid would read as its own signs."""
    signs = {"#": "#35;", '"': "#quot;", ";": "#59;", ":": "#58;", "<": "#lt;", ">": "#gt;"}
    return "".join(signs.get(c, c) for c in _one_line(text))


def _labels(workflow: Workflow, translate: Translate, *, public: bool) -> dict[str, str]:
    return {s.key: translate(s.public_label if public else s.label) for s in workflow.states}


def svg(
    workflow: Workflow,
    translate: Translate = str,
    now: str | None = None,
    visited: Collection[str] = (),
    taken: Collection[Pair] = (),
    public: bool = False,  # noqa: FBT001, FBT002 - reads well by name, and callers name it
    *,
    tall: bool = False,
    standalone: bool = False,
) -> str:
    """Return the workflow as an SVG picture.

    ``now`` is the present state, ``visited`` the states and ``taken`` the pairs of states
    (from, to) of the path so far. ``public`` uses the words that partners read. ``tall`` puts
    the stages under one another. ``standalone`` adds a stylesheet, for a file of its own.
    """
    ways = ways_of(workflow)
    layout = lay_out(shape_of(workflow, ways), tall)
    drawing = Drawing(
        workflow=workflow,
        translate=translate,
        ways=ways,
        layout=layout,
        now=now,
        visited=frozenset(visited),
        taken=frozenset(taken),
        public=public,
    )
    return "".join(drawing.parts(standalone=standalone))
