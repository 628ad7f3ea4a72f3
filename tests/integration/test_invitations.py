"""Invitations, and what an administrator does for people who cannot sign in."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from casework.clock import frozen
from casework.extensions import db
from casework.models import SecurityEvent, User, UserSession
from casework.roles import Role
from casework.services.sign_in import invitations
from tests.support.mailed import PASSWORD, later, letters, link_in
from tests.support.pages import Page, read
from tests.support.smtp import SmtpServer
from tests.support.world import World


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Speak English to strangers too: the texts below are English."""
    return {**environment, "CASEWORK_DEFAULT_LANGUAGE": "en"}


@pytest.fixture
def guest(world: World) -> UUID:
    return world.person(Role.PARTNER_LEAD, world.organisation(), name="Guest")


def invite(world: World, guest: UUID) -> str:
    """Invite somebody as an officer does, and return their address."""
    officer = world.actor(world.person(Role.PROGRAMME_OFFICER, name="Claire"))
    with world.writing():
        user = db.session.get_one(User, guest)
        invitations.invite(user, officer)
        return user.email


def test_somebody_who_is_invited_chooses_a_password(world: World, guest: UUID, smtp: SmtpServer):
    address = invite(world, guest)
    invite(world, guest)
    path = link_in(smtp, address)
    assert len(letters(smtp, address)) == 1, "two invitations at once are one mail"
    assert "Claire" in letters(smtp, address)[0]
    browser = world.client()
    assert address in Page(browser.get(path)).text
    assert browser.post(path, data={"password": "short"}).status_code == 422
    assert browser.post(path, data={"password": PASSWORD}).status_code == 303
    assert browser.get("/mine").status_code == 200
    assert world.client().post(path, data={"password": PASSWORD}).status_code == 410
    invite(world, guest)
    assert len(letters(smtp, address)) == 1, "nobody is invited who has joined"


def test_somebody_who_is_invited_may_live_without_a_password(
    world: World, guest: UUID, smtp: SmtpServer
):
    address = invite(world, guest)
    browser = world.client()
    assert browser.post(link_in(smtp, address), data={"by_mail": "1"}).status_code == 303
    assert "You have none" in read(browser, "/account").text
    assert db.session.get_one(User, guest, populate_existing=True).password_hash is None
    with frozen(later(minutes=20)):
        data = {"email": "new@example.org"}
        assert "within 15 minutes" in Page(browser.post("/account/address", data=data)).text


def test_an_invitation_that_is_too_old_can_be_asked_for_again(
    world: World, guest: UUID, smtp: SmtpServer
):
    address = invite(world, guest)
    path = link_in(smtp, address)
    with frozen(later(days=14, minutes=1)):
        browser = world.client()
        answer = browser.get(path)
        assert answer.status_code == 410
        assert browser.post(path, data={"password": PASSWORD}).status_code == 410
        again = next(f.action for f in Page(answer).forms if f.action.endswith("/again"))
        browser.post(again)
        fresh = link_in(smtp, address)
        assert fresh != path
        assert browser.post(fresh, data={"password": PASSWORD}).status_code == 303


def test_an_administrator_sends_and_withdraws_invitations(
    world: World, guest: UUID, smtp: SmtpServer
):
    address = invite(world, guest)
    first = link_in(smtp, address)
    house = world.client(world.person(Role.ADMINISTRATOR, name="Elif"))
    assert house.post(f"/security/people/{guest}/invite").status_code == 303
    second = link_in(smtp, address)
    assert world.client().get(first).status_code == 410
    assert house.post(f"/security/people/{guest}/withdraw-invitation").status_code == 303
    gone = world.client().get(second)
    assert gone.status_code == 410
    assert not [f for f in Page(gone).forms if f.action.endswith("/again")]
    assert world.client().post(f"{second}/again").status_code == 303
    assert len(letters(smtp, address)) == 2, "what was withdrawn is not sent again"


def test_the_security_log_tells_who_did_what_and_is_never_changed(world: World, guest: UUID):
    invite(world, guest)
    house = world.client(world.person(Role.ADMINISTRATOR))
    other = world.person(Role.FINANCE)
    assert "An invitation was sent" in read(house, f"/security?person={guest}").text
    assert "An invitation was sent" not in read(house, f"/security?person={other}").text
    assert house.get("/security?person=nonsense&page=x").status_code == 404
    assert house.get("/security?page=99999999999").status_code == 200
    assert world.client(other).get("/security").status_code in {403, 404}
    with pytest.raises(DatabaseError), world.writing():
        db.session.execute(sa.update(SecurityEvent).values(kind="signed_out"))


def test_a_closed_account_opens_nothing(world: World, guest: UUID, smtp: SmtpServer):
    address = invite(world, guest)
    path = link_in(smtp, address)
    browser = world.client()
    browser.post(path, data={"password": PASSWORD})
    with world.writing():
        db.session.execute(sa.update(User).where(User.id == guest).values(active=False))
    assert browser.get("/account").status_code == 302
    assert world.client().get(path).status_code == 404
    refused = world.client().post("/sign-in", data={"email": address, "password": PASSWORD})
    assert refused.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 1
