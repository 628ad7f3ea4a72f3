"""Signing in: by password and by mailed link, in several tabs, with sessions that others end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from casework.clock import frozen, now
from casework.extensions import db
from casework.models import MailedLink, Message, SecurityEvent, User, UserSession
from casework.roles import Role
from casework.services.sign_in import links, passwords, sessions, tokens
from tests.support.mailed import PASSWORD, later, letters, link_in, with_password
from tests.support.pages import Page, read
from tests.support.smtp import SmtpServer
from tests.support.world import World

ANOTHER = "nine rows of orchards growing"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Speak English to strangers too: the texts below are English."""
    return {**environment, "CASEWORK_DEFAULT_LANGUAGE": "en"}


@pytest.fixture
def lead(world: World) -> UUID:
    return world.person(Role.PARTNER_LEAD, world.organisation(), name="Nora Peeters")


def enter(world: World, address: str, password: str = PASSWORD) -> FlaskClient:
    """Sign in by the page, and return the browser."""
    browser = world.client()
    answer = browser.post("/sign-in", data={"email": address, "password": password})
    assert answer.status_code == 303, Page(answer).text
    return browser


def kinds() -> list[str]:
    db.session.rollback()
    query = sa.select(SecurityEvent.kind).order_by(SecurityEvent.at, SecurityEvent.id)
    return list(db.session.scalars(query))


def asked(browser: FlaskClient, what: str, address: str) -> None:
    answer = browser.post(f"/sign-in/by-mail/{what}", data={"email": address})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/sent")


def test_a_session_is_new_with_each_sign_in_and_gone_with_each_sign_out(world: World, lead: UUID):
    address = with_password(world, lead)
    browser = world.client()
    with browser.session_transaction() as cookie:
        cookie["token"] = "chosen by somebody else"
        cookie["planted"] = "x"
    wrong = browser.post("/sign-in", data={"email": address, "password": "wrong"})
    assert wrong.status_code == 422
    right = browser.post("/sign-in", data={"email": address.upper(), "password": PASSWORD})
    assert right.status_code == 303
    with browser.session_transaction() as cookie:
        token = cookie["token"]
        assert token != "chosen by somebody else"
        assert "planted" not in cookie
    assert browser.get("/account").status_code == 200
    stored = db.session.scalar(sa.select(UserSession.token_hash))
    assert token not in str(stored)
    browser.post("/sign-out")
    with browser.session_transaction() as cookie:
        cookie["token"] = token
    assert browser.get("/account").status_code == 302, "the old cookie opens nothing"
    assert kinds() == ["sign_in_refused", "signed_in", "signed_out"]


def test_no_page_is_kept_by_a_browser_or_on_the_way(world: World, lead: UUID):
    with world.writing():
        user = db.session.get_one(User, lead)
        token = tokens.of_link(links.issue(user, "reset").id, "reset")
    stranger, reader = world.client(), world.client(lead)
    for browser, path in (
        (stranger, f"/link/{token}"),
        (stranger, "/sign-in"),
        (stranger, "/nowhere"),
        (reader, "/account"),
    ):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path
    style = stranger.get("/static/app.css", buffered=True)
    assert "no-store" not in style.headers.get("Cache-Control", "")


def test_the_cookie_travels_by_tls_alone_where_there_is_tls(app: Flask, world: World, lead: UUID):
    address = with_password(world, lead)
    data = {"email": address, "password": PASSWORD}
    plain = world.client().post("/sign-in", data=data).headers["Set-Cookie"]
    app.config["SESSION_COOKIE_SECURE"] = True
    safe = world.client().post("/sign-in", data=data).headers["Set-Cookie"]
    assert "Secure" not in plain
    for mark in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert mark in safe


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(world: World, lead: UUID):
    address = with_password(world, lead)
    start = now()
    with frozen(start):
        browser, other = enter(world, address), enter(world, address)
    for hours in range(8, 14 * 24, 8):
        with frozen(later(hours=hours)):
            assert browser.get("/account").status_code == 200, "reading keeps it alive"
    with frozen(later(hours=13)):
        assert other.get("/account").status_code == 302
    with frozen(later(days=14, minutes=1)):
        assert browser.get("/account").status_code == 302


