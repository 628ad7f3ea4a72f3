"""The board: stages side by side, their first cases, and how many there are."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id, unit_of_work
from casework.extensions import db
from casework.models import Case
from casework.queries.listing import board
from casework.queries.listing.asked import Wish
from casework.roles import Role
from casework.workflows import registry
from tests.support.world import World


@pytest.fixture
def first(world: World) -> UUID:
    own = world.organisation("Terre en Commun")
    return world.start("sample", world.person(Role.PARTNER_LEAD, own), own, title="A shed")


def copies(number: int, **values: Any) -> None:
    """Copy the first case, past the product: only its row matters to a board."""
    with unit_of_work(db.session):
        row = db.session.execute(sa.select(*Case.__table__.c).limit(1)).mappings().one()
        there = db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
        rows = [
            {**row, "id": new_id(), "reference": f"XX-{there + n:05d}", **values}
            for n in range(number)
        ]
        db.session.execute(sa.insert(Case), rows)


def lanes(world: World, person: UUID, **filters: str) -> dict[str, board.Lane]:
    found = board.lanes(world.actor(person), Wish().with_(**filters), registry.latest("sample"))
    return {lane.stage.key: lane for lane in found}


def test_the_most_urgent_come_first_and_the_rest_is_counted(world: World, first: UUID) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    moment = now()
    copies(15, state="asked", next_due_at=moment + timedelta(days=9), title="Later")
    copies(15, state="draft", next_due_at=moment + timedelta(days=3), title="Sooner")
    copies(2, state="granted", closed_at=moment)
    lane = lanes(world, officer)["asking"]
    assert [card.title for card in lane.cards] == ["Sooner"] * 15 + ["Later"] * 5
    assert lane.count.number == 31
    assert lane.more
    assert set(lanes(world, officer, open="no")) == {"answer"}
    assert lanes(world, officer, open="no")["answer"].count.number == 2
    assert lanes(world, officer, state="asked")["asking"].count.number == 15
    assert lanes(world, officer, owner="me")["asking"].count.number == 0


def test_the_page_leads_to_moves_and_to_the_list(world: World, first: UUID) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER)
    copies(25, state="asked")
    with world.writing():
        world.case(first).state = "asked"
    text = world.client(officer).get("/board?workflow=sample&organisation=terre").text
    assert "Organisation: Terre en Commun" in text
    assert "/do/grant" in text
    assert "/do/ask" not in text  # the partner's
    more = re.search(r'class="lane-more"><a href="([^"]+)"', text)
    assert more is not None
    listed = world.client(officer).get(more[1].replace("&amp;", "&")).text
    assert "26 cases" in listed


def test_nobody_sees_on_a_board_what_they_may_not_see(world: World, first: UUID) -> None:
    own = world.organisation()
    other = world.start("sample", world.person(Role.PARTNER_LEAD, own), own, title="Another")
    coach = world.person(Role.COACH, case=other)
    with world.writing():
        world.grant(coach, Role.COACH)
    lane = lanes(world, coach)["asking"]
    assert [card.id for card in lane.cards] == [other]
    assert lane.count.number == 1


def test_a_confidential_case_is_a_number_on_the_board(world: World, first: UUID) -> None:
    officer = world.person(Role.PROGRAMME_OFFICER, case=first)
    with world.writing():
        world.case(first).restricted = True
    text = world.client(officer).get("/board?workflow=sample").text
    assert "Confidential case" in text
    assert "A shed" not in text
    assert "Terre en Commun" not in text


def test_nonsense_is_named_on_the_board_too(world: World, first: UUID) -> None:
    browser = world.client(world.person(Role.PROGRAMME_OFFICER))
    text = browser.get("/board?workflow=abolished&state=x").text
    assert "“Workflow” knows no “abolished”" in text
    assert "“State” knows no “x”" in text
    assert browser.get("/board?workflow=sample&stage=answer&filters=open").status_code == 200


def test_the_board_opens_on_a_workflow_whose_cases_the_house_sees(world: World) -> None:
    browser = world.client(world.person(Role.PROGRAMME_OFFICER))
    shown = r'id="found"[^>]*>([^<]+)<'
    secret = {w.label for w in registry.current() if w.secrecy is not None}
    (opened,) = re.findall(shown, browser.get("/board").text)
    assert opened not in secret
    assert re.findall(shown, browser.get("/board?stage=pilot").text) == ["Partner projects"]
