"""The list of organisations counts no case that its reader may not see."""

from __future__ import annotations

from uuid import UUID

from casework.queries import organisations
from casework.queries.organisations import Filters
from casework.roles import Role
from tests.support.world import World


def test_each_reader_counts_their_own_cases(world: World) -> None:
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own)
    officer = world.person(Role.PROGRAMME_OFFICER)
    first, _second = (world.start("sample", lead, own, title=f"Garden {n}") for n in range(2))
    coach = world.person(Role.COACH, case=first)
    recused = world.person(Role.PROGRAMME_OFFICER)
    with world.writing():
        world.grant(recused, Role.PROGRAMME_OFFICER, case=first, denies=True)

    def counted(person: UUID) -> int:
        (line,) = organisations.page(world.actor(person), Filters(), 1).rows
        return line.cases

    assert [counted(person) for person in (officer, coach, recused)] == [2, 1, 1]
