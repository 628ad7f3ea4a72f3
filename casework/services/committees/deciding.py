"""Decisions: taken by vote or consensus, frozen as taken, carried out; items put off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, Decision, Event, Meeting, MeetingItem, Poll
from casework.policy import Actor
from casework.queries.committees import room
from casework.queries.committees.room import Room
from casework.services import cases, events, receipts
from casework.services.committees import bodies, choices, polls, sight
from casework.services.committees.common import (
    demand_keeper,
    demand_open,
    demand_planned_item,
    find_item,
    follow_dates,
    is_keeper,
    item_of,
    lock_meeting,
    refuse,
)
from casework.services.committees.meetings import cases_first, demand_unchanged
from casework.services.errors import NotFoundError
from casework.workflows.declaration import QUORUM, Postponement, Reason

NO_CONSENSUS = N_("The committee's rules decide by vote.")
NOT_CARRIED = N_("No vote on this has been carried.")
STILL_OPEN = N_("A vote on this item is still open.")
THERE_IS_QUORUM = N_("There is a quorum: choose another reason.")


def decide(
    actor: Actor,
    item_id: UUID,
    verdict_key: str,
    method: str,
    data: Mapping[str, Any],
    version: int,
    key: str,
    language: str = "en",
) -> UUID:
    """Decide on an item by ``vote`` or ``consensus``; return the decision's identifier.

    The verdict's transition is made with ``data`` (what its form asks) in the same transaction,
    and what was decided is frozen: who was there, who was recused, how it was voted, what was
    before them, by which rules. ``version`` is that of the meeting as the actor saw it.

    Raises NotFoundError, ForbiddenError, RefusedError, and what ``cases.fire`` raises.
    """
    meeting_id, case_id = find_item(item_id)
    if case_id is None:
        raise NotFoundError(str(item_id))
    case = cases.lock(case_id)
    meeting = lock_meeting(meeting_id)
    if not is_keeper(actor, meeting.committee_id) or not policy.may_see_in_committee(actor, case):
        raise NotFoundError(str(item_id))
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["decision_id"])
    item = item_of(meeting, item_id)
    demand_open("decide", meeting)
    demand_planned_item("decide", item)
    demand_unchanged("decide", meeting, version)
    moment = now()
    seen = room.load(meeting, moment)
    verdict, move = choices.demand_verdict(item, seen.committee.kind, verdict_key)
    polls.demand_quorum("decide", item, seen.quorum(case.id))
    poll = _demand_method(item, seen, verdict.key, method)
    decision_id = new_id()
    before_them = _before(case)
    cases.fire(
        case.id,
        move.name,
        actor,
        data,
        None,
        f"decision:{decision_id}",
        "",
        language,
        decision=decision_id,
    )
    frozen = {
        "decision": decision_id,
        "meeting": meeting.number,
        "item": item.id,
        "case": case.reference,
        "verdict": verdict.key,
        "transition": move.name,
        "method": method,
        "at": moment,
        "recorded_by": actor.id,
        "presiding": meeting.presiding_id,
        "rules": vars(bodies.Rules(**_rules(seen))) | {"version": seen.rules.version},
        "quorum": _quorum(seen, case.id),
        "people": _people(seen, case.id),
        "vote": _vote(poll) if poll is not None else None,
        "before": before_them,
        "event": _last_hash(case),
    }
    canonical = json.dumps(
        events.plain(frozen), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    row = Decision(
        id=decision_id,
        item_id=item.id,
        case_id=case.id,
        verdict=verdict.key,
        method=method,
        taken_at=moment,
        recorded_by_id=actor.id,
        canonical=canonical,
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
    )
    db.session.add(row)
    payload = {"decision": decision_id, "hash": row.hash, "meeting": meeting.number}
    events.append(case, "decision", actor.id, name=verdict.key, payload=payload, at=moment)
    _close(item, meeting, "decided", moment, seen.rules.sight_days)
    receipts.keep(key, actor.id, {"decision_id": str(decision_id)}, moment)
    return decision_id


def postpone(
    actor: Actor, item_id: UUID, reason: str, note: str, key: str, language: str = "en"
) -> None:
    """Put an item off for one of the declared reasons; a case comes back to a later meeting.

    Raises NotFoundError, ForbiddenError, RefusedError, and what ``cases.fire`` raises.
    """
    meeting_id, case_id = find_item(item_id)
    locked = sight.lock_cases([case_id])
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    demand_open("postpone", meeting)
    item = item_of(meeting, item_id)
    demand_planned_item("postpone", item)
    seen = room.load(meeting, now())
    if reason == QUORUM and seen.quorum(case_id).reached:
        refuse("postpone", Reason(THERE_IS_QUORUM), item=item.id)
    _put_off(actor, item, locked[0] if locked else None, seen, reason, note, language)
    receipts.keep(key, actor.id, {}, now())


def postpone_all(
    actor: Actor, meeting_id: UUID, reason: str, note: str, key: str, language: str = "en"
) -> int:
    """Put every open item off, in one transaction; return how many.

    For want of a quorum only where there is none. Raises ForbiddenError, RefusedError.
    """
    cases_first(meeting_id)
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if (before := receipts.find(key, actor.id)) is not None:
        return int(before["items"])
    demand_open("postpone", meeting)
    seen = room.load(meeting, now())
    if reason == QUORUM and seen.quorum().reached:
        refuse("postpone", Reason(THERE_IS_QUORUM), meeting=meeting.id)
    items = db.session.scalars(
        sa.select(MeetingItem)
        .where(MeetingItem.meeting_id == meeting.id, MeetingItem.state == "planned")
        .order_by(MeetingItem.case_id, MeetingItem.position)
        .execution_options(populate_existing=True)
    ).all()
    for item in items:
        case = cases.lock(item.case_id) if item.case_id else None
        _put_off(actor, item, case, seen, reason, note, language)
    receipts.keep(key, actor.id, {"items": len(items)}, now())
    return len(items)


def note_subject(actor: Actor, item_id: UUID, note: str, key: str) -> None:
    """Close an item that is no case, with what was said. Raises ForbiddenError, RefusedError."""
    meeting_id, case_id = find_item(item_id)
    if case_id is not None:
        raise NotFoundError(str(item_id))
    meeting = lock_meeting(meeting_id)
    demand_keeper(actor, meeting.committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    demand_open("note", meeting)
    item = item_of(meeting, item_id)
    demand_planned_item("note", item)
    item.note = note
    _close(item, meeting, "noted", now(), 0)
    receipts.keep(key, actor.id, {}, now())


def unchanged(decision: Decision) -> bool:
    """Say whether a decision's text is the one that was frozen."""
    return hashlib.sha256(decision.canonical.encode()).hexdigest() == decision.hash


