"""The ways cases take through the workflow: one path to every state, read off its declaration."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from casework.roles import HOUSE_ROLES
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule
from casework.workflows.engine import Workflow

WORKFLOW = "partner_project"

# How many cases of a hundred stand where: most are over, and the others are spread.
SHARES: dict[str, float] = {
    "idea_draft": 3.0,
    "idea_submitted": 6.0,
    "idea_needs_info": 1.5,
    "matched": 2.5,
    "co_creation": 7.0,
    "proposal_submitted": 2.0,
    "proposal_needs_info": 1.0,
    "deliberation": 1.5,
    "approved_with_conditions": 1.0,
    "agreement": 2.0,
    "pilot_running": 7.0,
    "pilot_review": 1.5,
    "adjusting": 1.0,
    "scaling": 1.5,
    "anchoring": 1.5,
    "closing": 1.5,
    "followed_up": 3.5,
    "completed": 26.0,
    "declined": 13.0,
    "withdrawn": 8.0,
    "stopped": 3.0,
    "redirected": 5.0,
}

# Where an end that may come early came from.
LAST_BEFORE = {
    "declined": "deliberation",
    "withdrawn": "co_creation",
    "stopped": "pilot_running",
    "redirected": "matched",
}


@dataclass(frozen=True)
class Step:
    """One move of a path; ``by_house`` tells which side makes it."""

    name: str
    before: str | None
    after: str
    by_house: bool
    by_itself: bool


@dataclass(frozen=True)
class Path:
    """The moves that lead to a state, and the deadlines met on the way."""

    state: str
    final: bool
    steps: tuple[Step, ...]
    met: tuple[DeadlineRule, ...]
    running: tuple[DeadlineRule, ...]

    def been(self, state: str) -> bool:
        """Say whether the path leads through a state."""
        return any(step.after == state for step in self.steps)


def paths() -> dict[str, Path]:
    """Return a path to each state of the workflow."""
    workflow = registry.latest(WORKFLOW)
    return {state.key: _path(workflow, state.key) for state in workflow.states}


def _path(workflow: Workflow, state: str) -> Path:
    start = workflow.starting()[0]
    first = Step(start.name, None, str(start.to), by_house=False, by_itself=False)
    over = LAST_BEFORE.get(state)
    steps = [first, *_way(workflow, first.after, over or state)]
    if over:
        steps += _way(workflow, over, state)
    rules = workflow.deadlines
    left = [step.before for step in steps]
    return Path(
        state=state,
        final=workflow.state_by_key[state].final,
        steps=tuple(steps),
        met=tuple(r for r in rules if set(r.states) & set(left) and state not in r.states),
        running=tuple(r for r in rules if state in r.states and state not in LAST_BEFORE),
    )


def _way(workflow: Workflow, begin: str, end: str) -> list[Step]:
    """Return the shortest way from one state to another."""
    waiting: deque[tuple[str, list[Step]]] = deque([(begin, [])])
    seen = {begin}
    while waiting:
        here, steps = waiting.popleft()
        if here == end:
            return steps
        for move in workflow.leaving(here):
            if not isinstance(move.to, str) or move.to in seen:
                continue
            if move.to in LAST_BEFORE and move.to != end:
                continue
            seen.add(move.to)
            house = bool(move.roles & HOUSE_ROLES)
            step = Step(move.name, here, move.to, by_house=house, by_itself=move.system)
            waiting.append((move.to, [*steps, step]))
    raise LookupError(f"no way leads from {begin} to {end}")
