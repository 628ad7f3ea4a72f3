"""Handing over everything of somebody who leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.clock import frozen
from casework.extensions import db
from casework.models import BackgroundWork, Case, Committee, Event, Grant, HandOver, Message, User
from casework.models.partner_project import Team
from casework.roles import Role
from casework.services import background_run, events
from casework.services.people import handing_over
from tests.support import crowd
from tests.support.pages import Page, read
from tests.support.world import World

OFFICER, LEAD, ADMINISTRATOR = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR
MONDAY = datetime(2031, 3, 10, 9, 0, tzinfo=UTC)
FRIDAY = "2031-03-14"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Hold the clock: accounts close with a day."""
    with frozen(MONDAY):
        yield


@pytest.fixture
def elif_(world: World) -> UUID:
    """The administrator of the house."""
    return world.person(ADMINISTRATOR, name="Elif")


@pytest.fixture
def claire(world: World) -> UUID:
    """The officer who leaves."""
    return world.person(OFFICER, name="Claire")


def cases_of(world: World, owner: UUID, number: int) -> list[UUID]:
    """Start cases and put them in somebody's charge."""
    own = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, own)
    found = [world.start("sample", partner, own, title=f"Garden {i}") for i in range(number)]
    with world.writing():
        db.session.execute(sa.update(Case).where(Case.id.in_(found)).values(owner_id=owner))
    return found


def followed(case_id: UUID, officer: UUID, coach: UUID | None = None) -> None:
    """Make a case one of the workflow that writes down who follows it."""
    case = db.session.get_one(Case, case_id)
    case.workflow_key, case.state = "partner_project", "co_creation"
    known = {"position": 1, "created_at": MONDAY, "updated_at": MONDAY}
    db.session.add(Team(case_id=case_id, officer_id=officer, coach_id=coach, **known))


def owners(case_ids: list[UUID]) -> set[UUID | None]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(Case.owner_id).where(Case.id.in_(case_ids))))


def assigned(case_ids: list[UUID]) -> int:
    query = sa.select(sa.func.count()).where(Event.case_id.in_(case_ids), Event.kind == "assigned")
    return db.session.scalar(query) or 0


def say_yes(browser: FlaskClient, person: UUID, **typed: str) -> Page:
    """Fill the form, look at the preview, say yes; return the page that it leads to."""
    path = f"/people/{person}/hand-over"
    fields = read(browser, path).form("reason").fields
    preview = Page(browser.post(path, data={**fields, "reason": "She leaves.", **typed}))
    answer = browser.post(f"{path}/yes", data=preview.form("reason").fields)
    assert answer.status_code == 303
    return Page(browser.get(answer.headers["Location"], follow_redirects=True))


def test_everything_is_named_previewed_and_handed_over_once(
    world: World, elif_: UUID, claire: UUID
):
    koen = world.person(LEAD, name="Koen")
    found = cases_of(world, claire, 3)
    browser, path = world.client(elif_), f"/people/{claire}/hand-over"
    page = read(browser, path)
    assert "Garden" not in page.text, "an administrator reads no case by that role"
    assert "Running deadlines" in page.text
    missing = browser.post(path, data={"reason": "x"})
    assert missing.status_code == 422
    fields = {**page.form("to").fields, "to": str(koen), "reason": "She leaves."}
    preview = Page(browser.post(path, data=fields))
    assert "Koen 3 by mail" in preview.text
    assert owners(found) == {claire}
    changing = Page(browser.post(path, data={**preview.form("to").fields, "change": "1"}))
    assert changing.form("reason").fields["reason"] == "She leaves."
    db.session.rollback()
    for _ in range(2):
        answer = browser.post(f"{path}/yes", data=preview.form("reason").fields)
        assert answer.status_code == 303
    result = Page(browser.get(answer.headers["Location"], follow_redirects=True))
    assert "Koen: 3 cases" in result.text
    assert owners(found) == {koen}
    assert assigned(found) == 3
    assert events.verify(found) == []
    told = list(db.session.scalars(sa.select(Message).where(Message.recipient_id == koen)))
    assert [m.template for m in told] == ["hand_over"], "told once, of all of them"
    assert "3 cases of Claire" in read(world.client(koen), "/inbox").text
    assert db.session.get_one(User, claire).active


