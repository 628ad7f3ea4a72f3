"""How transactions that only read are ended."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.app import CONNECTION_SECONDS
from casework.db import end_reading
from casework.extensions import db
from casework.models import User

DAYS = sa.select(sa.literal(1).label("day")).cte("days")


@pytest.mark.parametrize("question", [sa.select(User.id), sa.select(DAYS.c.day)])
def test_postgresql_keeps_its_plans_over_what_was_only_read(app: Flask, question: Any) -> None:
    db.session.remove()
    ends: list[str] = []
    for how in ("commit", "rollback"):
        sa.event.listen(db.engine, how, lambda _connection, how=how: ends.append(how))
    db.session.execute(question).all()
    end_reading(db.session)
    db.session.remove()
    assert ends == ["commit" if db.engine.dialect.name == "postgresql" else "rollback"]


def test_a_connection_is_renewed_and_hears_what_was_learnt(app: Flask) -> None:
    db.session.remove()
    used: list[Any] = []

    def grow_old(connection: Any, record: Any, _proxy: Any) -> None:
        used.append(connection)
        record.starttime -= CONNECTION_SECONDS + 1

    sa.event.listen(db.engine, "checkout", grow_old)
    for _ in range(2):
        db.engine.connect().close()
    sa.event.remove(db.engine, "checkout", grow_old)
    assert len(set(map(id, used))) == 2
