"""What a committee's people are told: invitations, papers, changes, mandates that end.

A message holds what its words need (names, the date, the place), never anything of a case.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db, house_day
from casework.models import Committee, Mandate, Meeting, Office, User
from casework.policy import Holder
from casework.services import outbox

KIND = "committee"


def everybody(committee_id: UUID, day: date) -> list[Holder]:
    """Return who sits or holds an office on a day, everybody once, in one query."""
    sits = sa.select(Mandate.user_id).where(
        Mandate.committee_id == committee_id, Mandate.starts_on <= day, Mandate.ends_on >= day
    )
    serves = sa.select(Office.user_id).where(
        Office.committee_id == committee_id,
        Office.starts_on <= day,
        sa.or_(Office.ends_on.is_(None), Office.ends_on >= day),
    )
    return _holders(User.id.in_(sits.union(serves)))


def keepers(committee_id: UUID, day: date) -> list[Holder]:
    """Return chair and secretary on a day, in one query."""
    serves = sa.select(Office.user_id).where(
        Office.committee_id == committee_id,
        Office.starts_on <= day,
        sa.or_(Office.ends_on.is_(None), Office.ends_on >= day),
    )
    return _holders(User.id.in_(serves))


def people(user_ids: Collection[UUID]) -> list[Holder]:
    """Return some people as recipients, in one query."""
    return _holders(User.id.in_(set(user_ids)))


def of_meeting(
    meeting: Meeting, committee: Committee, what: str, recipients: list[Holder], now: datetime
) -> None:
    """Tell people of a meeting: ``planned``, ``moved``, ``cancelled``, ``papers``, ``minutes``."""
    outbox.queue(
        recipients,
        occasion=f"meeting:{meeting.id}:{what}:{meeting.sequence}",
        kind=KIND,
        template=f"committee/{what}",
        params={**_names(committee), **invitation(meeting), "reason": meeting.cancelled_reason},
        case=None,
        now=now,
        compulsory=what in {"planned", "moved", "cancelled"},
    )


def of_mandate(
    mandate: Mandate, committee: Committee, name: str, recipients: list[Holder], now: datetime
) -> None:
    """Tell that a mandate ends soon, once for each last day."""
    outbox.queue(
        recipients,
        occasion=f"mandate:{mandate.id}:{mandate.ends_on}",
        kind=KIND,
        template="committee/mandate",
        params={
            **_names(committee),
            "committee_id": str(committee.id),
            "person": name,
            "last_day": mandate.ends_on.isoformat(),
        },
        case=None,
        now=now,
    )


def invitation(meeting: Meeting) -> dict[str, Any]:
    """Return what an invitation says of a meeting, as plain values."""
    return {
        "meeting_id": str(meeting.id),
        "number": meeting.number,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": meeting.place,
        "link": meeting.link,
        "sequence": meeting.sequence,
        "cancelled": meeting.state == "cancelled",
    }


def invite(meeting: Meeting, committee: Committee, what: str, now: datetime) -> None:
    """Tell everybody of the committee of a meeting's date."""
    holders = everybody(committee.id, house_day(meeting.starts_at))
    of_meeting(meeting, committee, what, holders, now)


def _names(committee: Committee) -> dict[str, str]:
    return {f"committee_{code}": committee.name(code) for code in ("fr", "nl", "en")}


def _holders(condition: sa.ColumnElement[bool]) -> list[Holder]:
    rows = db.session.execute(
        sa.select(User.id, User.email, User.name, User.language)
        .where(condition, User.active.is_(True))
        .order_by(User.name, User.id)
    )
    return [Holder(*row) for row in rows]
