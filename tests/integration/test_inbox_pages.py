"""The pages of the inbox and of the development mailbox, as a browser sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from casework.app import create_app
from casework.clock import frozen
from casework.config import Settings
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Message
from casework.policy import Holder
from casework.roles import Role
from casework.services import outbox
from tests.support import signing, told
from tests.support.told import DUE, NOW


@pytest.fixture(autouse=True)
def _workflow() -> Iterator[None]:
    with told.registered(), frozen(NOW + timedelta(hours=1)):
        yield


class Browser:
    """One person's browser; every request in a context of its own, as on a server."""

    def __init__(self, app: Flask, person: Holder) -> None:
        self._app = app
        self._client = app.test_client()
        with self._app.app_context():
            signing.sign_in(self._client, person.user_id)

    def get(self, path: str) -> TestResponse:
        db.session.rollback()
        with self._app.app_context():
            return self._client.get(path)

    def post(self, path: str, **data: Any) -> TestResponse:
        db.session.rollback()
        with self._app.app_context():
            return self._client.post(path, data=data)


def people() -> tuple[Holder, Holder, Case]:
    """Commit a partner and an officer who were both told of a case."""
    with unit_of_work(db.session):
        about = told.case()
        nora, claire = told.person(), told.person("Claire Maréchal")
        told.grant(nora, Role.PARTNER_LEAD, about)
        told.grant(claire, Role.PROGRAMME_OFFICER)
        told.tell([nora, claire], about, params={"due": DUE})
    return nora, claire, about


def id_of(person: Holder) -> UUID:
    return told.message_of(person).id


def test_each_side_reads_its_messages_in_its_own_layout(app: Flask) -> None:
    nora, claire, _ = people()
    portal, office = Browser(app, nora).get("/inbox"), Browser(app, claire).get("/inbox")
    assert 'class="is-portal"' in portal.text
    assert 'class="is-office"' in office.text
    for page in (portal, office):
        assert "A question about Potagers d’entraide" in page.text
        assert "1 unread message" in page.text
    assert "Waiting for you" in portal.text
    assert "Waiting for the partner" not in portal.text


def test_opening_a_message_marks_it_and_leads_to_its_case(app: Flask) -> None:
    nora, _, about = people()
    reference = about.reference
    answer = Browser(app, nora).post(f"/inbox/{id_of(nora)}/open")
    assert (answer.status_code, answer.location) == (303, f"/cases/{reference}")
    assert told.message_of(nora).read_at == NOW + timedelta(hours=1)
    assert "You have read everything" in Browser(app, nora).get("/inbox?show=unread").text


def test_a_message_is_marked_as_read_and_the_list_stays(app: Flask) -> None:
    nora, claire, _ = people()
    answer = Browser(app, nora).post(f"/inbox/{id_of(nora)}/read", page="1")
    assert answer.location == "/inbox?page=1"
    assert told.message_of(nora).read_at
    assert not told.message_of(claire).read_at


def test_marking_all_leaves_what_came_after_the_page_was_shown(app: Flask) -> None:
    nora, _, about = people()
    browser = Browser(app, nora)
    until = re.search(r'name="until" value="([^"]+)"', browser.get("/inbox").text)
    assert until
    later = NOW + timedelta(hours=2)
    db.session.rollback()
    with unit_of_work(db.session):
        told.tell([nora], db.session.merge(about), now=later)
    with frozen(later):
        assert browser.post("/inbox/read-all", until=until[1]).status_code == 303
    first, second = told.messages_of(nora)
    assert first.read_at
    assert not second.read_at


@pytest.mark.parametrize("until", ["", "nonsense", "2999-01-01", "2026-11-23T09:30:00"])
def test_marking_all_bears_any_moment(app: Flask, until: str) -> None:
    nora, _, _ = people()
    assert Browser(app, nora).post("/inbox/read-all", until=until).status_code == 303


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "١", "9" * 40])
def test_any_page_number_shows_a_page(app: Flask, page: str) -> None:
    nora, _, _ = people()
    answer = Browser(app, nora).get(f"/inbox?page={page}")
    assert answer.status_code == 200
    assert "A question about" in answer.text


