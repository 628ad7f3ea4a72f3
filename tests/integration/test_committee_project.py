"""Partner projects in a house with a decision committee: put before it, decided by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db, house_day
from casework.models import Deadline
from casework.models.partner_project import Condition
from casework.roles import Role
from casework.services.committees import deciding, meetings
from casework.services.committees.meetings import When
from tests.support.council import Council, new
from tests.support.project import Project
from tests.support.world import World


@pytest.fixture
def council(world: World) -> Council:
    return Council(world)


def submitted(council: Council) -> Project:
    """Return a proposal that the office puts before the committee, without choosing a day."""
    project = Project(council.world).to_co_creation()
    project.prepare_proposal()
    project.move("submit_proposal", Role.PARTNER_SIGNATORY)
    project.tick_completeness()
    project.move("put_on_agenda", Role.PROGRAMME_OFFICER)
    return project


def meeting_deadline(project: Project) -> Deadline | None:
    return db.session.scalar(
        sa.select(Deadline)
        .where(
            Deadline.case_id == project.id,
            Deadline.rule == "meeting",
            Deadline.state.in_(("open", "stopped")),
        )
        .execution_options(populate_existing=True)
    )


def test_the_deadline_of_the_meeting_follows_the_agenda(council: Council, world: World) -> None:
    project = submitted(council)
    assert meeting_deadline(project) is None
    meeting_id = council.plan(10)
    council.put(meeting_id, project.id)
    due = meeting_deadline(project)
    assert due is not None
    assert house_day(due.due_at) == house_day(council.meeting(meeting_id).starts_at)
    later = now() + timedelta(days=20)
    version = council.meeting(meeting_id).version
    with world.writing():
        moved = When(later, later + timedelta(hours=1))
        meetings.move(council.actor(council.secretary), meeting_id, moved, version, new())
    due = meeting_deadline(project)
    assert due is not None
    assert house_day(due.due_at) == house_day(later)
    with world.writing():
        meetings.cancel(council.actor(council.secretary), meeting_id, "Snow", new())
    assert meeting_deadline(project) is None


def decided(council: Council, verdict: str, **data: Any) -> Project:
    project, meeting_id = submitted(council), council.plan()
    item_id = council.put(meeting_id, project.id)
    council.begin(meeting_id)
    council.decide(item_id, verdict, **data)
    return project


@pytest.mark.parametrize(
    ("verdict", "data", "state"),
    [
        ("approve", {}, "agreement"),
        ("revise", {}, "co_creation"),
        ("decline", {}, "declined"),
        ("redirect", {"destination": "The neighbouring fund"}, "redirected"),
    ],
)
def test_each_verdict_makes_its_move(
    council: Council, verdict: str, data: dict[str, Any], state: str
) -> None:
    assert decided(council, verdict, **data).state == state


def test_conditions_set_with_the_decision_run_and_are_lifted_with_evidence(
    council: Council,
) -> None:
    soon = (council.today + timedelta(days=30)).isoformat()
    rows = [{"text": "A second sector joins", "due_on": soon, "blocking": True}]
    project = decided(council, "approve_with_conditions", conditions=rows)
    assert project.state == "approved_with_conditions"
    (condition,) = project.rows("conditions")
    running = db.session.scalars(
        sa.select(Deadline).where(Deadline.subject_id == condition.id, Deadline.state == "open")
    ).one()
    assert house_day(running.due_at).isoformat() == soon
    assert project.refused("conditions_met", Role.PROGRAMME_OFFICER) == {"conditions"}
    project.write(
        "condition_evidence", Role.PARTNER_LEAD, condition, evidence="The health house has signed."
    )
    (condition,) = project.rows("conditions")
    project.write(
        "conditions",
        Role.PROGRAMME_OFFICER,
        condition,
        text=condition.text,
        due_on=soon,
        blocking=True,
        evidence=condition.evidence,
        lifted=True,
    )
    project.move("conditions_met", Role.PROGRAMME_OFFICER)
    assert project.state == "agreement"


def test_an_approval_with_conditions_needs_one(council: Council) -> None:
    from casework.services.errors import RefusedError

    with pytest.raises(RefusedError):
        decided(council, "approve_with_conditions")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Condition)) == 0


def test_a_project_put_off_comes_back_with_its_age(council: Council, world: World) -> None:
    project, meeting_id = submitted(council), council.plan()
    item_id = council.put(meeting_id, project.id)
    council.begin(meeting_id)
    with world.writing():
        keeper = council.actor(council.secretary)
        deciding.postpone(keeper, item_id, "information_missing", "The budget.", new())
    assert project.state == "deliberation"
    assert meeting_deadline(project) is None
    council.put(council.plan(10), project.id)
    assert meeting_deadline(project) is not None


def test_conditions_are_added_on_the_page_row_by_row(council: Council, world: World) -> None:
    project, meeting_id = submitted(council), council.plan()
    item_id = council.put(meeting_id, project.id)
    council.begin(meeting_id)
    number = council.meeting(meeting_id).number
    path = f"/meetings/{number}/items/{item_id}/decide/approve_with_conditions"
    browser = world.client(council.secretary)
    answer = browser.post(path, data={"motive": "Kept text", "add-conditions": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Kept text" in page
    assert "conditions-1-text" in page
    day = datetime(2031, 5, 2).date().isoformat()  # noqa: DTZ001 - a civil day
    sent = {
        "once": new(),
        "version": str(council.meeting(meeting_id).version),
        "method": "consensus",
        "motive": "It bridges two sectors well.",
        "conditions-0-text": "A second sector joins",
        "conditions-0-due_on": day,
        "conditions-0-blocking": "y",
    }
    page = browser.post(path, data=sent, follow_redirects=True).get_data(as_text=True)
    assert "A second sector joins" in page
    assert "It bridges two sectors well." in page
    assert project.state == "approved_with_conditions"
