"""Who comes to a meeting, who counts, and what happens without a quorum."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.extensions import db
from casework.models import Event, MeetingItem
from casework.services.committees import attendance, bodies, deciding, polls
from casework.services.committees.bodies import Rules
from casework.services.errors import RefusedError
from tests.support.council import Council, new, reason_of
from tests.support.world import World


def test_announced_absences_count_in_the_forecast(council: Council, world: World) -> None:
    meeting_id = council.plan(10)
    with world.writing():
        for member in council.members[:2]:
            attendance.announce(council.actor(member), meeting_id, "yes", "", new())
        attendance.announce(council.actor(council.members[2]), meeting_id, "no", "Ill", new())
    sure, likely = council.room(meeting_id).forecast()
    assert (sure.present, sure.reached) == (2, False)
    assert (likely.present, likely.reached) == (4, True)


def test_proxies_and_distance_are_allowed_or_not_by_the_rules(
    council: Council, world: World
) -> None:
    meeting_id = council.plan()
    council.begin(meeting_id)
    one, two, three = council.members[1:4]

    def note(said: dict[UUID, tuple[str, UUID | None]]) -> None:
        with world.writing():
            attendance.note(council.actor(council.secretary), meeting_id, said, new())

    note({one: ("proxy", council.chair)})
    with pytest.raises(RefusedError) as full:
        note({two: ("proxy", council.chair)})
    assert reason_of(full) == attendance.PROXY_FULL
    with pytest.raises(RefusedError) as away:
        note({two: ("proxy", one)})
    assert reason_of(away) == attendance.PROXY_AWAY
    with world.writing():
        strict = Rules(remote_allowed=False, proxies_each=0)
        bodies.change_rules(council.actor(council.lead), council.id, strict, new())
    note({three: ("remote", None)})  # the meeting keeps the rules it was opened by
    later = council.plan()
    council.begin(later)
    for said, why in (("remote", attendance.NO_REMOTE), ("proxy", attendance.NO_PROXY)):
        with pytest.raises(RefusedError) as refused, world.writing():
            attendance.note(
                council.actor(council.secretary), later, {one: (said, council.chair)}, new()
            )
        assert reason_of(refused) == why


def test_without_a_quorum_nothing_is_decided_and_all_is_put_off_at_once(
    council: Council, world: World
) -> None:
    cases = [council.case(f"Case {n}") for n in range(3)]
    meeting_id = council.plan()
    items = [council.put(meeting_id, case_id) for case_id in cases]
    council.begin(meeting_id, {council.chair: "present", council.members[1]: "remote"})
    with pytest.raises(RefusedError) as refused:
        council.decide(items[0])
    assert reason_of(refused) == polls.NO_QUORUM
    assert world.case(cases[0]).state == "deliberation"
    key = new()
    for _ in range(2):
        with world.writing():
            count = deciding.postpone_all(
                council.actor(council.secretary), meeting_id, "quorum", "", key
            )
        assert count == 3
    for case_id in cases:
        put_off = db.session.scalars(
            sa.select(Event).where(Event.case_id == case_id, Event.kind == "postponed")
        ).one()
        assert put_off.name == "quorum"
    later = council.plan(30)
    carried = council.put(later, cases[0])
    row, before = (db.session.get_one(MeetingItem, i) for i in (carried, items[0]))
    assert (row.carried_from_id, row.first_at) == (before.id, before.first_at)


def test_a_quorum_is_no_reason_to_put_off_where_there_is_one(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    meeting_id, item_id, _case_id = held
    keeper = council.actor(council.secretary)
    with pytest.raises(RefusedError) as all_of_it, world.writing():
        deciding.postpone_all(keeper, meeting_id, "quorum", "", new())
    assert reason_of(all_of_it) == deciding.THERE_IS_QUORUM
    with world.writing():
        deciding.postpone(keeper, item_id, "lack_of_time", "It was late.", new())
    assert db.session.get_one(MeetingItem, item_id).state == "postponed"
