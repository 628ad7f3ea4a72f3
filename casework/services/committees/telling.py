"""What a committee's people are told: invitations, papers, changes, mandates that end.

A message holds what its words need (names, the date, the place), never anything of a case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db, house_day
from casework.models import Committee, Deadline, Mandate, Meeting, Office, Reminder, User
from casework.policy import Holder
from casework.roles import Role
from casework.services import outbox
from casework.services.outbox.telling import Telling

KIND = "committee"


def everybody(committee_id: UUID, day: date) -> list[Holder]:
    """Return who sits or holds an office on a day, everybody once, in one query."""
    sits = sa.select(Mandate.user_id).where(
        Mandate.committee_id == committee_id, Mandate.starts_on <= day, Mandate.ends_on >= day
    )
    serves = sa.select(Office.user_id).where(Office.committee_id == committee_id, _in_office(day))
    return _holders(User.id.in_(sits.union(serves)))


def of_meeting(
    meeting: Meeting, committee: Committee, what: str, recipients: list[Holder], now: datetime
) -> None:
    """Tell people of a meeting: ``planned``, ``moved``, ``cancelled``, ``papers``."""
    outbox.queue_many([_meeting(meeting, committee, what, recipients)], now)


def of_deadlines(
    committee: Committee, due: Sequence[tuple[Reminder, Deadline]], now: datetime
) -> list[Telling]:
    """Return what is told by a committee's due reminders, in a fixed number of queries."""
    deadlines = [deadline for _, deadline in due]
    people, subjects = audiences(deadlines, house_day(now)), _subjects(deadlines)
    return [
        _of_deadline(
            committee,
            reminder,
            deadline,
            subjects.get(deadline.subject_id),
            people.get((deadline.id, reminder.audience), []),
        )
        for reminder, deadline in due
    ]


def audiences(deadlines: Sequence[Deadline], day: date) -> dict[tuple[UUID, str], list[Holder]]:
    """Return whom committees' deadlines concern on a day, by deadline and role (two queries).

    Chair and secretary; of a mandate also whoever holds it.
    """
    who = (User.id, User.email, User.name, User.language)
    officers = db.session.execute(
        sa.select(Office.committee_id, Office.office, *who)
        .join(User, User.id == Office.user_id)
        .where(
            Office.committee_id.in_({d.committee_id for d in deadlines}),
            _in_office(day),
            User.active.is_(True),
        )
        .order_by(User.name, User.id)
    ).all()
    members = db.session.execute(
        sa.select(Mandate.id, *who)
        .join(User, User.id == Mandate.user_id)
        .where(Mandate.id.in_({d.subject_id for d in deadlines}), User.active.is_(True))
    ).all()
    found: dict[tuple[UUID, str], list[Holder]] = {}
    for deadline in deadlines:
        for committee_id, office, *person in officers:
            if committee_id == deadline.committee_id:
                role = f"committee_{office}"
                found.setdefault((deadline.id, role), []).append(_holder(person))
        for mandate_id, *person in members:
            if mandate_id == deadline.subject_id:
                found[deadline.id, Role.COMMITTEE_MEMBER.value] = [_holder(person)]
    return found


def _subjects(deadlines: Sequence[Deadline]) -> dict[UUID, Any]:
    """Return what deadlines are about: meetings, and mandates with whose they are."""
    ids = {d.subject_id for d in deadlines}
    found: dict[UUID, Any] = {
        meeting.id: meeting
        for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.id.in_(ids)))
    }
    rows = db.session.execute(
        sa.select(Mandate, User.name)
        .join(User, User.id == Mandate.user_id)
        .where(Mandate.id.in_(ids))
    )
    return found | {mandate.id: (mandate, name) for mandate, name in rows}


def _of_deadline(
    committee: Committee, reminder: Reminder, deadline: Deadline, subject: Any, people: list[Holder]
) -> Telling:
    if deadline.subject_kind == "meeting":
        return _meeting(subject, committee, deadline.rule, people)
    if deadline.subject_kind == "mandate":
        mandate, name = subject
        occasion = f"mandate:{mandate.id}:{mandate.ends_on}"
        said = {"person": name, "last_day": mandate.ends_on.isoformat()}
        return _telling(committee, occasion, "mandate", said, people)
    last_day = house_day(deadline.due_at).isoformat()
    occasion = f"report:{committee.id}:{last_day}:{reminder.rule}"
    return _telling(committee, occasion, "annual_report", {"last_day": last_day}, people)


def _meeting(
    meeting: Meeting, committee: Committee, what: str, recipients: list[Holder]
) -> Telling:
    occasion = f"meeting:{meeting.id}:{what}:{meeting.sequence}"
    said = {**invitation(meeting), "reason": meeting.cancelled_reason}
    compulsory = what in {"planned", "moved", "cancelled"}
    return _telling(committee, occasion, what, said, recipients, compulsory=compulsory)


def _telling(
    committee: Committee,
    occasion: str,
    what: str,
    said: Mapping[str, Any],
    recipients: list[Holder],
    *,
    compulsory: bool = False,
) -> Telling:
    names = {f"committee_{code}": committee.name(code) for code in ("fr", "nl", "en")}
    return Telling(
        recipients=recipients,
        occasion=occasion,
        kind=KIND,
        template=f"committee/{what}",
        params={**names, "committee_id": str(committee.id), **said},
        compulsory=compulsory,
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


def _holder(columns: Sequence[Any]) -> Holder:
    user_id, email, name, language = columns
    return Holder(user_id, email, name, language)


def _in_office(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(Office.starts_on <= day, sa.or_(Office.ends_on.is_(None), Office.ends_on >= day))


def _holders(condition: sa.ColumnElement[bool]) -> list[Holder]:
    rows = db.session.execute(
        sa.select(User.id, User.email, User.name, User.language)
        .where(condition, User.active.is_(True))
        .order_by(User.name, User.id)
    )
    return [Holder(*row) for row in rows]
