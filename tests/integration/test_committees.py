"""A committee at work: seats, agendas, papers, interests, votes, decisions, minutes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework.clock import frozen, now
from casework.committees.voting import Count
from casework.extensions import db
from casework.models import (
    Case,
    Decision,
    Draw,
    Event,
    Grant,
    Mandate,
    Meeting,
    MeetingItem,
    Message,
    MinutesVersion,
    Poll,
    User,
)
from casework.roles import Role
from casework.services import sweep
from casework.services.committees import (
    agenda,
    attendance,
    bodies,
    common,
    deciding,
    interests,
    meetings,
    minutes,
    opinions,
    polls,
    seats,
    timed,
)
from casework.services.committees.bodies import Rules
from casework.services.committees.meetings import When
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.outbox import inbox
from tests.support.council import Council, new
from tests.support.world import World

YES, NO = "yes", "no"


def reason_of(error: pytest.ExceptionInfo[RefusedError]) -> str:
    (reason,) = error.value.reasons
    return reason.message


@pytest.fixture
def council(world: World) -> Council:
    return Council(world)


@pytest.fixture
def held(council: Council) -> tuple[UUID, UUID, UUID]:
    """A meeting that is open with everybody there: the meeting, an item, its case."""
    case_id, meeting_id = council.case(), council.plan()
    item_id = council.put(meeting_id, case_id)
    council.begin(meeting_id)
    return meeting_id, item_id, case_id


# Seats


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


# Agenda, papers, sight


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


# Interests


def test_a_recusal_takes_the_case_away_and_hides_what_was_said_of_it(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    meeting_id, item_id, case_id = held
    council.papers(meeting_id)
    member = council.members[3]
    with world.writing():
        world.case(case_id).title = "Unmistakable"
        db.session.add(_told(member, case_id))
    assert "Unmistakable" in _inbox(council, member)
    council.recuse(item_id, member)
    assert not council.sees(member, case_id)
    assert "Unmistakable" not in _inbox(council, member)
    assert council.room(meeting_id).quorum(case_id).base == 4
    assert member not in {p.user_id for p in council.room(meeting_id).voters(case_id)}


def _told(member: UUID, case_id: UUID) -> Message:
    return Message(
        recipient_id=member,
        case_id=case_id,
        occasion="a test",
        kind="case_moved",
        template="words",
        params={"subject": "News", "line": "News of “%(title)s”."},
        created_at=now(),
        mail_state="none",
        mail_message_id="<a-test@example.org>",
    )


def _inbox(council: Council, person: UUID) -> str:
    page = inbox.page(council.actor(person), "en", now())
    return " ".join(f"{e.words.subject} {e.words.line}" for e in page.entries)


def test_a_known_tie_asks_first_and_shows_nothing_until_it_is_answered(
    council: Council, world: World
) -> None:
    tied = council.members[2]
    with world.writing():
        world.grant(tied, Role.PARTNER_CONTRIBUTOR, council.organisation)
        db.session.execute(
            sa.update(Grant)
            .where(Grant.user_id == tied, Grant.scope == "organisation")
            .values(ends_at=now())
        )
    case_id, meeting_id = council.case(), council.plan(10)
    item_id = council.put(meeting_id, case_id)
    council.papers(meeting_id)
    assert not council.sees(tied, case_id)
    assert council.sees(council.members[1], case_id)
    with world.writing():
        agenda.dismiss_tie(
            council.actor(council.secretary), item_id, tied, "Left ten years ago.", new()
        )
    assert council.sees(tied, case_id)


def test_a_member_answers_no_tie_of_their_own(council: Council, world: World) -> None:
    case_id, meeting_id = council.case(), council.plan(10)
    item_id = council.put(meeting_id, case_id)
    with pytest.raises(ForbiddenError):
        interests.dismiss(council.actor(council.chair), item_id, council.chair, "Nothing.", new())
    outsider = world.actor(world.person(Role.PROGRAMME_OFFICER))
    with pytest.raises(NotFoundError):
        interests.declare(outsider, item_id, "Mine.", new())


# Attendance and quorum


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


# Votes


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


# Decisions


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


# Opinions and minutes


def test_opinions_are_for_members_who_see_the_file(council: Council, world: World) -> None:
    case_id, meeting_id = council.case(), council.plan(10)
    item_id = council.put(meeting_id, case_id)
    member = council.members[2]
    with pytest.raises(NotFoundError):  # before the papers
        opinions.give(council.actor(member), item_id, "for", "", new())
    council.papers(meeting_id)
    with world.writing():
        opinions.give(council.actor(member), item_id, "for", "A good one.", new())
        opinions.give(council.actor(member), item_id, "against", "No.", new())
    council.recuse(item_id, council.members[3])
    with pytest.raises(NotFoundError):
        opinions.give(council.actor(council.members[3]), item_id, "for", "", new())


def test_minutes_say_what_happened_and_are_approved_by_a_later_meeting(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    meeting_id, item_id, case_id = held
    council.recuse(item_id, council.members[3])
    council.note(meeting_id, {council.members[4]: "absent"})
    council.decide(item_id)
    keeper = council.actor(council.secretary)
    with world.writing():
        meetings.hold(keeper, meeting_id, new())
    text = db.session.scalars(
        sa.select(MinutesVersion.text).where(MinutesVersion.meeting_id == meeting_id)
    ).one()
    assert "Recused: Member 4." in text
    assert "Absent: Expert 1, Expert 2, Member 5." in text
    assert "Decided by consensus: Decline." in text
    assert world.case(case_id).reference in text
    with pytest.raises(RefusedError), world.writing():
        minutes.approve(keeper, meeting_id, meeting_id, new())
    with world.writing():
        minutes.write(keeper, meeting_id, text + "\nAdded.", 1, new())
    with pytest.raises(RefusedError) as changed, world.writing():
        minutes.write(keeper, meeting_id, "Other", 1, new())
    assert reason_of(changed) == minutes.CHANGED
    later = council.plan()
    council.begin(later)
    with world.writing():
        minutes.approve(keeper, meeting_id, later, new())
    with pytest.raises(RefusedError) as approved, world.writing():
        minutes.write(keeper, meeting_id, "Other", 2, new())
    assert reason_of(approved) == minutes.APPROVED


def test_minutes_of_a_restricted_case_hold_nothing_of_its_content(
    council: Council, world: World
) -> None:
    secret, meeting_id = council.case("Zebrafish quokka", restricted=True), council.plan()
    with world.writing():
        world.grant(council.secretary, Role.COMMITTEE_SECRETARY, case=secret)
    item_id = council.put(meeting_id, secret)
    council.begin(meeting_id)
    council.decide(item_id, motive="The zebrafish is not ours to keep.")
    with world.writing():
        meetings.hold(council.actor(council.secretary), meeting_id, new())
    last = minutes.newest(meeting_id)
    decision = db.session.scalars(sa.select(Decision)).one()
    assert last is not None
    for text in (last.text, decision.canonical):
        assert world.case(secret).reference in text
        assert "ebrafish" not in text


# Invitations


def test_an_invitation_keeps_its_uid_and_follows_the_date(council: Council, world: World) -> None:
    from icalendar import Calendar

    from casework.services.outbox.committees import invitation

    meeting_id = council.plan(10)
    seen = council.meeting(meeting_id)
    start = now() + timedelta(days=12)
    with world.writing():
        meetings.move(
            council.actor(council.secretary),
            meeting_id,
            When(start, start + timedelta(hours=1), "Liège"),
            seen.version,
            new(),
        )
    with world.writing():
        meetings.cancel(council.actor(council.secretary), meeting_id, "Snow", new())
    rows = db.session.scalars(
        sa.select(Message)
        .where(Message.recipient_id == council.chair, Message.kind == "committee")
        .order_by(Message.created_at)
    ).all()
    assert [m.template for m in rows] == [
        "committee/planned",
        "committee/moved",
        "committee/cancelled",
    ]
    read = [
        Calendar.from_ical(invitation(m.params, "Committee", "a@b.example", now())) for m in rows
    ]
    events = [calendar.walk("VEVENT")[0] for calendar in read]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [str(event["sequence"]) for event in events] == ["0", "1", "2"]
    assert str(events[1]["location"]) == "Liège"
    assert [str(calendar["method"]) for calendar in read] == ["REQUEST", "REQUEST", "CANCEL"]


def test_every_act_is_safe_to_send_twice(council: Council, world: World) -> None:
    key, when = uuid4().hex, When(now() + timedelta(days=1), now() + timedelta(days=2))
    ids: set[Any] = set()
    for _ in range(2):
        with world.writing():
            ids.add(meetings.plan(council.actor(council.secretary), council.id, when, key))
    assert len(ids) == db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
