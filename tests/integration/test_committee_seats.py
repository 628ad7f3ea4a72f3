"""Who sits in a committee and holds its offices: mandates, draws, who may change them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Draw, Mandate, User
from casework.roles import Role
from casework.services.committees import bodies, meetings, seats
from casework.services.committees.bodies import Rules
from casework.services.committees.meetings import When
from casework.services.errors import ForbiddenError, RefusedError
from tests.support.council import Council, new, reason_of
from tests.support.world import World


def test_nobody_sits_twice_and_a_college_has_no_more_seats_than_it_should(
    council: Council, world: World
) -> None:
    founder = council.actor(council.lead)
    first = council.today
    last = first + timedelta(days=100)
    with pytest.raises(RefusedError) as twice, world.writing():
        seats.seat(
            founder, council.expert_college, council.members[1], first, last, "election", new()
        )
    assert reason_of(twice) == seats.SITS_ALREADY
    with pytest.raises(RefusedError) as full, world.writing():
        seats.seat(founder, council.college, world.person(None), first, last, "election", new())
    assert reason_of(full) == seats.COLLEGE_FULL


def test_a_mandate_that_ends_early_takes_the_role_and_frees_the_seat(
    council: Council, world: World
) -> None:
    leaving, founder = council.members[4], council.actor(council.lead)
    mandate = db.session.scalars(sa.select(Mandate).where(Mandate.user_id == leaving)).one()
    yesterday = council.today - timedelta(days=1)
    with world.writing():
        seats.end(founder, mandate.id, yesterday, "Has moved away", new())
    assert not council.actor(leaving).sits
    with world.writing():
        last = council.today + timedelta(days=100)
        seats.seat(
            founder, council.college, world.person(None), council.today, last, "election", new()
        )


def test_a_seat_by_lot_needs_a_draw_that_anybody_can_repeat(council: Council, world: World) -> None:
    founder = council.actor(council.lead)
    first, last = council.today, council.today + timedelta(days=100)
    candidates = [world.person(None) for _ in range(6)]
    emails = {row.id: row.email for row in db.session.execute(sa.select(User.id, User.email))}
    entries = {emails[who]: str(who) for who in candidates}
    with world.writing():
        college = bodies.add_college(
            founder, council.id, dict.fromkeys(("fr", "nl", "en"), "Users"), 2, 0, new(), votes=True
        )
        draw_id = seats.draw_lots(founder, college, entries, 2, new())
    row = db.session.get_one(Draw, draw_id)
    assert seats.repeats(row)
    drawn = [who for who in candidates if emails[who] in row.result]
    with world.writing():
        given = seats.seat(founder, college, drawn[0], first, last, "lot", new())
    assert db.session.get_one(Mandate, given).draw_id == draw_id
    undrawn = next(who for who in candidates if who not in drawn)
    with pytest.raises(RefusedError) as refused, world.writing():
        seats.seat(founder, college, undrawn, first, last, "lot", new())
    assert reason_of(refused) == seats.NOT_DRAWN


def test_the_next_chair_begins_when_the_last_one_ends(council: Council, world: World) -> None:
    second, day = council.members[1], council.today
    with world.writing():
        bodies.name_officer(council.actor(council.lead), council.id, "chair", second, day, new())
    assert council.id in council.actor(second).committees_as(Role.COMMITTEE_CHAIR)
    assert council.id not in council.actor(council.chair).committees_as(Role.COMMITTEE_CHAIR)


def test_only_who_founds_or_keeps_a_committee_changes_it(council: Council, world: World) -> None:
    member = council.actor(council.members[1])
    with pytest.raises(ForbiddenError):
        bodies.change_rules(member, council.id, Rules(), new())
    with pytest.raises(ForbiddenError):
        bodies.found(member, "decision", "XX", dict.fromkeys(("fr", "nl", "en"), "X"), new())
    when = When(now(), now() + timedelta(hours=1))
    with pytest.raises(ForbiddenError):
        meetings.plan(member, council.id, when, new())
