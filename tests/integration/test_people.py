"""What an administrator does with people: found, given roles, corrected, closed."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.clock import frozen, now
from casework.extensions import db, house_day
from casework.models import Case, Event, Grant, MailedLink, SecurityEvent, User, UserSession
from casework.roles import Role
from casework.services import events
from casework.services.errors import ForbiddenError, RefusedError
from casework.services.people import accounts, places, roles
from casework.services.people.roles import Span
from casework.services.sign_in import sessions
from tests.support.mailed import letters
from tests.support.pages import Page, read
from tests.support.smtp import SmtpServer
from tests.support.world import World

OFFICER, LEAD, ADMINISTRATOR = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR


@pytest.fixture
def elif_(world: World) -> UUID:
    """The administrator of the house."""
    return world.person(ADMINISTRATOR, name="Elif")


def person(user_id: UUID) -> User:
    return db.session.get_one(User, user_id, populate_existing=True)


def held(user_id: UUID) -> set[str]:
    db.session.rollback()
    moment = now()
    query = sa.select(Grant.role).where(
        Grant.user_id == user_id,
        Grant.starts_at <= moment,
        sa.or_(Grant.ends_at.is_(None), Grant.ends_at > moment),
    )
    return set(db.session.scalars(query))


def log_about(user_id: UUID) -> list[SecurityEvent]:
    query = sa.select(SecurityEvent).where(SecurityEvent.about_id == user_id)
    return list(db.session.scalars(query.order_by(SecurityEvent.id)))


def grant_of(user_id: UUID) -> UUID:
    return db.session.scalars(sa.select(Grant.id).where(Grant.user_id == user_id)).one()


def test_people_are_found_without_accents_and_by_role_and_state(world: World, elif_: UUID):
    zoe = world.person(OFFICER, name="Zoé Lefèvre")
    world.person(Role.FINANCE, name="Bart Maes")
    gone = world.person(OFFICER, name="Noor Gone")
    with world.writing():
        db.session.get_one(User, gone).active = False
        db.session.get_one(User, zoe).address_bounced_at = now()
    browser = world.client(elif_)
    found = read(browser, "/people?q=lefevre zoe").text
    assert "Zoé Lefèvre" in found
    assert "mails come back" in found
    assert "Bart Maes" not in found
    assert "Bart Maes" in read(browser, f"/people?q={person(zoe).email.split('@')[1]}").text
    by_role = read(browser, "/people?role=finance").text
    assert "Bart Maes" in by_role
    assert "Zoé" not in by_role
    assert "Noor Gone" not in read(browser, "/people").text
    assert "Noor Gone" in read(browser, "/people?state=closed").text
    assert "Zoé" in read(browser, "/people?state=bounced").text
    assert "Nobody found" in read(browser, "/people?q=nobody+is+called+so").text
    assert browser.get("/people?role=lion&state=wild&page=99999999999").status_code == 200


def test_the_list_says_when_somebody_signed_in_and_whether_with_a_second_step(
    world: World, elif_: UUID
):
    with world.writing():
        sessions.begin(person(elif_), "password", "Firefox")
    text = read(world.client(elif_), "/people?q=elif").text
    assert "never" not in text
    assert "not set up" in text
    lead = world.person(LEAD)
    seen = read(world.client(lead), "/people").text
    assert "Elif" in seen
    assert "Last sign-in" not in seen
    assert "Invite a colleague" not in seen
    assert world.client(lead).get("/people/invite").status_code == 403
    assert world.client(world.person(OFFICER)).get("/people").status_code == 403


def test_a_role_is_given_for_some_days_and_stands_in_the_security_log(world: World, elif_: UUID):
    bart = world.person(None, name="Bart")
    browser = world.client(elif_)
    first, last = house_day() + timedelta(days=3), house_day() + timedelta(days=5)
    sent = {"role": "finance", "first": first.isoformat(), "last": last.isoformat()}
    path = f"/people/{bart}/roles/house"
    assert browser.post(path, data=sent).status_code == 422, "a reason is needed"
    assert browser.post(path, data={**sent, "reason": "Stands in."}).status_code == 303
    assert held(bart) == set()
    with frozen(now() + timedelta(days=4)):
        assert held(bart) == {"finance"}
    with frozen(now() + timedelta(days=7)):
        assert held(bart) == set()
    page = read(browser, f"/people/{bart}").text
    assert "to come" in page
    assert "given by Elif" in page
    event = log_about(bart)[-1]
    assert (event.kind, event.actor_id, event.params["reason"]) == (
        "role_given",
        elif_,
        "Stands in.",
    )
    assert "A role was given · Finance" in read(browser, f"/security?person={bart}").text


def test_the_same_role_in_the_same_days_is_refused_and_nothing_typed_is_lost(
    world: World, elif_: UUID
):
    bart = world.person(Role.FINANCE)
    answer = world.client(elif_).post(
        f"/people/{bart}/roles/house", data={"role": "finance", "reason": "He asked for it."}
    )
    page = Page(answer)
    assert answer.status_code == 422
    assert "holds this role there in these days already" in page.text
    assert page.form("reason").fields["reason"] == "He asked for it."


def test_a_role_on_a_case_is_an_event_of_the_case_and_ends_as_one(world: World, elif_: UUID):
    own = world.organisation()
    case_id = world.start("sample", world.person(Role.PARTNER_LEAD, own), own, title="Garden")
    reference = world.case(case_id).reference
    coach = world.person(Role.COACH, name="Coach Karim")
    browser, path = world.client(elif_), f"/people/{coach}/roles/case"
    sent = {"role": "coach", "place": reference.lower(), "reason": "Knows gardens."}
    assert browser.post(path, data={**sent, "place": "SA-1999-1"}).status_code == 422
    assert world.client(coach).get(f"/cases/{reference}").status_code == 404
    assert browser.post(path, data=sent).status_code == 303
    assert world.client(coach).get(f"/cases/{reference}").status_code == 200
    page = read(browser, f"/people/{coach}").text
    assert reference in page
    assert "Garden" not in page, "an administrator reads no case by that role"
    db.session.rollback()
    grant = db.session.scalars(sa.select(Grant.id).where(Grant.scope == "case")).one()
    ended = browser.post(f"/people/roles/{grant}/end", data={"reason": "Done."})
    assert ended.status_code == 303
    assert world.client(coach).get(f"/cases/{reference}").status_code == 404
    db.session.rollback()
    kinds = list(db.session.scalars(sa.select(Event.kind).where(Event.case_id == case_id)))
    assert kinds[-2:] == ["access_given", "access_ended"]
    assert events.verify([case_id]) == []
    history = read(world.client(world.person(OFFICER)), f"/cases/{reference}/history").text
    assert "Access given Coach Karim, Coach" in history
    lead = world.client(world.person(Role.PARTNER_LEAD, own))
    assert "Coach Karim" not in read(lead, f"/cases/{reference}/history").text
    again = browser.post(f"/people/roles/{grant}/end", data={"reason": "Done."})
    assert "has ended already" in Page(again).text


def test_an_administrator_opens_no_confidential_case(world: World, elif_: UUID):
    own = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, own)
    case_id = world.start("sample", partner, own, title="Secret")
    other = world.person(None)
    with world.writing():
        db.session.get_one(Case, case_id).restricted = True
        world.grant(other, OFFICER, case=case_id)
    reference, grant = world.case(case_id).reference, grant_of(other)
    sent = {"role": "programme_officer", "place": reference, "reason": "Curious."}
    browser = world.client(elif_)
    for person_id in (elif_, other):
        refused = browser.post(f"/people/{person_id}/roles/case", data=sent)
        assert refused.status_code == 422
        assert "by those who keep it" in Page(refused).text
    assert browser.post(f"/people/roles/{grant}/end", data={"reason": "x"}).status_code == 422
    assert reference not in read(world.client(world.person(LEAD)), f"/people/{other}").text
    page = read(browser, f"/people/{other}").text
    assert reference in page
    assert "Secret" not in page


def test_an_organisation_keeps_its_last_lead_here_too(world: World, elif_: UUID):
    own = world.organisation("Coopérative de l’Été")
    world.organisation("Deux Maisons")
    world.organisation("Deux maisons")
    lead, bart = world.person(Role.PARTNER_LEAD, own), world.person(None)
    browser = world.client(elif_)
    refused = browser.post(f"/people/roles/{grant_of(lead)}/end", data={"reason": "Left."})
    assert "name another one first" in Page(refused).text
    path, sent = f"/people/{bart}/roles/organisation", {"role": "partner_lead", "reason": "New."}
    assert (
        "registry number" in Page(browser.post(path, data={**sent, "place": "deux maisons"})).text
    )
    done = browser.post(path, data={**sent, "place": "Cooperative de l'ete"})
    assert done.status_code == 303
    ended = browser.post(f"/people/roles/{grant_of(lead)}/end", data={"reason": "Left."})
    assert ended.status_code == 303
    assert held(lead) == set()


def test_the_last_administrator_stays(world: World, elif_: UUID):
    other = world.person(ADMINISTRATOR)
    closed = world.person(ADMINISTRATOR)
    with world.writing():
        db.session.get_one(User, closed).active = False
        for grant in db.session.scalars(sa.select(Grant).where(Grant.user_id == other)):
            grant.ends_at = now() + timedelta(days=30)
    browser, path = world.client(elif_), f"/people/roles/{grant_of(elif_)}/end"
    refused = browser.post(path, data={"reason": "I leave."})
    assert refused.status_code == 422
    assert "last administrator" in Page(refused).text
    assert "I leave." in Page(refused).form("reason").fields["reason"]
    assert held(elif_) == {"administrator"}
    second = world.client(other).post(f"/people/{elif_}/close", data={"reason": "Gone."})
    assert "last administrator" in Page(second).text
    assert person(elif_).active


def test_an_end_of_the_administrators_role_hinders_no_other_account(world: World, elif_: UUID):
    officer = world.person(OFFICER)
    with world.writing():
        for grant in db.session.scalars(sa.select(Grant).where(Grant.user_id == elif_)):
            grant.ends_at = now() + timedelta(days=30)
    browser = world.client(elif_)
    assert browser.post(f"/people/{officer}/close", data={"reason": "Left."}).status_code == 303
    refused = browser.post(f"/people/roles/{grant_of(elif_)}/end", data={"reason": "Now."})
    assert refused.status_code == 422


def test_two_administrators_who_end_one_another_at_once_leave_one(world: World, elif_: UUID):
    other = world.person(ADMINISTRATOR, name="Bart")
    pairs = [(elif_, grant_of(other)), (other, grant_of(elif_))]
    db.session.rollback()
    browsers = [(world.client(who), grant) for who, grant in pairs]
    db.session.remove()
    start, answers = threading.Barrier(2), []

    def act(index: int) -> None:
        browser, grant = browsers[index]
        start.wait()
        answer = browser.post(f"/people/roles/{grant}/end", data={"reason": "At once."})
        answers.append(answer.status_code)

    threads = [threading.Thread(target=act, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) in ([303, 401], [303, 403], [303, 422]), answers
    assert len(held(elif_) | held(other)) == 1
    assert not held(elif_) or not held(other)


def test_closing_an_account_names_the_open_cases_and_ends_the_sessions(world: World, elif_: UUID):
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own)
    officer = world.person(OFFICER, name="Claire")
    case_id = world.start("sample", lead, own, title="Garden")
    with world.writing():
        db.session.get_one(Case, case_id).owner_id = officer
    theirs, browser = world.client(officer), world.client(elif_)
    assert theirs.get("/desk").status_code == 200
    page = read(browser, f"/people/{officer}/close").text
    assert world.case(case_id).reference in page
    assert "Garden" not in page
    assert "no other lead" in read(browser, f"/people/{lead}/close").text
    db.session.rollback()
    for _ in range(2):
        browser.post(f"/people/{officer}/close", data={"reason": "Left.", "once": "x"})
    assert theirs.get("/desk").status_code == 302
    assert not person(officer).active
    assert (
        db.session.scalar(sa.select(UserSession.id).where(UserSession.user_id == officer)) is None
    )
    kinds = [e.kind for e in log_about(officer)]
    assert kinds.count("account_closed") == 1
    db.session.rollback()
    assert browser.post(f"/people/{officer}/reopen", data={"reason": "Back."}).status_code == 303
    assert person(officer).active
    assert held(officer) == {"programme_officer"}
    db.session.rollback()
    refused = browser.post(f"/people/{elif_}/close", data={"reason": "Me."})
    assert "their own account" in Page(refused).text


def test_a_colleague_is_invited_with_a_role(world: World, elif_: UUID, smtp: SmtpServer):
    browser = world.client(elif_)
    sent = {
        "name": "Noor",
        "email": "Noor@Example.org",
        "language": "nl",
        "role": "programme_lead",
        "programme_id": "",
        "reason": "Begins in May.",
        "once": "1",
    }
    for _ in range(2):
        assert browser.post("/people/invite", data=sent).status_code == 303
    noor = db.session.scalars(sa.select(User).where(User.email == "noor@example.org")).one()
    assert held(noor.id) == {"programme_lead"}
    assert len(letters(smtp, "noor@example.org")) == 1
    assert "not joined yet" in read(browser, "/people?state=invited").text
    known = browser.post("/people/invite", data={**sent, "once": "2"})
    assert known.status_code == 422
    assert "an account with this address" in Page(known).text
    assert "Begins in May." in Page(known).form("reason").fields["reason"]


def test_an_address_is_corrected_at_once_before_somebody_joins(
    world: World, elif_: UUID, smtp: SmtpServer
):
    guest = world.person(OFFICER, name="Guest")
    browser, path = world.client(elif_), f"/people/{guest}/particulars"
    page = read(browser, path)
    fields = {**page.form("seen").fields, "email": "right@example.org", "name": "Gaëlle"}
    assert browser.post(path, data=fields).status_code == 303
    assert (person(guest).email, person(guest).name) == ("right@example.org", "Gaëlle")
    assert len(letters(smtp, "right@example.org")) == 1
    assert browser.post(path, data={**fields, "name": "Other"}).status_code == 409
    assert "gaelle" in person(guest).folded


def test_who_has_joined_confirms_a_new_address_there(world: World, elif_: UUID, smtp: SmtpServer):
    officer, other = world.person(OFFICER), world.person(OFFICER)
    world.client(officer)  # joins
    with world.writing():
        db.session.get_one(User, officer).joined_at = now()
    before = person(officer).email
    browser, path = world.client(elif_), f"/people/{officer}/particulars"
    fields = read(browser, path).form("seen").fields
    taken = browser.post(path, data={**fields, "email": person(other).email})
    assert taken.status_code == 422
    sent = browser.post(path, data={**fields, "email": "new@example.org"})
    assert sent.status_code == 303
    assert person(officer).email == before
    link = db.session.scalars(sa.select(MailedLink).where(MailedLink.purpose == "address")).one()
    assert link.address == "new@example.org"
    assert "Elif asked us to write to you at new@example.org" in letters(smtp, before)[0]


def test_services_refuse_whoever_is_no_administrator(world: World):
    lead, bart = world.actor(world.person(LEAD)), world.person(None)
    with pytest.raises(ForbiddenError), world.writing():
        roles.give(lead, person(bart), Role.FINANCE, places.HOUSE, Span(), "x")
    with pytest.raises(ForbiddenError), world.writing():
        accounts.close(lead, person(bart), "x")
    with pytest.raises(ForbiddenError), world.writing():
        roles.end(lead, grant_of(world.person(OFFICER)), None, "x")


def test_a_role_is_held_only_where_it_belongs(world: World, elif_: UUID):
    bart = world.person(None)
    actor = world.actor(elif_)
    with pytest.raises(ForbiddenError), world.writing():
        roles.give(actor, person(bart), Role.PARTNER_LEAD, places.HOUSE, Span(), "x")
    with world.writing():
        db.session.get_one(User, bart).active = False
    with pytest.raises(RefusedError), world.writing():
        roles.give(actor, person(bart), Role.FINANCE, places.HOUSE, Span(), "x")
