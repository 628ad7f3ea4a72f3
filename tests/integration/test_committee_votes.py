"""Votes: whose count, open and secret, ties, and what undoes them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from casework.committees.voting import Count
from casework.extensions import db
from casework.models import Decision, Poll
from casework.services.committees import deciding, polls
from casework.services.errors import ForbiddenError, RefusedError
from tests.support.council import Council, new, reason_of
from tests.support.world import World

YES, NO = "yes", "no"


def test_votes_that_do_not_count_are_refused_each_with_its_reason(
    held: tuple[UUID, UUID, UUID], council: Council, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    meeting_id, item_id, _case_id = held
    recused, absent = council.members[3:5]
    council.recuse(item_id, recused)
    council.note(meeting_id, {absent: "absent"})
    poll_id = council.poll(item_id)
    stranger = world.person(None, name="Stranger")
    for who, why in (
        (recused, "%(name)s is recused from this item."),
        (absent, "%(name)s is absent."),
        (stranger, "%(name)s has no mandate on the day of the meeting."),
        (council.experts[0], "%(name)s sits in a college that does not vote."),
    ):
        caplog.clear()
        with pytest.raises(RefusedError) as refused:
            council.cast(poll_id, {who: YES})
        assert reason_of(refused) == why
        said: list[Any] = [record.msg for record in caplog.records]
        (line,) = [m for m in said if isinstance(m, dict) and m["event"] == "committee.refused"]
        assert (line["reason"], line["user"]) == (why, str(who))
    with pytest.raises(ForbiddenError):
        council.cast(poll_id, {council.members[1]: YES}, by=council.members[2])


def test_an_open_vote_is_kept_name_by_name_and_may_be_changed_until_it_is_closed(
    held: tuple[UUID, UUID, UUID], council: Council
) -> None:
    _meeting_id, item_id, case_id = held
    poll_id = council.poll(item_id)
    a, b, c, d, _e = council.members
    council.cast(poll_id, {a: NO}, by=a)
    council.cast(poll_id, {a: YES, b: YES, c: NO, d: "abstain"})
    assert council.close(poll_id)
    with pytest.raises(RefusedError) as late:
        council.cast(poll_id, {b: NO})
    assert reason_of(late) == polls.POLL_CLOSED
    decision = db.session.get_one(Decision, council.decide(item_id, method="vote"))
    said = json.loads(decision.canonical)
    choices = {UUID(b["id"]): b["choice"] for b in said["vote"]["ballots"]}
    assert choices == {a: YES, b: YES, c: NO, d: "abstain"}
    assert council.world.case(case_id).state == "declined"


def test_of_a_secret_ballot_only_the_count_is_kept(
    held: tuple[UUID, UUID, UUID], council: Council
) -> None:
    _meeting_id, item_id, _case_id = held
    poll_id = council.poll(item_id, secret=True)
    a, b, c, *_rest = council.members
    with pytest.raises(RefusedError) as written:
        council.cast(poll_id, {a: YES})
    assert reason_of(written) == polls.ONLY_SELF
    for who, said in ((a, YES), (b, YES), (c, NO)):
        council.cast(poll_id, {who: said}, by=who)
    with pytest.raises(RefusedError) as again:
        council.cast(poll_id, {a: NO}, by=a)
    assert reason_of(again) == polls.VOTED
    assert {ballot.choice for ballot in polls.ballots(poll_id)} == {None}
    assert council.close(poll_id)
    decision = db.session.get_one(Decision, council.decide(item_id, method="vote"))
    vote = json.loads(decision.canonical)["vote"]
    assert (vote["yes"], vote["no"], "ballots" in vote) == (2, 1, False)


def test_a_paper_ballot_counts_no_more_than_there_are_voters(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    _meeting_id, item_id, _case_id = held
    poll_id, keeper = council.poll(item_id, secret=True), council.actor(council.secretary)
    with pytest.raises(RefusedError) as many, world.writing():
        polls.count(keeper, poll_id, Count(4, 2), new())
    assert reason_of(many) == polls.TOO_MANY
    with world.writing():
        polls.count(keeper, poll_id, Count(3, 1, 1), new())
    assert council.close(poll_id)


def test_the_chairs_vote_breaks_a_tie(held: tuple[UUID, UUID, UUID], council: Council) -> None:
    _meeting_id, item_id, _case_id = held
    chair, b, c, d, _e = council.members
    lost = council.poll(item_id)
    council.cast(lost, {chair: NO, b: YES, c: YES, d: NO})
    assert not council.close(lost)
    with pytest.raises(RefusedError) as refused:
        council.decide(item_id, method="vote")
    assert reason_of(refused) == deciding.NOT_CARRIED
    won = council.poll(item_id)
    council.cast(won, {chair: YES, b: YES, c: NO, d: NO})
    assert council.close(won)


def test_a_recusal_undoes_a_vote_in_which_that_person_took_part(
    held: tuple[UUID, UUID, UUID], council: Council
) -> None:
    _meeting_id, item_id, case_id = held
    poll_id = council.poll(item_id)
    council.cast(poll_id, dict.fromkeys(council.members, YES))
    assert council.close(poll_id)
    council.recuse(item_id, council.members[2])
    with pytest.raises(RefusedError) as refused:
        council.decide(item_id, method="vote")
    assert reason_of(refused) == deciding.NOT_CARRIED
    assert db.session.get_one(Poll, poll_id).carried is None
    assert council.world.case(case_id).state == "deliberation"
