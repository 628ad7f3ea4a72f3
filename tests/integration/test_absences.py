"""Absences: the substitute gets what the person would, by their own rights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.clock import frozen
from casework.db import new_id
from casework.extensions import db
from casework.models import Absence, Case, Deadline, Message, User
from casework.queries import absences, desk
from casework.roles import Role
from casework.services import assigning
from casework.services.errors import RefusedError
from casework.services.people import absences as acts
from casework.services.people.absences import Plan
from casework.services.sweep import sweep
from tests.support.mailed import letters
from tests.support.pages import Page, read
from tests.support.smtp import SmtpServer
from tests.support.world import World

OFFICER, LEAD = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD
MONDAY = datetime(2031, 3, 10, 9, 0, tzinfo=UTC)
TODAY = date(2031, 3, 10)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Hold the clock: who is away depends on the day."""
    with frozen(MONDAY):
        yield


@pytest.fixture
def claire(world: World) -> UUID:
    """The officer who goes away."""
    return world.person(OFFICER, name="Claire")


@pytest.fixture
def wouter(world: World) -> UUID:
    """The officer who stands in."""
    return world.person(OFFICER, name="Wouter")


@pytest.fixture
def partner(world: World) -> UUID:
    """The lead of the organisation that the cases belong to."""
    return world.person(Role.PARTNER_LEAD, world.organisation(), name="Nora")


def case_of(world: World, partner: UUID, owner: UUID, *, restricted: bool = False) -> UUID:
    """Start a case, put it in somebody's charge, and have it wait for them."""
    organisation = next(iter(world.actor(partner).organisation_ids))
    case_id = world.start("sample", partner, organisation, title="Garden")
    with world.writing():
        case = db.session.get_one(Case, case_id)
        case.owner_id, case.restricted = owner, restricted
        if restricted:
            world.grant(partner, Role.PARTNER_LEAD, case=case_id)
            world.grant(owner, OFFICER, case=case_id)
    return case_id


def away(world: World, person: UUID, substitute: UUID, days: int = 4, start: int = 0) -> Absence:
    """Enter an absence as the person does."""
    first = TODAY + timedelta(days=start)
    with world.writing():
        user = db.session.get_one(User, person)
        plan = Plan(first, first + timedelta(days=days), substitute)
        return acts.enter(world.actor(person), user, plan)


def told(person: UUID, case_id: UUID) -> list[Message]:
    db.session.rollback()
    query = sa.select(Message).where(Message.recipient_id == person, Message.case_id == case_id)
    return list(db.session.scalars(query.order_by(Message.created_at, Message.id)))


def test_the_substitute_gets_the_mail_and_the_person_a_read_copy(
    world: World, claire: UUID, wouter: UUID, partner: UUID, smtp: SmtpServer
):
    case_id = case_of(world, partner, claire)
    away(world, claire, wouter)
    world.fire(case_id, "ask", partner)
    (copy,) = told(claire, case_id)
    assert copy.read_at is not None
    assert copy.mail_state == "none"
    (sent,) = told(wouter, case_id)
    assert (sent.read_at, sent.mail_state) == (None, "pending")
    address = db.session.get_one(User, wouter).email
    written = letters(smtp, address)[-1]
    assert "Instead of: Claire" in written
    assert "have a part in this case" in written
    assert letters(smtp, db.session.get_one(User, claire).email) == []
    assert "(for Claire)" in read(world.client(wouter), "/inbox").text
    assert "went to Wouter" in read(world.client(claire), "/inbox").text


