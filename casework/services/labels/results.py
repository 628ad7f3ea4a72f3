"""Results of criteria: each save is a new revision of one layer; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.labels.criteria import Result, impossible
from casework.models import Case
from casework.models.label_audit import CriterionResult
from casework.policy import Actor, may_see, roles_on
from casework.roles import Role
from casework.services import cases, events, receipts
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError, StaleError
from casework.workflows.declaration import Reason
from casework.workflows.label_audit import one_line
from casework.workflows.label_audit.fact_parts import Line
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.people import AUDITOR, COOPERATIVE, KEEPERS

ACT = "result"
LOCKED = N_("%(criterion)s is closed at this step: its result cannot be changed now.")
COMPUTED = N_("%(criterion)s is computed: nobody writes its result.")
NOT_ON_TEAM = N_("You are not on the team that audits this cooperative.")


@dataclass(frozen=True)
class Right:
    """Who writes a layer, and while the case stands where."""

    roles: frozenset[Role]
    states: tuple[str, ...]


RIGHTS = {
    "self": Right(COOPERATIVE, ("self_assessment", "deferred")),
    "auditor": Right(frozenset({AUDITOR}), ("audit_in_progress", "deferred", "suspended")),
    "committee": Right(KEEPERS, ("in_committee",)),
}


def layers_for(case: Case, roles: frozenset[Role]) -> tuple[str, ...]:
    """Return the layers that people in these roles may write now."""
    return tuple(
        layer
        for layer, right in RIGHTS.items()
        if right.roles & roles and case.state in right.states
    )


def facts_for(case: Case) -> LabelFacts:
    """Return the facts of a label audit. Raises NotFoundError for a case of another workflow."""
    facts = cases.facts_of(case)
    if not isinstance(facts, LabelFacts):
        raise NotFoundError(case.reference)
    return facts


def save(
    reference: str,
    code: str,
    layer: str,
    actor: Actor,
    result: str,
    note: str,
    seen: int,
    key: str,
) -> int:
    """Write a layer's result for a criterion, and return its revision.

    ``seen`` is the revision that the person saw (0: none yet). Saying again what is said already
    changes nothing. Raises NotFoundError, ForbiddenError, StaleError, RefusedError.
    """
    case = cases.lock_by_reference(reference)
    if not may_see(actor, case):
        raise NotFoundError(reference)
    if (before := receipts.find(key, actor.id, locked=True)) is not None:
        return int(before["revision"])
    found = one_line.load(db.session(), case.id, code)
    if found is None or layer not in RIGHTS:
        raise NotFoundError(code)
    line, team = found
    demand_right(case, team, line, layer, actor)
    said = line.said(layer)
    if said.revision != seen:
        raise StaleError(case, None)
    demand_possible(line, result, note)
    changes = (said.result, said.note) != (result, note) or not said.revision
    revision = said.revision + changes
    receipts.keep(key, actor.id, {"revision": revision}, now())  # written with the rest, at once
    if changes:
        write(case, line, layer, actor, result, note)
    return revision


def save_many(
    case_id: UUID,
    layer: str,
    actor: Actor,
    said: Mapping[str, tuple[str, str]],
    key: str,
) -> int:
    """Write results and words of a layer by the criteria's codes; all of them, or none.

    Returns how many changed. Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case = cases.lock(case_id)
    if not may_see(actor, case) or layer not in RIGHTS:
        raise NotFoundError(str(case_id))
    if (before := receipts.find(key, actor.id, locked=True)) is not None:
        return int(before["changed"])
    facts, told = facts_for(case), []
    for code, (result, note) in said.items():
        line = facts.by_code.get(code)
        if line is None:
            raise NotFoundError(code)
        demand_right(case, facts.auditors, line, layer, actor)
        demand_possible(line, result, note)
        known = line.said(layer)
        if (known.result, known.note) != (result, note) or not known.revision:
            told.append(_add(case, line, layer, actor, result, note))
    if told:
        cases.touch(case, actor.id)
        events.append(case, "result", actor.id, name=layer, payload={"results": told})
    receipts.keep(key, actor.id, {"changed": len(told)}, now())
    return len(told)


def write(
    case: Case, line: Line, layer: str, actor: Actor, result: str, note: str, **also: Any
) -> int:
    """Write the next revision of a layer, and return it; ``also`` is told in its event.

    The case is locked, and whoever calls has asked whether this may be written.
    """
    told = _add(case, line, layer, actor, result, note)
    cases.touch(case, actor.id)
    events.append(case, "result", actor.id, name=layer, payload={**told, **also})
    return int(told["revision"])


def demand_right(case: Case, team: Collection[UUID], line: Line, layer: str, actor: Actor) -> None:
    """See that somebody may write a layer's result now. Raises ForbiddenError, RefusedError."""
    if not RIGHTS[layer].roles & roles_on(actor, case):
        raise ForbiddenError(layer)
    if layer == "auditor" and actor.id not in team:
        raise RefusedError(ACT, [Reason(NOT_ON_TEAM)])
    if line.computed:
        raise RefusedError(ACT, [Reason(COMPUTED, {"criterion": line.code})])
    if case.state not in RIGHTS[layer].states or line.locked(case.state):
        raise RefusedError(ACT, [Reason(LOCKED, {"criterion": line.code})])


def demand_possible(line: Line, result: str, note: str) -> None:
    """See that a criterion can have this result. Raises NotFoundError, RefusedError."""
    if result not in set(Result):
        raise NotFoundError(result)
    allowed = line.criterion.na_allowed
    if fault := impossible(Result(result), na_allowed=allowed, na_reason=note):
        raise RefusedError(ACT, [Reason(fault[1])])


def _add(
    case: Case, line: Line, layer: str, actor: Actor, result: str, note: str
) -> dict[str, Any]:
    """Add the next revision of a layer, and return what the event says of it."""
    before = line.said(layer)
    db.session.add(
        CriterionResult(
            id=new_id(),
            case_id=case.id,
            criterion_id=line.id,
            layer=layer,
            revision=before.revision + 1,
            result=result,
            note=note,
            at=now(),
            by_id=actor.id,
        )
    )
    return {
        "criterion": line.code,
        "revision": before.revision + 1,
        "result": result,
        "note": note,
        "before": before.result,
    }
