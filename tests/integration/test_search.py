"""Search finds what one may see, by its words, whatever the accents; and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from casework.clock import now
from casework.extensions import db
from casework.models import Case, Document, Grant, Organisation, SearchEntry, User
from casework.queries import search
from casework.roles import Role
from casework.services import searching
from tests.support.project import IDEA, Project
from tests.support.world import World


def titles(world: World, person: UUID, text: str, kind: str = "") -> list[str]:
    db.session.rollback()
    return [hit.title for hit in search.find(world.actor(person), text, kind).hits]


class Street:
    """Two organisations with a case each, and somebody to look for them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.own = world.organisation("Coöpérative L'Œuvre", registry_number="0403019261")
        self.other = world.organisation("Voisins d'à côté")
        self.partner = world.person(Role.PARTNER_LEAD, self.own, name="Zoé Lefèvre")
        self.stranger = world.person(Role.PARTNER_LEAD, self.other)
        self.officer = world.person(Role.PROGRAMME_OFFICER)
        self.coach = world.person(Role.COACH)
        self.garden = world.start("sample", self.partner, self.own, title="Jardin d’été partagé")
        self.roof = world.start("sample", self.stranger, self.other, title="Toit solidaire")

    def browser(self, person: UUID) -> FlaskClient:
        db.session.rollback()
        return self.world.client(person)

    def change(self, model: type[Any], row_id: UUID, **values: object) -> None:
        with self.world.writing():
            row = db.session.get_one(model, row_id)
            for name, value in values.items():
                setattr(row, name, value)


@pytest.fixture
def street(world: World) -> Street:
    return Street(world)


@pytest.mark.parametrize(
    "text",
    [
        "jardin été",
        "JARDIN ETE",
        "ete part",
        "partagé d'été",
        "œuvre jard",
        "oeuvre jardin",
        "0403.019.261 jardin",
        "0403019261 jardin",
    ],
)
def test_a_case_is_found_by_its_words_and_those_of_its_organisation(
    street: Street, text: str
) -> None:
    for person in (street.officer, street.partner):
        assert titles(street.world, person, text, "case") == ["Jardin d’été partagé"]


def test_all_words_must_be_there_and_only_the_last_may_be_begun(street: Street) -> None:
    assert titles(street.world, street.officer, "jardin toit") == []
    assert titles(street.world, street.officer, "jard été") == []
    assert titles(street.world, street.partner, "jard été") == []
    assert titles(street.world, street.partner, "été jard") == ["Jardin d’été partagé"]


def test_the_case_of_that_number_comes_first(street: Street) -> None:
    garden = street.world.case(street.garden)
    number = int(garden.reference[-4:])
    street.world.start("sample", street.partner, street.own, title=f"{number} ways")
    for text in (str(number), garden.reference, garden.reference.replace("-", " ")):
        assert titles(street.world, street.officer, text)[0] == "Jardin d’été partagé", text
    compact = garden.reference.replace("-", "")
    assert titles(street.world, street.officer, compact) == ["Jardin d’été partagé"]


def test_partners_find_their_own_cases_and_no_people(street: Street) -> None:
    assert titles(street.world, street.stranger, "jardin") == []
    assert titles(street.world, street.stranger, "voisins") == ["Toit solidaire"]
    assert titles(street.world, street.partner, "zoe") == []
    assert titles(street.world, street.coach, "jardin") == []
    assert titles(street.world, street.officer, "zoe") == ["Zoé Lefèvre"]
    assert titles(street.world, street.officer, "lefevre zo", "person") == ["Zoé Lefèvre"]
    assert titles(street.world, street.officer, "oeuvre", "organisation") == ["Coöpérative L'Œuvre"]


def test_a_restricted_case_leaves_the_index_and_may_come_back(street: Street) -> None:
    with street.world.writing():
        street.world.grant(street.officer, Role.PROGRAMME_OFFICER, case=street.garden)
    street.change(Case, street.garden, restricted=True)
    assert titles(street.world, street.officer, "jardin") == []
    assert titles(street.world, street.partner, "jardin") == []
    left = sa.select(SearchEntry).where(SearchEntry.case_id == street.garden)
    assert db.session.scalars(left).all() == []
    assert searching.faults() == []
    street.change(Case, street.garden, restricted=False)
    assert titles(street.world, street.officer, "jardin") == ["Jardin d’été partagé"]


