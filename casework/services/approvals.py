"""Approvals and waivers of one case: given, void, closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now as clock_now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Approval, Case, Event, Waiver
from casework.roles import Role
from casework.services import events
from casework.services.errors import RefusedError
from casework.services.move import CaseMove
from casework.workflows.declaration import Reason, Transition

SHORTEST_REASON = 10  # characters of a written reason


def written_reason(transition: str, text: str) -> str:
    """Return why somebody goes on against a warning. Raises RefusedError when it says little."""
    reason = text.strip()
    if len(reason) < SHORTEST_REASON:
        raise RefusedError(transition, [Reason(N_("Write a sentence that says why."))])
    return reason


@dataclass(frozen=True)
class Given:
    """An approval that was recorded, and the roles in which others are still missing."""

    event: Event
    missing: frozenset[Role]


@dataclass(frozen=True)
class Yes:
    """An approval that counts now, as pages show it."""

    transition: str
    role: str
    user_id: UUID
    given_at: datetime


def standing_and_waived(case: Case) -> tuple[list[Yes], dict[str, frozenset[str]]]:
    """Return the approvals that count now, oldest first, and what is waived, in one query."""
    given: list[Yes] = []
    aside: dict[str, frozenset[str]] = {}
    for row in db.session.execute(_both_query(), {"case_id": case.id}):
        if row.guard:
            aside[row.transition] = aside.get(row.transition, frozenset()) | {row.guard}
        else:
            given.append(Yes(row.transition, row.role, row.user_id, row.given_at))
    return given, aside


@cache
def _both_query() -> Any:
    case_id, nothing = sa.bindparam("case_id", type_=sa.Uuid()), sa.literal("")
    return (
        sa.select(
            Approval.transition,
            Approval.role,
            nothing.label("guard"),
            Approval.user_id,
            Approval.given_at,
        )
        .where(Approval.case_id == case_id, Approval.closed_at.is_(None))
        .union_all(
            sa.select(
                Waiver.transition, nothing, Waiver.guard, Waiver.user_id, Waiver.given_at
            ).where(Waiver.case_id == case_id, Waiver.closed_at.is_(None))
        )
        .order_by("given_at")
    )


def standing(case: Case) -> list[Approval]:
    """Return the approvals that count now, oldest first."""
    return list(db.session.scalars(_standing_query(), {"case_id": case.id}))


@cache
def _standing_query() -> Any:
    return (
        sa.select(Approval)
        .where(Approval.case_id == sa.bindparam("case_id"), Approval.closed_at.is_(None))
        .order_by(Approval.given_at, Approval.id)
    )


def give(
    move: CaseMove, transition: Transition, roles: frozenset[Role], aside: Mapping[str, Any]
) -> Given:
    """Record the actor's approval; return what it left to be approved.

    One person approves once, in the first role of theirs that is still missing. ``aside`` says
    which warnings the approval overrides, and why; it is written into the event, and those who
    approve after this person need not override them again.
    Raises RefusedError when this person has approved already or is not needed any more.
    """
    assert transition.approvals is not None  # noqa: S101 - fire() asks only for such transitions
    assert move.actor_id is not None  # noqa: S101 - the system approves nothing
    given = [a for a in standing(move.case) if a.transition == transition.name]
    if any(a.user_id == move.actor_id for a in given):
        reason = Reason(N_("You have approved this already; another person must approve it now."))
        raise RefusedError(transition.name, [reason])
    missing = Counter(dict(transition.approvals.needed))
    missing.subtract(Role(a.role) for a in given)
    open_roles = [r for r, _ in transition.approvals.needed if missing[r] > 0 and r in roles]
    if not open_roles:
        reason = Reason(N_("Your approval is not missing: others must approve this now."))
        raise RefusedError(transition.name, [reason])
    role = open_roles[0]
    event = events.append(
        move.case,
        "approval",
        move.actor_id,
        name=transition.name,
        payload={"role": role, "data": move.data, **aside},
        at=move.now,
    )
    db.session.add(
        Approval(
            case_id=move.case.id,
            transition=transition.name,
            role=role,
            user_id=move.actor_id,
            event_id=event.id,
            given_at=move.now,
        )
    )
    _set_aside(move, transition, aside)
    db.session.flush()
    missing[role] -= 1
    return Given(event, frozenset(r for r, count in missing.items() if count > 0))


def _set_aside(move: CaseMove, transition: Transition, aside: Mapping[str, Any]) -> None:
    overridden = aside.get("overridden", {})
    for guard in overridden.get("guards", ()):
        db.session.add(
            Waiver(
                case_id=move.case.id,
                transition=transition.name,
                guard=guard,
                reason=overridden["reason"],
                user_id=move.actor_id,
                given_at=move.now,
            )
        )


def void(case: Case, actor_id: UUID | None) -> None:
    """Void the approvals given so far: what they were given to has changed."""
    open_ones = standing(case)
    if not open_ones:
        return
    moment = clock_now()
    for approval in open_ones:
        approval.closed_at = moment
    events.append(
        case,
        "approvals_void",
        actor_id,
        payload={"roles": [a.role for a in open_ones]},
        at=moment,
    )


def close(case: Case, moment: datetime) -> None:
    """Close approvals and waivers: the case has left the state in which they were given."""
    for model in (Approval, Waiver):
        db.session.execute(
            sa.update(model)
            .where(model.case_id == case.id, model.closed_at.is_(None))
            .values(closed_at=moment)
        )


def waived(case: Case) -> dict[str, frozenset[str]]:
    """Return, for each transition, the warnings that have been set aside."""
    rows = db.session.execute(_waived_query(), {"case_id": case.id})
    found: dict[str, frozenset[str]] = {}
    for transition, guard in rows:
        found[transition] = found.get(transition, frozenset()) | {guard}
    return found


@cache
def _waived_query() -> Any:
    return sa.select(Waiver.transition, Waiver.guard).where(
        Waiver.case_id == sa.bindparam("case_id"), Waiver.closed_at.is_(None)
    )