def test_cases_get_another_coach_and_seats_are_named(world: World, elif_: UUID):
    idris, lotte = (world.person(Role.COACH, name=name) for name in ("Idris", "Lotte"))
    officer = world.person(OFFICER)
    named, plain = cases_of(world, officer, 2)
    with world.writing():
        followed(named, officer, idris)
        for case_id in (named, plain):
            world.grant(idris, Role.COACH, case=case_id)
        names = dict.fromkeys(("name_fr", "name_nl", "name_en"), "Jury")
        committee = Committee(kind="decision", prefix="CD", created_at=MONDAY, **names)
        db.session.add(committee)
        db.session.flush()
        chair = {"scope": "committee", "scope_id": committee.id, "starts_at": MONDAY}
        db.session.add(Grant(user_id=idris, role=Role.COMMITTEE_CHAIR, **chair))
    asked = read(world.client(elif_), f"/people/{idris}/hand-over").form("reason").fields
    assert "to" not in asked, "there is nothing to be put in charge of"
    page = say_yes(world.client(elif_), idris, to_coach=str(lotte))
    assert "As coach Lotte: 2 cases" in page.text
    held = sa.select(Grant.user_id).where(Grant.role == Role.COACH, Grant.scope == "case")
    db.session.rollback()
    assert set(db.session.scalars(held.where(Grant.ends_at.is_(None)))) == {lotte}
    assert db.session.scalar(sa.select(Team.coach_id)) == lotte
    assert "2 cases of Idris" in read(world.client(lotte), "/inbox").text
    left = read(world.client(elif_), f"/people/{idris}/hand-over")
    assert "Open cases as their coach 0" in left.text
    assert "Jury" in left.text


def test_the_record_that_names_the_officer_follows(world: World, elif_: UUID, claire: UUID):
    koen = world.person(LEAD, name="Koen")
    (case_id,) = cases_of(world, claire, 1)
    with world.writing():
        followed(case_id, claire)
    say_yes(world.client(elif_), claire, to=str(koen))
    assert owners([case_id]) == {koen}
    assert db.session.scalar(sa.select(Team.officer_id)) == koen
    given = sa.select(Grant).where(Grant.user_id == koen, Grant.scope == "case")
    assert [grant.ends_at for grant in db.session.scalars(given)] == [None], "given once"


def test_a_programme_may_have_a_recipient_of_its_own(world: World, elif_: UUID, claire: UUID):
    from casework import reference
    from casework.models import Programme

    with world.writing():
        reference.load()
    koen, bart = world.person(LEAD, name="Koen"), world.person(OFFICER, name="Bart")
    first, second = cases_of(world, claire, 2)
    with world.writing():
        programme = db.session.scalars(sa.select(Programme).order_by(Programme.number)).first()
        assert programme is not None
        key = programme.id
        db.session.get_one(Case, second).programme_id = key
    page = say_yes(world.client(elif_), claire, to=str(koen), **{f"to_{key}": str(bart)})
    assert "Koen: 1 case" in page.text
    assert "Bart: 1 case" in page.text
    assert (owners([first]), owners([second])) == ({koen}, {bart})


def test_a_case_that_the_recipient_may_not_see_is_refused_by_name(
    world: World, elif_: UUID, claire: UUID
):
    koen = world.person(LEAD, name="Koen")
    secret, plain = cases_of(world, claire, 2)
    with world.writing():
        db.session.get_one(Case, secret).restricted = True
        world.grant(claire, OFFICER, case=secret)
    reference = world.case(secret).reference
    page = say_yes(world.client(elif_), claire, to=str(koen))
    assert reference in page.text
    assert "cannot be in charge" in page.text
    assert owners([secret]) == {claire}
    assert owners([plain]) == {koen}