@pytest.mark.parametrize("act", ["open", "read"])
def test_another_persons_message_is_not_found(app: Flask, act: str) -> None:
    nora, claire, _ = people()
    assert Browser(app, claire).post(f"/inbox/{id_of(nora)}/{act}").status_code == 404
    assert Browser(app, claire).post(f"/inbox/nothing/{act}").status_code == 404
    assert not told.message_of(nora).read_at


def test_choices_are_shown_and_kept(app: Flask) -> None:
    nora, _, _ = people()
    browser = Browser(app, nora)
    assert browser.get("/inbox/choices").text.count('value="now" checked') == len(outbox.KINDS)
    wanted = dict.fromkeys(outbox.KINDS, "now") | {"case_moved": "daily", "escalation": "none"}
    answer = browser.post("/inbox/choices", **wanted)
    assert answer.status_code == 303
    assert outbox.choices_of(nora.user_id) == wanted
    assert 'value="daily" checked' in browser.get("/inbox/choices").text


@pytest.mark.parametrize("sent", [{}, {"case_moved": "sometimes", "reminder": "now"}])
def test_wrong_choices_are_refused_in_words(app: Flask, sent: dict[str, str]) -> None:
    nora, _, _ = people()
    answer = Browser(app, nora).post("/inbox/choices", **sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert set(outbox.choices_of(nora.user_id).values()) == {"now"}


def test_an_empty_inbox_says_what_will_stand_there(app: Flask) -> None:
    with unit_of_work(db.session):
        claire = told.person("Claire")
        told.grant(claire, Role.PROGRAMME_OFFICER)
    assert "No messages yet" in Browser(app, claire).get("/inbox").text


def test_an_administrator_sends_a_failed_mail_again(app: Flask) -> None:
    nora, claire, about = people()
    with unit_of_work(db.session):
        root = told.person("Root")
        told.grant(root, Role.ADMINISTRATOR)
        db.session.execute(
            sa.update(Message)
            .where(Message.recipient_id == nora.user_id)
            .values(kind="account", mail_state="failed", last_error="550 5.1.1 No such person")
        )
    page = Browser(app, root).get("/inbox/failed").text
    assert "No such person" in page
    assert "Signing in, and the account" in page
    assert nora.email in page
    assert about.title not in page
    assert Browser(app, claire).get("/inbox/failed").status_code == 403
    assert Browser(app, claire).post(f"/inbox/failed/{id_of(nora)}").status_code == 403
    assert Browser(app, root).post(f"/inbox/failed/{id_of(nora)}").status_code == 303
    assert told.message_of(nora).mail_state == "pending"
    assert Browser(app, root).post(f"/inbox/failed/{id_of(nora)}").status_code == 404


def test_the_development_mailbox_shows_every_mail(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    box = tmp_path_factory.mktemp("mail") / "box"
    app = create_app(Settings.from_env({**environment, "CASEWORK_SMTP_URL": f"maildir://{box}"}))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        nora, _, about = people()
        with unit_of_work(db.session):
            root = told.person("Root")
            told.grant(root, Role.ADMINISTRATOR)
            reference = db.session.merge(about).reference
        browser = Browser(app, root)
        assert "No mail yet" in browser.get("/mailbox").text
        outbox.deliver_due()
        page = browser.get(f"/mailbox?to={nora.email}").text
        (link,) = re.findall(r'href="(/mailbox/[^"]+)"', page)
        mail = browser.get(link)
        assert f"/cases/{reference}" in mail.text
        framed = browser.get(link + "/html")
        assert "default-src 'none'" in framed.headers["Content-Security-Policy"]
        assert "A question about Potagers d’entraide" in framed.text
        assert browser.get("/mailbox/nothing").status_code == 404
        assert Browser(app, nora).get("/mailbox").status_code == 403
        db.session.remove()
        db.engine.dispose()


def test_there_is_no_mailbox_beside_a_real_mail_server(app: Flask) -> None:
    with unit_of_work(db.session):
        root = told.person("Root")
        told.grant(root, Role.ADMINISTRATOR)
    assert Browser(app, root).get("/mailbox").status_code == 404
