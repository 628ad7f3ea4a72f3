"""The list of cases: narrowed, sorted, shown in columns, and never more than one may see."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from casework import reference
from casework.clock import frozen, now
from casework.extensions import db
from casework.models import Call, Case, Programme
from casework.models.partner_project import Idea
from casework.queries.listing import asked, pages, standing
from casework.queries.listing.asked import Wish
from casework.roles import Role
from tests.support.pages import read
from tests.support.world import World

THURSDAY = datetime(2026, 11, 26, 9, tzinfo=UTC)


class House:
    """Cases of the sample workflow and a project, and an officer who reads them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.own = world.organisation("Terre en Commun")
        self.other = world.organisation("Été & Fils")
        self.partner = world.person(Role.PARTNER_LEAD, self.own)
        world_other = world.person(Role.PARTNER_LEAD, self.other)
        self.officer = world.person(Role.PROGRAMME_OFFICER, name="Claire")
        self.cases = {
            "shed": world.start("sample", self.partner, self.own, title="A shed"),
            "bench": world.start("sample", world_other, self.other, title="Bench"),
            "garden": world.start("partner_project", self.partner, self.own, title="Garden"),
        }

    def change(self, name: str, **values: Any) -> None:
        with self.world.writing():
            db.session.execute(sa.update(Case).where(Case.id == self.cases[name]).values(**values))

    def found(self, **query: Any) -> list[str]:
        """Return the titles on the page and check that files and bulk acts say the same."""
        wish, faults = asked.read(query)
        assert faults == []
        actor = self.world.actor(self.officer)
        lines = pages.page(actor, wish.showing(["title"]), "en").rows
        assert [line.id for line in lines] == pages.first_ids(actor, wish, 99)
        whole = list(pages.everything(actor, wish.showing(["title"]), "en"))
        assert [line.cells for line in lines] == [line.cells for line in whole]
        assert pages.count(actor, wish) == len(lines)
        return [str(line.cells[0]) for line in lines]


@pytest.fixture
def house(world: World) -> House:
    with world.writing():
        reference.load()
    return House(world)


def test_every_filter_finds_its_cases_and_no_other(house: House) -> None:
    programme = db.session.scalars(sa.select(Programme).order_by(Programme.number)).first()
    assert programme is not None
    programme_id, ambition_id = programme.id, programme.ambition_id
    house.change("shed", owner_id=house.officer, programme_id=programme_id)
    house.change("bench", closed_at=now(), state="refused")
    for query, titles in (
        ({"workflow": "sample"}, {"A shed", "Bench"}),
        ({"stage": "submission"}, {"Garden"}),
        ({"state": "refused"}, {"Bench"}),
        ({"open": "yes"}, {"A shed", "Garden"}),
        ({"open": "no"}, {"Bench"}),
        ({"waits_for": "partner"}, {"A shed", "Garden"}),
        ({"owner": "me"}, {"A shed"}),
        ({"owner": str(house.officer)}, {"A shed"}),
        ({"owner": "none"}, {"Bench", "Garden"}),
        ({"programme": str(programme_id)}, {"A shed"}),
        ({"ambition": str(ambition_id)}, {"A shed"}),
        ({"organisation": str(house.other)}, {"Bench"}),
        ({"restricted": "yes"}, set()),
        ({"restricted": "no", "workflow": "partner_project"}, {"Garden"}),
    ):
        assert set(house.found(**query)) == titles, query


def test_dues_are_weeks_and_months_of_the_house(house: House) -> None:
    with frozen(THURSDAY):
        for name, day in (("shed", 25), ("bench", 29), ("garden", 30)):
            house.change(name, next_due_at=datetime(2026, 11, day, 22, 30, tzinfo=UTC))
        assert house.found(due="overdue") == ["A shed"]
        assert house.found(due="week") == ["Bench"]  # until Sunday, 23:30 in Brussels
        assert house.found(due="month") == ["Bench", "Garden"]
        house.change("bench", next_due_at=datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
        assert house.found(due="week") == []  # Monday in Brussels
    with frozen(THURSDAY + timedelta(days=7)):  # the kept statement knows no day
        assert house.found(due="overdue") == ["A shed", "Bench", "Garden"]
    house.change("garden", next_due_at=None)
    assert house.found(due="none") == ["Garden"]


def test_opened_between_two_days_of_the_house(house: House) -> None:
    house.change("shed", created_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))  # 1 April there
    house.change("bench", created_at=datetime(2026, 4, 30, 21, 59, tzinfo=UTC))
    house.change("garden", created_at=datetime(2026, 4, 30, 22, 1, tzinfo=UTC))
    span = {"opened_from": "2026-04-01", "opened_until": "30/04/2026"}
    assert set(house.found(**span)) == {"A shed", "Bench"}


def test_a_call_finds_the_cases_that_answer_it(house: House) -> None:
    moment = now()
    with house.world.writing():
        call = Call(
            **{f"title_{code}": "Quartiers" for code in ("fr", "nl", "en")},
            opens_on=moment.date(),
            always_open=True,
            created_at=moment,
            updated_at=moment,
        )
        db.session.add(call)
        db.session.flush()
        idea = Idea.case_id == house.cases["garden"]
        db.session.execute(sa.update(Idea).where(idea).values(call_id=call.id, amount_cents=1250))
        call_id = call.id
    assert house.found(call=str(call_id)) == ["Garden"]
    page = house.world.client(house.officer).get(
        f"/cases?call={call_id}&columns=title,partner_project-idea-call_id,"
        "partner_project-idea-amount_cents"
    )
    assert page.text.count("Quartiers") == 2  # the chip and the cell
    assert "12.50" in page.text


