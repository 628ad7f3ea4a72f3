"""Stale pages, double sending, sessions that end: the answer is clear and no text is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework import reference
from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Call, Case, Event, Organisation, Programme, Receipt, User
from casework.roles import Role
from casework.services import accounts, receipts
from tests.support.pages import Page, read, said
from tests.support.world import World

SENDINGS = 4  # at once; the pool holds five connections
PASSWORD = "a long enough password"
LANGUAGES = ["en", "fr", "nl"]
STALE = N_("Somebody was faster")
BACK = N_("You are signed in again, and your text is back. Check it, then send it.")
ENDED = N_("Your session had ended. Sign in, and what you wrote comes back.")
OLD = N_("The page had been open for long. Check your text and send it again.")
WORDS = "We have no time for it this year, and say so."


@pytest.fixture(autouse=True)
def forgetful(app: Flask) -> None:
    """Let every request begin with an empty `g`, as it does outside of tests."""
    app.test_client_class = Forgetful


@pytest.fixture(autouse=True)
def programmes(world: World) -> None:
    with world.writing():
        reference.load()


class Forgetful(FlaskClient):
    def open(self, *args: Any, **options: Any) -> TestResponse:
        for name in list(g) if has_app_context() else []:
            g.pop(name)
        return super().open(*args, **options)


def partner(world: World, language: str = "en") -> tuple[UUID, UUID]:
    own = world.organisation(registry_number="0403170701")
    return world.person(Role.PARTNER_LEAD, own, language=language), own


def office(world: World, language: str = "en") -> UUID:
    person = world.person(Role.PROGRAMME_OFFICER, language=language)
    with world.writing():
        world.grant(person, Role.PROGRAMME_LEAD)
    return person


def project(world: World, lead: UUID, own: UUID) -> Case:
    return world.case(world.start("partner_project", lead, own, title="Gardens"))


def sample(world: World, lead: UUID, own: UUID) -> Case:
    case_id = world.start("sample", lead, own, title="Gardens")
    world.fire(case_id, "ask", lead)
    return world.case(case_id)


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# ---- stale pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stale_move_says_what_changed_and_keeps_the_words(
    app: Flask, world: World, language: str
):
    lead, own = partner(world)
    officer = office(world, language)
    case = sample(world, lead, own)
    address = f"/cases/{case.reference}/do/question"
    browser = world.client(officer)
    form = read(browser, address).form("version", "reason")
    world.fire(case.id, "question", office(world), reason="Somebody else asks.")
    world.fire(case.id, "reply", lead, reason="And is answered.")
    page = Page(browser.post(address, data={**form.fields, "reason": WORDS}))
    assert page.answer.status_code == 409
    assert page.lang == language
    assert said(app, language, STALE) in page.text
    assert "Replied" in page.text
    assert "Question asked" in page.text
    assert read(browser, address).form("reason").fields["reason"] == WORDS
    assert (
        db.session.scalars(sa.select(Event.name).where(Event.kind == "transition"))
        .all()
        .count("question")
        == 1
    )


def test_a_stale_record_keeps_the_words(world: World):
    lead, own = partner(world)
    address = f"/cases/{project(world, lead, own).reference}/r/idea"
    first, second = world.client(lead), world.client(lead)
    form = read(second, address).form("seen", "title").fields
    faster = {**form, "once": uuid4().hex, "challenge": "Faster", "target_group": "All"}
    faster |= {"anchoring_thought": "Later", "programme_id": _first_option(first, address)}
    assert first.post(address, data=faster).status_code == 303
    answer = second.post(address, data={**faster, "once": uuid4().hex, "challenge": WORDS})
    assert answer.status_code == 409
    assert read(second, address).form("challenge").fields["challenge"] == WORDS


def _first_option(browser: FlaskClient, address: str) -> str:
    return str(db.session.scalar(sa.select(Programme.id).order_by(Programme.number)))


@pytest.mark.parametrize(
    ("place", "name"), [("/organisations/{own}/edit", "town"), ("/calls/{call}", "title_nl")]
)
def test_a_stale_form_outside_cases_keeps_the_words_too(world: World, place: str, name: str):
    own, browser = world.organisation(), world.client(office(world))
    browser.post("/calls/new", data=CALL)
    place = place.format(own=own, call=db.session.scalar(sa.select(Call.id)))
    form = read(browser, place).form("seen", name).fields | {"sector": "culture"}
    assert browser.post(place, data={**form, name: "Faster"}).status_code == 303
    again = browser.post(place, data={**form, name: "Faster"})
    assert again.status_code == 303, "the same form sent twice is no stale page"
    page = Page(browser.post(place, data={**form, name: WORDS}))
    assert page.answer.status_code == 409
    assert f'href="{place}"' in page.answer.get_data(as_text=True)
    assert read(browser, place).form("seen", name).fields[name] == WORDS


def test_a_move_that_is_not_open_any_more_is_a_stale_page(world: World):
    lead, own = partner(world)
    case = sample(world, lead, own)
    browser = world.client(office(world))
    form = read(browser, f"/cases/{case.reference}/do/refuse").form("version")
    world.fire(case.id, "refuse", office(world), reason="It does not fit.")
    answer = browser.post(
        f"/cases/{case.reference}/do/refuse", data={**form.fields, "reason": WORDS}
    )
    assert answer.status_code == 409


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_move_of_another_role_is_refused_on_a_page_of_its_own(
    app: Flask, world: World, language: str
):
    lead, own = partner(world, language)
    case = sample(world, lead, own)
    data = {"version": str(case.version)}
    for method in ("GET", "POST"):
        address = f"/cases/{case.reference}/do/grant"
        page = Page(world.client(lead).open(address, method=method, data=data))
        assert page.answer.status_code == 403
        assert page.lang == language
    assert world.case(case.id).state == "asked"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guessed_address_gets_the_same_page_as_no_address(
    app: Flask, world: World, language: str
):
    lead, own = partner(world)
    case = sample(world, lead, own)
    stranger = world.person(Role.PARTNER_LEAD, world.organisation("Other"), language=language)
    for path in ("", "/history", "/r/idea", "/documents", "/do/ask"):
        page = Page(world.client(stranger).get(f"/cases/{case.reference}{path}"))
        assert page.answer.status_code == 404
        assert page.lang == language
        assert "Gardens" not in page.text


# ---- sending twice


def test_a_move_sent_twice_is_made_once(world: World):
    lead, own = partner(world)
    case = sample(world, lead, own)
    browser, address = world.client(office(world)), f"/cases/{case.reference}/do/question"
    data = {**read(browser, address).form("version", "reason").fields, "reason": WORDS}
    first, second = (browser.post(address, data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    events = db.session.scalars(sa.select(Event.name).where(Event.case_id == case.id)).all()
    assert events.count("question") == 1


CALL = {
    "title_fr": "Appel",
    "title_nl": "Oproep",
    "title_en": "Call",
    "opens_on": "2030-01-01",
    "always_open": "y",
}


def _case(world: World, lead: UUID, own: UUID) -> tuple[UUID, str, dict[str, str], type]:
    data = {"organisation_id": str(own), "title": "Gardens"}
    return lead, "/new/partner_project", data, Case


def _organisation(world: World, lead: UUID, own: UUID) -> tuple[UUID, str, dict[str, str], type]:
    data = {"name": "New", "country": "BE", "sector": "culture", "language": "fr"}
    return office(world), "/organisations/new", data, Organisation


def _call(world: World, lead: UUID, own: UUID) -> tuple[UUID, str, dict[str, str], type]:
    return office(world), "/calls/new", CALL, Call


def _person(world: World, lead: UUID, own: UUID) -> tuple[UUID, str, dict[str, str], type]:
    data = {"name": "Ada", "email": "ada@example.org", "role": "partner_lead", "language": "fr"}
    return lead, f"/organisations/{own}/people", data, User


MAKERS = [_case, _organisation, _call, _person]


@pytest.mark.parametrize("maker", MAKERS)
def test_a_form_sent_twice_makes_one(world: World, maker: Callable[..., tuple]):
    lead, own = partner(world)
    person, address, data, model = maker(world, lead, own)
    before = count(model)
    browser, sent = world.client(person), {**data, "once": uuid4().hex}
    first, second = (browser.post(address, data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert count(model) == before + 1


@pytest.mark.parametrize("maker", [_case, _call])
def test_sendings_at_once_make_one(app: Flask, world: World, maker: Callable[..., tuple]):
    lead, own = partner(world)
    person, address, data, model = maker(world, lead, own)
    before, sent = count(model), {**data, "once": uuid4().hex}
    browsers = [world.client(person) for _ in range(SENDINGS)]
    db.session.remove()
    gate, found = threading.Barrier(SENDINGS), []

    def send(browser: FlaskClient) -> None:
        gate.wait()
        found.append(browser.post(address, data=sent))

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in found] == [303] * SENDINGS
    assert len({answer.headers["Location"] for answer in found}) == 1
    assert count(model) == before + 1


def test_a_second_sending_waits_for_what_the_first_results_in(app: Flask, world: World):
    lead, _own = partner(world)
    found: list[Any] = []

    def second() -> None:
        with app.app_context(), world.writing():
            found.append(receipts.find("the same key", lead))

    thread = threading.Thread(target=second)
    with world.writing():
        assert receipts.find("the same key", lead) is None
        thread.start()
        thread.join(0.5)  # time enough for it to answer too early
        receipts.keep("the same key", lead, {"done": 1}, now())
    thread.join()
    assert found == [{"done": 1}]


def test_the_same_form_with_other_words_is_another_act(world: World):
    lead, own = partner(world)
    case = project(world, lead, own)
    with world.writing():
        db.session.execute(sa.update(Case).where(Case.id == case.id).values(state="co_creation"))
    address = f"/cases/{case.reference}/r/risks/new"
    browser = world.client(lead)
    form = read(browser, address).form("risk").fields
    data = {**form, "likelihood": "medium", "measure": "We plant twice."}
    for risk in ("Frost", "Frost", "Drought"):
        assert browser.post(address, data={**data, "risk": risk}).status_code == 303
    rows = db.session.scalars(sa.select(Receipt.key)).all()
    assert len(set(rows)) >= 2
    page = read(browser, f"/cases/{case.reference}/r/risks")
    assert (
        page.answer.get_data(as_text=True).count("We plant twice") <= page.text.count("Frost") + 2
    )
    assert "Drought" in page.text


# ---- sessions that end


def with_password(person: UUID) -> str:
    user = db.session.get_one(User, person)
    user.password_hash = accounts.hash_password(PASSWORD)
    return user.email


FORMS = [
    ("/cases/{project}/r/idea", "challenge", "partner"),
    ("/cases/{project}/do/withdraw", "reason", "partner"),
    ("/cases/{sample}/do/question", "reason", "office"),
    ("/new/partner_project", "title", "partner"),
    ("/organisations/new", "name", "office"),
    ("/organisations/{own}/edit", "town", "partner"),
    ("/calls/new", "title_fr", "office"),
    ("/deadline-settings/sample/answer", "amount", "office"),
]


@pytest.mark.parametrize(
    ("place", "name", "who", "language"),
    [(*FORMS[0], "en"), (*FORMS[1], "nl"), *((*form, "fr") for form in FORMS)],
)
def test_an_ended_session_brings_the_text_back(
    app: Flask, world: World, place: str, name: str, who: str, language: str
):
    lead, own = partner(world, language)
    officer = office(world, language)
    place = place.format(
        project=project(world, lead, own).reference,
        sample=sample(world, lead, own).reference,
        own=own,
    )
    person = lead if who == "partner" else officer
    with world.writing():
        email = with_password(person)
    app.config["WTF_CSRF_ENABLED"] = True
    form = read(world.client(person), place).form(name, "csrf_token").fields
    stranger = app.test_client()
    headers = {"Referer": f"http://localhost{place}", "Accept-Language": language}
    sent = stranger.post(place, data={**form, name: WORDS}, headers=headers)
    page = Page(sent)
    assert sent.status_code == 401
    assert page.lang == language
    assert said(app, language, ENDED) in page.text
    fields = page.form("email", "kept").fields
    assert WORDS not in fields["kept"], "the text travels packed"
    back = stranger.post("/sign-in", data={**fields, "email": email, "password": PASSWORD})
    assert back.status_code == 303
    assert back.headers["Location"] == place
    again = read(stranger, place)
    assert again.form(name, "csrf_token").fields[name] == WORDS
    assert said(app, language, BACK) in again.text


ELSEWHERE = [
    ("/organisations/{own}/people", "/organisations/{own}/people", "name"),
    ("/calls/{call}/extensions", "/calls/{call}", "reason"),
    ("/deadline-settings/closing-days", "/deadline-settings", "label"),
]


@pytest.mark.parametrize(("place", "shown_on", "name"), ELSEWHERE)
def test_a_form_that_stands_on_another_page_comes_back_there(
    app: Flask, world: World, place: str, shown_on: str, name: str
):
    own, officer = world.organisation(), office(world)
    browser = world.client(officer)
    browser.post("/calls/new", data=CALL)
    call = db.session.scalar(sa.select(Call.id))
    place, shown_on = (text.format(own=own, call=call) for text in (place, shown_on))
    with world.writing():
        email = with_password(officer)
    stranger = app.test_client()
    headers = {"Referer": f"http://localhost{shown_on}"}
    page = Page(stranger.post(place, data={name: WORDS}, headers=headers))
    fields = page.form("email", "kept").fields
    back = stranger.post("/sign-in", data={**fields, "email": email, "password": PASSWORD})
    assert back.headers["Location"] == shown_on
    found = read(stranger, shown_on)
    assert WORDS in [form.fields.get(name) for form in found.forms]


BUTTONS = ["/inbox/read-all", "/cases/{case}/waive/ask/shouting", "/desk/seen", "/sign-out"]


@pytest.mark.parametrize("place", BUTTONS)
@pytest.mark.parametrize("referer", ["http://localhost/desk", "http://evil.example/", ""])
def test_an_ended_session_never_leads_to_an_address_that_only_takes_forms(
    app: Flask, world: World, place: str, referer: str
):
    lead, own = partner(world)
    officer = office(world)
    place = place.format(case=sample(world, lead, own).reference)
    with world.writing():
        email = with_password(officer)
    app.config["WTF_CSRF_ENABLED"] = True
    stranger = app.test_client()
    page = Page(
        stranger.post(place, headers={"Referer": referer} if referer else {}, follow_redirects=True)
    )
    fields = page.form("email", "next").fields
    back = stranger.post("/sign-in", data={**fields, "email": email, "password": PASSWORD})
    assert back.status_code == 303
    assert stranger.get(back.headers["Location"], follow_redirects=True).status_code == 200
    known = world.client(officer)
    refused = known.post(place, headers={"Referer": referer} if referer else {})
    assert known.get(refused.headers["Location"], follow_redirects=True).status_code == 200


def test_a_wrong_password_keeps_the_text(app: Flask, world: World):
    lead, own = partner(world)
    place = f"/cases/{project(world, lead, own).reference}/r/idea"
    with world.writing():
        email = with_password(lead)
    stranger = app.test_client()
    fields = Page(stranger.post(place, data={"challenge": WORDS})).form("kept").fields
    wrong = Page(stranger.post("/sign-in", data={**fields, "email": email, "password": "no"}))
    assert wrong.answer.status_code == 422
    fields = wrong.form("kept").fields
    stranger.post("/sign-in", data={**fields, "email": email, "password": PASSWORD})
    assert read(stranger, place).form("challenge").fields["challenge"] == WORDS


def test_a_megabyte_outlives_its_session(app: Flask, world: World):
    lead, own = partner(world)
    place = f"/cases/{project(world, lead, own).reference}/r/idea"
    with world.writing():
        email = with_password(lead)
    text = "".join(f"{number:x} é\n" for number in range(150_000)).strip()
    assert len(text) > 1_000_000
    stranger = app.test_client()
    fields = Page(stranger.post(place, data={"challenge": text})).form("kept").fields
    stranger.post("/sign-in", data={**fields, "email": email, "password": PASSWORD})
    assert read(stranger, place).form("challenge").fields["challenge"] == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_token_of_another_session_is_refused_and_the_text_kept(
    app: Flask, world: World, language: str
):
    lead, own = partner(world, language)
    place = f"/cases/{project(world, lead, own).reference}/r/idea"
    app.config["WTF_CSRF_ENABLED"] = True
    token = read(world.client(lead), place).form("csrf_token").fields["csrf_token"]
    browser = world.client(lead)
    form = read(browser, place).form("title", "seen").fields
    answer = browser.post(place, data={**form, "csrf_token": token, "challenge": WORDS})
    assert answer.status_code == 303
    page = read(browser, answer.headers["Location"])
    assert page.lang == language
    assert said(app, language, OLD) in page.text
    assert page.form("challenge").fields["challenge"] == WORDS


def test_text_sent_from_another_site_is_not_kept(app: Flask, world: World):
    lead, own = partner(world)
    place = f"/cases/{project(world, lead, own).reference}/r/idea"
    app.config["WTF_CSRF_ENABLED"] = True
    browser = world.client(lead)
    browser.post(place, data={"challenge": WORDS}, headers={"Origin": "https://evil.example"})
    assert read(browser, place).form("challenge").fields["challenge"] != WORDS


def test_a_forged_text_is_not_brought_back(app: Flask, world: World):
    lead, _own = partner(world)
    with world.writing():
        email = with_password(lead)
    data = {"kept": "forged", "email": email, "password": PASSWORD, "next": "/mine"}
    answer = app.test_client().post("/sign-in", data=data)
    assert answer.headers["Location"] == "/mine"
