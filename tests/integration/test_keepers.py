"""Open restricted cases go with the offices of their committee, and are reset by two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework import policy
from casework.clock import frozen, now
from casework.extensions import db, house_day
from casework.models import Case, Event, Office, User
from casework.queries import timeline
from casework.roles import Audience, Role
from casework.services import cases, sweep
from casework.services.committees import bodies, keeping
from casework.services.errors import ForbiddenError, RefusedError
from casework.services.secrecy import access
from tests.support import ethics
from tests.support.ethics import Ethics
from tests.support.world import World

WHY = "Both officers have left the house."


@pytest.fixture
def committee(world: World) -> Ethics:
    return ethics.gather(world)


def name(committee: Ethics, who: Any, office: str, person: UUID, days: int = 0) -> UUID:
    """Name somebody to an office as ``who``; return the office."""
    first = house_day() + timedelta(days=days)
    with committee.world.writing():
        bodies.name_officer(who, committee.committee_id, office, person, first, uuid4().hex)
    query = sa.select(Office.id).where(Office.user_id == person, Office.office == office)
    return db.session.scalars(query.order_by(Office.created_at.desc())).first() or uuid4()


def sees(committee: Ethics, person: UUID, case_id: UUID) -> bool:
    return policy.may_see(committee.world.actor(person), committee.world.case(case_id))


def kinds(case_id: UUID) -> list[str]:
    query = sa.select(Event.kind).where(Event.case_id == case_id).order_by(Event.seq)
    return list(db.session.scalars(query))


def gone(committee: Ethics, *who: str) -> None:
    """Close the accounts of officers."""
    people = [committee.people[each] for each in who]
    with committee.world.writing():
        db.session.execute(sa.update(User).where(User.id.in_(people)).values(active=False))


def admit(committee: Ethics, who: UUID, office_id: UUID, reason: str = WHY) -> bool:
    with committee.world.writing():
        return keeping.admit(committee.world.actor(who), office_id, reason, uuid4().hex)


def test_a_chair_named_by_a_keeper_has_the_open_cases_and_the_last_one_loses_them(
    committee: Ethics, world: World
) -> None:
    open_, closed = committee.bring(), committee.bring()
    with world.writing():
        db.session.execute(sa.update(Case).where(Case.id == closed).values(closed_at=now()))
    new, old = world.person(None, name="Next"), committee.people["chair"]
    name(committee, committee.actor("secretary"), "chair", new, days=3)
    assert not sees(committee, new, open_)
    with frozen(now() + timedelta(days=3)):
        sweep.sweep()
        sweep.sweep()
        assert sees(committee, new, open_)
        assert not sees(committee, old, open_)
        assert not sees(committee, new, closed)
        assert kinds(open_)[-2:] == ["keeper_given", "keeper_ended"]
        # what one keeper ends for another is not given back by the next sweep
        with world.writing():
            access.end(open_, new, WHY, committee.actor("secretary"), uuid4().hex)
        sweep.sweep()
        assert not sees(committee, new, open_)


def test_who_is_named_from_outside_waits_for_a_keeper(committee: Ethics, world: World) -> None:
    case_id, new = committee.bring(), world.person(None, name="Next")
    lead = world.person(Role.ADMINISTRATOR)
    office = name(committee, world.actor(lead), "secretary", new)
    sweep.sweep()
    assert not sees(committee, new, case_id)
    assert not sees(committee, new, committee.bring())
    for nobody in (new, committee.people["member"]):
        with pytest.raises(ForbiddenError):
            admit(committee, nobody, office)
    with pytest.raises(RefusedError):
        admit(committee, lead, office)
    assert admit(committee, committee.people["chair"], office)
    assert sees(committee, new, case_id)
    assert not sees(committee, committee.people["secretary"], case_id)


def test_two_administrators_reset_what_nobody_keeps_and_see_nothing_of_it(
    committee: Ethics, world: World
) -> None:
    case_id, new = committee.bring(), world.person(None, name="Next")
    first, second = world.person(Role.ADMINISTRATOR), world.person(Role.ADMINISTRATOR)
    gone(committee, "chair", "secretary")
    office = name(committee, world.actor(first), "chair", new)
    own = name(committee, world.actor(second), "secretary", second)
    assert not admit(committee, first, office)
    assert not admit(committee, first, office)  # the same one counts once
    with pytest.raises(RefusedError):
        admit(committee, second, office, "why")
    with pytest.raises(ForbiddenError):
        admit(committee, second, own)
    assert not sees(committee, new, case_id)
    with pytest.raises(RefusedError):
        committee.bring()  # nobody could look at it yet
    page = world.client(second).get(f"/committees/{committee.committee_id}")
    assert "another one has to agree" in page.get_data(as_text=True)
    sent = world.client(second).post(
        f"/committees/{committee.committee_id}/offices/{office}/admit", data={"reason": WHY}
    )
    assert sent.status_code == 303
    assert sees(committee, new, case_id)
    for who in (first, second):
        assert not sees(committee, who, case_id)
        found = world.client(who).get(f"/cases/{committee.world.case(case_id).reference}")
        assert found.status_code == 404
    case = db.session.get_one(Case, case_id, populate_existing=True)
    known = timeline.entries(
        case, cases.workflow_of(case), internal=True, audiences=frozenset(Audience)
    )
    (said,) = [entry.words["reason"] for entry in known if entry.kind == "keeper_reset"]
    assert said.startswith(WHY)
    by = [db.session.get_one(User, who).name for who in (first, second)]
    assert all(each in said for each in by)


def test_the_last_keeper_of_a_case_stays_until_another_one_has_it(
    committee: Ethics, world: World
) -> None:
    case_id, lead = committee.bring(), world.person(Role.PROGRAMME_LEAD)
    with world.writing():
        secretary = committee.people["secretary"]
        access.end(case_id, secretary, WHY, committee.actor("chair"), uuid4().hex)
    new = world.person(None, name="Next")
    office = name(committee, world.actor(lead), "chair", new)
    sweep.sweep()
    assert sees(committee, committee.people["chair"], case_id)
    assert admit(committee, secretary, office)
    assert sees(committee, new, case_id)
    assert not sees(committee, committee.people["chair"], case_id)
