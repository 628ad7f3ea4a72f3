"""Whom a move tells: the transition's notices become message rows."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from casework import policy
from casework.extensions import db
from casework.models import Event
from casework.policy import Holder
from casework.roles import Role
from casework.services import outbox
from casework.services.move import CaseMove
from casework.workflows.declaration import Approvals, Notice


def tell(move: CaseMove, event: Event) -> None:
    """Write the messages of a move (or of a saved record); whoever made it is not told of it."""
    notices = move.transition.notices if move.transition else ()
    name = move.transition.name if move.transition else ""
    roles = {role for notice in (*notices, *move.extra_notices) for role in notice.to}
    if not roles:
        return
    people = policy.holders(db.session, [move.case], roles, move.now)
    for index, notice in enumerate(notices):
        _queue(move, event, notice, people, f"transition/{name}/{index}", index)
    for index, notice in enumerate(move.extra_notices, start=len(notices)):
        _queue(move, event, notice, people, "words", index)


def ask(move: CaseMove, event: Event, approvals: Approvals, missing: frozenset[Role]) -> None:
    """Ask those whose approval is still missing, in the words that the move declares for it."""
    notice = approvals.notice
    wanted = tuple(role for role in notice.to if role in missing) if notice else ()
    if notice is None or not wanted:
        return
    people = policy.holders(db.session, [move.case], wanted, move.now)
    _queue(move, event, replace(notice, to=wanted), people, "words", 0)


def _queue(
    move: CaseMove,
    event: Event,
    notice: Notice,
    people: dict[tuple[UUID, Role], list[Holder]],
    template: str,
    index: int,
) -> None:
    told: dict[UUID, Holder] = {}
    for role in notice.to:
        for holder in people.get((move.case.id, role), []):
            if holder.user_id != move.actor_id:
                told[holder.user_id] = holder
    params = {"event_id": str(event.id)}
    if template == "words":
        params |= {"subject": notice.subject, "line": notice.line}
    outbox.queue(
        told.values(),
        occasion=f"event:{event.id}:{index}",
        kind=notice.kind,
        template=template,
        params=params,
        case=move.case,
        now=move.now,
        compulsory=notice.compulsory,
        made_by=move.actor_id,
    )
