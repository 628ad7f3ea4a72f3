"""Who may see and do what, asked without a database."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from casework import policy
from casework.models import Case
from casework.policy import SYSTEM, Actor, Held, may_see, may_see_in_committee, roles_on
from casework.roles import (
    CASE_BY_CASE,
    CASE_ROLES,
    COMMITTEE_ROLES,
    GUEST_ROLES,
    HOUSE_ROLES,
    PARTNER_ROLES,
    Role,
)
from casework.workflows import registry
from casework.workflows.declaration import Section

CASE, OTHER, ORGANISATION, PROGRAMME = (UUID(int=n) for n in range(1, 5))


def case(**values: Any) -> Case:
    return Case(
        **{
            "id": CASE,
            "organisation_id": ORGANISATION,
            "programme_id": PROGRAMME,
            "restricted": False,
            **values,
        }
    )


def held(
    role: Role, scope: str = "house", scope_id: UUID | None = None, denies: bool = False
) -> Held:
    return Held(role, scope, scope_id, denies)


def actor(*grants: Held) -> Actor:
    return Actor(uuid4(), grants)


@pytest.mark.parametrize("role", sorted(CASE_ROLES - CASE_BY_CASE))
def test_a_role_in_the_house_holds_on_every_open_case(role: Role) -> None:
    assert roles_on(actor(held(role)), case()) == {role}


@pytest.mark.parametrize(
    "grant",
    [
        held(Role.COACH, "case", CASE),
        held(Role.PARTNER_LEAD, "organisation", ORGANISATION),
        held(Role.FINANCE, "programme", PROGRAMME),
    ],
)
def test_a_role_in_a_scope_holds_there_and_nowhere_else(grant: Held) -> None:
    assert roles_on(actor(grant), case()) == {grant.role}
    elsewhere = case(id=OTHER, organisation_id=OTHER, programme_id=OTHER)
    assert roles_on(actor(grant), elsewhere) == set()
    assert roles_on(actor(grant), case(id=OTHER, organisation_id=None, programme_id=None)) == set()


def test_roles_add_up() -> None:
    person = actor(held(Role.FINANCE), held(Role.COACH, "case", CASE))
    assert roles_on(person, case()) == {Role.FINANCE, Role.COACH}
    assert roles_on(person, case(id=OTHER)) == {Role.FINANCE}


def test_an_administrator_sees_no_content_of_a_case() -> None:
    for scope, scope_id in (("house", None), ("organisation", ORGANISATION), ("case", CASE)):
        assert not may_see(actor(held(Role.ADMINISTRATOR, scope, scope_id)), case())
    both = actor(held(Role.ADMINISTRATOR), held(Role.FINANCE))
    assert roles_on(both, case()) == {Role.FINANCE}


def test_a_coach_of_the_house_sees_the_cases_given_to_them_alone() -> None:
    coach = actor(held(Role.COACH), held(Role.COACH, "case", CASE))
    assert roles_on(coach, case()) == {Role.COACH}
    assert not may_see(coach, case(id=OTHER))
    assert coach.is_staff


@pytest.mark.parametrize("role", sorted(Role))
def test_a_recusal_beats_every_grant(role: Role) -> None:
    person = actor(
        *(held(r) for r in Role),
        *(held(r, "organisation", ORGANISATION) for r in Role),
        *(held(r, "case", CASE) for r in Role if r is not Role.AUDITOR),
        held(role, "case", CASE, denies=True),
    )
    assert roles_on(person, case()) == set()
    assert may_see(person, case(id=OTHER))


def test_an_auditor_recused_from_the_committee_goes_on_auditing_and_no_more() -> None:
    person = actor(
        held(Role.PROGRAMME_OFFICER),
        held(Role.AUDITOR, "case", CASE),
        held(Role.COMMITTEE_MEMBER, "case", CASE),
        held(Role.COMMITTEE_MEMBER, "case", CASE, denies=True),
    )
    assert roles_on(person, case()) == {Role.AUDITOR}
    assert not may_see_in_committee(person, case())
    assert may_see_in_committee(person, case(id=OTHER))
    elsewhere = actor(
        held(Role.AUDITOR, "case", OTHER), held(Role.COMMITTEE_MEMBER, "case", CASE, denies=True)
    )
    assert roles_on(elsewhere, case()) == set()


def test_a_restricted_case_is_seen_by_a_grant_on_that_very_case_alone() -> None:
    for grant in (
        held(Role.PROGRAMME_LEAD),
        held(Role.PARTNER_LEAD, "organisation", ORGANISATION),
        held(Role.FINANCE, "programme", PROGRAMME),
        held(Role.FINANCE, "case", OTHER),
    ):
        assert not may_see(actor(grant), case(restricted=True))
    granted = actor(held(Role.FINANCE), held(Role.COACH, "case", CASE))
    assert roles_on(granted, case(restricted=True)) == {Role.COACH}


def test_a_denial_gives_nothing() -> None:
    person = actor(held(Role.FINANCE, denies=True), held(Role.COACH, "case", OTHER, denies=True))
    assert roles_on(person, case()) == set()
    assert not person.house_roles
    assert not person.is_staff
    assert person.denied_case_ids == {OTHER}


def test_the_system_holds_no_role() -> None:
    assert SYSTEM.is_system
    assert not may_see(SYSTEM, case())
    assert not actor().is_system


def test_an_actor_knows_the_sides_that_they_stand_on() -> None:
    partner = actor(held(Role.PARTNER_LEAD, "organisation", ORGANISATION))
    assert (partner.is_partner, partner.is_staff) == (True, False)
    assert partner.organisation_ids == {ORGANISATION}
    assert partner.organisations_as(Role.PARTNER_LEAD) == {ORGANISATION}
    assert partner.organisations_as(Role.PARTNER_SIGNATORY) == set()
    officer = actor(held(Role.PROGRAMME_OFFICER))
    assert (officer.is_partner, officer.is_staff) == (False, True)
    assert officer.has(Role.FINANCE, Role.PROGRAMME_OFFICER)
    assert not officer.has(Role.FINANCE)


def test_every_role_stands_on_one_side() -> None:
    sides = (HOUSE_ROLES, PARTNER_ROLES, COMMITTEE_ROLES, {Role.AUDITOR}, GUEST_ROLES)
    assert sorted(Role) == sorted(role for side in sides for role in side)
    assert policy.side_of(frozenset({Role.COACH, Role.PARTNER_LEAD})) == "office"
    assert policy.side_of(frozenset({Role.COMMITTEE_MEMBER})) == "office"
    assert policy.side_of(frozenset({Role.AUDITOR})) == "office"
    assert policy.side_of(frozenset({Role.PARTNER_LEAD})) == "portal"


def test_a_seat_in_a_committee_shows_no_case_and_is_no_job_in_the_office() -> None:
    member = actor(held(Role.COMMITTEE_MEMBER, "committee", OTHER))
    assert (member.sits, member.is_staff, member.is_partner) == (True, False, False)
    assert member.committees_as(Role.COMMITTEE_MEMBER) == {OTHER}
    assert member.committees_as(Role.COMMITTEE_CHAIR) == set()
    assert not may_see(member, case())
    assert may_see(actor(held(Role.COMMITTEE_MEMBER, "case", case().id)), case())


PARTNER = frozenset({Role.PARTNER_LEAD})
OFFICER = frozenset({Role.PROGRAMME_OFFICER})


def section(**values: Any) -> Section:
    return Section("s", "S", "", None, None, (), PARTNER, ("open",), **values)  # type: ignore[arg-type]


def test_a_section_is_written_by_its_roles_in_its_states() -> None:
    assert policy.may_edit(section(), PARTNER, "open")
    assert not policy.may_edit(section(), PARTNER, "closed")
    assert not policy.may_edit(section(), OFFICER, "open")
    assert not policy.may_edit(section(), frozenset(), "open")


def test_a_section_of_the_house_is_read_by_the_house() -> None:
    for roles, open_, house in ((PARTNER, True, False), (OFFICER, True, True)):
        assert policy.may_read(section(), roles, "open") is open_
        assert policy.may_read(section(house_only=True), roles, "open") is house
        assert policy.may_read(section(hidden_in=("open",)), roles, "open") is house
        assert policy.may_read(section(hidden_in=("open",)), roles, "closed") is open_
    assert not policy.may_read(section(), frozenset(), "open")


def test_a_case_is_started_for_the_organisations_in_which_one_may() -> None:
    workflow = registry.latest("partner_project")
    person = actor(
        held(Role.PARTNER_LEAD, "organisation", ORGANISATION),
        held(Role.PARTNER_SIGNATORY, "organisation", OTHER),
        held(Role.PROGRAMME_LEAD),
    )
    assert policy.may_start(person, workflow) == {ORGANISATION}
    assert policy.may_start(actor(held(Role.PROGRAMME_LEAD)), workflow) == set()


@pytest.mark.parametrize(
    ("rule", "those"),
    [
        ("anyone", {"nobody", "partner", "officer", "lead", "administrator", "coach", "none"}),
        ("signed_in", {"partner", "officer", "lead", "administrator", "coach", "none"}),
        ("staff", {"officer", "lead", "administrator", "coach"}),
        ("partner", {"partner"}),
        ("administrator", {"administrator"}),
        ("lead", {"lead", "administrator"}),
    ],
)
def test_a_page_is_for_those_whom_its_rule_names(rule: str, those: set[str]) -> None:
    people = {
        "nobody": None,
        "none": actor(),
        "partner": actor(held(Role.PARTNER_LEAD, "organisation", ORGANISATION)),
        "officer": actor(held(Role.PROGRAMME_OFFICER)),
        "lead": actor(held(Role.PROGRAMME_LEAD)),
        "administrator": actor(held(Role.ADMINISTRATOR)),
        "coach": actor(held(Role.COACH)),
    }
    assert {name for name, person in people.items() if policy.rules()[rule](person)} == those