def _put_off(
    actor: Actor,
    item: MeetingItem,
    case: Case | None,
    seen: Room,
    reason: str,
    note: str,
    language: str,
) -> None:
    moment = now()
    known: Postponement = choices.demand_postponement(item, case, seen.committee.kind, reason)
    if case is not None:
        if known.transition is not None:
            # putting off is procedure: a keeper who is recused from the case may do it, unseeing
            by = actor if policy.may_see_in_committee(actor, case) else policy.SYSTEM
            cases.fire(
                case.id,
                known.transition,
                by,
                {"reason": note, "cause": reason},
                None,
                f"postponed:{item.id}",
                "",
                language,
                decision=item.id,
            )
        payload = {"meeting": seen.meeting.number, "item": item.id, "note": note}
        events.append(case, "postponed", actor.id, name=reason, payload=payload, at=moment)
    item.postponed_reason, item.note = reason, note
    for poll in db.session.scalars(
        sa.select(Poll).where(Poll.item_id == item.id, Poll.closed_at.is_(None))
    ):
        poll.closed_at = moment
    _close(item, seen.meeting, "postponed", moment, seen.rules.sight_days)
    if case is not None:
        follow_dates(case, moment)


def _close(
    item: MeetingItem, meeting: Meeting, state: str, moment: datetime, sight_days: int
) -> None:
    item.state, item.closed_at = state, moment
    sight.end(item, moment, sight_days)
    meeting.version += 1
    db.session.flush()


def _demand_method(item: MeetingItem, seen: Room, verdict: str, method: str) -> Poll | None:
    if polls.open_poll(item.id) is not None:
        refuse("decide", Reason(STILL_OPEN), item=item.id)
    if method == "consensus":
        if seen.rules.method == "vote":
            refuse("decide", Reason(NO_CONSENSUS), item=item.id)
        return None
    poll = db.session.scalar(
        sa.select(Poll)
        .where(Poll.item_id == item.id)
        .order_by(Poll.opened_at.desc(), Poll.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if poll is None or poll.verdict != verdict or not poll.carried:
        refuse("decide", Reason(NOT_CARRIED), item=item.id)
    return poll


def _rules(seen: Room) -> dict[str, Any]:
    return {name: getattr(seen.rules, name) for name in bodies.Rules.__dataclass_fields__}


def _quorum(seen: Room, case_id: UUID) -> dict[str, int]:
    found = seen.quorum(case_id)
    return {"base": found.base, "present": found.present, "needed": found.needed}


def _people(seen: Room, case_id: UUID) -> list[dict[str, Any]]:
    out = seen.recused(case_id)
    return [
        {
            "id": person.user_id,
            "name": person.name,
            "college": person.college_id,
            "presence": person.presence or "absent",
            "proxy": person.proxy_id,
            "recused": person.user_id in out,
        }
        for person in seen.people
    ]


def _vote(poll: Poll) -> dict[str, Any]:
    said: dict[str, Any] = {
        "poll": poll.id,
        "secret": poll.secret,
        **vars(polls.tally(poll)),
    }
    if not poll.secret:
        said["ballots"] = [
            {"id": b.user_id, "cast_by": b.cast_by_id, "choice": b.choice}
            for b in sorted(polls.ballots(poll.id), key=lambda b: b.user_id)
        ]
    return said


def _before(case: Case) -> dict[str, Any]:
    """Return what was before the committee: the file as it stood, proved by its chain."""
    return {"version": case.version, "events": case.event_count, "hash": case.event_hash}


def _last_hash(case: Case) -> str:
    return db.session.scalars(
        sa.select(Event.hash).where(Event.case_id == case.id, Event.seq == case.event_count)
    ).one()
