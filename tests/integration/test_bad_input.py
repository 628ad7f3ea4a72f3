"""What bad input gets: a clear answer in the reader's language, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from casework import clock, reference
from casework.extensions import db
from casework.forms import messages, registry_number
from casework.forms.messages import Message
from casework.models import Call, CallExtension, Case, Organisation, Programme
from casework.models.partner_project import Idea
from casework.roles import Role
from tests.support.pages import Page, read, said
from tests.support.world import World

LANGUAGES = ["en", "fr", "nl"]
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def programme(world: World) -> str:
    with world.writing():
        reference.load()
    return str(db.session.scalar(sa.select(Programme.id).where(Programme.number == 1)))


def partner(world: World, language: str = "en") -> tuple[UUID, UUID]:
    own = world.organisation()
    return world.person(Role.PARTNER_LEAD, own, language=language), own


def project(world: World, lead: UUID, own: UUID, title: str = "Gardens") -> Case:
    return world.case(world.start("partner_project", lead, own, title=title))


def answers(programme: str, **others: str) -> dict[str, str]:
    return {
        "title": "Gardens",
        "challenge": "Nobody meets anybody.",
        "target_group": "The neighbours, who choose the plants.",
        "people": "120",
        "partners": "",
        "programme_id": programme,
        "anchoring_thought": "The town takes it over.",
        "amount_cents": "1 200,50",
        **others,
    }


WRONG = {
    "title": "",
    "challenge": "  \r\n ",
    "target_group": "x" * 2001,
    "people": "many",
    "programme_id": "nonsense",
    "anchoring_thought": "",
    "amount_cents": "-5",
}
SAYS = {
    "title": messages.REQUIRED,
    "challenge": messages.REQUIRED,
    "target_group": Message(messages.TOO_LONG, most=2000, length=2001),
    "people": messages.NOT_A_NUMBER,
    "programme_id": messages.NOT_OFFERED,
    "anchoring_thought": messages.REQUIRED,
    "amount_cents": messages.NEGATIVE_AMOUNT,
}


def in_words(app: Flask, language: str, message: str) -> str:
    if isinstance(message, Message):
        return said(app, language, message.msgid, **message.params)
    return said(app, language, message)


def test_a_form_with_every_field_wrong_says_so_of_each(app: Flask, world: World, language: str):
    lead, own = partner(world, language)
    address = f"/cases/{project(world, lead, own).reference}/r/idea"
    browser = world.client(lead)
    page = Page(browser.post(address, data={**WRONG, "seen": "x"}))
    # a stale stamp wins over faults; look again with the right one
    form = read(browser, address).form("title", "seen")
    page = Page(browser.post(address, data={**form.fields, **WRONG}))
    assert page.answer.status_code == 422
    assert page.lang == language
    body = page.answer.get_data(as_text=True)
    for name, message in SAYS.items():
        assert in_words(app, language, message) in page.text, name
        assert f'id="{name}-error"' in body
        assert f'href="#{name}"' in body
    shown = page.form("title", "seen").fields
    assert {name: shown[name].strip() for name in WRONG if name != "programme_id"} == {
        name: text.strip() for name, text in WRONG.items() if name != "programme_id"
    }
    assert db.session.scalar(sa.select(Idea.title).where(Idea.removed_at.is_(None))) == "Gardens"


def test_a_megabyte_in_a_field_is_shown_again_whole(app: Flask, world: World, programme: str):
    lead, own = partner(world, "fr")
    address = f"/cases/{project(world, lead, own).reference}/r/idea"
    browser = world.client(lead)
    form = read(browser, address).form("title", "seen")
    text = "éa " * 333_333 + "end"
    data = {**form.fields, **answers(programme), "challenge": text}
    page = Page(browser.post(address, data=data))
    assert page.answer.status_code == 422
    expected = Message(messages.TOO_LONG, most=5000, length=len(text))
    assert in_words(app, "fr", expected) in page.text
    assert page.form("challenge").fields["challenge"] == text


def test_more_than_a_form_may_hold_gets_a_page_that_says_so(app: Flask, world: World):
    lead, own = partner(world, "nl")
    address = f"/cases/{project(world, lead, own).reference}/r/idea"
    page = Page(world.client(lead).post(address, data={"challenge": "x" * 4_300_000}))
    assert page.answer.status_code == 413
    assert page.lang == "nl"


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 200,50", 120050),
        ("1200.50", 120050),
        ("1.200,50", 120050),
        ("1\u00a0200,50", 120050),
        ("1\u202f200,50 €", 120050),
        ("€ 1,200.50", 120050),
        ("0", 0),
    ],
)
def test_an_amount_is_read_as_people_write_it(world: World, programme: str, typed: str, cents: int):
    lead, own = partner(world)
    address = f"/cases/{project(world, lead, own).reference}/r/idea"
    browser = world.client(lead)
    form = read(browser, address).form("title", "seen")
    data = {**form.fields, **answers(programme, amount_cents=typed)}
    assert browser.post(address, data=data).status_code == 303
    assert db.session.scalar(sa.select(Idea.amount_cents)) == cents


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("-1 200,50", messages.NEGATIVE_AMOUNT),
        ("\u2212 12", messages.NEGATIVE_AMOUNT),
        ("1.200", messages.AMBIGUOUS_AMOUNT),
        ("1,2345", messages.TOO_MANY_DECIMALS),
        ("about 500", messages.NOT_AN_AMOUNT),
        ("1e5", messages.NOT_AN_AMOUNT),
        ("9" * 15, messages.AMOUNT_TOO_LARGE),
        ("9" * 5000, messages.NOT_AN_AMOUNT),
    ],
)
def test_an_amount_that_is_none_is_refused_and_kept_on_the_page(
    app: Flask, world: World, programme: str, typed: str, message: str
):
    lead, own = partner(world, "fr")
    address = f"/cases/{project(world, lead, own).reference}/r/idea"
    browser = world.client(lead)
    form = read(browser, address).form("title", "seen")
    page = Page(
        browser.post(address, data={**form.fields, **answers(programme, amount_cents=typed)})
    )
    assert page.answer.status_code == 422
    assert in_words(app, "fr", message) in page.text
    assert page.form("amount_cents").fields["amount_cents"] == typed


def call_of(world: World, lead: UUID) -> Call:
    with world.writing():
        call = Call(
            title_fr="Appel",
            title_nl="Oproep",
            title_en="Call",
            opens_on=NOON.date(),
            always_open=True,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        db.session.add(call)
    return call


DAYS = [
    ("29/02/2027", messages.NOT_A_DATE),
    ("2027-02-29", messages.NOT_A_DATE),
    ("31/04/2027", messages.NOT_A_DATE),
    ("tomorrow", messages.NOT_A_DATE),
    ("28/02/2001", messages.IN_THE_PAST),
    ("01/01/0001", Message(messages.YEAR_OUT_OF_RANGE, first=1990, last=2100)),
]


@pytest.mark.parametrize(("typed", "message"), DAYS)
def test_a_day_that_does_not_exist_or_is_over_is_refused(
    app: Flask, world: World, language: str, typed: str, message: str
):
    officer = world.person(Role.PROGRAMME_LEAD, language=language)
    other, call = world.organisation(), call_of(world, officer)
    data = {"organisation_id": str(other), "until": typed, "reason": "They were flooded twice."}
    page = Page(world.client(officer).post(f"/calls/{call.id}/extensions", data=data))
    assert page.answer.status_code == 422
    assert page.lang == language
    assert in_words(app, language, message) in page.text
    assert page.form("until").fields["until"] == typed
    assert page.form("until").fields["reason"] == "They were flooded twice."


@pytest.mark.parametrize("typed", ["29/02/2028", "2028-02-29"])
def test_the_29_february_of_a_leap_year_is_a_day(world: World, typed: str):
    officer = world.person(Role.PROGRAMME_LEAD)
    other, call = world.organisation(), call_of(world, officer)
    data = {"organisation_id": str(other), "until": typed, "reason": "They were flooded twice."}
    answer = world.client(officer).post(f"/calls/{call.id}/extensions", data=data)
    assert answer.status_code == 303
    assert str(db.session.scalar(sa.select(CallExtension.until))) == "2028-02-29"


@pytest.mark.parametrize(
    ("country", "number", "message"),
    [
        ("BE", "0403.019.262", registry_number.WRONG_CHECK),
        ("BE", "12", registry_number.BELGIAN),
        ("FR", "732 829 321", registry_number.WRONG_CHECK),
        ("FR", "732 829 320 00075", registry_number.WRONG_CHECK),
        ("NL", "1234", registry_number.DUTCH),
        ("LU", "12345", registry_number.LUXEMBOURGISH),
    ],
)
def test_a_registry_number_with_a_wrong_figure_is_refused(
    app: Flask, world: World, language: str, country: str, number: str, message: str
):
    officer = world.person(Role.PROGRAMME_OFFICER, language=language)
    data = {
        "name": "Les Jardins",
        "country": country,
        "registry_number": number,
        "sector": "culture",
        "language": "fr",
        "once": uuid4().hex,
    }
    page = Page(world.client(officer).post("/organisations/new", data=data))
    assert page.answer.status_code == 422
    assert in_words(app, language, message) in page.text
    assert page.form("registry_number").fields["registry_number"] == number
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 0


SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"


def test_markup_in_a_text_is_shown_as_text_everywhere(world: World, programme: str):
    own = world.organisation(name=f"A&B {SCRIPT}", registry_number="0403170701")
    lead = world.person(Role.PARTNER_LEAD, own, name=SCRIPT)
    officer = world.person(Role.PROGRAMME_OFFICER, name=SCRIPT)
    case = project(world, lead, own, title=SCRIPT)
    address = f"/cases/{case.reference}"
    browser = world.client(lead)
    form = read(browser, f"{address}/r/idea").form("title", "seen")
    data = {**form.fields, **answers(programme), "title": SCRIPT, "challenge": SCRIPT}
    assert browser.post(f"{address}/r/idea", data=data).status_code == 303
    world.fire(case.id, "submit_idea", lead)
    pages = [
        *(f"{address}{p}" for p in ("", "/history", "/r/idea", "/documents", "/drawing")),
        *("/inbox", f"/organisations/{own}"),
    ]
    for reader, more in ((lead, ["/mine"]), (officer, ["/desk", "/cases", "/organisations"])):
        for path in pages + more:
            body = world.client(reader).get(path).get_data(as_text=True)
            assert SCRIPT not in body, path
            assert "&amp;lt;" not in body, f"{path}: escaped twice"
    shown = world.client(officer).get(f"{address}/r/idea").get_data(as_text=True)
    assert "&lt;script&gt;" in shown


def test_a_formula_in_a_title_is_dead_in_the_file(world: World):
    own = world.organisation(name="+1-800")
    lead = world.person(Role.PARTNER_LEAD, own)
    officer = world.person(Role.PROGRAMME_OFFICER)
    for title in (FORMULA, "\t=1+1", "-2+3", "@SUM(A1)", "\uff1d1+1"):
        world.start("sample", lead, own, title=title)
    answer = world.client(officer).get("/exports/cases?format=csv", buffered=True)
    text = answer.get_data(as_text=True)
    assert f"'{FORMULA}" in text
    cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")]
    assert cells
    assert not [c for c in cells if c.strip('"').startswith(("=", "+", "-", "@", "\t", "\uff1d"))]
