"""Lists about committees: themselves, their seats, their meetings, what waits for a member."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from casework import policy
from casework.extensions import db
from casework.models import (
    Attendance,
    Case,
    CaseKey,
    College,
    Committee,
    Decision,
    Event,
    EventPayload,
    Interest,
    Mandate,
    Meeting,
    MeetingItem,
    MinutesVersion,
    Office,
    Opinion,
    User,
)
from casework.policy import Actor, founder
from casework.vault import read_words
from casework.workflows import registry
from casework.workflows.engine import Workflow

MOST_READY = 300
"""So many ready cases are offered at once for an agenda."""


@dataclass(frozen=True)
class Coming:
    """A meeting to come, as one member sees it.

    ``announced`` is what they said (yes, no or nothing); ``opinions`` and ``ties`` are how many
    items wait for their opinion and for their word on a known tie.
    """

    meeting: Meeting
    committee: Committee
    announced: str
    items: int
    opinions: int
    ties: int


@dataclass(frozen=True)
class Line:
    """An item of an agenda with its case; ``seen``: the reader may see the case."""

    item: MeetingItem
    case: Case | None
    workflow: Workflow | None
    seen: bool
    opinions: int


def committees(actor: Actor) -> list[Committee]:
    """Return the committees that somebody has to do with: all of them for who founds them."""
    query = sa.select(Committee).order_by(Committee.active.desc(), Committee.prefix)
    if not founder(actor):
        query = query.where(Committee.id.in_(actor.scoped("committee")))
    return list(db.session.scalars(query))


def seats(committee_id: UUID) -> list[tuple[Mandate, User]]:
    """Return all mandates of a committee with their people, the last to end first."""
    rows = db.session.execute(
        sa.select(Mandate, User)
        .join(User, User.id == Mandate.user_id)
        .where(Mandate.committee_id == committee_id)
        .order_by(Mandate.ends_on.desc(), User.name, Mandate.id)
    )
    return [(row[0], row[1]) for row in rows]


def officers(committee_id: UUID, day: date) -> dict[str, str]:
    """Return who holds which office on a day, by name."""
    rows = db.session.execute(
        sa.select(Office.office, User.name)
        .join(User, User.id == Office.user_id)
        .where(
            Office.committee_id == committee_id,
            Office.starts_on <= day,
            sa.or_(Office.ends_on.is_(None), Office.ends_on >= day),
        )
    )
    return {row.office: row.name for row in rows}


def meetings(committee_id: UUID, limit: int = 40) -> list[tuple[Meeting, int]]:
    """Return a committee's meetings, the latest first, with how many items each has."""
    counted = (
        sa.select(sa.func.count())
        .where(MeetingItem.meeting_id == Meeting.id, MeetingItem.state != "removed")
        .correlate(Meeting)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Meeting, counted)
        .where(Meeting.committee_id == committee_id)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def coming(actor: Actor, now: datetime, days: int = 90) -> list[Coming]:
    """Return the meetings to come of somebody's committees, with what waits for them (one query).

    A meeting that began within a day is still among them.
    """
    own = actor.scoped("committee")
    if not own:
        return []
    planned = sa.and_(MeetingItem.meeting_id == Meeting.id, MeetingItem.state == "planned")
    said = sa.exists().where(Opinion.item_id == MeetingItem.id, Opinion.user_id == actor.id)
    seen = sa.exists().where(Case.id == MeetingItem.case_id, policy.visible_in_committee_to(actor))
    readable = seen.correlate(MeetingItem)
    proposed = sa.exists().where(
        Interest.case_id == MeetingItem.case_id,
        Interest.committee_id == Meeting.committee_id,
        Interest.user_id == actor.id,
        Interest.state == "proposed",
    )
    tied = proposed.correlate(MeetingItem, Meeting)

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        query = sa.select(sa.func.count()).select_from(MeetingItem).where(planned, *conditions)
        return query.correlate(Meeting).scalar_subquery()

    rows = db.session.execute(
        sa.select(
            Meeting, Committee, Attendance.announced, count(), count(readable, ~said), count(tied)
        )
        .join(Committee, Committee.id == Meeting.committee_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.meeting_id == Meeting.id, Attendance.user_id == actor.id),
        )
        .where(
            Meeting.committee_id.in_(own),
            Meeting.state.in_(("planned", "open")),
            Meeting.starts_at > now - timedelta(days=1),
            Meeting.starts_at < now + timedelta(days=days),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [
        Coming(row[0], row[1], row[2] or "", row[3], row[4] if row[0].papers_at else 0, row[5])
        for row in rows
    ]


def agenda(actor: Actor, meeting_id: UUID) -> list[Line]:
    """Return a meeting's agenda in its order, with how many opinions each item has (one query)."""
    opinions = (
        sa.select(sa.func.count())
        .where(Opinion.item_id == MeetingItem.id)
        .correlate(MeetingItem)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(MeetingItem, Case, opinions)
        .outerjoin(Case, Case.id == MeetingItem.case_id)
        .options(joinedload(Case.organisation))
        .where(MeetingItem.meeting_id == meeting_id, MeetingItem.state != "removed")
        .order_by(MeetingItem.position, MeetingItem.id)
    )
    return [_line(actor, row[0], row[1], row[2]) for row in rows]


def ready(actor: Actor, kind: str, committee_id: UUID) -> list[tuple[Case, datetime | None]]:
    """Return the cases that a committee of this kind may take up and that are on no agenda.

    Each with when it first came on an agenda of this committee, if it is carried over; those
    come first, the oldest at the top. Restricted ones only where the reader sees them.
    """
    places = [
        sa.and_(Case.workflow_key == w.key, Case.workflow_version == w.version, Case.state == s)
        for w in registry.every()
        for a in w.agendas
        if a.kind == kind
        for s in a.states
    ]
    if not places:
        return []
    planned, other = aliased(MeetingItem), aliased(Meeting)
    taken = (
        sa.exists()
        .where(
            planned.case_id == Case.id,
            planned.state == "planned",
            other.id == planned.meeting_id,
            other.state.in_(("planned", "open")),
        )
        .correlate(Case)
    )
    first = (
        sa.select(sa.func.min(MeetingItem.first_at))
        .join(Meeting, Meeting.id == MeetingItem.meeting_id)
        .where(
            MeetingItem.case_id == Case.id,
            MeetingItem.state == "postponed",
            Meeting.committee_id == committee_id,
        )
        .correlate(Case)
        .scalar_subquery()
    )
    query = (
        sa.select(Case, first.label("first"))
        .options(joinedload(Case.organisation))
        .where(sa.or_(*places), ~taken)
        .where(sa.or_(Case.restricted.is_(False), policy.visible_to(actor)))
        .order_by(sa.nulls_last(sa.column("first")), Case.state_since, Case.id)
        .limit(MOST_READY)
    )
    if actor.denied_case_ids:
        query = query.where(Case.id.not_in(actor.denied_case_ids))
    return [(row[0], row[1]) for row in db.session.execute(query)]


def ties_of(actor: Actor, committee_id: UUID, case_ids: Sequence[UUID]) -> dict[UUID, Interest]:
    """Return one's own interests in some cases, by case."""
    rows = db.session.scalars(
        sa.select(Interest).where(
            Interest.committee_id == committee_id,
            Interest.user_id == actor.id,
            Interest.case_id.in_(case_ids),
        )
    )
    return {row.case_id: row for row in rows}


def interests(committee_id: UUID, case_id: UUID) -> list[tuple[Interest, str]]:
    """Return the interests in a case that a committee knows of, with whose they are."""
    rows = db.session.execute(
        sa.select(Interest, User.name)
        .join(User, User.id == Interest.user_id)
        .where(Interest.committee_id == committee_id, Interest.case_id == case_id)
        .order_by(User.name, Interest.id)
    )
    return [(row[0], row[1]) for row in rows]


def opinions(item_id: UUID) -> dict[UUID, Opinion]:
    """Return the opinions on an item, by member."""
    rows = db.session.scalars(sa.select(Opinion).where(Opinion.item_id == item_id))
    return {row.user_id: row for row in rows}


def decision_words(decision: Decision) -> dict[str, Any]:
    """Return what was written into the form of a decision's move (for who may see the case)."""
    return dict(remembered(decision).get("data") or {})


def remembered(decision: Decision) -> dict[str, Any]:
    """Return all that a decision's move has remembered (for who may see the case)."""
    moved = json.loads(decision.canonical)["event"]
    row = db.session.execute(
        sa.select(EventPayload.text, CaseKey.sealed)
        .join(Event, Event.id == EventPayload.event_id)
        .outerjoin(CaseKey, CaseKey.case_id == Event.case_id)
        .where(Event.case_id == decision.case_id, Event.hash == moved)
    ).one_or_none()
    return dict(read_words(row.text, row.sealed)) if row is not None else {}


def minutes_versions(meeting_id: UUID) -> list[tuple[MinutesVersion, str | None]]:
    """Return all versions of a meeting's minutes with who wrote them, the newest first."""
    rows = db.session.execute(
        sa.select(MinutesVersion, User.name)
        .outerjoin(User, User.id == MinutesVersion.written_by_id)
        .where(MinutesVersion.meeting_id == meeting_id)
        .order_by(MinutesVersion.version.desc())
    )
    return [(row[0], row[1]) for row in rows]


def open_meetings(committee_id: UUID, but: UUID) -> list[Meeting]:
    """Return the meetings of a committee that are open, without one of them."""
    query = sa.select(Meeting).where(
        Meeting.committee_id == committee_id, Meeting.state == "open", Meeting.id != but
    )
    return list(db.session.scalars(query.order_by(Meeting.starts_at)))


def colleges(committee_id: UUID) -> list[College]:
    """Return a committee's colleges in their order."""
    query = sa.select(College).where(College.committee_id == committee_id)
    return list(db.session.scalars(query.order_by(College.position, College.id)))


def _line(actor: Actor, item: MeetingItem, case: Case | None, opinions: int) -> Line:
    workflow = registry.get(case.workflow_key, case.workflow_version) if case is not None else None
    return Line(
        item,
        case,
        workflow,
        case is not None and policy.may_see_in_committee(actor, case),
        opinions,
    )
