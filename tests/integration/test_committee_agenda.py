"""What comes before a committee, who sees it from when, and what is due around a meeting."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.clock import frozen, now
from casework.extensions import db
from casework.models import Event, Message
from casework.roles import Role
from casework.services import sweep
from casework.services.committees import agenda, bodies, common, timed
from casework.services.errors import NotFoundError, RefusedError
from tests.support.council import Council, new, reason_of
from tests.support.world import World


def test_members_see_a_case_from_the_papers_on_and_the_secretary_from_the_agenda_on(
    council: Council,
) -> None:
    case_id, meeting_id = council.case(restricted=False), council.plan(10)
    assert not council.sees(council.secretary, case_id)
    item_id = council.put(meeting_id, case_id)
    member = council.members[2]
    assert council.sees(council.secretary, case_id)
    assert not council.sees(member, case_id)
    council.papers(meeting_id)
    assert council.sees(member, case_id)
    opened = db.session.scalars(
        sa.select(Event).where(Event.case_id == case_id, Event.kind == "sight_opened")
    ).all()
    assert len(opened) == 2
    with council.world.writing():
        agenda.remove(council.actor(council.secretary), item_id, new())
    assert not council.sees(member, case_id)


def test_sight_ends_as_the_rules_say(held: tuple[UUID, UUID, UUID], council: Council) -> None:
    meeting_id, item_id, case_id = held
    council.papers(meeting_id)
    council.decide(item_id)
    member = council.members[2]
    assert council.sees(member, case_id)
    with frozen(now() + timedelta(days=31)):
        assert not council.sees(member, case_id)


def test_only_a_case_that_is_ready_comes_on_an_agenda_and_on_one_only(
    council: Council, world: World
) -> None:
    draft = world.start("partner_project", council.partner, council.organisation, title="Draft")
    meeting_id, other = council.plan(10), council.plan(20)
    with pytest.raises(RefusedError) as early:
        council.put(meeting_id, draft)
    assert reason_of(early) == agenda.NOT_READY
    ready = council.case()
    council.put(meeting_id, ready)
    with pytest.raises(RefusedError) as twice:
        council.put(other, ready)
    assert reason_of(twice) == agenda.ON_ANOTHER


def test_a_committee_at_rest_takes_nothing_up_and_the_lead_decides_again(
    council: Council, world: World
) -> None:
    case_id, meeting_id = council.case(), council.plan(10)
    with world.writing():
        bodies.set_active(council.actor(council.lead), council.id, active=False)
    with pytest.raises(RefusedError) as resting:
        council.put(meeting_id, case_id)
    assert reason_of(resting) == common.NOT_ACTIVE
    world.fire(case_id, "decline", council.lead, motive="It does not fit our programmes.")
    assert world.case(case_id).state == "declined"


def test_a_restricted_case_is_put_on_an_agenda_by_who_sees_it(
    council: Council, world: World
) -> None:
    secret, meeting_id = council.case(restricted=True), council.plan(10)
    with pytest.raises(NotFoundError):
        council.put(meeting_id, secret)
    with world.writing():
        world.grant(council.secretary, Role.COMMITTEE_SECRETARY, case=secret)
    council.put(meeting_id, secret)


def test_papers_go_out_by_themselves_so_many_days_before(council: Council, world: World) -> None:
    case_id, meeting_id = council.case(), council.plan(10)
    council.put(meeting_id, case_id)
    sweep.sweep()
    assert council.meeting(meeting_id).papers_at is None
    with frozen(now() + timedelta(days=4)):
        sweep.sweep()
        sweep.sweep()
        assert council.meeting(meeting_id).papers_at is not None
        assert council.sees(council.members[3], case_id)
    told = db.session.scalars(
        sa.select(Message).where(Message.template == "committee/papers")
    ).all()
    assert len(told) == len({m.recipient_id for m in told}) == 8  # seven seats, one secretary


def test_a_mandate_that_ends_in_ninety_days_is_told_once(council: Council, world: World) -> None:
    with frozen(now() + timedelta(days=700 - 89)):
        timed.tell_due(now())
        timed.tell_due(now())
    told = db.session.execute(
        sa.select(Message.recipient_id, sa.func.count())
        .where(Message.template == "committee/mandate")
        .group_by(Message.recipient_id)
    ).all()
    mine = {row[0]: row[1] for row in told}
    assert mine[council.members[1]] == 1
    assert mine[council.secretary] == 7
