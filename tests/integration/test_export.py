"""The list as a file: exactly what is shown, as of one moment, and nothing that runs."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import date, datetime
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa

from casework.db import new_id, unit_of_work
from casework.extensions import db
from casework.jobs import background as jobs
from casework.models import BackgroundWork, Case, User
from casework.roles import Role
from casework.services.background_run import Run
from casework.services.exporting import cases as exporting
from tests.support.world import World


@pytest.fixture
def officer(world: World) -> UUID:
    return world.person(Role.PROGRAMME_OFFICER, language="fr")


def start(world: World, *titles: str) -> list[UUID]:
    own = world.organisation("+32 Terre")
    lead = world.person(Role.PARTNER_LEAD, own)
    return [world.start("sample", lead, own, title=title) for title in titles]


def add_many(number: int) -> None:
    """Copy the first case many times, past the product: only its row matters to a list."""
    with unit_of_work(db.session):
        columns = Case.__table__.c
        first = db.session.execute(sa.select(*columns).limit(1)).mappings().one()
        there = db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
        places = range(there, there + number)
        rows = [{**first, "id": new_id(), "reference": f"XX-{place:06d}"} for place in places]
        db.session.execute(sa.insert(Case), rows)


def asked(world: World, person: UUID, kind: str = "xlsx", **query: str) -> BackgroundWork:
    answer = world.client(person).post("/exports/cases", data={"format": kind, **query})
    db.session.rollback()
    work_id = UUID(answer.location.rsplit("/", 1)[1])
    return db.session.get_one(BackgroundWork, work_id, populate_existing=True)


def fetched(world: World, person: UUID, work: BackgroundWork) -> bytes:
    with world.client(person).get(f"/work/{work.id}/file") as answer:
        assert answer.status_code == 200
        return bytes(answer.data)


def workbook(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_short_list_comes_at_once(world: World, officer: UUID) -> None:
    start(world, "Été", "=1+1")
    with world.client(officer).get("/exports/cases?format=csv&sort=title") as answer:
        head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert head[0] == "Référence"
    assert [row[1] for row in rows] == ["'=1+1", "Été"]
    assert {row[2] for row in rows} == {"'+32 Terre"}


def test_the_former_address_leads_on(world: World, officer: UUID) -> None:
    answer = world.client(officer).get("/cases.csv?state=asked")
    assert (answer.status_code, answer.location) == (301, "/exports/cases?state=asked&format=csv")


def test_a_workbook_holds_texts_and_real_dates(world: World, officer: UUID) -> None:
    _, long_id = start(world, "=HYPERLINK(1)", "Long")
    with world.writing():
        world.case(long_id).title = "a\x0bb" + "x" * 40_000
    with world.client(officer).get(
        "/exports/cases?format=xlsx&sort=title&columns=reference,title,opened"
    ) as answer:
        book = workbook(answer.data)
    cells, about = book.worksheets
    formula, long = cells["B2"], cells["B3"]
    assert (formula.value, formula.data_type) == ("=HYPERLINK(1)", "s")
    assert len(long.value) == 32_767
    due = next(c for c in cells[2] if c.is_date)
    assert isinstance(due.value, datetime)
    assert cells.freeze_panes == "A2"
    assert cells.auto_filter.ref.startswith("A1:")
    assert "2" in [row[1] for row in about.iter_rows(values_only=True)]


def test_a_long_list_is_made_by_a_worker(
    world: World, officer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(world, "One", "Two", "Three")
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    page = world.client(officer).get("/exports/cases?format=xlsx&workflow=sample")
    assert page.mimetype == "text/html"
    work = asked(world, officer, workflow="sample")
    jobs.do_next()
    db.session.refresh(work)
    assert work.result["lines"][0]["params"]["number"] == 3
    assert len(list(workbook(fetched(world, officer, work)).worksheets[0].rows)) == 4
    assert "3" in world.client(officer).get(f"/work/{work.id}").text


def test_a_file_shows_one_moment_while_cases_change(
    world: World, officer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(world, "Before")
    add_many(1_200)
    changed: list[int] = []
    progress = Run.progress

    def change(run: Run, done: int, total: int) -> None:
        if not changed:
            changed.append(done)
            with db.engine.begin() as connection:
                connection.execute(sa.update(Case).values(title="After"))
                connection.execute(sa.delete(Case).where(Case.reference == "XX-001100"))
        progress(run, done, total)

    monkeypatch.setattr(Run, "progress", change)
    work = asked(world, officer, "csv", sort="reference")
    jobs.do_next()
    rows = list(csv.reader(io.StringIO(fetched(world, officer, work).decode("utf-8-sig"))))
    assert changed
    assert len(rows) == 1 + 1_201
    assert {row[1] for row in rows[1:]} == {"Before"}


def test_a_long_list_takes_little_memory(world: World, officer: UUID) -> None:
    start(world, "A case")
    peaks = []
    for more in (600, 2_400):
        add_many(more)
        asked(world, officer)
        tracemalloc.start()
        jobs.do_next()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.6 * peaks[0]


def test_rights_are_those_of_the_moment_of_running(world: World, officer: UUID) -> None:
    (case_id,) = start(world, "Soon a secret")
    with world.writing():
        world.case(case_id).restricted = True
    work = asked(world, officer, "csv")
    jobs.do_next()
    assert b"secret" not in fetched(world, officer, work)
    assert fetched(world, officer, work).count(b"\n") == 1
    gone = asked(world, officer, "csv", sort="title")
    with world.writing():
        db.session.get_one(User, officer).active = False
    jobs.do_next()
    db.session.rollback()
    assert db.session.get_one(BackgroundWork, gone.id, populate_existing=True).state == "failed"


def test_a_confidential_title_leaves_the_house_in_no_list(world: World) -> None:
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own)
    case_id = world.start("sample", lead, own, title="The secret garden")
    officer = world.person(Role.PROGRAMME_OFFICER, case=case_id)
    with world.writing():
        case = world.case(case_id)
        case.restricted, case.owner_id = True, officer
        reference = case.reference
    browser = world.client(officer)
    for page in ("/exports/cases?format=csv", "/cases", "/desk", f"/organisations/{own}"):
        with browser.get(page) as answer:
            text = answer.get_data(as_text=True)
        assert "secret garden" not in text, page
        assert reference in text or page == "/desk", page
    assert "secret garden" in browser.get(f"/cases/{reference}").get_data(as_text=True)


def test_nonsense_is_refused_in_words(world: World, officer: UUID) -> None:
    start(world, "A case")
    browser = world.client(officer)
    assert browser.get("/exports/cases?format=exe").status_code == 404
    for query in ("owner=nobody", "organisation=" + "9" * 10_000):  # never a broader list instead
        answer = browser.get(f"/exports/cases?format=csv&{query}", follow_redirects=True)
        assert answer.request.path == "/cases", query
        assert "laissé" in answer.text or "Aucune organisation" in answer.text, query
    with browser.get("/exports/cases?format=csv&page=-1") as file:
        assert file.mimetype == "text/csv"


def test_dates_are_the_house_s(world: World, officer: UUID) -> None:
    (case_id,) = start(world, "Late")
    with world.writing():
        world.case(case_id).next_due_at = datetime.fromisoformat("2031-06-30T22:30:00+00:00")
    with world.client(officer).get("/exports/cases?format=csv") as answer:
        assert date(2031, 7, 1).isoformat() in answer.data.decode()
