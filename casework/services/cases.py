"""Cases: started, moved, changed. ``fire`` is the only way in which a case changes its state."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework import metrics
from casework.clock import now as clock_now
from casework.extensions import db, settings
from casework.models import Case, Committee
from casework.policy import Actor, may_see, roles_on
from casework.roles import Role
from casework.services import approvals, deadlines, events, forms, notices, numbers, receipts
from casework.services.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
from casework.services.move import CaseMove
from casework.workflows import registry
from casework.workflows.declaration import Question, Reason, Transition
from casework.workflows.engine import NEW, Warned, Workflow, may_make, weigh

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What an act on a case resulted in.

    ``moved`` is false when an approval was recorded and others are still missing; ``repeated``
    tells that the same key was seen before and nothing was done again.
    """

    case_id: UUID
    reference: str
    moved: bool = True
    repeated: bool = False


@dataclass
class _Stand:
    """Where a case stands, for the machine."""

    state: str


def lock(case_id: UUID) -> Case:
    """Return the case, locked until the end of the transaction. Raises NotFoundError."""
    return _locked(_lock_query(Case.id), case_id)


def lock_by_reference(reference: str) -> Case:
    """Return the case of this reference, locked likewise. Raises NotFoundError."""
    return _locked(_lock_query(Case.reference), reference)


def _locked(query: Any, wanted: UUID | str) -> Case:
    case: Case | None = db.session.scalar(query, {"wanted": wanted})
    if case is None:
        raise NotFoundError(str(wanted))
    return case


