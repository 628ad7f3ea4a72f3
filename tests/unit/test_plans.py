"""Statements that look for what is due in the whole house read no more than that."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from casework.models import Committee, Deadline, Reminder
from casework.services import sweep
from casework.services.committees import timed


@pytest.fixture
def empty() -> Iterator[sa.Connection]:
    """Give a database of SQLite with the tables of deadlines, known to have many open ones."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        for table in (Committee.__table__, Deadline.__table__, Reminder.__table__):
            connection.execute(sa.schema.CreateTable(table))  # type: ignore[arg-type]
            for index in table.indexes:  # type: ignore[attr-defined]
                connection.execute(sa.schema.CreateIndex(index))
        connection.exec_driver_sql("ANALYZE")
        many = ("deadline", "ix_deadline_due", "400000 1000 1")
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", many)
        connection.exec_driver_sql("ANALYZE sqlite_schema")
        yield connection
    engine.dispose()


@pytest.mark.parametrize("query", [sweep.due_cases, timed.due_committees])
def test_a_sweep_begins_with_the_reminders_that_are_due(
    empty: sa.Connection, query: Callable[[datetime], sa.Select[Any]]
) -> None:
    asked = query(datetime(2026, 6, 1, tzinfo=UTC)).compile(empty)
    plan = empty.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", tuple(asked.params.values()))
    steps = [row.detail for row in plan]
    assert "SEARCH reminder USING INDEX ix_reminder_pending (at<?)" in steps
    assert not any("ix_deadline_due" in step for step in steps), "all open deadlines are read"