def test_reading_writes_at_most_once_an_hour(world: World, lead: UUID):
    start = now()
    browser = enter(world, with_password(world, lead))

    def seen_at(minutes: int, method: str) -> int:
        with frozen(later(minutes=minutes)):
            browser.open("/account", method=method)
        db.session.rollback()
        found = db.session.scalar(sa.select(UserSession.last_seen_at))
        assert found is not None
        return int((found - start).total_seconds() // 60)

    assert [seen_at(50, "GET"), seen_at(55, "POST"), seen_at(58, "POST"), seen_at(100, "GET")] == [
        *(0, 55, 55, 55)
    ]
    assert seen_at(120, "GET") == 120


def test_sessions_are_seen_and_ended_from_elsewhere(world: World, lead: UUID):
    address = with_password(world, lead)
    phone, desk = enter(world, address), enter(world, address)
    page = read(desk, "/account/sessions")
    assert "this session" in page.text
    end = next(f.action for f in page.forms if f.action.endswith("/end"))
    stranger = world.client(world.person(Role.PROGRAMME_OFFICER))
    assert stranger.post(end).status_code == 404
    assert desk.post("/account/sessions/nonsense/end").status_code == 404
    assert phone.get("/account").status_code == 200
    assert desk.post(end).status_code == 303
    assert desk.post(end).status_code == 404, "it has ended"
    assert (phone.get("/account").status_code, desk.get("/account").status_code) == (302, 200)
    third = enter(world, address)
    desk.post("/account/sessions/end-others")
    assert (third.get("/account").status_code, desk.get("/account").status_code) == (302, 200)


def test_text_typed_into_a_session_that_was_ended_comes_back(world: World, lead: UUID):
    address = with_password(world, lead)
    own = str(next(iter(world.actor(lead).organisation_ids)))
    browser = enter(world, address)
    with world.writing():
        sessions.end_all(lead, None, "roles")
    typed = {"organisation_id": own, "title": "Gardens between the houses"}
    refused = browser.post("/new/sample", data=typed)
    assert refused.status_code == 401
    form = Page(refused).form("kept", "email")
    wrong = browser.post("/sign-in", data={**form.fields, "email": address, "password": "wrong"})
    form = Page(wrong).form("kept", "email")
    back = browser.post("/sign-in", data={**form.fields, "email": address, "password": PASSWORD})
    assert back.status_code == 303
    assert read(browser, back.headers["Location"]).form("title").fields["title"] == typed["title"]


def test_a_mailed_link_signs_in_once_and_a_mail_scanner_does_not_use_it_up(
    world: World, lead: UUID, smtp: SmtpServer
):
    address = with_password(world, lead)
    asked(world.client(), "link", address)
    path = link_in(smtp, address)
    assert "Sign in with this link." in letters(smtp, address)[0].splitlines()[0]
    token = path.rpartition("/")[2]
    kept = [str(row) for row in db.session.execute(sa.select(Message.params, Message.template))]
    kept += [str(row) for row in db.session.execute(sa.select(MailedLink.token_hash))]
    assert token not in " ".join(kept)
    for _ in range(3):
        assert world.client().get(path).status_code == world.client().head(path).status_code == 200
    one, two = world.client(), world.client()
    forms = [Page(tab.get(path)).form("csrf_token") for tab in (one, two)]
    assert one.post(path, data=forms[0].fields).status_code == 303
    used = two.post(path, data=forms[1].fields)
    assert used.status_code == 410
    assert "used already" in Page(used).text
    assert (one.get("/account").status_code, two.get("/account").status_code) == (200, 302)


def test_links_that_are_old_forged_or_replaced_open_nothing(
    world: World, lead: UUID, smtp: SmtpServer
):
    address = with_password(world, lead)
    browser = world.client()
    asked(browser, "link", address)
    path = link_in(smtp, address)
    link = db.session.scalars(sa.select(MailedLink)).one()
    other_purpose = f"/link/{tokens.of_link(link.id, 'reset')}"
    for forged in (path[:-2], path + "x", other_purpose, "/link/" + "x" * 5000, f"/link/{link.id}"):
        assert browser.get(forged).status_code == browser.post(forged).status_code == 404
    with frozen(later(minutes=21)):
        assert browser.post(path).status_code == 410
        page = Page(browser.get(path))
        assert "too old" in page.text
        again = next(f.action for f in page.forms if f.action.endswith("/again"))
        assert browser.post(again).status_code == 303
        assert browser.post(link_in(smtp, address)).status_code == 303


def test_a_mail_that_is_late_does_not_bring_a_dead_link(world: World, lead: UUID, smtp: SmtpServer):
    address = with_password(world, lead)
    asked(world.client(), "link", address)
    with frozen(later(minutes=30)):
        assert letters(smtp, address) == []


def test_nobody_learns_who_has_an_account(world: World, lead: UUID, smtp: SmtpServer):
    address = with_password(world, lead)
    closed = with_password(world, world.person(None))
    with world.writing():
        db.session.execute(sa.update(User).where(User.email == closed).values(active=False))
    for each in (address, closed, "nobody@example.org", "=cmd()"):
        asked(world.client(), "link", each)
    asked(world.client(), "password", "<script>")
    letters(smtp, address)
    assert {r for mail in smtp.received for r in mail.recipients} == {address}
    told = {
        Page(world.client().post("/sign-in", data={"email": each, "password": "wrong"})).text
        for each in (address, closed, "nobody@example.org")
    }
    assert len({text.replace("nobody@example.org", "") for text in told}) == 1
    stored = str(db.session.execute(sa.select(SecurityEvent.params)).all())
    assert "nobody" not in stored


def test_a_password_is_reset_by_mail_and_everything_else_ends(
    world: World, lead: UUID, smtp: SmtpServer
):
    address = with_password(world, lead)
    thief = enter(world, address)
    browser = world.client()
    asked(browser, "link", address)
    open_link = link_in(smtp, address)
    asked(browser, "password", address)
    path = link_in(smtp, address)
    for bad in ("short", "aaaaaaaaaaaaaaaa", "password1234", "Nora Peeters 1", "x" * 10_000):
        answer = browser.post(path, data={"password": bad})
        assert answer.status_code in {422, 413}, bad
    assert browser.post(path, data={"password": ANOTHER}).status_code == 303
    assert browser.get("/account").status_code == 200
    assert thief.get("/account").status_code == 302
    for used in (path, open_link):
        assert world.client().post(used, data={"password": PASSWORD}).status_code == 410
    assert (
        world.client().post("/sign-in", data={"email": address, "password": PASSWORD}).status_code
    )
    enter(world, address, ANOTHER)
    assert "sessions were ended" in letters(smtp, address)[-1]


def test_nobody_waits_while_a_password_is_tried_or_hashed(
    app: Flask, world: World, lead: UUID, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
):
    address, free = with_password(world, lead), []
    where = app.config["SQLALCHEMY_DATABASE_URI"]

    def watched(slow: Callable[..., Any]) -> Callable[..., Any]:
        def look(*args: Any, **values: Any) -> Any:
            if where.startswith("sqlite"):
                with closing(sqlite3.connect(where.removeprefix("sqlite:///"), timeout=0)) as other:
                    other.execute("BEGIN IMMEDIATE")  # raises while somebody else may write
            free.append(slow.__name__)
            return slow(*args, **values)

        return look

    for name in ("verify", "hash"):
        monkeypatch.setattr(PasswordHasher, name, watched(getattr(PasswordHasher, name)))
    browser = enter(world, address)
    enter(world, address)
    assert browser.post("/sign-in", data={"email": address, "password": "x"}).status_code == 422
    browser = enter(world, address)
    changed = {"present": PASSWORD, "password": ANOTHER}
    assert browser.post("/account/password", data=changed).status_code == 303
    moved = {"email": "new@example.org", "password": ANOTHER}
    assert browser.post("/account/address", data=moved).status_code == 303
    asked(browser, "password", address)
    chosen = browser.post(link_in(smtp, address), data={"password": PASSWORD})
    assert chosen.status_code == 303
    assert free == [*["verify"] * 5, "hash", "verify", "hash"]


def test_a_changed_password_ends_the_other_sessions(world: World, lead: UUID, smtp: SmtpServer):
    address = with_password(world, lead)
    browser, other = enter(world, address), enter(world, address)
    wrong = browser.post("/account/password", data={"present": "wrong", "password": ANOTHER})
    assert wrong.status_code == 422
    assert "not your present password" in Page(wrong).text
    right = browser.post("/account/password", data={"present": PASSWORD, "password": ANOTHER})
    assert right.status_code == 303
    assert (browser.get("/account").status_code, other.get("/account").status_code) == (200, 302)
    assert "Your password was changed" in letters(smtp, address)[-1]


def test_an_address_changes_once_the_new_one_has_answered(
    world: World, lead: UUID, smtp: SmtpServer
):
    address, new = with_password(world, lead), "nora@new.example"
    taken = with_password(world, world.person(None))
    browser, other = enter(world, address), enter(world, address)
    for data in ({"email": new}, {"email": new, "password": "wrong"}, {"email": "not one"}):
        answer = browser.post("/account/address", data=data)
        assert answer.status_code == 422
        assert data["email"] in answer.get_data(as_text=True)
    before = browser.post("/account/address", data={"email": taken, "password": PASSWORD})
    answer = browser.post("/account/address", data={"email": new, "password": PASSWORD})
    assert before.status_code == answer.status_code == 303
    path = link_in(smtp, new)
    assert letters(smtp, taken) == []
    assert new in letters(smtp, address)[-1], "the present address is told"
    enter(world, address)
    assert browser.post(path).status_code == 303
    enter(world, new)
    assert new in letters(smtp, address)[-1]
    assert other.get("/account").status_code == 200
    assert browser.post(path).status_code == 410


def test_mails_that_come_back_are_said_on_every_page(world: World, lead: UUID, smtp: SmtpServer):
    address = with_password(world, lead)
    browser = enter(world, address)
    assert "come back" not in read(browser, "/mine").text
    smtp.refuse("550 5.1.1 No such user", recipient=address)
    asked(browser, "link", address)
    letters(smtp, address)
    assert "come back" in read(browser, "/mine").text
    smtp.accept()
    smtp.refuse("550 5.1.1 No such user", recipient="typo@new.example")
    with world.writing():
        db.session.execute(sa.update(User).values(address_bounced_at=None))
    browser.post("/account/address", data={"email": "typo@new.example", "password": PASSWORD})
    letters(smtp, address)
    assert "come back" not in read(browser, "/mine").text, "it is not the address that they have"


def test_a_bounce_that_somebody_has_read_stays_until_they_say_else(
    world: World, lead: UUID, smtp: SmtpServer
):
    address, admin = with_password(world, lead), world.client(world.person(Role.ADMINISTRATOR))
    browser = enter(world, address)
    for said, told_of in (("yes", True), ("no", False)):
        assert admin.post(f"/people/{lead}/mails", data={"come_back": said}).status_code == 303
        asked(browser, "link", address)
        letters(smtp, address)  # a relay takes every mail at first
        assert ("come back" in read(browser, "/mine").text) is told_of


def test_nonsense_in_every_form_is_answered_in_words(world: World, lead: UUID):
    with_password(world, lead)
    browser = world.client(lead)
    strange = ("=cmd()", "<script>alert(1)</script>", "x" * 10_000, "\x00", "é\u202e")
    pages = {
        "/account": ("name", "language"),
        "/account/password": ("present", "password"),
        "/account/address": ("email", "password", "code"),
        "/account/second-step/codes": ("code",),
        "/sign-in/by-mail/link": ("email",),
        "/sign-in/code": ("code",),
    }
    for path, names in pages.items():
        for name in names:
            for text in strange:
                answer = browser.post(path, data={name: text})
                assert answer.status_code in {303, 400, 422}, (path, name, text[:20])
                assert "<script>alert" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("password", "good"),
    [
        (PASSWORD, True),
        ("kâk9-Zwaluw!raam", True),
        ("eleven char", False),
        ("123412341234", False),
        ("abababababab", False),
        ("azertyuiopqs", False),
        ("Motdepasse123", False),
        ("casework-demo", False),
        ("nora@example.org", False),
        ("Peeters-Nora-77", False),
    ],
)
def test_passwords_that_others_would_try_first_are_refused(password: str, good: bool):
    assert (passwords.fault(password, "nora@example.org", "Nora Peeters") is None) is good
