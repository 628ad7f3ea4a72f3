"""What several integration tests begin with."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.council import Council
from tests.support.world import World


@pytest.fixture
def council(world: World) -> Council:
    """A decision committee with nothing before it."""
    return Council(world)


@pytest.fixture
def held(council: Council) -> tuple[UUID, UUID, UUID]:
    """A meeting that is open with everybody there: the meeting, an item, its case."""
    case_id, meeting_id = council.case(), council.plan()
    item_id = council.put(meeting_id, case_id)
    council.begin(meeting_id)
    return meeting_id, item_id, case_id
