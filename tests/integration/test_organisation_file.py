"""An organisation's file holds what happened on its cases, as far as its reader may know it."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from casework.extensions import db
from casework.models import Organisation
from casework.queries import organisations
from casework.queries.organisations import Filters
from casework.roles import Role
from tests.support import crowd
from tests.support.files import PDF
from tests.support.world import World

PARTS = ("", "/people", "/timeline", "/documents", "/messages")


def browser_of(world: World, person: UUID) -> FlaskClient:
    db.session.rollback()  # the test lets go of the database before somebody else signs in
    return world.client(person)


def paper(world: World, case: UUID, person: UUID, title: str, *, house_only: bool = False) -> None:
    data = {"kind": "other", "title": title, "file": (io.BytesIO(PDF), "a.pdf")}
    data |= {"house_only": "y"} if house_only else {}
    place = f"/cases/{world.case(case).reference}/documents"
    sent = browser_of(world, person).post(place, data=data, content_type="multipart/form-data")
    assert sent.status_code == 303


@pytest.fixture
def own(world: World) -> UUID:
    return world.organisation()


def test_each_reader_finds_what_they_may_know_and_nothing_else(world: World, own: UUID) -> None:
    lead = world.person(Role.PARTNER_LEAD, own)
    officer = world.person(Role.PROGRAMME_OFFICER)
    case = world.start("sample", lead, own, title="Garden")
    secret = world.start("sample", lead, own, title="Zebrafish")
    paper(world, case, lead, "Open paper")
    paper(world, case, officer, "Inner paper", house_only=True)
    paper(world, secret, lead, "Quokka")
    with world.writing():
        world.case(secret).restricted = True
    reference = world.case(secret).reference
    stranger = world.person(Role.PARTNER_LEAD, world.organisation("Une Autre Maison"))
    administrator = world.person(Role.ADMINISTRATOR)

    def read(person: UUID) -> str:
        browser = browser_of(world, person)
        answers = [browser.get(f"/organisations/{own}{part}") for part in PARTS]
        return " ".join(a.text for a in answers if a.status_code == 200)

    for person in (lead, officer, administrator):
        text = read(person)
        assert "Zebrafish" not in text
        assert "Quokka" not in text
        assert reference not in text
    assert "Inner paper" in read(officer)
    assert "Open paper" in read(lead)
    assert "Inner paper" not in read(lead)
    assert "Garden" not in read(administrator)
    assert read(stranger) == ""
    messages = browser_of(world, lead).get(f"/organisations/{own}/messages")
    assert messages.status_code == 404


def test_roles_that_are_over_stay_in_the_file(world: World, own: UUID) -> None:
    lead = world.person(Role.PARTNER_LEAD, own)
    helper = world.person(Role.PARTNER_CONTRIBUTOR, own, name="Odile Marchal")
    left = browser_of(world, helper).post(f"/organisations/{own}/leave", data={"sure": "yes"})
    assert left.status_code == 303
    assert "Odile Marchal" in browser_of(world, lead).get(f"/organisations/{own}").text


@pytest.mark.parametrize("role", [Role.PROGRAMME_LEAD, Role.PARTNER_LEAD])
def test_the_file_costs_as_many_queries_for_many_cases_as_for_one(
    world: World, own: UUID, role: Role
) -> None:
    lead = world.person(Role.PARTNER_LEAD, own)
    reader = world.person(role, own)

    def grow(number: int) -> None:
        for index in range(number):
            case = world.start("sample", lead, own, title=f"Garden {index}")
            world.fire(case, "ask", lead)
            paper(world, case, lead, "Paper")
            world.person(Role.PARTNER_CONTRIBUTOR, own)

    def counts() -> list[int]:
        browser, found = browser_of(world, reader), []
        for part in PARTS:
            db.session.remove()
            with crowd.statements(db.engine) as said:
                browser.get(f"/organisations/{own}{part}", buffered=True)
            found.append(len(said))
        return found

    grow(1)
    few = counts()
    grow(4)
    assert counts() == few
    assert max(few) <= 15


def test_organisations_are_found_without_accents_filtered_and_sorted(world: World) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    names = ["Élan d’Ici", "École-Ferme", "Zèbre"]
    ids = {name: world.organisation(name) for name in names}
    lead = world.person(Role.PARTNER_LEAD, ids["Zèbre"])
    world.start("sample", lead, ids["Zèbre"], title="Garden")
    with world.writing():
        row = db.session.get_one(Organisation, ids["Zèbre"])
        row.registry_number, row.sector, row.country = "0403019261", "housing", "LU"

    def found(**filters: str) -> list[str]:
        page = organisations.page(world.actor(officer), Filters.from_args(filters), 1)
        assert page.total == len(page.rows)
        return [line.organisation.name for line in page.rows]

    assert found() == ["École-Ferme", "Élan d’Ici", "Zèbre"]
    assert found(q="ecole ferme") == found(q="FERME éc") == ["École-Ferme"]
    assert found(q="elan d'ici") == ["Élan d’Ici"]
    assert found(q="0403.019.261") == found(sector="housing") == found(country="LU") == ["Zèbre"]
    assert found(open="with") == ["Zèbre"]
    assert found(open="without") == ["École-Ferme", "Élan d’Ici"]
    assert found(sort="cases")[0] == "Zèbre"
    assert found(q="%") == found(q="\0x") == found(sector="=cmd()") == []
    assert found(open="lions", sort="'; DROP TABLE") == found()
