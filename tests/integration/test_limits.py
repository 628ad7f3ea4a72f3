"""How often one may try: by account, by client, with Redis and without it, behind a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from casework.app import create_app
from casework.clock import frozen, now
from casework.config import ConfigError, Settings
from casework.extensions import db
from casework.models import SecondFactor, User
from casework.roles import Role
from casework.services.sign_in import second_factor
from tests.support.mailed import PASSWORD, letters, with_password
from tests.support.pages import Page
from tests.support.smtp import SmtpServer
from tests.support.valkey import Valkey
from tests.support.world import World

FEW = {
    "CASEWORK_LIMIT_SIGN_IN": "3 per 15 minutes",
    "CASEWORK_LIMIT_MAILS": "2 per hour",
    "CASEWORK_LIMIT_CLIENT": "8 per 15 minutes",
    "CASEWORK_LIMIT_PUBLIC": "3 per minute",
    "CASEWORK_PROXIES": "1",
}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Speak English to strangers too: the texts below are English."""
    return {**environment, "CASEWORK_DEFAULT_LANGUAGE": "en"}


@contextmanager
def strict(environment: dict[str, str]) -> Iterator[World]:
    """An installation that lets people try a few times only."""
    app: Flask = create_app(Settings.from_env({**environment, **FEW}))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield World(app)
        db.session.remove()
        db.engine.dispose()


def attempt(world: World, address: str, password: str = "wrong", client: str = "192.0.2.1"):
    answer = world.client().post(
        "/sign-in",
        data={"email": address, "password": password, "kept": "a text that waits"},
        headers={"X-Forwarded-For": client},
    )
    db.session.rollback()  # the test lets go of the database before the other process signs in
    return answer


def person(world: World) -> tuple[UUID, str]:
    found = world.person(Role.FINANCE)
    return found, with_password(world, found)


def test_an_account_is_paused_after_some_attempts_and_says_until_when(
    environment: dict[str, str], valkey: Valkey
):
    with strict(environment) as world, strict(environment) as second:
        _id, address = person(world)
        _id, other = person(world)
        codes = [
            attempt(at, address, client=f"192.0.2.{n}").status_code
            for n, at in enumerate((world, second, world))
        ]
        assert codes == [422, 422, 422]
        paused = attempt(second, address.upper(), PASSWORD, "192.0.2.9")
        assert paused.status_code == 429, "all processes count together"
        page = Page(paused)
        assert "try again in 15 min." in page.text
        form = page.form("email", "kept")
        assert form.fields["email"] == address.upper()
        assert form.fields["kept"] == "a text that waits"
        assert attempt(world, other, PASSWORD, "192.0.2.9").status_code == 303


def test_a_client_is_paused_whatever_the_account(environment: dict[str, str]):
    with strict(environment) as world:
        for n in range(8):
            assert attempt(world, f"somebody{n}@example.org").status_code == 422
        assert attempt(world, "another@example.org").status_code == 429
        assert attempt(world, "another@example.org", client="192.0.2.2").status_code == 422
        for n in range(8):
            attempt(world, f"six{n}@example.org", client=f"2001:db8:1:2::{n}")
        assert attempt(world, "six@example.org", client="2001:db8:1:2:ffff::1").status_code == 429


def test_a_redis_that_is_away_keeps_nobody_out_and_opens_no_door(
    environment: dict[str, str], valkey: Valkey
):
    with strict(environment) as world:
        _id, address = person(world)
        assert attempt(world, address).status_code == 422
        valkey.stop()
        _id, other = person(world)
        assert attempt(world, other, PASSWORD).status_code == 303
        codes = [attempt(world, address).status_code for _ in range(4)]
        assert codes == [422, 422, 422, 429]


def test_mails_and_codes_are_limited_too(environment: dict[str, str], smtp: SmtpServer):
    with strict(environment) as world:
        who, address = person(world)
        browser = world.client()
        path = "/sign-in/by-mail/link"
        codes = [browser.post(path, data={"email": address}).status_code for _ in range(3)]
        assert codes == [303, 303, 429]
        assert len(letters(smtp, address)) == 2
        signed_in = world.client(who)
        page = signed_in.post("/account/password/by-mail")
        assert page.status_code == 429
        assert "minute" in Page(page).text
        data = {"present": "wrong", "password": "nine rows of orchards"}
        tries = [signed_in.post("/account/password", data=data).status_code for _ in range(4)]
        assert tries == [422, 422, 422, 429]


def test_codes_are_counted_together_wherever_they_are_asked_for(environment: dict[str, str]):
    with strict({**environment, "CASEWORK_LIMIT_MAILS": "50 per hour"}) as world:
        who, address = person(world)
        with world.writing():
            key = second_factor.begin(db.session.get_one(User, who), UUID(int=1))
            db.session.execute(sa.update(SecondFactor).values(confirmed_at=now()))
        browser, half = world.client(who), world.client()
        half.post("/sign-in", data={"email": address, "password": PASSWORD})
        wrong = {"email": "new@example.org", "password": PASSWORD, "code": "000000"}
        moment = now()
        with frozen(moment):
            tries = [browser.post("/account/address", data=wrong).status_code for _ in range(2)]
            tries += [half.post("/sign-in/code", data=wrong).status_code]
            assert tries == [422, 422, 422]
            right = {"code": pyotp.TOTP(key).at(moment)}
            assert half.post("/sign-in/code", data=right).status_code == 429


@pytest.mark.parametrize("nonsense", ["often", "10 per fortnight", "-1 per hour"])
def test_a_limit_that_makes_no_sense_stops_the_start(environment: dict[str, str], nonsense: str):
    with pytest.raises(ConfigError, match="CASEWORK_LIMIT_MAILS must say"):
        Settings.from_env({**environment, "CASEWORK_LIMIT_MAILS": nonsense})


def test_the_public_register_is_read_so_often_from_one_address_and_no_more(
    environment: dict[str, str], valkey: Valkey
):
    with strict(environment) as world:
        paths = ("/register", "/register/labels.json", "/register/labels.csv", "/register/none")
        here, there = ({"X-Forwarded-For": f"192.0.2.{n}"} for n in (7, 8))
        codes = [world.client().get(path, headers=here).status_code for path in paths]
        assert codes == [200, 200, 200, 429]
        assert world.client().get("/register", headers=there).status_code == 200
