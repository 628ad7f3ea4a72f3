"""Organisations and people from files: judged line by line, taken over on a yes, once."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.extensions import db
from casework.models import Change, Grant, ImportFile, ImportRow, Organisation, User
from casework.roles import Role
from casework.services import background_run
from tests.support import sheets
from tests.support.pages import Page
from tests.support.world import World

KNOWN, NEW, OTHER = "0403019261", "0999900348", "0999900447"
HEADS = ["Nom de l’organisation", "Land", "registry_number", "Sector", "Town", "Website"]
LINES = [
    HEADS,
    [
        "Les Jardins",
        "Belgique",
        f"{NEW[:4]}.{NEW[4:7]}.{NEW[7:]}",
        "Environnement et agriculture",
        "Namur",
        "",
    ],
    ["Connue", "BE", f"BE {KNOWN}", "housing", "Liège", ""],
    ["Faux numéro", "BE", "0999900349", "other", "", "javascript:alert(1)"],
    ["Encore les Jardins", "BE", NEW, "other", "", ""],
    ["=cmd()", "Atlantis", "", "", "", ""],
    ["TABLIERS VERTS asbl", "BE", "", "welfare", "", ""],
    ["Deux Rives", "FR", "", "other", "", ""],
]


@pytest.fixture
def officer(world: World) -> UUID:
    return world.person(Role.PROGRAMME_OFFICER)


def work() -> None:
    """Let a worker do what waits."""
    db.session.rollback()
    while background_run.do_next():
        db.session.remove()


def send(browser: FlaskClient, content: bytes, name: str, kind: str = "organisations") -> UUID:
    data = {"kind": kind, "file": (io.BytesIO(content), name)}
    sent = browser.post("/imports", data=data, content_type="multipart/form-data")
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/work/")
    work()
    found = browser.get(sent.headers["Location"].replace("/work/", "/imports/work/"))
    return UUID(found.headers["Location"].rpartition("/")[2])


def outcomes(import_id: UUID) -> dict[int, str]:
    db.session.rollback()
    rows = sa.select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.line)
    return {row.line: row.outcome for row in db.session.scalars(rows)}


def faults(import_id: UUID, line: int) -> set[str]:
    row = db.session.get_one(ImportRow, (import_id, line))
    return {fault["column"] for fault in row.faults}


def confirm(browser: FlaskClient, import_id: UUID, **choices: str) -> Any:
    data = Page(browser.get(f"/imports/{import_id}")).form("sha256").fields
    data = {k: v for k, v in data.items() if k not in {"change", "twin"}} | choices
    answers = [browser.post(f"/imports/{import_id}/confirm", data=data) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    work()
    return browser.get(f"/imports/{import_id}").text


def named(name: str) -> Organisation | None:
    db.session.rollback()
    return db.session.scalar(sa.select(Organisation).where(Organisation.name == name))


def test_every_line_is_judged_and_only_the_good_ones_are_taken(world: World, officer: UUID) -> None:
    known = world.organisation("Ancien nom", registry_number=KNOWN, website="https://a.example")
    world.organisation("Les Tabliers Verts")
    browser = world.client(officer)
    sent = send(browser, sheets.xlsx(LINES), "liste.xlsx")
    assert outcomes(sent) == {
        2: "new",
        3: "change",
        4: "fault",
        5: "fault",
        6: "fault",
        7: "twin",
        8: "new",
    }
    assert faults(sent, 4) == {"registry_number", "website"}
    assert faults(sent, 5) == {"registry_number"}
    assert faults(sent, 6) == {"name", "country", "sector"}, "a formula has no value of its own"
    page = browser.get(f"/imports/{sent}?show=fault").text
    assert "Line 2 has the same number already." in page
    assert "Ancien nom" in browser.get(f"/imports/{sent}?show=change").text
    assert named("Les Jardins") is None, "nothing before the yes"
    said = confirm(browser, sent, change="yes")
    assert "3 lines were imported." in said
    new = named("Les Jardins")
    assert new is not None
    assert (new.registry_number, new.sector, new.country) == (NEW, "environment", "BE")
    changed = db.session.get_one(Organisation, known)
    assert (changed.name, changed.sector, changed.town) == ("Connue", "housing", "Liège")
    assert changed.website == "https://a.example", "an empty cell changes nothing"
    assert named("TABLIERS VERTS asbl") is None, "look-alikes only when asked for"
    history = sa.select(sa.func.count(Change.id)).where(Change.subject_id == known)
    assert db.session.scalar(history) == 1, "sent twice, done once"


def test_the_faulty_lines_come_back_corrected(world: World, officer: UUID) -> None:
    browser = world.client(officer)
    rows = [["name", "country", "sector"], ["=cmd()", "XX", "other"], ["Good", "BE", "other"]]
    sent = send(browser, sheets.text(rows).encode("utf-16"), "a.csv")
    content = browser.get(f"/imports/{sent}/faults.xlsx").data
    head, line = sheets.rows_of(content)
    assert head[-1] == "What is wrong"
    assert line[0] in {"=cmd()", "'=cmd()"}
    assert "Country: Choose one of the answers offered." in line[-1]
    text = browser.get(f"/imports/{sent}/faults.csv").get_data(as_text=True)
    assert "'=cmd()" in text
    corrected = [list(head), ["Corrected", "Belgium", *line[2:]]]
    again = send(browser, sheets.xlsx(corrected), "b.xlsx")
    assert outcomes(again) == {2: "new"}


def test_what_changed_since_the_check_is_left_out_and_said(world: World, officer: UUID) -> None:
    known = world.organisation("Ancien nom", registry_number=KNOWN)
    browser = world.client(officer)
    rows = [HEADS, ["A", "BE", NEW, "other", "", ""], ["B", "BE", KNOWN, "other", "", ""]]
    sent = send(browser, sheets.xlsx(rows), "a.xlsx")
    world.organisation("Faster", registry_number=NEW)
    with world.writing():
        row = db.session.get_one(Organisation, known)
        row.town, row.version = "Mons", row.version + 1
    db.session.rollback()
    said = confirm(browser, sent, change="yes")
    assert "Something has changed since the file was checked." in said
    assert outcomes(sent) == {2: "fault", 3: "fault"}
    assert named("A") is None
    assert named("B") is None


def test_people_get_roles_and_invitations(world: World, officer: UUID) -> None:
    own = world.organisation("Les Jardins", registry_number=KNOWN)
    world.organisation("Doubles")
    world.organisation("Doubles")
    member = world.person(Role.PARTNER_LEAD, own)
    with world.writing():
        address = db.session.get_one(User, member).email
    db.session.rollback()
    rows = [
        ["Naam", "E-mail address", "Rol", "Nom de l’organisation", "country", "registry_number"],
        ["Zoé", "zoe@example.org", "Partner contributor", "les jardins", "", ""],
        ["Zoé", "ZOE@example.org", "partner_signatory", "", "BE", KNOWN],
        ["Lead", address, "partner_lead", "", "BE", KNOWN],
        ["Lead", address, "partner_signatory", "", "BE", KNOWN],
        ["Odd", "not an address", "administrator", "", "", ""],
        ["Who", "who@example.org", "partner_lead", "Doubles", "", ""],
        ["Gone", "gone@example.org", "partner_lead", "", "BE", OTHER],
        ["Zoé", "zoe@example.org", "partner_contributor", "Les Jardins", "", ""],
    ]
    browser = world.client(officer)
    sent = send(browser, sheets.text(rows, ",").encode("cp1252"), "p.csv", "people")
    found = ["new", "new", "same", "change", "fault", "fault", "fault", "fault"]
    assert list(outcomes(sent).values()) == found
    assert faults(sent, 6) == {"email", "role", "organisation"}
    assert faults(sent, 8) == {"registry_number"}
    confirm(browser, sent, change="yes")
    zoe = sa.select(User.id).where(User.email == "zoe@example.org").scalar_subquery()
    roles = db.session.scalars(sa.select(Grant.role).where(Grant.user_id == zoe)).all()
    assert set(roles) == {Role.PARTNER_CONTRIBUTOR, Role.PARTNER_SIGNATORY}
    assert db.session.scalar(sa.select(sa.func.count()).where(Grant.user_id == member)) == 2


BAD_FILES = [
    (b"", "a.csv", "empty"),
    (b"a;b\n1;2\n", "a.csv", "lacks the column"),
    (b"name;country;sector\n", "a.csv", "no line"),
    (b"%PDF-", "a.xlsx", "something else"),
]


@pytest.mark.parametrize(("content", "name", "said"), BAD_FILES, ids=[b[2] for b in BAD_FILES])
def test_a_file_that_is_no_use_says_why(
    world: World, officer: UUID, content: bytes, name: str, said: str
) -> None:
    browser = world.client(officer)
    sent = send(browser, content, name)
    assert said in browser.get(f"/imports/{sent}").text
    assert db.session.get_one(ImportFile, sent).content is None


def test_an_import_is_its_owners_and_needs_a_file(world: World, officer: UUID) -> None:
    own = world.organisation()
    partner = world.client(world.person(Role.PARTNER_LEAD, own))
    colleague = world.client(world.person(Role.PROGRAMME_LEAD))
    browser = world.client(officer)
    assert browser.post("/imports", data={"kind": "lions"}).status_code == 422
    sent = send(browser, sheets.xlsx(LINES), "liste.xlsx")
    assert colleague.get(f"/imports/{sent}").status_code == 404
    data = {"sha256": db.session.get_one(ImportFile, sent).sha256}
    db.session.rollback()
    assert colleague.post(f"/imports/{sent}/confirm", data=data).status_code == 404
    wrong = browser.post(f"/imports/{sent}/confirm", data={"sha256": "0" * 64})
    assert wrong.status_code == 404, "only the file that was shown"
    assert partner.get("/imports").status_code in {403, 404}
    assert outcomes(sent)[2] == "new"
    assert named("Les Jardins") is None


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_templates_are_taken_as_they_are(world: World, language: str, ending: str) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER, language=language)
    browser = world.client(officer)
    browser.post("/language", data={"language": language})
    content = browser.get(f"/imports/template-organisations.{ending}").data
    sent = send(browser, content, f"t.{ending}")
    assert outcomes(sent) == {2: "new"}
