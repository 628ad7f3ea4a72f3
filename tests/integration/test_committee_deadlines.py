"""What a committee has to do by when: deadlines that follow its rows, told and foretold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.clock import frozen, now
from casework.extensions import db, house_day
from casework.models import Deadline, Mandate, Message, Reminder
from casework.roles import Role
from casework.services import cleaning, sweep
from casework.services.committees import bodies, due, meetings, minutes, seats, timed
from casework.services.committees.meetings import When
from casework.services.preview import Upcoming, upcoming
from tests.support.council import Council, names, new
from tests.support.timeline import statements
from tests.support.world import World


@pytest.fixture
def council(world: World) -> Council:
    return Council(world)


def of(rule: str) -> list[tuple[str, datetime]]:
    """Return the deadlines of a rule, oldest first: where each stands, and when it ends."""
    query = sa.select(Deadline.state, Deadline.due_at).where(Deadline.rule == rule)
    return [(row.state, row.due_at) for row in db.session.execute(query.order_by(Deadline.id))]


def foretold(why: str, days: int = 30) -> list[Upcoming]:
    db.session.rollback()
    return [u for u in upcoming(now() + timedelta(days=days)) if u.why == why]


def told(template: str) -> list[UUID]:
    query = sa.select(Message.recipient_id).where(Message.template == f"committee/{template}")
    return list(db.session.scalars(query))


def test_papers_are_foretold_follow_the_meeting_and_end_with_it(
    council: Council, world: World
) -> None:
    first, second = council.plan(12), council.plan(15)
    (one, other) = foretold("Papers are sent")
    assert (one.kind, one.reference) == ("move", council.meeting(first).number)
    assert other.at - one.at == timedelta(days=3)
    keeper, later = council.actor(council.secretary), now() + timedelta(days=20)
    with world.writing():
        meetings.move(keeper, first, When(later, later + timedelta(hours=1)), 1, new())
        meetings.cancel(keeper, second, "Nobody can come", new())
    assert [state for state, _ in of("papers")] == ["open", "cancelled"]
    assert [u.at for u in foretold("Papers are sent")] == [one.at + timedelta(days=8)]
    council.put(first, council.case())
    council.papers(first)
    assert [state for state, _ in of("papers")] == ["met", "cancelled"]
    assert foretold("Papers are sent") == []


def test_new_rules_move_what_is_to_be_sent(council: Council, world: World) -> None:
    council.plan(12)
    before = of("papers")[0][1]
    rules = replace(bodies.current_rules(council.id), papers_days=4)
    with world.writing():
        bodies.change_rules(council.actor(council.secretary), council.id, rules, new())
    assert of("papers")[0][1] - before == timedelta(days=3)


def test_minutes_are_asked_for_then_their_approval_and_each_is_told_once(
    council: Council, world: World
) -> None:
    meeting_id, keeper = council.plan(), council.actor(council.secretary)
    council.begin(meeting_id)
    with world.writing():
        meetings.hold(keeper, meeting_id, new())
    names_ = {name for u in foretold("Draft of the minutes") for name in u.recipients}
    assert names_ == {"Member 1", "Secretary"}
    with frozen(now() + timedelta(days=11)):
        sweep.sweep()
        sweep.sweep()
        assert sorted(told("minutes")) == sorted([council.chair, council.secretary])
        later = council.plan(5)
        with world.writing():
            minutes.write(keeper, meeting_id, "What was said.", 1, new())
        assert [state for state, _ in of("minutes")] == ["missed"]
        (approval,) = of("approval")
        assert house_day(approval[1]) == house_day(council.meeting(later).starts_at)
        assert len(foretold("Approval of the minutes")) == 2
    with frozen(now() + timedelta(days=16)):
        council.begin(later)
        with world.writing():
            minutes.approve(keeper, meeting_id, later, new())
        sweep.sweep()
    assert [state for state, _ in of("approval")] == ["met"]


def test_a_mandate_is_foretold_ends_with_its_last_day_and_follows_an_earlier_one(
    council: Council, world: World
) -> None:
    assert len(of("mandate")) == 7
    ahead = foretold("End of a mandate", 700)
    assert {u.audience for u in ahead} == {
        Role.COMMITTEE_MEMBER,
        Role.COMMITTEE_CHAIR,
        Role.COMMITTEE_SECRETARY,
    }
    assert any("Expert 1" in u.recipients for u in ahead)
    leaving = sa.select(Mandate.id).where(Mandate.user_id == council.members[4])
    mandate_id = db.session.scalars(leaving).one()
    with world.writing():
        founder = council.actor(council.lead)
        last = council.today + timedelta(days=100)
        seats.end(founder, mandate_id, last, "Has moved away", new())
    assert len(foretold("End of a mandate", 20)) == 3
    with frozen(now() + timedelta(days=102)):
        sweep.sweep()
    assert sorted(state for state, _ in of("mandate")) == ["met", *["open"] * 6]
    assert told("mandate").count(council.members[4]) == 1


def test_the_ethics_committee_owes_a_report_before_the_assembly(world: World) -> None:
    with frozen(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)):
        lead, chair = world.person(Role.PROGRAMME_LEAD), world.person(None, name="Chair")
        with world.writing():
            founder = world.actor(lead)
            committee_id = bodies.found(founder, "ethics", "CE", names("Ethics"), new())
            first = date(2026, 11, 1)
            bodies.name_officer(founder, committee_id, "chair", chair, first, new())
        running = due.report_due(committee_id)
        assert running is not None
        assert house_day(running.due_at) == date(2027, 5, 31)
        ends = running.due_at
        assert {u.what for u in foretold("Yearly report", 200)} == {"-30 d", "0 d"}
    with frozen(datetime(2027, 5, 20, 9, 0, tzinfo=UTC)):
        sweep.sweep()
        assert told("annual_report") == [chair]
        with world.writing():
            key = new()
            due.hand_in_report(world.actor(chair), committee_id, key)
            due.hand_in_report(world.actor(chair), committee_id, key)
        assert [state for state, _ in of("annual_report")] == ["met", "open"]
        assert of("annual_report")[1][1] - ends == timedelta(days=366)
        rules = bodies.current_rules(committee_id)
        for month in (0, 6):
            with world.writing():
                changed = replace(rules, report_month=month)
                bodies.change_rules(world.actor(lead), committee_id, changed, new())
        states = [state for state, _ in of("annual_report")]
        assert states == ["met", "cancelled", "open"]
        assert of("annual_report")[2][1] - ends == timedelta(days=396)


def test_the_page_shows_committees_to_who_founds_or_keeps_them_alone(
    council: Council, world: World
) -> None:
    council.plan(12)
    officer = world.person(Role.PROGRAMME_OFFICER)
    number = str(upcoming(now() + timedelta(days=30))[0].reference)
    for who, seen in ((council.lead, True), (officer, False)):
        page = world.client(who).get("/reminders").get_data(as_text=True)
        assert (number in page) is seen


def test_the_sweep_asks_no_more_for_many_that_are_due(council: Council, world: World) -> None:
    def counted() -> int:
        with frozen(now() + timedelta(days=640)), world.writing(), statements() as counts:
            assert timed.remind(council.id, now())
            db.session.flush()
            return counts.total()

    with world.writing():
        keep = sa.select(Deadline.id).where(Deadline.rule == "mandate").limit(1)
        few = list(db.session.scalars(keep))
        other = sa.update(Deadline).where(Deadline.rule == "mandate", Deadline.id.not_in(few))
        db.session.execute(other.values(state="stopped", stopped_at=now()))
    one = counted()
    with world.writing():
        waiting = sa.update(Deadline).where(Deadline.state == "stopped")
        db.session.execute(waiting.values(state="open", stopped_at=None))
    assert counted() == one
    assert len(told("mandate")) == 20  # three each of seven; the chair's own is told them once


def test_what_an_earlier_version_wrote_gets_its_deadlines(council: Council, world: World) -> None:
    council.plan(12)
    with world.writing():
        ours = sa.select(Deadline.id).where(Deadline.committee_id == council.id)
        db.session.execute(sa.delete(Reminder).where(Reminder.deadline_id.in_(ours)))
        db.session.execute(sa.delete(Deadline).where(Deadline.committee_id == council.id))
    for _ in range(2):
        cleaning.clean(now())
        assert (len(of("papers")), len(of("mandate"))) == (1, 7)


def test_a_meeting_without_papers_opens_all_the_same(council: Council, world: World) -> None:
    meeting_id = council.plan()
    assert timed.papers_due(now()) == []  # nothing is on its agenda
    council.begin(meeting_id)
    assert [state for state, _ in of("papers")] == ["missed"]
