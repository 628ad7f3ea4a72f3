"""A file that was made for somebody stays theirs only as long as their rights do."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework.clock import now
from casework.db import announce_read
from casework.extensions import db
from casework.jobs import background as jobs
from casework.models import BackgroundWork, Case, Grant
from casework.policy import Actor, Held, sees_no_less
from casework.roles import Role
from casework.services import background_files
from tests.support.files import PDF
from tests.support.world import World

HOUSE, ELSEWHERE, CASE = UUID(int=1), UUID(int=2), UUID(int=3)


class Office:
    """An officer, a partner, and a case of theirs with a document for each of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.own = world.organisation()
        self.lead = world.person(Role.PARTNER_LEAD, self.own)
        self.officer = world.person(Role.PROGRAMME_OFFICER)
        self.case = world.start("sample", self.lead, self.own, title="A garden")
        house = world.client(self.officer)
        for title, only in (("Letter", ""), ("For us alone", "y")):
            data = {"kind": "other", "title": title, "file": (io.BytesIO(PDF), "letter.pdf")}
            data |= {"house_only": only} if only else {}
            house.post(f"{self.address}/documents", data=data, content_type="multipart/form-data")

    @property
    def address(self) -> str:
        return f"/cases/{self.world.case(self.case).reference}"

    def export(self, browser: FlaskClient) -> str:
        return made(browser.post("/exports/cases", data={"format": "csv"}))

    def archive(self, browser: FlaskClient) -> str:
        return made(browser.post(f"{self.address}/archive"))


def made(answer: TestResponse) -> str:
    assert answer.status_code == 303
    announce_read()
    assert jobs.do_next() == 1
    return str(answer.location)


def recuse(office: Office, person: UUID) -> None:
    office.world.grant(person, Role.PROGRAMME_OFFICER, case=office.case, denies=True)


def end(person: UUID) -> None:
    db.session.execute(sa.update(Grant).where(Grant.user_id == person).values(ends_at=now()))


def leave_the_house(office: Office, person: UUID) -> None:
    """The officer goes over to the partner: they still see the case, not the house's papers."""
    end(person)
    office.world.grant(person, Role.PARTNER_LEAD, office.own)


def restrict(office: Office, _person: UUID) -> None:
    db.session.execute(sa.update(Case).values(restricted=True))


def keep_the_case(office: Office, person: UUID) -> None:
    end(person)
    office.world.grant(person, Role.PROGRAMME_LEAD)


def nothing(_office: Office, _person: UUID) -> None:
    pass


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


@pytest.mark.parametrize(
    ("change", "export_stays", "archive_stays"),
    [
        (nothing, True, True),
        (keep_the_case, True, True),
        (recuse, False, False),
        (leave_the_house, False, False),
        (restrict, False, False),
    ],
)
def test_a_file_goes_with_the_rights_that_made_it(
    office: Office,
    change: Callable[[Office, UUID], None],
    export_stays: bool,
    archive_stays: bool,
) -> None:
    browser = office.world.client(office.officer)
    places = {office.export(browser): export_stays, office.archive(browser): archive_stays}
    with office.world.writing():
        change(office, office.officer)
    for place, stays in places.items():
        with browser.get(f"{place}/file") as answer:
            assert answer.status_code == (200 if stays else 303), place
        if stays:
            continue
        db.session.rollback()
        work = db.session.get_one(BackgroundWork, UUID(place.rsplit("/", 1)[1]))
        assert work.file_sha256 == ""
        page = browser.get(place).text
        assert "What you may see has changed since this file was made" in page
        assert "/file" not in page
        assert browser.get(f"{place}/file").status_code == 404


def test_the_bytes_are_removed_unless_another_work_has_the_same(office: Office) -> None:
    first, second = (office.world.client(p) for p in (office.lead, office.officer))
    places = [office.archive(first), office.archive(first)]
    db.session.rollback()
    sha256 = db.session.scalars(sa.select(BackgroundWork.file_sha256)).all()
    assert sha256[0] == sha256[1], "the same letter, under the same name, on the same day"
    with office.world.writing():
        recuse(office, office.lead)
    for place, kept in zip(places, (True, False), strict=True):
        assert first.get(f"{place}/file").status_code == 303
        assert (sha256[0] in background_files.storage().names()) is kept
    assert second.get(places[0]).status_code == 404, "nobody else's"


def test_who_may_no_longer_ask_gets_nothing_more(office: Office) -> None:
    browser = office.world.client(office.officer)
    asked = browser.post("/exports/cases", data={"format": "csv"})
    with office.world.writing():
        leave_the_house(office, office.officer)
    jobs.do_next()
    page = browser.get(asked.location).text
    assert "may no longer ask for it" in page
    assert "Start again" not in page
    assert browser.post(f"{asked.location}/again").location == asked.location
    assert jobs.do_next() == 0


def held(*grants: tuple[Role, str, UUID | None, bool]) -> Actor:
    return Actor(UUID(int=9), tuple(Held(*grant) for grant in grants))


OFFICER = (Role.PROGRAMME_OFFICER, "house", None, False)
LEAD = (Role.PROGRAMME_LEAD, "house", None, False)
PARTNER = (Role.PARTNER_LEAD, "organisation", HOUSE, False)
OTHER = (Role.PARTNER_LEAD, "organisation", ELSEWHERE, False)
GIVEN = (Role.COACH, "case", CASE, False)
RECUSED = (Role.PROGRAMME_OFFICER, "case", CASE, True)


@pytest.mark.parametrize(
    ("before", "after", "no_less"),
    [
        ([OFFICER], [LEAD], True),
        ([OFFICER], [OFFICER, RECUSED], False),
        ([OFFICER, RECUSED], [OFFICER, RECUSED], True),
        ([OFFICER, RECUSED], [OFFICER], True),
        ([OFFICER], [PARTNER], False),
        ([OFFICER], [], False),
        ([PARTNER], [PARTNER, OTHER], True),
        ([PARTNER, OTHER], [PARTNER], False),
        ([PARTNER], [OFFICER], True),
        ([GIVEN], [OFFICER], False),  # it may be a restricted case
        ([GIVEN], [GIVEN, OFFICER], True),
    ],
)
def test_sight_is_compared_by_grants(before: list, after: list, no_less: bool) -> None:
    former = held(*before)
    again = Actor.as_told(UUID(int=9), former.told())
    assert again == former
    assert sees_no_less(held(*after), again) is no_less
