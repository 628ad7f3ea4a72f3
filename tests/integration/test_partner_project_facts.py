"""Loading facts: as many queries for fifty projects as for one; calls before a case exists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework import clock
from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import Call, CallExtension, Case
from casework.models.partner_project import BudgetLine, Idea
from casework.roles import Role
from casework.services.errors import RefusedError
from casework.workflows.partner_project.loading import is_open, load_facts
from tests.support.project import Project
from tests.support.world import World


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def many_cases(project: Project, count: int) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    with project.world.writing():
        for number, case_id in enumerate(ids):
            common = {"created_at": now(), "updated_at": now()}
            db.session.add(
                Case(
                    id=case_id,
                    workflow_key="partner_project",
                    workflow_version=1,
                    reference=f"X-{uuid4().hex[:20]}",
                    title=f"Project {number}",
                    state="co_creation",
                    state_since=now(),
                    organisation_id=project.organisation,
                    **common,
                )
            )
            db.session.flush()
            record = {"id": new_id(), "case_id": case_id, **common}
            db.session.add(Idea(**record, title=f"Project {number}"))
            db.session.add(
                BudgetLine(**{**record, "id": new_id()}, label="Tools", amount_cents=number)
            )
    return ids


def test_fifty_projects_take_as_many_queries_as_one(world: World) -> None:
    ids = many_cases(Project(world), 50)
    load_facts(db.session(), [])  # the transaction is open
    with counted() as one:
        load_facts(db.session(), ids[:1])
    with counted() as fifty:
        found = load_facts(db.session(), ids)
    assert len(one) == len(fifty) == 1
    assert [found[i].budget_cents for i in ids] == list(range(50))


def test_what_was_taken_away_no_longer_counts(world: World) -> None:
    project = Project(world)
    (case_id,) = many_cases(project, 1)
    with world.writing():
        db.session.execute(sa.update(BudgetLine).values(amount_cents=5, removed_at=now()))
    assert load_facts(db.session(), [case_id])[case_id].budget_cents == 0


FIRST, LAST = date(2027, 3, 1), date(2027, 3, 31)


def call(*, always: bool = False) -> Call:
    return Call(
        title_fr="Appel",
        title_nl="Oproep",
        title_en="Call",
        opens_on=FIRST,
        closes_on=None if always else LAST,
        always_open=always,
        created_at=now(),
        updated_at=now(),
    )


@pytest.mark.parametrize(
    ("today", "until", "expected"),
    [
        (FIRST - timedelta(days=1), None, False),
        (FIRST, None, True),
        (LAST, None, True),
        (LAST + timedelta(days=1), None, False),
        (LAST + timedelta(days=1), LAST + timedelta(days=1), True),
        (LAST + timedelta(days=2), LAST + timedelta(days=1), False),
        (LAST, FIRST, True),
    ],
)
def test_a_call_is_open_between_its_days(today: date, until: date | None, expected: bool) -> None:
    assert is_open(call(), until, today) is expected


def test_a_call_that_takes_ideas_at_any_time() -> None:
    assert is_open(call(always=True), None, date(2099, 1, 1))
    assert not is_open(call(always=True), None, FIRST - timedelta(days=1))


def test_an_idea_begins_while_its_call_is_open_or_extended_for_its_organisation(
    world: World,
) -> None:
    project = Project(world)
    with world.writing():
        asked = call()
        db.session.add(asked)
        db.session.flush()
        call_id = asked.id
    late = clock.now().replace(year=2027, month=4, day=2, hour=12)
    during = late.replace(month=3, day=20)
    with clock.frozen(during):
        project.start(call_id=call_id)
        assert project.facts.call_closes_on == LAST
        assert project.running() == {"call_closes": "open"}
    other = world.organisation("Another one")
    with world.writing():
        db.session.add(
            CallExtension(
                call_id=call_id,
                organisation_id=other,
                until=late.date(),
                reason="Illness",
                granted_by_id=project.people[Role.PROGRAMME_LEAD],
                created_at=now(),
            )
        )
    with clock.frozen(late):
        with world.writing():
            world.grant(project.people[Role.PARTNER_LEAD], Role.PARTNER_LEAD, other)
        with pytest.raises(RefusedError):
            project.start(call_id=call_id)
        project.organisation = other
        project.start(call_id=call_id)
        assert project.facts.call_closes_on == late.date()