def test_work_that_was_broken_off_goes_on_and_doubles_nothing(
    world: World, elif_: UUID, claire: UUID
):
    koen = world.person(LEAD)
    found = cases_of(world, claire, 3)
    with world.writing():
        act = handing_over.begin(
            world.actor(elif_),
            db.session.get_one(User, claire),
            {"": str(koen)},
            None,
            "She leaves.",
            "key",
            "en",
        )
        work_id = act.work_id
    background_run.do_now(work_id)
    with world.writing():  # as if the worker had been killed before it said that it was done
        work = db.session.get_one(BackgroundWork, work_id)
        work.state, work.done, work.result = "waiting", 0, {}
    background_run.do_now(work_id)
    assert owners(found) == {koen}
    assert assigned(found) == 3
    told = sa.select(sa.func.count()).where(Message.recipient_id == koen)
    assert db.session.scalar(told) == 1


def test_the_account_closes_after_the_last_day(world: World, elif_: UUID, claire: UUID):
    koen = world.person(LEAD)
    cases_of(world, claire, 1)
    browser = world.client(elif_)
    page = say_yes(browser, claire, to=str(koen), closes_after=FRIDAY)
    assert "closes after" in page.text
    assert "closes after" in read(browser, f"/people/{claire}").text
    db.session.rollback()
    with frozen(MONDAY + timedelta(days=4, hours=8)):
        assert handing_over.close_due(MONDAY + timedelta(days=4, hours=8)) == 0
    later = MONDAY + timedelta(days=5)
    with frozen(later):
        assert handing_over.close_due(later) == 1
        assert handing_over.close_due(later) == 0
    assert not db.session.get_one(User, claire, populate_existing=True).active


def test_closing_is_called_off(world: World, elif_: UUID, claire: UUID):
    browser = world.client(elif_)
    say_yes(browser, claire, closes_after=FRIDAY)
    off = next(f.action for f in read(browser, f"/people/{claire}").forms if "call-off" in f.action)
    db.session.rollback()
    assert browser.post(off).status_code == 303
    assert browser.post(off).status_code == 404
    later = MONDAY + timedelta(days=5)
    db.session.rollback()
    with frozen(later):
        assert handing_over.close_due(later) == 0
    assert db.session.get_one(User, claire, populate_existing=True).active


def test_the_last_administrator_does_not_close(world: World, elif_: UUID):
    other = world.person(ADMINISTRATOR)
    browser = world.client(elif_)
    say_yes(browser, other, closes_after=FRIDAY)
    db.session.rollback()
    with world.writing():  # meanwhile the other has become the last one
        for grant in db.session.scalars(sa.select(Grant).where(Grant.user_id == elif_)):
            grant.ends_at = MONDAY
    later = MONDAY + timedelta(days=5)
    with frozen(later):
        assert handing_over.close_due(later) == 0
    assert db.session.get_one(User, other, populate_existing=True).active
    assert db.session.scalars(sa.select(HandOver.closed_at)).all() == [None]


def test_the_pages_ask_as_often_for_many_cases_as_for_one(world: World, elif_: UUID, claire: UUID):
    koen = world.person(LEAD)
    browser, path = world.client(elif_), f"/people/{claire}/hand-over"
    asked = []
    for number in (1, 5):
        cases_of(world, claire, number)
        db.session.remove()
        with crowd.statements(db.engine) as plan:
            assert browser.get(path).status_code == 200
        db.session.remove()
        with crowd.statements(db.engine) as preview:
            sent = {"to": str(koen), "reason": "She leaves."}
            assert browser.post(path, data=sent).status_code == 200
        asked.append((len(plan), len(preview)))
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 15


def test_only_administrators_hand_over(world: World, claire: UUID):
    lead = world.client(world.person(LEAD))
    assert lead.get(f"/people/{claire}/hand-over").status_code == 403
    assert lead.post(f"/people/{claire}/hand-over/yes", data={}).status_code == 403
