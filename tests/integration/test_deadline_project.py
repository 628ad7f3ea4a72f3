"""Deadlines of partner projects that follow calls, notes and the sweep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from casework import clock
from casework.extensions import db
from casework.models import Call, Deadline, Message
from casework.roles import Role
from casework.services import calls
from casework.services.sweep import sweep
from tests.support.project import IDEA, Project
from tests.support.world import World

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
LEAD = Role.PARTNER_LEAD


@pytest.fixture
def project(world: World) -> Iterator[Project]:
    with clock.frozen(NOW):
        yield Project(world)


def write_call(project: Project, call: UUID | None = None, **values: Any) -> UUID:
    known = {
        "title_fr": "Appel",
        "title_nl": "Oproep",
        "title_en": "Call",
        "programme_id": None,
        "opens_on": date(2026, 11, 1),
        "always_open": False,
        "closes_on": date(2026, 12, 18),
        **values,
    }
    lead = project.world.actor(project.people[Role.PROGRAMME_LEAD])
    with project.world.writing():
        row = db.session.get_one(Call, call) if call else None
        return calls.save(lead, row, known).id


def end_of(project: Project, rule: str) -> date | None:
    db.session.rollback()
    due = db.session.scalar(
        sa.select(Deadline.due_at).where(
            Deadline.case_id == project.id, Deadline.rule == rule, Deadline.state == "open"
        )
    )
    return due.date() if due else None


def test_an_idea_follows_the_closing_of_its_call(project: Project) -> None:
    call = write_call(project)
    project.start(call_id=call)
    project.write("idea", LEAD, **IDEA, programme_id=project.programme(4), call_id=call)
    assert end_of(project, "call_closes") == date(2026, 12, 18)
    with clock.frozen(datetime(2026, 12, 20, 9, tzinfo=UTC)):
        sweep()
        assert end_of(project, "call_closes") is None, "it is over, and nobody's task"
        write_call(project, call, title_en="A call that is over")
        assert end_of(project, "call_closes") is None
    write_call(project, call, closes_on=date(2027, 1, 15))
    assert end_of(project, "call_closes") == date(2027, 1, 15)
    write_call(project, call, always_open=True)
    assert end_of(project, "call_closes") is None


def test_an_extension_moves_the_end_for_its_organisation(project: Project) -> None:
    call = write_call(project)
    project.start(call_id=call)
    project.write("idea", LEAD, **IDEA, programme_id=project.programme(4), call_id=call)
    lead = project.world.actor(project.people[Role.PROGRAMME_LEAD])
    with project.world.writing():
        calls.extend(
            lead,
            db.session.get_one(Call, call),
            {
                "organisation_id": project.organisation,
                "until": date(2026, 12, 31),
                "reason": "A burst pipe.",
            },
        )
    assert end_of(project, "call_closes") == date(2026, 12, 31)


def test_correcting_a_note_is_not_writing_one(project: Project) -> None:
    project.to_co_creation()
    project.write(
        "check_ins", Role.PROGRAMME_OFFICER, held_on=project.in_days(0), summary="All is well."
    )
    before = end_of(project, "check_in")
    with clock.frozen(datetime(2027, 1, 10, 9, 0, tzinfo=UTC)):
        (note,) = project.rows("check_ins")
        project.write(
            "check_ins",
            Role.PROGRAMME_OFFICER,
            note,
            held_on=date(2026, 11, 20).isoformat(),
            summary="All is very well.",
        )
    assert end_of(project, "check_in") == before


def test_the_first_answer_is_asked_for_and_passed_on(project: Project) -> None:
    project.to_submitted()
    for day in range(1, 15):
        with clock.frozen(datetime(2026, 12, day, 9, 0, tzinfo=UTC)):
            db.session.rollback()
            sweep()
    templates = db.session.scalars(
        sa.select(Message.template)
        .where(Message.template.startswith("reminder/first_answer"))
        .order_by(Message.created_at)
    ).all()
    assert templates == ["reminder/first_answer/-3 wd", "reminder/first_answer/+1 wd"]
