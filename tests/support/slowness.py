"""A database that takes its time over every message, so that a test can step in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from casework.db import announce_write
from casework.extensions import db

_SLOW = {
    "sqlite": (
        (
            "CREATE VIEW long_count AS WITH RECURSIVE n(x) AS"
            " (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {hundredths}00000) SELECT x FROM n"
        ),
        (
            "CREATE TRIGGER slow_message BEFORE INSERT ON message"
            " BEGIN SELECT count(*) FROM long_count; END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN PERFORM pg_sleep({hundredths} * 0.01); RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER slow_message BEFORE INSERT ON message"
            " FOR EACH ROW EXECUTE FUNCTION be_slow()"
        ),
    ),
}
_FAST = {
    "sqlite": ("DROP TRIGGER slow_message", "DROP VIEW long_count"),
    "postgresql": ("DROP TRIGGER slow_message ON message", "DROP FUNCTION be_slow()"),
}


@contextmanager
def slow_messages(hundredths: int = 1) -> Iterator[None]:
    """Make every insert of a message take about so many hundredths of a second."""
    _run(_SLOW, hundredths)
    try:
        yield
    finally:
        _run(_FAST)


def _run(commands: Mapping[str, tuple[str, ...]], hundredths: int = 0) -> None:
    db.session.rollback()
    announce_write()
    for command in commands[db.engine.dialect.name]:
        db.session.execute(sa.text(command.replace("{hundredths}", str(hundredths))))
    db.session.commit()