@functools.cache
def _lock_query(column: Any) -> Any:
    return (
        sa.select(Case)
        .where(column == sa.bindparam("wanted"))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def workflow_of(case: Case) -> Workflow:
    """Return the definition that the case was started under."""
    return registry.get(case.workflow_key, case.workflow_version)


def facts_of(case: Case) -> Any:
    """Load the facts of one case, after writing what is pending."""
    db.session.flush()
    return workflow_of(case).load_facts(db.session, [case.id])[case.id]


def touch(case: Case, actor_id: UUID | None) -> None:
    """Say that something guards look at has changed: new version, earlier approvals void."""
    case.version += 1
    if any(transition.approvals for transition in workflow_of(case).leaving(case.state)):
        approvals.void(case, actor_id)


def open_case(
    workflow: Workflow,
    name: str,
    actor: Actor,
    organisation_id: UUID | None,
    data: Mapping[str, Any],
    key: str,
    language: str = "en",
) -> Outcome:
    """Start a case by one of the workflow's starting transitions.

    Raises ForbiddenError, InvalidError, RefusedError.
    """
    transition = workflow.transition_by_name.get(name)
    roles = _starting_roles(actor, organisation_id) | _committee_roles(actor, workflow)
    if transition is None or transition.sources:
        raise ForbiddenError(name)
    if not (transition.system if actor.is_system else may_make(transition, roles)):
        raise ForbiddenError(name)
    if (before := _before(receipts.find(key, actor.id))) is not None:
        return before
    moment = clock_now()
    series = f"{workflow.prefix}-{moment.astimezone(settings().zone).year}"
    clean = _validated(transition, data, None, language)
    number = numbers.next_in(
        series
    )  # locks the series: of two who begin at once, one sees the other
    facts = workflow.start_facts(db.session, organisation_id, clean)
    stand = _Stand(NEW)
    warned = workflow.move(stand, name, Question(facts, moment, roles, clean), override=False)
    case = Case(
        workflow_key=workflow.key,
        workflow_version=workflow.version,
        reference=f"{series}-{number:0{workflow.digits}d}",
        title="",
        state=stand.state,
        state_since=moment,
        organisation_id=organisation_id,
        created_at=moment,
        updated_at=moment,
        version=1,
        event_count=0,
        event_hash="",
        restricted=workflow.secrecy is not None,
    )
    db.session.add(case)
    db.session.flush()
    case.title = str(clean.get("title") or "")
    move = CaseMove(case, workflow, transition, facts, clean, actor, moment)
    _carry_out(move, transition, None, _overridden(warned, ""), lapses=False)
    return _done(case, key, actor, moment)


def fire(
    case_id: UUID,
    name: str,
    actor: Actor,
    data: Mapping[str, Any],
    version: int | None,
    key: str,
    override: str = "",
    language: str = "en",
    *,
    decision: UUID | None = None,
) -> Outcome:
    """Move a case by the transition ``name``, or record an approval of it.

    ``data`` is what was typed (a form's fields), ``version`` the version that the actor saw
    (None for the system), ``key`` makes the act safe to repeat, ``override`` is the written
    reason for going on against warnings, ``decision`` names the committee's decision that makes
    the move: whoever records it needs no role of their own for it. Neither commits nor sends.

    Raises NotFoundError, StaleError, ForbiddenError, InvalidError, NotOpenError, RefusedError.
    """
    case = lock(case_id)
    try:
        done = _fire(case, name, actor, data, version, key, override, language, decision=decision)
    except Exception as error:
        metrics.move(case.workflow_key, OUTCOMES.get(type(error), "failed"))
        if isinstance(error, RefusedError):
            reasons = [reason.message for reason in error.reasons]
            log.info("move.refused", case=str(case_id), move=name, reasons=reasons)
        raise
    outcome = "repeated" if done.repeated else "moved" if done.moved else "approved"
    metrics.move(case.workflow_key, outcome)
    return done


OUTCOMES: dict[type[Exception], str] = {
    NotFoundError: "not_found",
    StaleError: "stale",
    ForbiddenError: "forbidden",
    InvalidError: "invalid",
    NotOpenError: "not_open",
    RefusedError: "refused",
}
"""How a move is counted that was not made."""


def _fire(
    case: Case,
    name: str,
    actor: Actor,
    data: Mapping[str, Any],
    version: int | None,
    key: str,
    override: str,
    language: str,
    *,
    decision: UUID | None,
) -> Outcome:
    """Do what :func:`fire` says, with the locked case."""
    if not actor.is_system and not may_see(actor, case):
        raise NotFoundError(str(case.id))
    if (before := _before(receipts.find(key, actor.id, locked=True))) is not None:
        return before
    if version is not None and case.version != version:
        raise StaleError(case, version)
    workflow = workflow_of(case)
    transition = workflow.transition_by_name.get(name)
    roles = roles_on(actor, case)
    if transition is None:
        raise NotOpenError(name, case.state)
    decided = decision is not None and bool(workflow.decided_by(name))
    _demand_right(transition, actor, roles, decided=decided)
    if case.state not in transition.sources:
        raise NotOpenError(name, case.state)
    moment = clock_now()
    facts = facts_of(case)
    clean = _validated(transition, data, facts, language)
    standing, aside = approvals.standing_and_waived(case)
    question = Question(facts, moment, roles, clean, aside.get(name, frozenset()), decided)
    written = approvals.written_reason(name, override) if override.strip() else ""
    move = CaseMove(case, workflow, transition, facts, clean, actor, moment)
    if decided:
        move.remember(decision=decision)
    if transition.approvals and not actor.is_system:
        aside = _demand(transition, question, written)
        given = approvals.give(move, transition, roles, aside)
        if given.missing:
            notices.ask(move, given.event, transition.approvals, given.missing)
            case.version += 1
            return _done(case, key, actor, moment, moved=False)
    stand = _Stand(case.state)
    warned = workflow.move(stand, name, question, override=bool(written))
    before_state = case.state
    if stand.state != before_state:
        case.previous_state, case.state, case.state_since = before_state, stand.state, moment
    lapses = bool(standing or aside or transition.approvals)
    _carry_out(move, transition, before_state, _overridden(warned, written), lapses=lapses)
    return _done(case, key, actor, moment)


def _demand_right(
    transition: Transition, actor: Actor, roles: frozenset[Role], *, decided: bool
) -> None:
    """Raise ForbiddenError unless the actor, or the committee's decision, may make the move."""
    allowed = transition.system if actor.is_system else may_make(transition, roles)
    if not decided and not allowed:
        raise ForbiddenError(transition.name)


def _demand(transition: Transition, question: Question, override: str) -> dict[str, Any]:
    """Ask the guards before an approval counts; return what was overridden."""
    option = weigh(transition, question)
    against: list[Reason] = list(option.reasons)
    for warning in option.warnings:
        if not (override and warning.may_override):
            against.extend(warning.reasons)
    if against:
        raise RefusedError(transition.name, against)
    return _overridden(option.warnings, override)


def _overridden(warned: Sequence[Warned], override: str) -> dict[str, Any]:
    """Return what the event says of warnings that were overridden; empty when none was."""
    if not warned:
        return {}
    return {"overridden": {"reason": override, "guards": [w.guard.name for w in warned]}}


def _carry_out(
    move: CaseMove,
    transition: Transition,
    before: str | None,
    overridden: Mapping[str, Any],
    *,
    lapses: bool,
) -> None:
    """Run the effects, append the event, set the deadlines, write the messages.

    ``lapses`` says whether approvals or waivers were given for a move from the state that is left.
    """
    case, workflow = move.case, move.workflow
    for effect in transition.effects:
        effect(move)
    case.version += 1
    final = workflow.state_by_key[case.state].final
    case.closed_at = move.now if final else None
    payload = {"data": move.data, **move.remembered, **overridden}
    event = events.append(
        case,
        "transition",
        move.actor_id,
        name=transition.name,
        from_state=before,
        to_state=case.state,
        payload=payload,
        at=move.now,
    )
    if lapses:
        approvals.close(case, move.now)
    deadlines.follow_move(case, workflow, transition, before, lambda: facts_of(case), move.now)
    move.run_scheduled()
    notices.tell(move, event)
    db.session.flush()


def _validated(
    transition: Transition, data: Mapping[str, Any], facts: Any, language: str
) -> dict[str, Any]:
    if transition.form is None:
        return {}
    form = forms.bind(transition.form, data, facts=facts, language=language)
    if not form.validate():
        raise InvalidError(form)
    return forms.clean(form)


def _starting_roles(actor: Actor, organisation_id: UUID | None) -> frozenset[Role]:
    own = {
        h.role
        for h in actor.held
        if h.scope == "organisation" and h.scope_id == organisation_id and not h.denies
    }
    return frozenset(own) | actor.house_roles


def _committee_roles(actor: Actor, workflow: Workflow) -> frozenset[Role]:
    """Return the roles that somebody holds in the committees which take the workflow's cases up."""
    held = [h for h in actor.held if h.scope == "committee" and not h.denies]
    kinds = [agenda.kind for agenda in workflow.agendas]
    if not held or not kinds:
        return frozenset()
    query = sa.select(Committee.id).where(
        Committee.kind.in_(kinds),
        Committee.id.in_([h.scope_id for h in held]),
        Committee.active.is_(True),
    )
    ours = set(db.session.scalars(query))
    return frozenset(h.role for h in held if h.scope_id in ours)


def _before(found: Mapping[str, Any] | None) -> Outcome | None:
    """Return what an act resulted in whose receipt was found."""
    if found is None:
        return None
    return Outcome(UUID(found["case_id"]), found["reference"], found["moved"], repeated=True)


def _done(case: Case, key: str, actor: Actor, moment: datetime, *, moved: bool = True) -> Outcome:
    result = {"case_id": str(case.id), "reference": case.reference, "moved": moved}
    receipts.keep(key, actor.id, result, moment)
    db.session.flush()
    return Outcome(case.id, case.reference, moved)
