"""The desk shows each role what only that role can do."""

from __future__ import annotations

from flask import Flask

from casework.queries import desk
from casework.roles import Role
from tests.support.world import World


def references(world: World, person: object) -> list[str]:
    return [case.reference for case in desk.turns(world.actor(person))]  # type: ignore[arg-type]


def test_finance_sees_what_waits_for_its_approval_until_it_is_given(
    app: Flask, world: World
) -> None:
    organisation = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, organisation)
    officer, finance = world.person(Role.PROGRAMME_OFFICER), world.person(Role.FINANCE)
    case = world.start("sample", partner, organisation, title="A new roof")
    assert references(world, finance) == []
    world.fire(case, "ask", partner)
    assert references(world, finance) == [world.case(case).reference]
    assert references(world, officer) == []  # an officer's work stands among the deadlines
    world.fire(case, "grant", finance)
    assert references(world, finance) == []


def test_a_coach_finds_the_cases_they_accompany(app: Flask, world: World) -> None:
    organisation = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, organisation)
    case = world.start("sample", partner, organisation, title="A new roof")
    world.start("sample", partner, organisation, title="Another roof")
    coach = world.person(Role.COACH, case=case)
    assert references(world, coach) == [world.case(case).reference]
