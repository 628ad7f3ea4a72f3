"""The label's deadlines as they run: lengths of the scheme, dues, closing, the network's mails."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from casework.clock import frozen, now
from casework.extensions import db, house_day
from casework.models import Deadline, Message, User
from casework.models.label_audit import Certificate, Due, Membership
from casework.models.referential import Scheme
from casework.services import deadlines, house, preview
from casework.services.labels import watching
from casework.services.sweep import sweep
from tests.support.council import Council
from tests.support.label_audit import MOTIVE, Audit, enrol
from tests.support.world import World

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def audit(world: World) -> Audit:
    with frozen(MARCH):
        return Audit.engaged(world)


def last_day(audit: Audit, rule: str) -> date:
    db.session.expire_all()
    query = sa.select(Deadline).where(Deadline.case_id == audit.case_id, Deadline.rule == rule)
    found = db.session.scalars(query.order_by(Deadline.occurrence.desc())).first()
    assert found is not None
    return house_day(found.due_at - timedelta(seconds=1))


def told(template: str) -> list[Message]:
    db.session.expire_all()
    query = sa.select(Message).where(Message.template == f"label/{template}")
    return list(db.session.scalars(query.order_by(Message.created_at)))


def swept(day: date) -> None:
    with frozen(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)):
        sweep()
        watching.tell_due(now())


def test_the_scheme_says_how_long_one_may_reply_and_appeal(audit: Audit) -> None:
    with audit.world.writing():
        scheme = db.session.scalars(sa.select(Scheme)).one()
        scheme.terms = {**scheme.terms, "reply_days": 20, "appeal_days": 10}
    with frozen(MARCH):
        Council(audit.world, letters="CL", kind="label")
        audit.to_draft()
        assert last_day(audit, "reply") == date(2026, 3, 22)
        audit.save("reply", "member", text="We agree with all of it.")
        audit.fire("finalise_report", "auditor")
        audit.fire("to_committee")
        audit.fire("refuse", motive=MOTIVE, next_audit_on=house_day())
        assert last_day(audit, "appeal") == last_day(audit, "closing") == date(2026, 3, 12)
    swept(date(2026, 3, 12))
    assert audit.state == "not_labelled"
    swept(date(2026, 3, 13))
    assert audit.state == "closed"


def test_recommendations_are_followed_up_after_a_cycle_without_a_label(audit: Audit) -> None:
    with frozen(MARCH):
        Council(audit.world, letters="CL", kind="label")
        audit.to_audit()
        audit.say_all("auditor", "auditor", JUR_01="not_met")
        due = house_day() + timedelta(days=300)
        row = audit.save(
            "recommendations", "auditor", text_fr="Revoir.", priority="high", due_on=due
        )
        audit.save("report", "auditor", context="x", conclusion="y", no_good_practices=True)
        audit.fire("issue_draft", "auditor")
        audit.save("reply", "member", text="We shall do all of it.")
        audit.fire("finalise_report", "auditor")
        audit.fire("to_committee")
        audit.fire("refuse", motive=MOTIVE, next_audit_on=house_day())
    swept(date(2026, 6, 1))
    assert audit.state == "closed"
    appeal = sa.select(Deadline.state).where(Deadline.rule == "appeal")
    assert db.session.scalars(appeal).all() == ["cancelled"], "a right not used is nobody's task"
    assert audit.world.case(audit.case_id).partner_due_at == house.calendar().end_of_day(due)
    member = audit.world.client(audit.people["member"])
    case = f"/cases/{audit.world.case(audit.case_id).reference}"
    for day, said in ((due, "Next date:"), (due + timedelta(days=1), "Overdue since:")):
        with frozen(datetime.combine(day, time(9), UTC)):
            assert said in member.get(case).text
    with frozen(datetime(2026, 6, 2, 9, tzinfo=UTC)):
        audit.save("follow_up", "member", row, owner="Ann", progress="done", reply="Done.")
        audit.save("rechecks", "officer", row, outcome="closed", checked_on=house_day())
    followed = sa.select(Deadline.state).where(Deadline.rule == "recommendation_due")
    assert db.session.scalars(followed).all() == ["met"]


def test_dues_unpaid_for_sixty_days_propose_a_suspension_once(audit: Audit) -> None:
    with frozen(MARCH):
        Council(audit.world, letters="CL", kind="label")
        audit.to_committee()
        audit.fire("award", motive=MOTIVE)
        due = audit.owe(date(2026, 3, 31))
        with audit.world.writing():
            deadlines.follow_dates(sa.true(), MARCH)
    for number, paid in ((31, True), (32, False)):
        with frozen(MARCH.replace(day=1) + timedelta(days=number - 1)):
            assert audit.facts.dues_paid is paid, "its last day is still time to pay"
    for day in (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 30)):
        swept(day)
    proposals = sa.select(Message).where(Message.template == "transition/propose_suspension/0")
    assert db.session.scalars(proposals).all() == []
    swept(date(2026, 5, 31))
    swept(date(2026, 6, 1))
    assert audit.state == "labelled"
    people = {m.recipient_id for m in db.session.scalars(proposals)}
    assert people == {audit.people["officer"], audit.people["finance"]}
    reference = audit.world.case(audit.case_id).reference
    with frozen(datetime(2026, 6, 1, 10, tzinfo=UTC)):
        page = audit.world.client(audit.people["officer"]).get(f"/cases/{reference}")
        assert "suspension proposed" in page.get_data(as_text=True)
    assert told("dues") == [], "what its case tells is not told twice"
    assert db.session.get_one(Due, due).told == ""


def test_the_network_is_watched_beside_all_cases(audit: Audit) -> None:
    with frozen(MARCH):
        owed = audit.owe(date(2026, 2, 1))
        audit.certify("second", date(2026, 4, 20))
        gone = enrol(audit.world, audit.world.organisation("No member any more"))
        with audit.world.writing():
            db.session.get_one(Membership, gone).share_until = date(2025, 12, 31)
            first = sa.select(Certificate).where(
                Certificate.user_id == audit.people["second"],
                Certificate.valid_until > date(2026, 4, 20),
            )
            db.session.delete(db.session.scalars(first).one())
    with frozen(datetime(2026, 2, 10, 7, tzinfo=UTC)):
        coming = [u for u in preview.upcoming(date(2026, 3, 3)) if u.place]
        shown = audit.world.client(audit.people["officer"]).get("/reminders?until=2026-03-03").text
    assert "Members to be audited: 1" in shown
    foretold = Counter(
        (house_day(u.at), person)
        for u in coming
        for person in (db.session.scalars(sa.select(User.id).where(User.name.in_(u.recipients))))
    )
    swept(date(2026, 2, 10))
    assert [m.params["number"] for m in told("overdue")] == [1]
    assert told("overdue")[0].recipient_id == audit.people["officer"]
    assert {m.recipient_id for m in told("dues")} == {audit.people["finance"]}
    assert {m.recipient_id for m in told("own_dues")} == {audit.people["member"]}
    assert told("certificate") == []
    for day in (date(2026, 2, 19), date(2026, 2, 20), date(2026, 3, 1), date(2026, 3, 3)):
        swept(day)
        swept(day)
    assert len(told("overdue")) == 2
    assert len(told("certificate")) == len(told("own_certificate")) == 1
    assert len(told("dues")) == 2  # on the day and 30 days on
    network = sa.select(Message).where(Message.template.like("label/%"))
    sent = [(house_day(m.created_at), m.recipient_id) for m in db.session.scalars(network)]
    assert Counter(sent) == foretold, "what will be sent is what was sent"
    officer = audit.world.client(audit.people["officer"])
    page = officer.get("/inbox").get_data(as_text=True)
    for words in ("Members to be audited: 1", "certificate of Bea Auditor ends on 20 April 2026"):
        assert words in page
    second = audit.world.client(audit.people["second"])
    assert "Your auditor’s certificate" in second.get("/inbox").get_data(as_text=True)
    with audit.world.writing():
        db.session.get_one(Due, owed).paid_on = date(2026, 3, 4)
    swept(date(2026, 4, 30))
    assert len(told("dues")) == 2
    with frozen(datetime(2026, 4, 30, 10, tzinfo=UTC)):
        assert watching.tell_due(datetime(2026, 4, 30, 10, tzinfo=UTC)) == 0
