"""Decisions frozen as taken, and the meetings in which they are."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.extensions import db
from casework.models import Decision, Event
from casework.services.committees import deciding, meetings
from casework.services.errors import NotFoundError, RefusedError
from tests.support.council import Council, new, reason_of
from tests.support.world import World


def test_a_decision_is_frozen_as_taken_and_proved_by_the_cases_chain(
    held: tuple[UUID, UUID, UUID], council: Council
) -> None:
    meeting_id, item_id, case_id = held
    council.note(meeting_id, {council.members[4]: "absent"})
    council.recuse(item_id, council.members[3])
    before = council.world.case(case_id).event_hash
    decision = db.session.get_one(Decision, council.decide(item_id))
    assert deciding.unchanged(decision)
    said = json.loads(decision.canonical)
    assert (said["verdict"], said["method"], said["vote"]) == ("decline", "consensus", None)
    assert said["before"]["hash"] == before
    assert said["quorum"] == {"base": 4, "present": 3, "needed": 3}
    presence = {p["name"]: (p["presence"], p["recused"]) for p in said["people"]}
    assert presence["Member 4"] == ("present", True)
    assert presence["Member 5"] == ("absent", False)
    moved = db.session.scalars(sa.select(Event).where(Event.hash == said["event"])).one()
    assert (moved.kind, moved.name, moved.to_state) == ("transition", "decline", "declined")
    last = db.session.scalars(
        sa.select(Event).where(Event.case_id == case_id, Event.kind == "decision")
    ).one()
    assert last.seq == moved.seq + 1


def test_a_decision_whose_form_is_not_filled_in_changes_nothing(
    held: tuple[UUID, UUID, UUID], council: Council
) -> None:
    from casework.services.errors import InvalidError

    _meeting_id, item_id, case_id = held
    with pytest.raises(InvalidError):
        council.decide(item_id, motive="No.")
    assert council.world.case(case_id).state == "deliberation"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


def test_nobody_decides_on_a_meeting_that_has_changed_or_twice(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    meeting_id, item_id, _case_id = held
    keeper, key = council.actor(council.secretary), new()
    data = {"motive": "It does not fit our programmes."}
    old = council.meeting(meeting_id).version
    council.note(meeting_id, {council.members[4]: "absent"})
    with pytest.raises(RefusedError), world.writing():
        deciding.decide(keeper, item_id, "decline", "consensus", data, old, key)
    seen = council.meeting(meeting_id).version
    with world.writing():
        first = deciding.decide(keeper, item_id, "decline", "consensus", data, seen, key)
    with world.writing():
        again = deciding.decide(keeper, item_id, "decline", "consensus", data, seen, key)
    assert first == again


def test_who_is_recused_records_no_decision_and_the_other_keeper_does(
    held: tuple[UUID, UUID, UUID], council: Council
) -> None:
    _meeting_id, item_id, _case_id = held
    council.recuse(item_id, council.chair)
    with pytest.raises(NotFoundError):
        council.decide(item_id, by=council.chair)
    council.decide(item_id, by=council.secretary)


def test_a_meeting_is_opened_on_its_day_and_closed_when_all_is_done(
    council: Council, world: World
) -> None:
    later, keeper = council.plan(10), council.actor(council.secretary)
    with pytest.raises(RefusedError) as early, world.writing():
        meetings.begin(keeper, later, new())
    assert reason_of(early) == meetings.NOT_TODAY
    meeting_id = council.plan()
    item_id = council.put(meeting_id, council.case())
    council.begin(meeting_id)
    with pytest.raises(RefusedError) as left, world.writing():
        meetings.hold(keeper, meeting_id, new())
    assert reason_of(left) == meetings.ITEMS_LEFT
    council.decide(item_id)
    with world.writing():
        meetings.hold(keeper, meeting_id, new())
    assert council.meeting(meeting_id).state == "held"


def test_a_cancelled_meeting_frees_its_cases(council: Council, world: World) -> None:
    case_id, meeting_id = council.case(), council.plan(10)
    council.put(meeting_id, case_id)
    council.papers(meeting_id)
    with world.writing():
        meetings.cancel(council.actor(council.secretary), meeting_id, "Snow", new())
    assert not council.sees(council.members[1], case_id)
    council.put(council.plan(20), case_id)
