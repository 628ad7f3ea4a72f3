"""What an act on many cases will do, told before it is done: case by case, changing nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import calendar, policy
from casework.clock import now as clock_now
from casework.extensions import db
from casework.models import BulkAct, BulkCase, Case, Deadline, User
from casework.policy import Actor, Holder, roles_on
from casework.roles import Role
from casework.services import forms, house
from casework.services.bulk import reasons
from casework.services.bulk.choosing import chosen_cases
from casework.services.bulk.fitting import by_workflow, waivers
from casework.services.deadlines.clocks import RUNNING
from casework.services.deadlines.rules import effective_rules
from casework.services.outbox.kinds import chosen, mail_state_for
from casework.workflows.declaration import DeadlineRule, Question, Reason, State, Transition
from casework.workflows.engine import Workflow, may_make, weigh


@dataclass(frozen=True)
class Begins:
    """A deadline that will begin to run; no end where that depends on what the move writes."""

    label: str
    due_at: datetime | None


@dataclass
class Line:
    """One case of the act: what will happen with it, or every reason why nothing will."""

    row: BulkCase
    case: Case | None
    reasons: list[Reason] = field(default_factory=list)
    overridden: list[Reason] = field(default_factory=list)
    state: State | None = None
    owner: str = ""
    begins: list[Begins] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    @property
    def will(self) -> bool:
        """Whether the act will be done with this case, as far as one can know now."""
        return not self.reasons


@dataclass(frozen=True)
class Preview:
    """The whole act as it would be done now."""

    lines: list[Line]
    form: Any = None
    warned: int = 0

    @property
    def will(self) -> list[Line]:
        """The cases with which it will be done."""
        return [line for line in self.lines if line.will]

    @property
    def refused(self) -> list[Line]:
        """The cases with which it will not be done."""
        return [line for line in self.lines if not line.will]

    @property
    def mails(self) -> int:
        """How many mails go out at once."""
        return sum(how == "pending" for line in self.will for _, how in line.told)

    @property
    def people(self) -> int:
        """How many people are told, by mail or in the application."""
        return len({name for line in self.will for name, _ in line.told})


def preview(act: BulkAct, actor: Actor, language: str) -> Preview:
    """Say what the act would do now, in a number of queries that no case adds to."""
    lines = [Line(row, case) for row, case in chosen_cases(act, actor)]
    for line in lines:
        if line.case is None:
            line.reasons.append(reasons.GONE)
        elif line.case.version != line.row.version:
            line.reasons.append(reasons.CHANGED)
    if act.kind == "move":
        return _move(act, actor, lines, language)
    return _owners(act, actor, lines)


def _move(act: BulkAct, actor: Actor, lines: list[Line], language: str) -> Preview:
    moment, form, warned = clock_now(), None, 0
    by_id = {line.case.id: line for line in lines if line.case is not None and line.will}
    for workflow, group in by_workflow([line.case for line in by_id.values() if line.case]):
        transition = workflow.transition_by_name.get(act.name)
        if workflow.key != act.workflow_key or transition is None:
            for case in group:
                by_id[case.id].reasons.append(reasons.OTHER_WORKFLOW)
            continue
        if transition.form is not None:
            form = forms.bind(transition.form, act.data, language=language)
            form.validate()
        clean = forms.clean(form) if form is not None else {}
        facts = workflow.load_facts(db.session, [case.id for case in group])
        waived = waivers([case.id for case in group])
        for case in group:
            names = waived.get(case.id, {}).get(transition.name, frozenset())
            held = roles_on(actor, case)
            question = Question(facts[case.id], moment, held, clean, names)
            warned += _weigh(by_id[case.id], workflow, transition, question, act.override)
        going = [case for case in group if by_id[case.id].will]
        _tell(going, by_id, transition, actor, moment)
        _deadlines(going, by_id, workflow, transition, moment)
    return Preview(lines, form, warned)


def _weigh(
    line: Line, workflow: Workflow, transition: Transition, question: Question, override: str
) -> int:
    """Say what speaks against one case; return 1 when a written reason is (or was) needed."""
    case = line.case
    if case is None:
        return 0
    if not may_make(transition, question.roles):
        line.reasons.append(reasons.FORBIDDEN)
        return 0
    target = workflow.destination(transition, case.previous_state)
    if case.state not in transition.sources or target is None:
        line.reasons.append(reasons.NOT_OPEN)
        return 0
    option = weigh(transition, question)
    line.reasons.extend(option.reasons)
    line.state = workflow.state_by_key[target]
    for warning in option.warnings:
        if override and warning.may_override:
            line.overridden.extend(warning.reasons)
        else:
            line.reasons.extend(warning.reasons)
            if warning.may_override:
                line.reasons.append(reasons.NEEDS_WORDS)
    return int(bool(option.warnings) and option.allowed)


def _tell(
    cases: Sequence[Case],
    by_id: Mapping[UUID, Line],
    transition: Transition,
    actor: Actor,
    moment: datetime,
) -> None:
    """Say who hears of it, and how: the same holders and choices as when it is done."""
    roles: set[Role] = {role for notice in transition.notices for role in notice.to}
    if not cases or not roles:
        return
    people = policy.holders(db.session, cases, roles, moment)
    everybody = {holder.user_id for held in people.values() for holder in held}
    choices = chosen(everybody, {notice.kind for notice in transition.notices})
    for case in cases:
        for notice in transition.notices:
            told: dict[UUID, Holder] = {
                holder.user_id: holder
                for role in notice.to
                for holder in people.get((case.id, role), [])
                if holder.user_id != actor.id
            }
            for holder in told.values():
                how = mail_state_for(
                    choices.get((holder.user_id, notice.kind)), compulsory=notice.compulsory
                )
                by_id[case.id].told.append((holder.name, how))


def _deadlines(
    cases: Sequence[Case],
    by_id: Mapping[UUID, Line],
    workflow: Workflow,
    transition: Transition,
    moment: datetime,
) -> None:
    """Say which deadlines of the cases themselves begin, and which end."""
    if not cases:
        return
    rules, cal = effective_rules(workflow), house.calendar()
    running = _running([case.id for case in cases])
    for case in cases:
        line = by_id[case.id]
        if line.state is None:
            continue
        own, target = running.get(case.id, {}), line.state
        gone = transition.abandons or target.final
        for rule in (rules[key] for key in own if key in rules):
            if transition.abandons or _over(rule, target.key, gone=gone):
                line.ends.append(rule.label)
        for rule in rules.values():
            if target.key in rule.states and rule.key not in own and case.state not in rule.states:
                line.begins.append(Begins(rule.label, _due(rule, moment, cal)))


def _over(rule: DeadlineRule, state: str, *, gone: bool) -> bool:
    if rule.states:
        return state not in rule.states and state not in rule.stops_in
    return gone


def _due(rule: DeadlineRule, moment: datetime, cal: Any) -> datetime | None:
    if rule.date_fact or rule.length is None:
        return None
    return calendar.due(moment, rule.length, cal)


def _running(case_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the running deadlines of the cases themselves, by rule, in one query."""
    rows = db.session.execute(
        sa.select(Deadline.subject_id, Deadline.rule, Deadline.state).where(
            Deadline.subject_id.in_(list(case_ids)), Deadline.state.in_(RUNNING)
        )
    )
    found: dict[UUID, dict[str, str]] = {}
    for case_id, rule, state in rows:
        found.setdefault(case_id, {})[rule] = state
    return found


def _owners(act: BulkAct, actor: Actor, lines: list[Line]) -> Preview:
    """Say to whom each case goes."""
    wanted = {line.row.case_id: owner_after(act, line.row) for line in lines}
    names = {
        row.id: row.name
        for row in db.session.execute(
            sa.select(User.id, User.name).where(User.id.in_({i for i in wanted.values() if i}))
        )
    }
    for line in lines:
        owner_id = wanted[line.row.case_id]
        if line.case is None or not line.will:
            continue
        if not policy.may_assign(actor, line.case):
            line.reasons.append(reasons.FORBIDDEN)
        elif owner_id is None:
            line.reasons.append(reasons.NOBODY_BEFORE)
        elif owner_id == line.case.owner_id:
            line.reasons.append(reasons.HAS_IT)
        line.owner = names.get(owner_id, "") if owner_id else ""
    return Preview(lines)


def owner_after(act: BulkAct, row: BulkCase) -> UUID | None:
    """Return to whom a case goes: the one person chosen for all, or whoever had it before."""
    text = act.data.get("owner_id") if act.kind == "assign" else row.before.get("owner_id")
    return UUID(text) if text else None
