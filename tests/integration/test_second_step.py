"""The second step: set up, asked for, never taken twice, lost and reset."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from casework.clock import frozen, now
from casework.extensions import db
from casework.models import Draft, RecoveryCode, SecondFactor, User, UserSession
from casework.roles import Role
from casework.services.sign_in import links, tokens
from tests.support.mailed import PASSWORD, letters, link_in, with_password
from tests.support.pages import Page, read
from tests.support.smtp import SmtpServer
from tests.support.world import World

NOON = datetime(2031, 5, 5, 12, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(NOON.timestamp() + seconds, UTC)


def set_up(browser: FlaskClient, moment: datetime) -> tuple[pyotp.TOTP, list[str]]:
    """Set the second step up; return the app and the recovery codes."""
    assert browser.post("/account/second-step/begin").status_code == 303
    page = browser.get("/account/second-step/set-up").get_data(as_text=True)
    assert 'src="data:image/svg+xml' in page
    found = re.search(r'class="secret-key">([A-Z2-7 ]+)<', page)
    assert found
    app = pyotp.TOTP(found[1].replace(" ", ""))
    assert browser.post("/account/second-step/set-up", data={"code": "000000"}).status_code == 422
    done = browser.post("/account/second-step/set-up", data={"code": app.at(moment)})
    assert done.status_code == 200
    return app, re.findall(r"<code>([a-z2-9-]{11})</code>", done.get_data(as_text=True))


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Speak English to strangers too: the texts below are English."""
    return {**environment, "CASEWORK_DEFAULT_LANGUAGE": "en"}


@pytest.fixture
def officer(world: World) -> UUID:
    return world.person(Role.PROGRAMME_OFFICER)


def first_step(world: World, address: str) -> FlaskClient:
    browser = world.client()
    answer = browser.post("/sign-in", data={"email": address, "password": PASSWORD})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert browser.get("/desk").status_code == 302, "the first step alone opens nothing"
    return browser


def test_a_code_is_asked_for_and_taken_once(world: World, officer: UUID, smtp: SmtpServer):
    address = with_password(world, officer)
    with frozen(at(0)):
        app, codes = set_up(world.client(officer), at(0))
        assert len(set(codes)) == 10
        browser, other = first_step(world, address), first_step(world, address)
        used = browser.post("/sign-in/code", data={"code": app.at(at(0))})
        assert used.status_code == 422, "the code of the set-up is used"
    with frozen(at(30)):
        code = app.at(at(30))
        assert (
            browser.post("/sign-in/code", data={"code": f"{code[:3]} {code[3:]}"}).status_code
            == 303
        )
        assert browser.get("/desk").status_code == 200
        replayed = other.post("/sign-in/code", data={"code": code})
        assert replayed.status_code == 422
        assert "used before" in Page(replayed).text
        older = other.post("/sign-in/code", data={"code": app.at(at(0))})
        assert older.status_code == 422, "nor one of before"
    with frozen(at(11 * 60)):
        late = other.post("/sign-in/code", data={"code": app.at(at(11 * 60))})
        assert late.headers["Location"].startswith("/sign-in?"), "ten minutes, then anew"
    stored = db.session.scalars(sa.select(SecondFactor)).one().secret
    assert app.secret not in stored
    with frozen(at(12 * 60)):
        assert "asks for a code" in letters(smtp, address)[-1]


def test_a_key_that_waits_is_shown_in_the_session_that_began_it_alone(world: World, officer: UUID):
    address = with_password(world, officer)
    mine, other = world.client(), world.client()
    for browser in (mine, other):
        browser.post("/sign-in", data={"email": address, "password": PASSWORD})
    keys = []
    for browser in (mine, mine, other, mine):
        browser.post("/account/second-step/begin")
        page = browser.get("/account/second-step/set-up").get_data(as_text=True)
        keys += re.findall(r'class="secret-key">([A-Z2-7 ]+)<', page)
        elsewhere = mine if browser is other else other
        seen = elsewhere.get("/account/second-step/set-up")
        assert seen.headers.get("Location") == "/account/second-step", "another's key"
    assert keys[0] == keys[1], "pressed twice, the same key"
    assert len(set(keys)) == 3, "begun elsewhere, another key"
    moment = now()
    with frozen(moment):
        code = pyotp.TOTP(keys[3].replace(" ", "")).at(moment)
        late = other.post("/account/second-step/set-up", data={"code": code})
        assert late.headers["Location"] == "/account/second-step"
        done = mine.post("/account/second-step/set-up", data={"code": code})
    assert done.status_code == 200


@pytest.mark.parametrize("what", ["reset", "changed", "closed"])
def test_half_a_sign_in_ends_with_the_password_it_began_with(
    world: World, officer: UUID, what: str
):
    address = with_password(world, officer)
    with frozen(at(0)):
        app, _codes = set_up(world.client(officer), at(0))
        half = first_step(world, address)
    if what == "changed":
        with_password(world, officer, "another orchard on the hill")
    elif what == "closed":
        with world.writing():
            db.session.get_one(User, officer).active = False
    else:
        with world.writing():
            user = db.session.get_one(User, officer)
            token = tokens.of_link(links.issue(user, "reset").id, "reset")
        world.client().post(f"/link/{token}", data={"password": "another orchard on the hill"})
    with frozen(at(60)):
        answer = half.post("/sign-in/code", data={"code": app.at(at(60))})
        assert answer.headers["Location"].startswith("/sign-in?")
        assert half.get("/desk").status_code == 302


