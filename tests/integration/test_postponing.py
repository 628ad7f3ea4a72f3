"""An officer gives a deadline another date, with a reason; the reminders move with it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.clock import frozen
from casework.extensions import db
from casework.models import Deadline, Event, Message, Reminder
from casework.roles import Role
from casework.services import events
from tests.support.world import World

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def running(case_id: UUID, rule: str) -> Deadline:
    db.session.rollback()
    query = sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.rule == rule)
    return db.session.scalars(query.where(Deadline.state == "open")).one()


@pytest.fixture
def asked(app: Flask, world: World) -> tuple[UUID, UUID, UUID]:
    """A request that was asked back about, with its partner and its officer."""
    organisation = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, organisation)
    officer = world.person(Role.PROGRAMME_OFFICER)
    with frozen(MONDAY):
        case = world.start("sample", partner, organisation, title="A new roof")
        world.fire(case, "ask", partner)
        world.fire(case, "question", officer, reason="Which roof?")
    return case, partner, officer


def test_the_deadline_its_reminders_and_its_partner_follow(
    world: World, asked: tuple[UUID, UUID, UUID]
) -> None:
    case, partner, officer = asked
    deadline = running(case, "reply")
    address = f"/cases/{world.case(case).reference}/deadlines/{deadline.id}"
    with frozen(MONDAY):
        browser = world.client(officer)
        late = browser.post(
            address, data={"due": "2026-11-22", "reason": "They are ill.", "once": "a"}
        )
        assert late.status_code == 422
        for _ in range(2):  # sent twice, done once
            sent = browser.post(
                address, data={"due": "2027-01-29", "reason": "Their roofer is ill.", "once": "b"}
            )
            assert sent.status_code == 303
    moved = running(case, "reply")
    assert moved.due_at == datetime(2027, 1, 29, 22, 59, 59, tzinfo=UTC)
    ends = {
        r.rule: r.at
        for r in db.session.scalars(sa.select(Reminder).where(Reminder.deadline_id == moved.id))
    }
    assert ends["-5 d"].date().isoformat() == "2027-01-24"
    kinds = list(db.session.scalars(sa.select(Event.kind).where(Event.case_id == case)))
    assert kinds.count("deadline_moved") == 1
    told = db.session.scalars(sa.select(Message).where(Message.recipient_id == partner)).all()
    assert [m.template for m in told].count("words") == 1
    assert events.verify([case]) == []


def test_neither_partners_nor_other_staff_move_it(
    world: World, asked: tuple[UUID, UUID, UUID]
) -> None:
    case, partner, _officer = asked
    finance = world.person(Role.FINANCE)
    deadline = running(case, "reply")
    address = f"/cases/{world.case(case).reference}/deadlines/{deadline.id}"
    typed = {"due": "2027-01-29", "reason": "Their roofer is ill.", "once": "a"}
    with frozen(MONDAY):
        assert world.client(partner).post(address, data=typed).status_code == 404
        assert world.client(finance).post(address, data=typed).status_code == 403
    assert running(case, "reply").due_at == datetime(2026, 12, 13, 22, 59, 59, tzinfo=UTC)
