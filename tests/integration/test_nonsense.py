"""Nonsense in every place that a request has room for: a clear answer, never a failure of ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from flask import Flask

from casework.extensions import db
from casework.models import Case, Organisation, User
from casework.roles import Role
from casework.services import accounts
from tests.support.pages import Page, read
from tests.support.world import World

STRANGE = [
    "",
    "nonsense",
    "-1",
    "0",
    "²",
    "٣",
    "1e9",
    "9" * 30,
    "9" * 5000,
    "\x00",
    "a\x00b",
    "%",
    "%%%s",
    "' OR 1=1 --",
    "//[",
    "\ud83e\udd93".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a" * 3000,
]
PLACES = [
    "/cases?page={}",
    "/cases?owner={}",
    "/cases?programme={}",
    "/cases?organisation={}",
    "/cases?stage={}",
    "/cases?state={}",
    "/cases?workflow={}",
    "/cases?sort={}",
    "/exports/cases?format=csv&state={}",
    "/organisations?q={}",
    "/organisations?page={}",
    "/organisations/{}",
    "/inbox?page={}",
    "/inbox?show={}",
    "/reminders?until={}",
    "/reminders?page={}",
    "/calls/{}",
    "/programmes/{}",
    "/cases/{}",
    "/cases/{}/history",
    "/cases/{ref}/do/{}",
    "/cases/{ref}/r/{}",
    "/cases/{ref}/r/idea/{}",
    "/cases/{ref}/documents/{}/1",
    "/cases/{ref}/documents/" + str(uuid4()) + "/{}",
    "/deadline-settings/{}/answer",
    "/deadline-settings/sample/{}",
    "/sign-in?next={}",
    "/new/{}",
]


@pytest.fixture
def officer(world: World) -> UUID:
    person = world.person(Role.PROGRAMME_OFFICER)
    with world.writing():
        world.grant(person, Role.PROGRAMME_LEAD)
    return person


@pytest.fixture
def lead(world: World) -> UUID:
    return world.person(Role.PARTNER_LEAD, world.organisation())


def start(world: World, lead: UUID) -> Case:
    own = next(iter(world.actor(lead).organisation_ids))
    return world.case(world.start("partner_project", lead, own, title="Gardens"))


def test_nonsense_in_an_address_gets_a_clear_answer(world: World, officer: UUID, lead: UUID):
    reference = start(world, lead).reference
    browser = world.client(officer)
    failed = []
    for place in PLACES:
        path, _, query = place.replace("{ref}", reference).partition("?")
        for strange in STRANGE:
            filled = path.replace("{}", _quoted(strange))
            options: dict[str, Any] = {"buffered": True}
            if query:
                options["query_string"] = {query.partition("=")[0]: strange}
            if browser.get(filled, **options).status_code >= 500:
                failed.append((place, strange[:40]))
    assert failed == []


def _quoted(text: str) -> str:
    return quote(text, safe="") or "%20"


@pytest.mark.parametrize(
    "name", ["version", "once", "override", "title", "seen", "organisation_id"]
)
def test_nonsense_in_a_form_gets_a_clear_answer(world: World, lead: UUID, name: str):
    reference = start(world, lead).reference
    browser = world.client(lead)
    for strange in STRANGE:
        for place in ("do/submit_idea", "r/idea", "do/withdraw", "documents"):
            answer = browser.post(f"/cases/{reference}/{place}", data={name: strange})
            assert answer.status_code < 500, (place, strange[:40], answer.status)
        answer = browser.post("/new/partner_project", data={name: strange})
        assert answer.status_code < 500, (strange[:40], answer.status)


def test_nonsense_at_the_sign_in_gets_a_clear_answer(world: World):
    browser = world.client()
    for strange in STRANGE:
        for name in ("email", "password", "next", "kept"):
            data = {"email": "a@example.org", "password": "x", name: strange}
            answer = browser.post("/sign-in", data=data)
            assert answer.status_code in {400, 422}, (name, strange[:40], answer.status)


def test_nonsense_in_a_draft_gets_a_clear_answer(world: World, lead: UUID):
    browser = world.client(lead)
    for strange in STRANGE:
        for path in ("/drafts", "/drafts/drop"):
            answer = browser.post(path, query_string={"place": strange}, data={"title": strange})
            assert answer.status_code < 500, (path, strange[:40], answer.status)


@pytest.mark.parametrize("header", ["Origin", "Referer", "X-Request-ID", "Accept-Language"])
def test_nonsense_in_a_header_gets_a_clear_answer(world: World, header: str):
    browser = world.client()
    for strange in ("//[", "http://[", "x" * 3000, "%", "null"):
        answer = browser.post("/cases/PP-1/r/idea", data={"title": "x"}, headers={header: strange})
        assert answer.status_code == 401


def test_one_key_for_two_different_acts_does_both(world: World, lead: UUID):
    reference = start(world, lead).reference
    browser = world.client(lead)
    form = read(browser, f"/cases/{reference}/r/idea").form("seen", "title")
    saved = browser.post(f"/cases/{reference}/r/idea", data={**form.fields, "title": "Orchard"})
    assert saved.status_code == 422, "the other questions are not answered yet"
    key = form.fields["once"]
    page = read(browser, f"/cases/{reference}/do/withdraw").form("version")
    data = {**page.fields, "once": key, "reason": "We have no time for it this year."}
    answer = browser.post(f"/cases/{reference}/do/withdraw", data=data)
    assert answer.status_code in {303, 422}


def test_a_key_of_somebody_else_is_no_obstacle(world: World, lead: UUID):
    own = next(iter(world.actor(lead).organisation_ids))
    other = world.person(Role.PARTNER_LEAD, own)
    key = uuid4().hex
    data = {"organisation_id": str(own), "title": "Gardens", "once": key}
    first = world.client(lead).post("/new/sample", data=data)
    second = world.client(other).post("/new/sample", data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] != second.headers["Location"]


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/\n/evil.example",
    "///evil.example",
    "//[",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_answer_leads_away_from_the_site(app: Flask, world: World, target: str):
    person = world.person(Role.PROGRAMME_OFFICER)
    with world.writing():
        user = db.session.get_one(User, person)
        user.password_hash = accounts.hash_password("a long enough password")
        email = user.email
    browser = world.client()
    data = {"email": email, "password": "a long enough password", "next": target}
    answers = [
        browser.post("/sign-in", data=data),
        browser.post("/language", data={"language": "fr", "next": target}),
        browser.post("/drafts/drop", query_string={"place": target}),
    ]
    for answer in answers:
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/"
    shown = Page(world.client().get("/sign-in", query_string={"next": target}))
    assert shown.form("next", "email").fields["next"] == "/"


def test_a_body_that_is_too_big_gets_its_own_page(world: World, lead: UUID):
    reference = start(world, lead).reference
    answer = world.client(lead).post(
        f"/cases/{reference}/r/idea", data={"challenge": "x" * (5 * 1024 * 1024)}
    )
    assert answer.status_code == 413
    assert Page(answer).lang == "en"


def test_a_method_that_a_page_does_not_know_gets_a_page(world: World, lead: UUID):
    answer = world.client(lead).delete("/inbox")
    assert answer.status_code == 405
    assert Page(answer).lang == "en"


def test_organisations_are_found_by_a_text_with_wildcards_in_it(world: World, officer: UUID):
    world.organisation("100% Local")
    world.organisation("Elsewhere")
    page = read(world.client(officer), "/organisations?q=%25")
    assert "100% Local" in page.text
    assert "Elsewhere" not in page.text
    assert db.session.query(Organisation).count() == 2
