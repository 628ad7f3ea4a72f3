"""Where a committee sits, it decides; where none does, the lead does as before."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import Committee, EventPayload
from casework.roles import Role
from casework.services import cases, events
from casework.services.errors import ForbiddenError, RefusedError
from casework.workflows.committee_moves import DECIDES
from tests.support.project import Project
from tests.support.world import World

MOTIVE = "It bridges two sectors well."


def committee(world: World, *, active: bool = True) -> UUID:
    names = {f"name_{code}": "Decision committee" for code in ("fr", "nl", "en")}
    row = Committee(
        id=new_id(), kind="decision", prefix="CD", active=active, created_at=now(), **names
    )
    with world.writing():
        db.session.add(row)
    return row.id


def test_without_a_committee_the_lead_decides(world: World) -> None:
    committee(world, active=False)
    project = Project(world).to_deliberation()
    project.move("approve", Role.PROGRAMME_LEAD, motive=MOTIVE)
    assert project.state == "agreement"


def test_where_a_committee_sits_the_lead_may_not_decide(world: World) -> None:
    project = Project(world).to_deliberation()
    committee(world)
    with pytest.raises(RefusedError) as refused:
        project.move("approve", Role.PROGRAMME_LEAD, motive=MOTIVE)
    assert [reason.message for reason in refused.value.reasons] == [DECIDES]
    assert project.state == "deliberation"


def test_a_decision_moves_the_case_and_stands_in_its_chain(world: World) -> None:
    project = Project(world).to_deliberation()
    committee(world)
    secretary = world.person(Role.COMMITTEE_SECRETARY, case=project.id)
    decision = uuid4()

    def fire(name: str) -> None:
        with world.writing():
            cases.fire(
                project.id,
                name,
                world.actor(secretary),
                {"motive": MOTIVE},
                None,
                uuid4().hex,
                decision=decision,
            )

    with pytest.raises(ForbiddenError):  # a decision makes the moves of the agenda, and no other
        fire("withdraw")
    fire("approve")
    assert project.state == "agreement"
    said = db.session.scalars(
        sa.select(EventPayload.text).where(EventPayload.text.contains(str(decision)))
    ).one()
    assert json.loads(said)["decision"] == str(decision)
    assert events.verify([project.id]) == []
