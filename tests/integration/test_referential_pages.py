"""The pages of referentials: written, imported, published, compared, mapped, as people do it."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.clock import now
from casework.extensions import db
from casework.labels.criteria import MOST_WEIGHT
from casework.models import Criterion, ReferentialFile, ReferentialVersion, Scheme
from casework.queries import referentials as queries
from casework.roles import Role
from tests.support import labels, sheets
from tests.support.labels import Shelf
from tests.support.pages import read
from tests.support.world import World

HEAD = ["field", "field_fr", "code", "kind", "weight", "na_allowed", "applies_if", "text_fr"]
GOOD = [
    HEAD,
    ["A", "Champ A", "A1", "mandatory", "1", "oui", "", "Texte de A1"],
    ["A", "", "A3", "recommandé", str(MOST_WEIGHT), "Neen", "A1: met, partial", "=cmd()"],
    ["B", "Champ B", "B1", "I", "", "", "", "Un autre"],
]


@pytest.fixture
def shelf(world: World) -> Shelf:
    return labels.shelf(world)


@pytest.fixture
def browser(world: World) -> FlaskClient:
    return world.client(world.person(Role.PROGRAMME_LEAD, language="en"))


def codes(version_id: UUID) -> list[str]:
    db.session.rollback()
    return [row.code for row in queries.criteria([version_id])]


def text(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path, buffered=True)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def workbook(rows: list[list[str]]) -> bytes:
    """Return a workbook in which every cell is a text, also one that looks like a formula."""
    book: Any = openpyxl.Workbook()
    for row, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells, start=1):
            cell = book.active.cell(row, column, text)
            cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def send(browser: FlaskClient, shelf: Shelf, rows: list[list[str]], name: str = "criteria.xlsx"):
    """Send a file for the draft; return the answer."""
    content = workbook(rows) if name.endswith("xlsx") else sheets.text(rows, ";").encode()
    data: dict[str, Any] = {"file": (io.BytesIO(content), name)}
    path = f"/referentials/versions/{shelf.draft_id}/import"
    return browser.post(path, data=data, content_type="multipart/form-data", buffered=True)


@pytest.mark.parametrize("name", ["criteria.xlsx", "criteria.csv"])
def test_a_file_is_shown_and_taken_over_on_a_yes(
    browser: FlaskClient, shelf: Shelf, name: str
) -> None:
    sent = send(browser, shelf, GOOD, name)
    assert sent.status_code == 303
    page = text(browser, sent.location)
    assert "A2" in page
    assert codes(shelf.draft_id) == ["A1", "A2"]
    form = read(browser, sent.location).form("seen")
    for _twice in range(2):
        answer = browser.post(form.action, data=form.fields)
        assert answer.status_code == 303
        assert codes(shelf.draft_id) == ["A1", "A3", "B1"]
    row = queries.criteria([shelf.draft_id])[1]
    assert (row.kind, row.weight, row.na_allowed) == ("recommended", MOST_WEIGHT, False)
    assert (row.applies_if, row.text_fr) == ("A1: met, partial", "=cmd()")
    assert db.session.scalars(sa.select(ReferentialFile.content)).all() == [None]


FAULTY = [
    (["A", "", "A1", "mandatory", "", "", "", "Encore"], "Line 2 has the code A1 already."),
    (["A", "", "A9", "obligatory", "", "", "", "x"], "There is no kind “obligatory”."),
    (["A", "", "A9", "M", "0", "", "", "x"], "Write a whole number from 1 to 999999999."),
    (["A", "", "A9", "M", "", "maybe", "", "x"], "Write yes or no."),
    (["A", "", "A9", "M", "", "", "A9: met", "x"], "in a ring: A9 → A9."),
    (["A", "", "A9", "M", "", "", "Z1: met", "x"], "No line has the code Z1"),
    (["A", "", "A9", "M", "", "", "sometimes", "x"], "is not a condition"),
    (["A", "", "A9", "M", "", "", "", ""], "Write the criterion in one language at least."),
    (["A", "Autre", "A9", "M", "", "", "", "x"], "Line 2 gives this field another name."),
    (["", "", "A9", "M", "", "", "", "x"], "This cell is empty."),
    (["A", "", "A 9!", "M", "", "", "", "x"], "Write a code of at most 20"),
]


@pytest.mark.parametrize(("row", "said"), FAULTY, ids=[said for _row, said in FAULTY])
def test_a_faulty_line_is_named_and_nothing_is_taken_over(
    browser: FlaskClient, shelf: Shelf, row: list[str], said: str
) -> None:
    sent = send(browser, shelf, [*GOOD, row])
    page = text(browser, sent.location)
    assert said in page
    assert '<td class="num">5</td>' in page
    file_id = sent.location.rsplit("/", 1)[1]
    stamp = db.session.get_one(ReferentialVersion, shelf.draft_id).stamp
    answer = browser.post(f"/referentials/files/{file_id}/confirm", data={"seen": str(stamp)})
    assert answer.status_code == 303
    assert codes(shelf.draft_id) == ["A1", "A2"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "Choose the file"),
        ([HEAD], "holds no line"),
        ([HEAD[1:], GOOD[1][1:]], "lacks the column “Code of the field”"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    browser: FlaskClient, shelf: Shelf, rows: list[list[str]], said: str
) -> None:
    if rows:
        answer = send(browser, shelf, rows)
    else:
        answer = browser.post(f"/referentials/versions/{shelf.draft_id}/import", data={})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert codes(shelf.draft_id) == ["A1", "A2"]


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(
    world: World, browser: FlaskClient, shelf: Shelf
) -> None:
    sent = send(browser, shelf, GOOD)
    form = read(browser, sent.location).form("seen")
    other = world.client(world.person(Role.PROGRAMME_OFFICER, language="en"))
    path = f"/referentials/versions/{shelf.draft_id}/fields/new"
    field = {**read(other, path).form("code").fields, "code": "C", "name_fr": "Champ C"}
    assert other.post(path, data=field).status_code == 303
    answer = browser.post(form.action, data=form.fields)
    assert answer.status_code == 409
    assert codes(shelf.draft_id) == ["A1", "A2"]
    assert other.get(sent.location).status_code == 404  # a file is its sender's alone


def test_a_workbook_can_be_read_again_and_runs_nothing(browser: FlaskClient, shelf: Shelf) -> None:
    sent = send(browser, shelf, GOOD)
    form = read(browser, sent.location).form("seen")
    browser.post(form.action, data=form.fields)
    before = [_plain(row) for row in queries.criteria([shelf.draft_id])]
    for language in ("en", "fr", "nl"):
        path = f"/referentials/versions/{shelf.draft_id}.xlsx"
        book = browser.get(path, headers={"Accept-Language": language}, buffered=True).data
        cell = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].cell(3, 12)
        assert (cell.value, cell.data_type) == ("=cmd()", "s")
        data: dict[str, Any] = {"file": (io.BytesIO(book), "again.xlsx")}
        sent = browser.post(
            f"/referentials/versions/{shelf.draft_id}/import",
            data=data,
            content_type="multipart/form-data",
        )
        assert "3 criteria are the same." in text(browser, sent.location)
        form = read(browser, sent.location).form("seen")
        browser.post(form.action, data=form.fields)
        db.session.rollback()
        assert [_plain(row) for row in queries.criteria([shelf.draft_id])] == before


def _plain(row: Criterion) -> dict[str, Any]:
    left_out = {"id", "field_id"}
    return {c.key: getattr(row, c.key) for c in sa.inspect(Criterion).columns} | dict.fromkeys(
        left_out
    )


def test_a_criterion_is_written_with_a_form(browser: FlaskClient, shelf: Shelf) -> None:
    path = f"/referentials/versions/{shelf.draft_id}/criteria/new"
    form = read(browser, path).form("code")
    field = str(queries.fields(shelf.draft_id)[0].id)
    good = {**form.fields, "field_id": field, "code": "A3", "kind": "mandatory", "text_fr": "Trois"}
    good["weight"] = str(MOST_WEIGHT)  # what `casework label evaluate` takes, too
    for wrong, said in (
        ({"code": "A 3"}, "without spaces"),
        ({"code": "A1"}, "is there already"),
        ({"kind": "obligatory"}, "Choose one of the answers"),
        ({"applies_if": "often"}, "is not a condition"),
        ({"weight": "0"}, "from 1 to"),
        ({"text_fr": ""}, "one language at least"),
    ):
        answer = browser.post(path, data={**good, **wrong})
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    assert browser.post(path, data=good).status_code == 303
    assert codes(shelf.draft_id) == ["A1", "A2", "A3"]
    stale = browser.post(path, data={**good, "code": "A4"})
    assert stale.status_code == 409
    row = queries.criteria([shelf.draft_id])[2]
    remove = f"/referentials/criteria/{row.id}/remove"
    browser.post(remove, data={})
    assert codes(shelf.draft_id) == ["A1", "A2", "A3"]
    browser.post(remove, data={"sure": "yes"})
    assert codes(shelf.draft_id) == ["A1", "A2"]


def test_what_is_published_is_only_shown(browser: FlaskClient, shelf: Shelf) -> None:
    row = queries.criteria([shelf.published_id])[0]
    for path in (
        f"/referentials/criteria/{row.id}",
        f"/referentials/versions/{shelf.published_id}/criteria/new",
    ):
        answer = browser.get(path)
        assert answer.status_code == 303
        assert answer.location.endswith(str(shelf.published_id))
    page = text(browser, f"/referentials/versions/{shelf.published_id}")
    assert str(row.id) not in page
    assert "Texte de A1" in page


def test_a_draft_is_published_after_a_tick(browser: FlaskClient, shelf: Shelf) -> None:
    path = f"/referentials/versions/{shelf.draft_id}/publish"
    form = read(browser, path).form("seen")
    browser.post(path, data={k: v for k, v in form.fields.items() if k != "sure"})
    assert db.session.get_one(ReferentialVersion, shelf.draft_id).state == "draft"
    browser.post(path, data={**form.fields, "sure": "yes"})
    db.session.rollback()
    current = queries.current(shelf.referential_id, now())
    assert current is not None
    assert current.id == shelf.draft_id


def test_what_keeps_a_draft_from_being_published_is_said(
    browser: FlaskClient, shelf: Shelf
) -> None:
    send_path = send(browser, shelf, [HEAD, ["A", "Champ", "A1", "R", "", "", "", "x"]]).location
    form = read(browser, send_path).form("seen")
    browser.post(form.action, data=form.fields)
    page = text(browser, f"/referentials/versions/{shelf.draft_id}/publish")
    assert "There is no mandatory criterion" in page
    assert 'name="sure"' not in page


def test_versions_are_compared_and_mapped(browser: FlaskClient, shelf: Shelf) -> None:
    sent = send(browser, shelf, GOOD)
    form = read(browser, sent.location).form("seen")
    browser.post(form.action, data=form.fields)
    page = text(browser, f"/referentials/versions/{shelf.draft_id}/compare")
    assert "What v2 changes" in page
    assert "Criteria left out" in page
    publish = f"/referentials/versions/{shelf.draft_id}/publish"
    browser.post(publish, data={**read(browser, publish).form("seen").fields, "sure": "yes"})
    path = f"/referentials/versions/{shelf.published_id}/mapping?other={shelf.draft_id}"
    form = read(browser, path).form("relation")
    assert text(browser, path).count("Choose…") == 3  # of each list once
    one, other = (queries.criteria([v])[0] for v in (shelf.published_id, shelf.draft_id))
    sent_pair = {"criterion_id": str(one.id), "other_id": str(other.id), "relation": "subset"}
    assert browser.post(path, data={**form.fields, **sent_pair}).status_code == 303
    assert "asks for a part of" in text(browser, path)
    back = f"/referentials/versions/{shelf.draft_id}/mapping?other={shelf.published_id}"
    assert "asks for all of, and more than," in text(browser, back)
    (forget,) = [f for f in read(browser, path).forms if "forget" in f.action]
    browser.post(forget.action, data=forget.fields)
    assert "Take back" not in text(browser, path)


def test_a_scheme_that_is_not_official_says_so_on_every_page_and_file(
    browser: FlaskClient, shelf: Shelf
) -> None:
    edit = f"/referentials/schemes/{shelf.scheme_id}"
    form = read(browser, edit).form("family")
    fields = {k: v for k, v in form.fields.items() if k != "official"} | {"reply_days": "20"}
    fields["charter_version"] = "2026"
    assert browser.post(edit, data=fields).status_code == 303
    db.session.rollback()
    scheme = db.session.get_one(Scheme, shelf.scheme_id)
    assert (scheme.official, scheme.times().reply_days) == (False, 20)
    assert scheme.charter_version == "2026", "no charter can be revised without a page for it"
    mark = "Fictional referential, not official"
    version = f"/referentials/versions/{shelf.draft_id}"
    for path in ("", "/publish", "/untranslated", "/compare", "/mapping", "/import"):
        assert mark in text(browser, version + path), path
    assert mark in text(browser, "/referentials")
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{version}.xlsx").data))
    assert mark in {cell.value for row in book.worksheets[1].iter_rows() for cell in row}


def test_a_scheme_with_a_rule_that_cannot_be_is_refused(browser: FlaskClient, shelf: Shelf) -> None:
    new = "/referentials/schemes/new"
    form = read(browser, new).form("family")
    names = {f"name_{code}": "Échelle" for code in ("fr", "nl", "en")}
    good = {**form.fields, **names, "key": "echelle", "prefix": "ech", "family": "ladder"}
    for wrong in ({"num": "3"}, {"required": "9"}, {"key": "test"}, {"validity_years": "0"}):
        answer = browser.post(new, data={**good, **wrong})
        assert answer.status_code == 422, wrong
    assert browser.post(new, data=good).status_code == 303
    made = db.session.scalars(sa.select(Scheme).where(Scheme.key == "echelle")).one()
    assert (made.prefix, made.parameters["levels"], made.rule().key) == ("ECH", 3, "ladder")
