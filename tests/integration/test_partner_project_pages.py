"""Every page of a partner project opens, on both sides and at every stage of its life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casework.clock import frozen
from casework.roles import HOUSE_ROLES, Role
from casework.workflows.partner_project.definition import PARTNER_PROJECT
from tests.support.project import IDEA, Project
from tests.support.world import World

STEPS = ("start", "to_co_creation", "to_deliberation", "to_pilot", "to_followed_up")
ROLES = (Role.PROGRAMME_LEAD, Role.PROGRAMME_OFFICER, Role.PARTNER_LEAD)


def addresses(project: Project, role: Role) -> dict[str, int]:
    """The pages of the case with the answer that this role should get."""
    case = f"/cases/{project.case.reference}"
    found = {case: 200, f"{case}/history": 200, f"{case}/documents": 200}
    for section in PARTNER_PROJECT.sections:
        if section.guests:  # pages of guests by link alone
            continue
        hidden = section.house_only or project.state in section.hidden_in
        answer = 404 if hidden and role not in HOUSE_ROLES else 200
        found[f"{case}/r/{section.key}"] = answer
        for row in project.rows(section.key)[:1]:
            found[f"{case}/r/{section.key}/{row.id}"] = answer
        writable = role in section.edit_roles and project.state in section.edit_states
        if writable and section.may_add and not section.single:
            found[f"{case}/r/{section.key}/new"] = 200
    for transition in PARTNER_PROJECT.leaving(project.state):
        if role in transition.roles:
            found[f"{case}/do/{transition.name}"] = 200
    return found


@pytest.mark.parametrize("step", STEPS)
def test_every_page_opens(world: World, step: str) -> None:
    project = Project(world)
    getattr(project, step)()
    for role in ROLES:
        browser = world.client(project.people[role])
        expected = addresses(project, role)
        got = {address: browser.get(address).status_code for address in expected}
        assert got == expected, role


def test_the_panel_shows_the_landmarks(world: World) -> None:
    project = Project(world).to_deliberation()
    browser = world.client(project.people[Role.PROGRAMME_LEAD])
    page = browser.get(f"/cases/{project.case.reference}").text
    for text in ("Lonely seniors", "120 people", "€1,000.50", "balanced", "1 promised"):
        assert text in page


def test_the_page_says_where_else_an_idea_is_sent(world: World) -> None:
    project = Project(world).to_submitted()
    words = {"destination": "The city's green fund", "reason": "It pays for gardens as they are"}
    project.move("redirect", Role.PROGRAMME_OFFICER, **words)
    for role in (Role.PROGRAMME_LEAD, Role.PARTNER_LEAD):
        browser = world.client(project.people[role])
        page = browser.get(f"/cases/{project.case.reference}").text
        assert "The city&#39;s green fund" in page, role
        assert "It pays for gardens as they are" in page, role


def test_a_remark_stays_in_the_house(world: World) -> None:
    project = Project(world).to_review()
    project.look_back()
    project.move("decide_anchor", Role.PROGRAMME_LEAD, remark="Watch the host closely")
    for role, read in ((Role.PROGRAMME_OFFICER, True), (Role.PARTNER_LEAD, False)):
        browser = world.client(project.people[role])
        page = browser.get(f"/cases/{project.case.reference}/history").text
        assert ("Watch the host closely" in page) is read, role


def test_the_day_of_an_earlier_title_is_that_of_the_house(world: World) -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight in Brussels
    project = Project(world)
    with frozen(late):
        project.to_submitted()
    with frozen(late + timedelta(days=3)):
        project.start()
        project.write("idea", Role.PARTNER_LEAD, **IDEA, programme_id=project.programme(4))
        browser = world.client(project.people[Role.PARTNER_LEAD])
        page = browser.get(f"/cases/{project.case.reference}/do/submit_idea").text
    assert "2 Jul 2026" in page


def test_an_answer_is_written_beside_its_question(world: World) -> None:
    project = Project(world).to_submitted()
    project.move(
        "ask_info", Role.PROGRAMME_OFFICER, items=[{"item": "Statutes", "reason": "Who signs?"}]
    )
    (item,) = project.rows("info")
    browser = world.client(project.people[Role.PARTNER_LEAD])
    page = browser.get(f"/cases/{project.case.reference}/r/info/{item.id}").text
    assert "Statutes" in page
    assert "Who signs?" in page
