"""An organisation's lead sees to its own people; the cases are the organisation's."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.clock import now
from casework.extensions import db
from casework.models import Grant, MailedLink, Organisation, User
from casework.roles import Role
from casework.services import organisations_people as people
from casework.services.errors import ForbiddenError, RefusedError
from tests.support.mailed import letters
from tests.support.pages import read
from tests.support.smtp import SmtpServer
from tests.support.world import World

LEAD, CONTRIBUTOR, SIGNATORY = (
    Role.PARTNER_LEAD,
    Role.PARTNER_CONTRIBUTOR,
    Role.PARTNER_SIGNATORY,
)


def browser_of(world: World, person: UUID) -> FlaskClient:
    db.session.rollback()  # the test lets go of the database before somebody else signs in
    return world.client(person)


def organisation(key: UUID) -> Organisation:
    return db.session.get_one(Organisation, key, populate_existing=True)


def roles(person: UUID, place: UUID) -> set[str]:
    return {g.role for g, u in people.people(place) if u.id == person}


def grant_of(person: UUID) -> UUID:
    return db.session.scalars(sa.select(Grant.id).where(Grant.user_id == person)).one()


def test_who_leaves_no_longer_sees_the_case_and_the_case_stays(world: World) -> None:
    own = world.organisation()
    lead = world.person(LEAD, own)
    helper = world.person(CONTRIBUTOR, own)
    case = world.start("sample", helper, own, title="Garden")
    address = f"/cases/{world.case(case).reference}"
    assert browser_of(world, helper).get(address).status_code == 200
    left = browser_of(world, helper).post(f"/organisations/{own}/leave", data={"sure": "yes"})
    assert left.status_code == 303
    assert browser_of(world, helper).get(address).status_code == 404
    assert browser_of(world, lead).get(address).status_code == 200
    assert world.case(case).organisation_id == own


def test_the_only_lead_stays_until_somebody_else_leads(world: World) -> None:
    own = world.organisation()
    lead = world.person(LEAD, own)
    closed = world.person(LEAD, own)
    with world.writing():
        db.session.get_one(User, closed).active = False
    for act in (
        lambda: people.leave(world.actor(lead), organisation(own)),
        lambda: people.end_role(world.actor(lead), organisation(own), grant_of(lead)),
        lambda: people.change_role(
            world.actor(lead), organisation(own), grant_of(lead), CONTRIBUTOR
        ),
    ):
        with pytest.raises(RefusedError), world.writing():
            act()
    page = browser_of(world, lead).post(
        f"/organisations/{own}/leave", data={"sure": "yes"}, follow_redirects=True
    )
    assert "name another one first" in page.text
    assert roles(lead, own) == {LEAD}


def test_handing_over_makes_another_the_lead_and_keeps_the_chosen_role(world: World) -> None:
    own, other = world.organisation(), world.organisation("Une Autre Maison")
    lead = world.person(LEAD, own)
    with world.writing():
        world.grant(lead, LEAD, other)
    helper = world.person(CONTRIBUTOR, own)
    stranger = world.person(LEAD, other)
    browser = browser_of(world, lead)
    place = f"/organisations/{own}/hand-over"
    assert browser.post(place, data={"user_id": str(stranger), "then": ""}).status_code == 422
    assert browser.post(place, data={"user_id": "nonsense", "then": "lion"}).status_code == 422
    sent = browser.post(place, data={"user_id": str(helper), "then": str(SIGNATORY)})
    assert sent.status_code == 303
    assert roles(helper, own) == {LEAD, CONTRIBUTOR}
    assert roles(lead, own) == {SIGNATORY}
    assert roles(lead, other) == {LEAD}, "a person may belong to several organisations"
    assert browser.post(place, data={"user_id": str(helper), "then": ""}).status_code == 403


def test_a_lead_changes_a_role_and_a_contributor_does_not(world: World) -> None:
    own = world.organisation()
    lead, helper = world.person(LEAD, own), world.person(CONTRIBUTOR, own)
    place = f"/organisations/{own}/people/{grant_of(helper)}/change"
    assert browser_of(world, helper).post(place, data={"role": str(LEAD)}).status_code == 403
    assert roles(helper, own) == {CONTRIBUTOR}
    assert browser_of(world, lead).post(place, data={"role": "programme_lead"}).status_code == 303
    assert roles(helper, own) == {CONTRIBUTOR}
    assert browser_of(world, lead).post(place, data={"role": str(SIGNATORY)}).status_code == 303
    assert roles(helper, own) == {SIGNATORY}
    with pytest.raises(ForbiddenError), world.writing():
        people.add_person(
            world.actor(helper), organisation(own), "X", "x@example.org", CONTRIBUTOR, "en"
        )


def test_whoever_is_added_is_invited_once(world: World) -> None:
    own = world.organisation()
    lead = world.person(LEAD, own)
    data = {"name": "Zoé", "email": "Zoe@Example.org", "role": str(LEAD), "language": "fr"}
    browser = browser_of(world, lead)
    for _ in range(2):
        assert browser.post(f"/organisations/{own}/people", data=data).status_code == 303
    zoe = db.session.scalars(sa.select(User).where(User.email == "zoe@example.org")).one()
    assert roles(zoe.id, own) == {LEAD}
    links = sa.select(sa.func.count()).where(MailedLink.user_id == zoe.id)
    assert db.session.scalar(links) == 1
    assert own in world.actor(zoe.id).organisation_ids


def test_a_partner_who_types_a_known_address_learns_nothing_of_whose_it_is(
    world: World, smtp: SmtpServer
) -> None:
    own = world.organisation("Terre en Commun")
    lead = world.person(LEAD, own, name="Lea")
    stranger = world.person(CONTRIBUTOR, world.organisation("Elsewhere"), name="Secret Name")
    with world.writing():
        user = db.session.get_one(User, stranger)
        user.joined_at, address = now(), user.email
        db.session.get_one(User, lead).joined_at = now()
    data = {"name": "Somebody", "email": address, "role": str(SIGNATORY), "language": "fr"}
    new = {**data, "name": "Nobody", "email": "unknown@example.org"}
    browser, place = browser_of(world, lead), f"/organisations/{own}/people"
    for each in (data, data, new):
        assert browser.post(place, data=each).status_code == 303
    page = read(browser, place)
    assert address in page.text
    assert "Secret Name" not in page.text
    assert page.text.count("has not answered yet") == 2, "one cannot tell a known address by it"
    assert "Secret Name" not in read(browser, f"/organisations/{own}").text
    assert roles(stranger, own) == set()
    assert len(letters(smtp, address)) == 1
    assert "Lea asks you to" in letters(smtp, address)[0]

    theirs = browser_of(world, stranger)
    asked = next(f for f in read(theirs, "/account").forms if "invitations" in f.action)
    assert browser_of(world, lead).post(asked.action, data={"answer": "yes"}).status_code == 404
    assert theirs.post(asked.action, data={"answer": "yes"}).status_code == 303
    assert theirs.post(asked.action, data={"answer": "yes"}).status_code == 404
    db.session.rollback()
    assert roles(stranger, own) == {SIGNATORY}
    assert "Secret Name" in read(browser_of(world, lead), place).text


def test_whoever_is_asked_may_decline_and_the_question_be_withdrawn(world: World) -> None:
    own = world.organisation()
    lead = world.person(LEAD, own)
    stranger = world.person(CONTRIBUTOR, world.organisation("Elsewhere"), name="Secret Name")
    with world.writing():
        db.session.get_one(User, lead).joined_at = now()
    address = db.session.get_one(User, stranger).email
    data = {"name": "Somebody", "email": address, "role": str(LEAD), "language": "fr"}
    place = f"/organisations/{own}/people"
    for act in ("withdraw", "decline"):
        assert browser_of(world, lead).post(place, data=data).status_code == 303
        lists = read(browser_of(world, lead), place)
        withdrawal = next(f.action for f in lists.forms if f.action.endswith("/withdraw"))
        theirs = browser_of(world, stranger)
        question = next(f.action for f in read(theirs, "/account").forms if "invit" in f.action)
        if act == "withdraw":
            assert browser_of(world, lead).post(withdrawal).status_code == 303
            assert theirs.post(question, data={"answer": "yes"}).status_code == 404
        else:
            assert theirs.post(question, data={"answer": "no"}).status_code == 303
        assert "has not answered yet" not in read(browser_of(world, lead), place).text
    db.session.rollback()
    assert roles(stranger, own) == set()


def test_the_house_adds_somebody_it_knows_at_once(world: World) -> None:
    own = world.organisation()
    world.person(LEAD, own)
    known = world.person(CONTRIBUTOR, world.organisation("Elsewhere"))
    address = db.session.get_one(User, known).email
    officer = browser_of(world, world.person(Role.PROGRAMME_OFFICER))
    data = {"name": "X", "email": address, "role": str(LEAD), "language": "fr"}
    assert officer.post(f"/organisations/{own}/people", data=data).status_code == 303
    db.session.rollback()
    assert roles(known, own) == {LEAD}
