"""Seats: mandates given, shortened, drawn by lot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.committees import draw, mandates
from casework.committees.mandates import Term
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.models import College, Draw, Grant, Mandate, User
from casework.policy import Actor
from casework.roles import Role
from casework.services import changes, receipts
from casework.services.committees import due
from casework.services.committees.common import (
    day_begins,
    day_ends,
    demand_manager,
    lock_committee,
    refuse,
)
from casework.services.errors import NotFoundError
from casework.services.sign_in import invitations
from casework.workflows.declaration import Reason

SITS_ALREADY = N_("%(name)s sits in this committee already, from %(first)s to %(last)s.")
COLLEGE_FULL = N_("On %(day)s the college would have %(seats)s seats; it has %(target)s.")
NOT_DRAWN = N_("No draw of this college names %(name)s.")
ENDS_BEFORE = N_("A mandate ends on its first day at the earliest.")
ENDED_LATER = N_("The mandate ends on %(day)s already.")
NOBODY_LISTED = N_("Nobody is listed.")


def person(actor: Actor, committee_id: UUID, name: str, email: str, language: str) -> User:
    """Return whoever has this address; somebody new gets an account and is invited to it.

    The committee is locked, so that a form sent twice makes one account. Raises ForbiddenError.
    """
    demand_manager(actor, committee_id)
    lock_committee(committee_id)
    address = email.strip().lower()
    user = db.session.scalar(sa.select(User).where(User.email == address))
    if user is None:
        user = User(email=address, name=name.strip(), language=language, created_at=now())
        db.session.add(user)
        db.session.flush()
        invitations.invite(user, actor)
    return user


def seat(
    actor: Actor,
    college_id: UUID,
    user_id: UUID,
    starts_on: date,
    ends_on: date,
    origin: str,
    key: str,
) -> UUID:
    """Give somebody a seat from a day to a day (both included); return the mandate's identifier.

    ``origin`` is lot, election, candidature or appointment; a lot must have been drawn. Raises
    ForbiddenError, RefusedError: they sit already on one of these days, the college is full, or
    nobody drew them.
    """
    college = _college(college_id)
    demand_manager(actor, college.committee_id)
    committee = lock_committee(college.committee_id)
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["mandate_id"])
    user = db.session.get_one(User, user_id)
    new = Term(user_id, college_id, starts_on, ends_on)
    _demand_free(committee.id, college, new, user.name)
    draw_id = _drawn_in(college, user) if origin == "lot" else None
    grant = Grant(
        id=new_id(),
        user_id=user_id,
        role=Role.COMMITTEE_MEMBER,
        scope="committee",
        scope_id=committee.id,
        starts_at=day_begins(starts_on),
        ends_at=day_ends(ends_on),
        granted_by_id=actor.id,
    )
    db.session.add(grant)
    db.session.flush()
    row = Mandate(
        id=new_id(),
        committee_id=committee.id,
        college_id=college_id,
        user_id=user_id,
        starts_on=starts_on,
        ends_on=ends_on,
        origin=origin,
        draw_id=draw_id,
        grant_id=grant.id,
        created_at=now(),
        created_by_id=actor.id,
    )
    db.session.add(row)
    due.follow_mandate(row, now())
    changes.record(committee, {}, {"mandate": f"{user.name}: {starts_on} – {ends_on}"}, actor.id)
    receipts.keep(key, actor.id, {"mandate_id": str(row.id)}, now())
    return row.id


def end(actor: Actor, mandate_id: UUID, last_day: date, reason: str, key: str) -> None:
    """End a mandate earlier than it was given for. Raises ForbiddenError, RefusedError."""
    found = db.session.get(Mandate, mandate_id)
    if found is None:
        raise NotFoundError(str(mandate_id))
    demand_manager(actor, found.committee_id)
    committee = lock_committee(found.committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    row = db.session.get_one(Mandate, mandate_id, populate_existing=True)
    if last_day < row.starts_on:
        refuse("end_mandate", Reason(ENDS_BEFORE), mandate=row.id)
    if last_day >= row.ends_on:
        refuse("end_mandate", Reason(ENDED_LATER, {"day": row.ends_on}), mandate=row.id)
    changes.record(
        committee, {"mandate": str(row.ends_on)}, {"mandate": f"{last_day}: {reason}"}, actor.id
    )
    row.ends_on, row.ended_reason = last_day, reason
    due.follow_mandate(row, now())
    db.session.get_one(Grant, row.grant_id).ends_at = day_ends(last_day)
    receipts.keep(key, actor.id, {}, now())


def draw_lots(
    actor: Actor, college_id: UUID, entries: Mapping[str, str], places: int, key: str
) -> UUID:
    """Draw seats by lot from a list (mail address → name); return the draw's identifier.

    The seed is made now, when the list can no longer change; it is kept with the list and the
    result, so that anybody can repeat the draw. Raises ForbiddenError, RefusedError.
    """
    college = _college(college_id)
    demand_manager(actor, college.committee_id)
    committee = lock_committee(college.committee_id)
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["draw_id"])
    if not entries:
        refuse("draw", Reason(NOBODY_LISTED), college=college.id)
    seed = draw.new_seed()
    row = Draw(
        id=new_id(),
        committee_id=committee.id,
        college_id=college.id,
        method=draw.METHOD,
        seed=seed,
        entries=dict(entries),
        places=places,
        result=draw.drawn(seed, entries, places),
        at=now(),
        by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    changes.record(committee, {}, {"draw": f"{places} / {len(entries)}"}, actor.id)
    receipts.keep(key, actor.id, {"draw_id": str(row.id)}, now())
    return row.id


def repeats(row: Draw) -> bool:
    """Say whether a draw, done again from its seed and its list, has the same result."""
    return row.method == draw.METHOD and row.result == draw.drawn(row.seed, row.entries, row.places)


def terms(committee_id: UUID) -> list[Term]:
    """Return all mandates of a committee, past and to come."""
    rows = db.session.execute(
        sa.select(Mandate.user_id, Mandate.college_id, Mandate.starts_on, Mandate.ends_on).where(
            Mandate.committee_id == committee_id
        )
    )
    return [Term(*row) for row in rows]


def _demand_free(committee_id: UUID, college: College, new: Term, name: str) -> None:
    known = terms(committee_id)
    twice = mandates.same_person(known, new)
    if twice is not None:
        said = {"name": name, "first": twice.starts_on, "last": twice.ends_on}
        refuse("seat", Reason(SITS_ALREADY, said), college=college.id, user=new.user_id)
    day, seats = mandates.fullest_day(known, new)
    if seats > college.target:
        said = {"day": day, "seats": seats, "target": college.target}
        refuse("seat", Reason(COLLEGE_FULL, said), college=college.id, user=new.user_id)


def _drawn_in(college: College, user: User) -> UUID:
    draws = db.session.scalars(
        sa.select(Draw)
        .where(Draw.college_id == college.id, Draw.at >= now() - timedelta(days=365))
        .order_by(Draw.at.desc())
    )
    found = next((row.id for row in draws if user.email in row.result), None)
    if found is not None:
        return found
    return refuse("seat", Reason(NOT_DRAWN, {"name": user.name}), college=college.id, user=user.id)


def _college(college_id: UUID) -> College:
    college = db.session.get(College, college_id)
    if college is None:
        raise NotFoundError(str(college_id))
    return college