def test_a_mailed_link_asks_for_the_code_too(world: World, officer: UUID, smtp: SmtpServer):
    address = with_password(world, officer)
    moment = now()
    with frozen(moment):
        set_up(world.client(officer), moment)
        browser = world.client()
        browser.post("/sign-in/by-mail/link", data={"email": address})
        answer = browser.post(link_in(smtp, address))
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert browser.get("/desk").status_code == 302


def test_text_that_waits_comes_back_after_the_code(world: World, officer: UUID):
    address = with_password(world, officer)
    with frozen(at(0)):
        app, _codes = set_up(world.client(officer), at(0))
    with frozen(at(60)):
        browser = world.client()
        refused = browser.post("/organisations/new", data={"name": "Jardins du Nord"})
        form = Page(refused).form("kept", "email")
        sent = {**form.fields, "email": address, "password": PASSWORD}
        half = browser.post("/sign-in", data=sent)
        assert half.status_code == 200
        assert db.session.scalar(sa.select(Draft.user_id)) is None, "nothing before the code"
        form = Page(half).form("kept", "code")
        back = browser.post("/sign-in/code", data={**form.fields, "code": app.at(at(60))})
        assert back.headers["Location"] == "/organisations/new"
        shown = read(browser, "/organisations/new").form("name")
    assert shown.fields["name"] == "Jardins du Nord"


def test_recovery_codes_work_once_each_and_are_renewed(
    world: World, officer: UUID, smtp: SmtpServer
):
    address = with_password(world, officer)
    with frozen(at(0)):
        browser = world.client(officer)
        app, codes = set_up(browser, at(0))
        entered = first_step(world, address)
        typed = codes[0].upper().replace("-", " ")
        assert entered.post("/sign-in/code", data={"code": typed}).status_code == 303
        again = first_step(world, address).post("/sign-in/code", data={"code": codes[0]})
        assert again.status_code == 422
        assert "9 recovery codes left" in read(entered, "/account/second-step").text
        assert any("You have 9 left" in text for text in letters(smtp, address))
        stored = str(db.session.execute(sa.select(RecoveryCode.code_hash)).all())
        assert codes[1] not in stored
    with frozen(at(60)):
        made = entered.post("/account/second-step/codes", data={"code": app.at(at(60))})
        fresh = re.findall(r"<code>([a-z2-9-]{11})</code>", made.get_data(as_text=True))
        assert len(fresh) == 10
        former = first_step(world, address).post("/sign-in/code", data={"code": codes[1]})
        assert former.status_code == 422
    with frozen(at(120)):
        assert entered.post("/account/second-step/off", data={"code": "1"}).status_code == 422
        off = entered.post("/account/second-step/off", data={"code": fresh[3]})
        assert off.status_code == 303
        direct = world.client().post("/sign-in", data={"email": address, "password": PASSWORD})
        assert direct.headers["Location"] == "/"


def test_an_administrator_resets_a_lost_telephone_with_a_reason(
    world: World, officer: UUID, smtp: SmtpServer
):
    address = with_password(world, officer)
    with frozen(at(0)):
        own = world.client(officer)
        set_up(own, at(0))
        elif_id = world.person(Role.ADMINISTRATOR, name="Elif Demir")
        house = world.client(elif_id)
        path = f"/security/people/{officer}"
        assert house.post(path, data={"reason": ""}).status_code == 422
        assert own.get("/desk").status_code == 200
        assert house.post(path, data={"reason": "Came to my desk"}).status_code == 303
        assert own.get("/desk").status_code == 302, "the sessions end"
        assert "Came to my desk" in read(house, "/security").text
        assert "Elif Demir has reset it" in letters(smtp, address)[-1]
        entered = world.client().post("/sign-in", data={"email": address, "password": PASSWORD})
    assert entered.headers["Location"] == "/"
    assert world.client(world.person(Role.PROGRAMME_LEAD)).post(path).status_code in {403, 404}


def test_staff_set_it_up_before_anything_else_where_it_is_required(
    app: Flask, world: World, officer: UUID
):
    app.extensions["casework"] = dataclasses.replace(
        app.extensions["casework"], second_factor="required"
    )
    partner = world.person(Role.PARTNER_LEAD, world.organisation())
    browsers = []
    for person in (officer, partner):
        browser = world.client()
        data = {"email": with_password(world, person), "password": PASSWORD}
        assert browser.post("/sign-in", data=data).status_code == 303
        browsers.append(browser)
    staff, outside = browsers
    assert outside.get("/mine").status_code == 200, "partners may, staff must"
    for path in ("/desk", "/cases", "/account", "/inbox"):
        assert staff.get(path).headers["Location"] == "/account/second-step"
    assert staff.post("/organisations/new", data={"name": "Jardins"}).status_code == 303
    with frozen(at(0)):
        db.session.rollback()
        with world.writing():
            db.session.execute(
                sa.update(UserSession).values(last_seen_at=at(0), expires_at=at(9_000_000))
            )
        _app, codes = set_up(staff, at(0))
        assert staff.get("/desk").status_code == 200
        assert read(staff, "/organisations/new").form("name").fields["name"] == "Jardins"
        off = staff.post("/account/second-step/off", data={"code": codes[0]})
        assert off.headers["Location"] == "/account/second-step/set-up"
        left = staff.get("/desk")  # no session goes on as if a code had been given
        assert left.status_code in {302, 303}
