"""Who works on a case, and who could."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework import policy
from casework.extensions import db
from casework.models import Case, User
from casework.policy import Holder
from casework.roles import Role

TEAM = (
    Role.PROGRAMME_OFFICER,
    Role.COACH,
    Role.PARTNER_LEAD,
    Role.PARTNER_SIGNATORY,
    Role.PARTNER_CONTRIBUTOR,
)
COMMITTEE = (Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY, Role.COMMITTEE_MEMBER)


def team(case: Case, now: datetime, *, internal: bool) -> list[tuple[Role, Holder]]:
    """Return the officer in charge, the coach and the partner's people, in one query.

    Whoever reads the case from within also sees who of a committee has been let in.
    """
    wanted = (*TEAM, *COMMITTEE) if internal else TEAM
    found = policy.holders(db.session, [case], wanted, now)
    people: list[tuple[Role, Holder]] = []
    for role in wanted:
        holders = found.get((case.id, role), [])
        if role is Role.PROGRAMME_OFFICER:
            holders = [h for h in holders if h.user_id == case.owner_id]
        people.extend((role, holder) for holder in holders)
    return people


def named(user_id: UUID) -> User | None:
    """Return a person by their identifier."""
    return db.session.get(User, user_id)
