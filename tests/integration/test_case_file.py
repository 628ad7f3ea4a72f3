"""The whole case on one page, and its documents in one archive: what the reader may read of it."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask.testing import FlaskClient

from casework.extensions import db
from casework.jobs import background as jobs
from casework.queries import file, records
from casework.roles import Role
from casework.workflows import registry
from tests.support.files import PDF
from tests.support.project import Project
from tests.support.world import World


@pytest.fixture
def project(world: World) -> Project:
    return Project(world)


def test_records_of_all_sections_are_read_as_they_are_one_by_one(
    world: World, project: Project
) -> None:
    project.to_pilot()
    sections = registry.latest("partner_project").sections
    found = file.records_of(sections, project.id)
    db.session.rollback()
    some = 0
    for section in sections:
        rows = records.rows(section, project.id)
        names = section.model.__table__.columns.keys()
        expected = [[getattr(row, name) for name in names] for row in rows]
        assert [[getattr(r, n) for n in names] for r in found[section.key]] == expected
        some += len(rows)
    assert some > 3


def fetched(browser: FlaskClient, location: str) -> zipfile.ZipFile:
    jobs.do_next()
    with browser.get(f"{location}/file") as answer:
        assert answer.status_code == 200, location
        return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_archive_holds_what_its_reader_may_read(world: World) -> None:
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own)
    case_id = world.start("sample", lead, own, title="A garden")
    officer = world.person(Role.PROGRAMME_OFFICER)
    house, partner = world.client(officer), world.client(lead)
    address = f"/cases/{world.case(case_id).reference}"
    _add(house, address, "Letter: one/two", house_only=False)
    _add(house, address, "For us alone", house_only=True)
    assert "no document" not in house.get(f"{address}/archive").text
    inside = fetched(house, house.post(f"{address}/archive").location)
    outside = fetched(partner, partner.post(f"{address}/archive").location)
    assert outside.namelist() == ["01 Letter one two.pdf"]
    assert len(inside.namelist()) == 2
    assert inside.read("02 Letter one two.pdf") == PDF
    assert inside.testzip() is None


def test_the_page_for_paper_shows_each_reader_their_own(world: World, project: Project) -> None:
    project.to_submitted()
    address = f"/cases/{world.case(project.id).reference}/file"
    people = (project.people[Role.PARTNER_LEAD], project.people[Role.PROGRAMME_OFFICER])
    lead, officer = (world.client(person) for person in people)
    outsider = world.client(world.person(Role.PARTNER_LEAD, world.organisation("Other")))
    for browser in (lead, officer):
        page = browser.get(address)
        assert page.status_code == 200
        assert world.case(project.id).title in page.text
    assert outsider.get(address).status_code == 404


def _add(browser: FlaskClient, address: str, title: str, *, house_only: bool) -> None:
    data = {"kind": "other", "title": title, "file": (io.BytesIO(PDF), "letter.pdf")}
    if house_only:
        data["house_only"] = "y"
    answer = browser.post(f"{address}/documents", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text


def test_the_pages_of_a_case_lead_to_its_page_for_paper_and_its_archive(
    world: World, project: Project
) -> None:
    project.to_submitted()
    address = f"/cases/{world.case(project.id).reference}"
    for role in (Role.PARTNER_LEAD, Role.PROGRAMME_OFFICER):
        browser = world.client(project.people[role])
        assert f'href="{address}/file"' in browser.get(address).text
        assert f"{address}/archive" not in browser.get(f"{address}/documents").text
    _add(browser, address, "A letter", house_only=False)
    assert f'href="{address}/archive"' in browser.get(f"{address}/documents").text