@pytest.mark.parametrize("key", ["reference", "title", "organisation", "due", "opened"])
def test_both_directions_hold_all_cases_and_what_is_missing_comes_last(house: House, key: str):
    house.change("shed", owner_id=house.officer, next_due_at=now())
    house.change("bench", organisation_id=None, owner_id=house.partner, next_due_at=THURSDAY)
    up, down = house.found(sort=key), house.found(sort=f"-{key}")
    assert set(up) == set(down) == {"A shed", "Bench", "Garden"}
    if key in {"organisation", "due"}:
        assert up[-1] == down[-1] == ("Bench" if key == "organisation" else "Garden")
    elif key != "opened":
        assert up == list(reversed(down))


def test_nonsense_is_named_and_the_rest_of_the_filter_kept(house: House) -> None:
    browser = house.world.client(house.officer)
    for query, words in (
        ("state=xyz", "The filter “State” knows no “xyz”"),
        ("owner=x", "The filter “In charge” knows no “x”"),
        (f"programme={house.own}", f"The filter “Programme” knows no “{house.own}”"),
        ("opened_from=31/02/2026", "“31/02/2026”"),
        ("sort=colour", "cannot be sorted by “colour”"),
        ("columns=title,colour", "no column “colour”"),
        ("opened_from=2026-05-01&opened_until=2026-04-01", "no case can match"),
        ("organisation=Nobody+knows", "No organisation is called “Nobody knows”"),
    ):
        text = browser.get(f"/cases?workflow=sample&{query}").text
        assert words in text, query
        assert "Workflow: Sample requests" in text, query
        assert "Garden" not in text, query
    assert "<script>" not in browser.get("/cases?state=<script>").text


def test_an_organisation_is_found_by_a_part_of_its_name(house: House) -> None:
    browser = house.world.client(house.officer)
    text = browser.get("/cases?organisation=ete").text
    assert "Organisation: Été &amp; Fils" in text
    assert "A shed" not in text
    house.world.organisation("Terre Neuve")
    text = browser.get("/cases?organisation=terre&workflow=sample").text
    assert "Several organisations are called like “terre”" in text
    assert f"/cases?workflow=sample&amp;organisation={house.own}" in text


def test_a_chip_takes_its_filter_away_and_leaves_the_others(house: House) -> None:
    text = house.world.client(house.officer).get("/cases?state=draft&owner=none&sort=title").text
    assert 'href="/cases?owner=none&amp;sort=title"' in text
    assert 'href="/cases?state=draft&amp;sort=title"' in text


def test_the_form_of_filters_keeps_what_is_chosen(house: House) -> None:
    text = (
        house.world.client(house.officer)
        .get("/cases?filters=open&state=draft&opened_from=2026-01-02&sort=title")
        .text
    )
    assert '<option value="draft" selected>' in text
    assert 'value="2026-01-02"' in text
    assert '<input type="hidden" name="sort" value="title">' in text


def test_the_file_has_the_columns_of_the_page_in_their_order(house: House) -> None:
    browser = house.world.client(house.officer)
    query = "columns=state,title,reference&workflow=sample&sort=title"
    with browser.get(f"/exports/cases?format=csv&{query}") as answer:
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["State", "Title", "Reference"]
    assert [row[1] for row in rows[1:]] == ["A shed", "Bench"]
    page = browser.get(f"/cases?{query}").text
    heads = [page.index(f">{label}</") for label in ("State", "Title", "Reference")]
    assert heads == sorted(heads)


def test_counts_are_of_the_list_and_of_the_reader(house: House) -> None:
    coach = house.world.person(Role.COACH, case=house.cases["shed"])
    every = standing.by_state(house.world.actor(house.officer), Wish())
    assert every["sample", "draft"].number == 2
    own = standing.by_state(house.world.actor(coach), Wish())
    assert {key: count.number for key, count in own.items()} == {("sample", "draft"): 1}
    narrowed = Wish().with_(organisation=str(house.other), state="asked")
    counted = standing.by_state(house.world.actor(house.officer), narrowed)
    assert {key: count.number for key, count in counted.items()} == {("sample", "draft"): 1}
    text = house.world.client(house.officer).get("/cases/counts").text
    assert "/cases?workflow=sample&amp;stage=asking" in text


def test_a_confidential_case_shows_a_number_and_none_of_its_records(house: House) -> None:
    with house.world.writing():
        house.world.grant(house.officer, Role.PROGRAMME_OFFICER, case=house.cases["garden"])
        idea = Idea.case_id == house.cases["garden"]
        db.session.execute(sa.update(Idea).where(idea).values(people=4711))
    house.change("garden", restricted=True)
    path = "/cases?restricted=yes&columns=reference,title,partner_project-idea-people"
    text = read(house.world.client(house.officer), path).text
    assert "Confidential case" in text
    assert "Garden" not in text
    assert "4711" not in text
