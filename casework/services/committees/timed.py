"""What is due around meetings and mandates, asked from their own dates at every sweep.

Nothing is marked: papers are sent once because the meeting then says so, and a message is told
once because its occasion is unique. A run that was missed is made up for by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework.db import unit_of_work
from casework.extensions import db, house_day
from casework.models import Committee, Mandate, Meeting, MeetingItem, MinutesVersion, User
from casework.policy import SYSTEM
from casework.queries.committees import room
from casework.services.committees import agenda, telling
from casework.services.committees.common import day_begins

MANDATE_DAYS = 90
"""How long before its last day a mandate is told of."""

log = structlog.get_logger(__name__)


def tell_due(now: datetime) -> int:
    """Send the papers that are due, tell of mandates that end and of minutes that wait.

    Owns its transactions, one a meeting; returns how many papers were sent.
    """
    due = list(papers_due(now))
    db.session.rollback()  # the end of reading
    sent = 0
    for meeting_id in due:
        try:
            with unit_of_work(db.session):
                sent += agenda.send_papers(SYSTEM, meeting_id)
        except sa.exc.OperationalError:
            raise
        except Exception:  # one meeting does not hold up the others
            log.exception("committee.papers_failed", meeting=str(meeting_id))
    with unit_of_work(db.session):
        _mandates(now)
        _minutes(now)
    return sent


def papers_due(now: datetime) -> Iterator[UUID]:
    """Return the planned meetings with an agenda whose papers are to be out by now."""
    filled = sa.exists().where(MeetingItem.meeting_id == Meeting.id, MeetingItem.state == "planned")
    rows = db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.state == "planned", Meeting.papers_at.is_(None), filled)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    for meeting in rows:
        days = room.rules_of(meeting.committee_id).papers_days
        if day_begins(house_day(meeting.starts_at) - timedelta(days=days)) <= now:
            yield meeting.id


def _mandates(now: datetime) -> None:
    today = house_day(now)
    rows = db.session.execute(
        sa.select(Mandate, Committee, User.name)
        .join(Committee, Committee.id == Mandate.committee_id)
        .join(User, User.id == Mandate.user_id)
        .where(
            Committee.active.is_(True),
            Mandate.starts_on <= today,
            Mandate.ends_on >= today,
            Mandate.ends_on <= today + timedelta(days=MANDATE_DAYS),
        )
        .order_by(Mandate.id)
    ).all()
    for mandate, committee, name in rows:
        own = telling.people([mandate.user_id])
        kept = [h for h in telling.keepers(committee.id, today) if h.user_id != mandate.user_id]
        telling.of_mandate(mandate, committee, name, [*own, *kept], now)


def _minutes(now: datetime) -> None:
    rows = db.session.execute(
        sa.select(Meeting, Committee)
        .join(Committee, Committee.id == Meeting.committee_id)
        .where(
            Meeting.state == "held",
            Meeting.closed_at > now - timedelta(days=365),
            ~sa.exists().where(
                MinutesVersion.meeting_id == Meeting.id,
                sa.or_(MinutesVersion.version > 1, MinutesVersion.approved_at.is_not(None)),
            ),
        )
        .order_by(Meeting.id)
    ).all()
    for meeting, committee in rows:
        days = room.rules_of(committee.id, meeting.rules_id).minutes_days
        if meeting.closed_at is not None and meeting.closed_at + timedelta(days=days) <= now:
            keepers = telling.keepers(committee.id, house_day(now))
            telling.of_meeting(meeting, committee, "minutes", keepers, now)