def test_nobody_is_told_in_anothers_place_of_what_they_did_themselves(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    other = world.person(LEAD)
    case_id = case_of(world, partner, other)
    away(world, claire, wouter)
    with world.writing():
        assigning.assign(case_id, claire, world.actor(wouter), "k")
    assert told(wouter, case_id) == []
    (copy,) = told(claire, case_id)
    assert copy.mail_state == "none"


def test_before_and_after_the_absence_the_person_is_told(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    first, second = (case_of(world, partner, claire) for _ in range(2))
    away(world, claire, wouter, start=2, days=0)
    world.fire(first, "ask", partner)
    assert [m.mail_state for m in told(claire, first)] == ["pending"]
    with frozen(MONDAY + timedelta(days=3)):
        world.fire(second, "ask", partner)
        assert [m.mail_state for m in told(claire, second)] == ["pending"]
    assert told(wouter, first) + told(wouter, second) == []


def test_a_confidential_case_stays_hidden_from_the_substitute(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    lead, chair = world.person(LEAD), world.person(LEAD, name="Koen")
    case_id = case_of(world, partner, claire, restricted=True)
    with world.writing():
        world.grant(chair, LEAD, case=case_id)
    reference = world.case(case_id).reference
    friday = TODAY + timedelta(days=4)
    plan = {"first": TODAY.isoformat(), "last": friday.isoformat(), "substitute_id": str(wouter)}
    page = Page(world.client(claire).post(f"/people/{claire}/absences", data=plan))
    assert reference in page.text, "they are told beforehand"
    away(world, claire, wouter)
    world.fire(case_id, "ask", partner)
    assert told(wouter, case_id) == []
    assert told(lead, case_id) == []
    assert [(m.mail_state, m.read_at) for m in told(claire, case_id)] == [("pending", None)]
    (passed_on,) = told(chair, case_id)
    assert set(passed_on.params) <= {"event_id", "due", "partner_due", "instead_of"}


def test_calendar_and_feed_show_what_one_stands_in_for(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    case_id = case_of(world, partner, claire)
    world.fire(case_id, "ask", partner)
    due = db.session.scalars(sa.select(Deadline.due_at).where(Deadline.case_id == case_id)).first()
    assert due is not None
    browser, month = world.client(wouter), f"/calendar?month={due:%Y-%m}"
    made = browser.post("/account/calendar-feed", follow_redirects=True).text
    feed = made.split('value="http://127.0.0.1')[1].split('"')[0]
    reference = world.case(case_id).reference
    for stands_in in (False, True):
        if stands_in:
            away(world, claire, wouter, days=30)
        assert ("for Claire" in read(browser, month).text) is stands_in
        file = browser.get(feed).text.replace("\r\n ", "")
        assert (f"({reference}) · for Claire" in file) is stands_in
        db.session.rollback()


def test_reminders_and_desk_go_to_the_substitute(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    case_id = case_of(world, partner, claire)
    world.fire(case_id, "ask", partner)
    away(world, claire, wouter, days=30)
    actor = world.actor(wouter)
    theirs = absences.stood_in_for(actor, absences.away(TODAY))
    found = desk.tasks(actor, MONDAY, timedelta(days=60), theirs)
    mine = [t for t in found if t.case.id == case_id]
    assert mine
    assert {t.instead_of for t in mine} == {"Claire"}
    text = read(world.client(wouter), "/desk").text
    assert "for Claire" in text
    assert "You stand in for Claire" in text
    assert "Wouter gets what comes for you" in read(world.client(claire), "/desk").text
    db.session.rollback()
    due = db.session.scalars(sa.select(Deadline.due_at).where(Deadline.case_id == case_id)).first()
    assert due is not None
    with frozen(due + timedelta(hours=1)):
        sweep()
    reminders = [m for m in told(wouter, case_id) if m.kind in {"reminder", "escalation"}]
    assert reminders
    assert all(m.params["instead_of"] == str(claire) for m in reminders)


def test_a_chain_leads_to_whoever_is_there_and_a_loop_to_the_leads(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    third, lead = world.person(OFFICER, name="Third"), world.person(LEAD)
    away(world, claire, wouter)
    away(world, wouter, third)
    chained = case_of(world, partner, claire)
    world.fire(chained, "ask", partner)
    assert len(told(third, chained)) == 1
    assert told(wouter, chained) == []
    away(world, third, claire)
    looped = case_of(world, partner, claire)
    world.fire(looped, "ask", partner)
    assert [m.mail_state for m in told(claire, looped)] == ["pending"]
    assert len(told(lead, looped)) == 1
    assert told(wouter, looped) + told(third, looped) == []


def test_a_substitute_whose_account_is_closed_gets_nothing(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    lead = world.person(LEAD)
    case_id = case_of(world, partner, claire)
    away(world, claire, wouter)
    with world.writing():
        db.session.get_one(User, wouter).active = False
    world.fire(case_id, "ask", partner)
    assert told(wouter, case_id) == []
    assert len(told(lead, case_id)) == 1
    assert [m.mail_state for m in told(claire, case_id)] == ["pending"]


def test_overlapping_absences_are_refused_also_two_at_once(
    world: World, claire: UUID, wouter: UUID
):
    app = world.app
    start, outcomes = threading.Barrier(2), []

    def enter() -> None:
        with app.app_context(), frozen_here():
            start.wait()
            try:
                away(world, claire, wouter)
                outcomes.append("entered")
            except RefusedError:
                outcomes.append("refused")
            db.session.remove()

    def frozen_here():  # the clock is this process's own
        return frozen(MONDAY)

    db.session.rollback()
    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["entered", "refused"]
    sent = {"first": "2031-03-14", "last": "2031-03-20", "substitute_id": str(wouter)}
    answer = world.client(claire).post(f"/people/{claire}/absences", data=sent)
    assert answer.status_code == 422
    assert "There is an absence in these days already" in Page(answer).text
    assert Page(answer).form("last").fields["last"] == "2031-03-20"


def test_a_person_enters_and_ends_an_absence_on_their_account(
    world: World, claire: UUID, wouter: UUID, smtp: SmtpServer
):
    browser, path = world.client(claire), f"/people/{claire}/absences"
    assert path in read(browser, "/account").answer.get_data(as_text=True)
    sent = {"first": "2031-03-12", "last": "2031-03-14", "substitute_id": str(wouter)}
    preview = Page(browser.post(path, data=sent))
    assert "What this absence means" in preview.text
    assert absences.of_person(claire) == []
    fields = preview.form("seen").fields
    db.session.rollback()
    for _ in range(2):
        assert browser.post(path, data=fields).status_code == 303
    (row,) = absences.of_person(claire)
    db.session.rollback()
    address = db.session.get_one(User, wouter).email
    written = "".join(letters(smtp, address))
    assert "you get what would go to Claire" in written
    assert "this case" not in written, "it is about none"
    past = browser.post(path, data={**sent, "first": "2031-03-01"})
    assert past.status_code == 422
    backwards = browser.post(path, data={**sent, "first": "2031-04-12"})
    assert "before the first" in Page(backwards).text
    assert browser.post(f"{path}/{row.absence.id}/end").status_code == 303
    assert absences.of_person(claire) == [], "what was called off before it began never was"
    assert absences.away(date(2031, 3, 13)) == {}


def test_only_the_person_a_lead_or_an_administrator_enters_it(
    world: World, claire: UUID, wouter: UUID
):
    path = f"/people/{claire}/absences"
    assert world.client(wouter).get(path).status_code == 403
    lead = world.client(world.person(LEAD, name="Koen"))
    sent = {"first": "2031-03-12", "last": "2031-03-14", "substitute_id": str(wouter)}
    fields = Page(lead.post(path, data=sent)).form("seen").fields
    db.session.rollback()
    assert lead.post(path, data=fields).status_code == 303
    assert "entered by Koen" in read(world.client(claire), path).text
    assert "Your absence" in read(world.client(claire), "/inbox").text


def test_the_substitute_has_rights_of_the_same_kind(world: World, claire: UUID):
    finance, coach = world.person(Role.FINANCE), world.person(Role.COACH)
    lead = world.person(LEAD)
    offered = {key for key, _name in absences.candidates(world.actor(claire), MONDAY)}
    assert lead in offered
    assert not offered & {finance, coach, claire}
    own = world.organisation("Elsewhere")
    nora, samir = world.person(Role.PARTNER_LEAD, own), world.person(Role.PARTNER_SIGNATORY, own)
    offered = {key for key, _name in absences.candidates(world.actor(nora), MONDAY)}
    assert offered == {samir}
    with pytest.raises(RefusedError):
        away(world, claire, finance)
    sent = {"first": "2031-03-12", "last": "2031-03-14", "substitute_id": str(new_id())}
    assert world.client(claire).post(f"/people/{claire}/absences", data=sent).status_code == 422


def test_whoever_is_back_sees_what_went_to_the_substitute(
    world: World, claire: UUID, wouter: UUID, partner: UUID
):
    case_id = case_of(world, partner, claire)
    away(world, claire, wouter)
    world.fire(case_id, "ask", partner)
    with frozen(MONDAY + timedelta(days=6)):
        browser = world.client(claire)
        assert "While you were away" in read(browser, "/desk").text
        assert "went to Wouter" in read(browser, "/inbox?show=away").text
    with frozen(MONDAY + timedelta(days=60)):
        assert "While you were away" not in read(world.client(claire), "/desk").text