def test_the_index_follows_changes_in_the_same_transaction(street: Street) -> None:
    street.change(Case, street.garden, title="Verger commun")
    street.change(Organisation, street.own, name="Terre en Commun")
    street.change(User, street.partner, name="Zoé Martin")
    assert titles(street.world, street.officer, "jardin") == []
    assert titles(street.world, street.officer, "terre verger") == ["Verger commun"]
    assert titles(street.world, street.officer, "terre", "organisation") == ["Terre en Commun"]
    assert titles(street.world, street.officer, "martin") == ["Zoé Martin"]
    street.change(User, street.partner, active=False)
    assert titles(street.world, street.officer, "martin") == []
    street.world.writing()
    db.session.get_one(Case, street.garden).title = "Never"
    db.session.flush()
    db.session.rollback()
    assert titles(street.world, street.officer, "never") == []
    assert searching.faults() == []


def test_a_role_that_has_ended_hides_the_person(street: Street) -> None:
    with street.world.writing():
        grant = db.session.scalars(sa.select(Grant).where(Grant.user_id == street.partner)).one()
        grant.ends_at = grant.starts_at
    assert titles(street.world, street.officer, "zoe") == []


def test_a_recused_officer_finds_nothing_of_the_case(street: Street) -> None:
    with street.world.writing():
        street.world.grant(street.officer, Role.PROGRAMME_OFFICER, case=street.garden, denies=True)
    assert titles(street.world, street.officer, "jardin") == []


def test_words_of_the_idea_and_titles_of_documents_are_found(app: Flask, world: World) -> None:
    project = Project(world).to_submitted()
    officer, partner = (project.people[r] for r in (Role.PROGRAMME_OFFICER, Role.PARTNER_LEAD))
    assert "nobody" in IDEA["challenge"]
    for person in (officer, partner):
        assert titles(world, person, "nobody street") == ["Shared gardens"]
    for title, hidden in (("Plan du potager", False), ("Note du comité", True)):
        with world.writing():
            row = Document(case_id=project.id, kind="other", title=title, house_only=hidden)
            row.created_at = now()
            db.session.add(row)
    assert titles(world, partner, "potager") == ["Plan du potager"]
    assert titles(world, partner, "comite") == []
    assert titles(world, officer, "comite") == ["Note du comité"]


@pytest.mark.parametrize(
    "text",
    ["", "   ", '"*"', "()^:-", "' OR 1=1 --", "NEAR(a b)", "a AND", "x" * 10_000, "% _ %", "🦆"],
)
def test_nonsense_is_answered_politely(street: Street, text: str) -> None:
    for person in (street.officer, street.partner):
        browser = street.browser(person)
        for address in ("/search", "/search/suggestions"):
            answer = browser.get(address, query_string={"q": text, "kind": "?", "page": "x"})
            assert answer.status_code == 200, text


def test_words_without_letters_are_said_to_be_none(street: Street) -> None:
    page = street.browser(street.officer).get("/search", query_string={"q": "***"}).text
    assert "no word to look for" in page
    assert street.browser(street.officer).get("/search?q=a%00b").status_code == 400


def test_the_page_escapes_and_links(street: Street) -> None:
    street.change(Case, street.garden, title="<script>alert(1)</script> jardin")
    reference = street.world.case(street.garden).reference
    for address in ("/search", "/search/suggestions"):
        page = street.browser(street.officer).get(f"{address}?q=jardin").text
        assert "<script>alert" not in page
        assert f"/cases/{reference}" in page


def test_what_bulk_statements_wrote_is_noticed_and_put_right(street: Street) -> None:
    with street.world.writing():
        db.session.execute(sa.delete(SearchEntry).where(SearchEntry.case_id == street.garden))
        entry = sa.update(SearchEntry).where(SearchEntry.case_id == street.roof)
        db.session.execute(entry.values(folded="something else"))
        db.session.add(
            SearchEntry(kind="person", subject_id=uuid4(), title="Ghost", folded="ghost")
        )
    assert titles(street.world, street.officer, "jardin") == []
    (fault,) = searching.faults()
    assert "1 entries missing, 1 out of date, 1 too many" in fault
    searching.rebuild()
    assert searching.faults() == []
    assert titles(street.world, street.officer, "jardin") == ["Jardin d’été partagé"]
    assert titles(street.world, street.officer, "ghost") == []


def test_pages_follow_one_another_without_gaps(street: Street) -> None:
    for number in range(4):
        street.world.start("sample", street.partner, street.own, title=f"Ruche {number}")
    for person in (street.officer, street.partner):
        actor = street.world.actor(person)
        pages = [search.find(actor, "ruche", number=n, size=2) for n in (1, 2, 3)]
        found = [hit.title for page in pages for hit in page.hits]
        assert found == ["Ruche 3", "Ruche 2", "Ruche 1", "Ruche 0"]
        assert [page.has_next for page in pages] == [True, False, False]
