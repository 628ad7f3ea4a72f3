"""Invitations that follow a meeting, and acts that are sent twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Case, Meeting, Message
from casework.services.committees import meetings
from casework.services.committees.meetings import When
from tests.support.council import Council, new
from tests.support.world import World


def test_an_invitation_keeps_its_uid_and_follows_the_date(council: Council, world: World) -> None:
    from icalendar import Calendar

    from casework.services.outbox.committees import invitation

    meeting_id = council.plan(10)
    seen = council.meeting(meeting_id)
    start = now() + timedelta(days=12)
    with world.writing():
        meetings.move(
            council.actor(council.secretary),
            meeting_id,
            When(start, start + timedelta(hours=1), "Liège"),
            seen.version,
            new(),
        )
    with world.writing():
        meetings.cancel(council.actor(council.secretary), meeting_id, "Snow", new())
    rows = db.session.scalars(
        sa.select(Message)
        .where(Message.recipient_id == council.chair, Message.kind == "committee")
        .order_by(Message.created_at)
    ).all()
    assert [m.template for m in rows] == [
        "committee/planned",
        "committee/moved",
        "committee/cancelled",
    ]
    read = [
        Calendar.from_ical(invitation(m.params, "Committee", "a@b.example", now())) for m in rows
    ]
    events = [calendar.walk("VEVENT")[0] for calendar in read]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [str(event["sequence"]) for event in events] == ["0", "1", "2"]
    assert str(events[1]["location"]) == "Liège"
    assert [str(calendar["method"]) for calendar in read] == ["REQUEST", "REQUEST", "CANCEL"]


def test_every_act_is_safe_to_send_twice(council: Council, world: World) -> None:
    key, when = uuid4().hex, When(now() + timedelta(days=1), now() + timedelta(days=2))
    ids: set[Any] = set()
    for _ in range(2):
        with world.writing():
            ids.add(meetings.plan(council.actor(council.secretary), council.id, when, key))
    assert len(ids) == db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
