"""Saved views of the list, shared or not, and the columns that people choose."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.extensions import db
from casework.models import Case, ListChoice, SavedView
from casework.roles import Role
from casework.services import views
from tests.support.world import World


@pytest.fixture
def lead(world: World) -> UUID:
    return world.person(Role.PROGRAMME_LEAD)


@pytest.fixture
def officer(world: World) -> UUID:
    return world.person(Role.PROGRAMME_OFFICER)


@pytest.fixture
def cases(world: World) -> dict[str, UUID]:
    own = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, own)
    return {name: world.start("sample", partner, own, title=name) for name in ("Shed", "Bench")}


def keep(browser: FlaskClient, name: str, **form: object) -> UUID:
    answer = browser.post("/views/new", data={"name": name, **form})
    assert answer.status_code == 303, answer.text
    return UUID(answer.location.rsplit("=", 1)[1])


def stored(view_id: UUID) -> SavedView:
    return db.session.get_one(SavedView, view_id, populate_existing=True)


def test_a_view_opens_as_it_was_saved(world: World, officer: UUID, cases: dict[str, UUID]) -> None:
    with world.writing():
        db.session.execute(sa.update(Case).where(Case.id == cases["Shed"]).values(owner_id=officer))
    browser = world.client(officer)
    view_id = keep(browser, "Mine", owner="me", sort="-title", columns="title,state")
    text = browser.get(f"/cases?view={view_id}").text
    assert "In charge: Me" in text
    assert ">Shed</a>" in text
    assert ">Bench</a>" not in text
    assert re.findall(r'id="sort-(\w+)"', text) == ["title"]
    assert 'aria-sort="descending"' in text
    assert re.search(rf'href="/cases\?view={view_id}" aria-current="page">Mine', text)
    assert "Keep in" not in text
    # taking the only filter away is another list, and the view stays where it began
    chip = re.search(r'class="chip chip-on" href="([^"]+)"', text)
    assert chip is not None
    text = browser.get(chip[1].replace("&amp;", "&")).text
    assert ">Bench</a>" in text
    assert "Keep in “Mine”" in text


def test_the_changed_list_is_taken_over_once_and_not_from_a_stale_page(
    world: World, officer: UUID
) -> None:
    browser = world.client(officer)
    view_id = keep(browser, "Open", open="yes")
    path = f"/views/{view_id}/update"
    assert browser.post(path, data={"due": "overdue", "seen": "1"}).status_code == 303
    assert stored(view_id).query == {"due": "overdue"}
    assert browser.post(path, data={"due": "week", "seen": "1"}).status_code == 409
    assert stored(view_id).query == {"due": "overdue"}
    assert browser.post(f"/views/{view_id}", data={"name": "X", "seen": "1"}).status_code == 409


def test_shared_views_show_each_reader_what_they_may_see(
    world: World, lead: UUID, cases: dict[str, UUID]
) -> None:
    coach = world.person(Role.COACH, case=cases["Bench"])
    with world.writing():
        world.grant(coach, Role.COACH)
    view_id = keep(world.client(lead), "All open", open="yes", roles=["coach"])
    text = world.client(coach).get(f"/cases?view={view_id}").text
    assert "All open" in text
    assert ">Bench</a>" in text
    assert "Shed" not in text
    others = world.client(world.person(Role.FINANCE)).get(f"/cases?view={view_id}").text
    assert "no longer shared with you" in others
    assert "All open" not in others


def test_only_leads_share_and_change_what_is_shared(
    world: World, lead: UUID, officer: UUID
) -> None:
    browser = world.client(officer)
    mine = keep(browser, "Private", roles=["programme_officer"])
    assert not stored(mine).shared
    shared = keep(world.client(lead), "House", roles=["programme_officer"])
    assert browser.get(f"/views/{shared}").status_code == 403
    assert browser.post(f"/views/{shared}/delete").status_code == 403
    assert world.client(lead).get(f"/views/{mine}").status_code == 404
    other_lead = world.person(Role.PROGRAMME_LEAD)
    assert world.client(other_lead).get(f"/views/{shared}").status_code == 404  # not theirs
    with world.writing():
        world.grant(other_lead, Role.PROGRAMME_OFFICER)
    changed = {"name": "House", "roles": ["finance"], "seen": "1"}
    assert world.client(other_lead).post(f"/views/{shared}", data=changed).status_code == 303
    assert stored(shared).roles == ["finance"]
    assert "House" not in browser.get("/views").text


def test_the_list_begins_with_the_view_that_somebody_chose(
    world: World, officer: UUID, cases: dict[str, UUID]
) -> None:
    browser = world.client(officer)
    view_id = keep(browser, "Nothing", state="granted", start="y")
    assert ">Shed</a>" not in browser.get("/cases").text
    assert ">Shed</a>" in browser.get("/cases?sort=due").text
    with browser.get("/exports/cases?format=csv") as answer:
        assert b"Shed" in answer.data
    browser.post("/views/start", data={"view_id": ""})
    assert ">Shed</a>" in browser.get("/cases").text
    browser.post("/views/start", data={"view_id": str(view_id)})
    browser.post(f"/views/{view_id}/delete", data={"once": "a"})
    assert browser.post(f"/views/{view_id}/delete", data={"once": "a"}).status_code == 303
    assert ">Shed</a>" in browser.get("/cases").text
    assert db.session.scalar(sa.select(ListChoice.view_id)) is None


def test_a_view_over_what_is_gone_opens_and_says_what_was_left_out(
    world: World, officer: UUID, cases: dict[str, UUID]
) -> None:
    browser = world.client(officer)
    view_id = keep(browser, "Old", workflow="sample")
    with world.writing():
        query = {
            "workflow": "sample",
            "state": "abolished",
            "colour": "red",
            "programme": str(cases["Shed"]),
            "columns": "title,abolished",
            "sort": "abolished",
        }
        stored(view_id).query = query
    text = browser.get(f"/cases?view={view_id}").text
    for words in (
        "“State” knows no “abolished”",
        "no filter “colour” any more",
        "“Programme” knows no",
        "no column “abolished”",
        "cannot be sorted by “abolished”",
    ):
        assert words in text
    assert "Workflow: Sample requests" in text
    assert ">Shed</a>" in text
    assert "Keep in “Old”" in text


def test_names_are_one_s_own_and_there_are_limits(
    world: World, officer: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.client(officer)
    keep(browser, "Été")
    answer = browser.post("/views/new", data={"name": "ete", "state": "asked"})
    assert answer.status_code == 422
    assert "You have a view of this name already" in answer.text
    assert 'name="state" value="asked"' in answer.text
    assert browser.post("/views/new", data={"name": " "}).status_code == 422
    assert browser.post("/views/new", data={"name": "x" * 61}).status_code == 422
    keep(world.client(world.person(Role.FINANCE)), "Été")
    monkeypatch.setattr(views, "MOST_OWN", 1)
    answer = browser.post("/views/new", data={"name": "Another"})
    assert answer.status_code == 422
    assert "There are 1 views already" in answer.text
    twice = {"name": "Once", "once": "k"}
    monkeypatch.setattr(views, "MOST_OWN", 5)
    first, second = (browser.post("/views/new", data=twice) for _ in range(2))
    assert first.location == second.location


def test_columns_are_kept_for_every_list(
    world: World, officer: UUID, cases: dict[str, UUID]
) -> None:
    browser = world.client(officer)
    text = browser.get("/views/columns?columns=title,state,due&state=draft").text
    assert "columns=state%2Ctitle%2Cdue" in text  # the way up
    assert "columns=title%2Cdue" in text  # the way out
    browser.post("/views/columns", data={"columns": "state,title", "state": "draft"})
    text = browser.get("/cases").text
    assert text.index(">State</th>") < text.index(">Title</a>")
    assert "Next deadline" not in text
    with browser.get("/exports/cases?format=csv") as answer:
        assert answer.data.decode("utf-8-sig").splitlines()[0] == "State,Title"
    browser.post("/views/columns", data={})
    assert "Next deadline" in browser.get("/cases").text
    assert ">Reference<" in browser.get("/cases?columns=state").text  # something leads to the case
