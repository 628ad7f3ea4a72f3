"""The log of events: the database protects it, and whoever gets around that is found out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

import casework.models
from casework.clock import frozen
from casework.config import top_level
from casework.db import announce_read, announce_write
from casework.extensions import db
from casework.models import Event, EventPayload
from casework.roles import Role
from casework.services import cases, events
from casework.workflows.declaration import Money
from tests.support.databases import Databases
from tests.support.plain import Cast, cast_in

MONDAY = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
TRIGGERS = {
    "sqlite": {
        "event_no_update",
        "event_no_delete",
        "event_no_replace",
        "event_payload_no_update",
        "event_payload_no_replace",
    },
    "postgresql": {
        "event_no_change",
        "event_no_truncate",
        "event_payload_no_update",
        "event_payload_no_truncate",
    },
}


@pytest.fixture
def cast(fresh_database_url: str) -> Iterator[Cast]:
    with cast_in(fresh_database_url) as made:
        yield made


@pytest.fixture
def case_id(cast: Cast) -> UUID:
    """A case with five events, texts of three languages among them."""
    made = cast.start(title="Potagers d’entraide")
    cast.fire(made, "ask", "partner")
    cast.fire(made, "question", "officer", reason="Où, précisément ? «Hier»\n→ 🌱")
    cast.fire(made, "reply", "partner", reason="À Namur")
    cast.fire(made, "grant", "officer")
    return made


def _sqlite() -> bool:
    return bool(db.engine.dialect.name == "sqlite")


def _refused(statement: str) -> None:
    announce_write()
    db.session.rollback()
    with pytest.raises(sa.exc.DatabaseError, match=r"append-only|never changed"):
        db.session.execute(sa.text(statement))
    db.session.rollback()


def _let_go() -> None:
    """Take the database's protection away, as somebody with its password could."""
    if _sqlite():
        for name in TRIGGERS["sqlite"]:
            db.session.execute(sa.text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(sa.text("DROP FUNCTION refuse_change() CASCADE"))


@contextmanager
def _tampered(*statements: str, **values: Any) -> Iterator[None]:
    """Get around the protection, look, and put everything back."""
    announce_write()
    db.session.rollback()
    _let_go()
    for statement in statements:
        db.session.execute(sa.text(statement), values)
    db.session.expire_all()
    yield
    db.session.rollback()
    announce_read()


def _said(cast: Cast, case_id: UUID) -> list[str]:
    return [fault.partition(": ")[2] for fault in cast.faults(case_id)]


def _event(cast: Cast, case_id: UUID, seq: int) -> Any:
    """Return an event's identifier as the database writes it."""
    return cast.events(case_id)[seq - 1].id.hex if _sqlite() else cast.events(case_id)[seq - 1].id


def test_the_database_refuses_to_change_events(cast: Cast, case_id: UUID) -> None:
    for statement in (
        "UPDATE event SET name = 'x'",
        "UPDATE event SET hash = hash",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = 2",
        "UPDATE event_payload SET text = '{}'",
        "UPDATE event_payload SET salt = ''",
    ):
        _refused(statement)
    assert cast.faults(case_id) == []


def test_the_database_refuses_to_empty_the_tables(cast: Cast, case_id: UUID) -> None:
    if _sqlite():
        _refused("DELETE FROM event")  # SQLite knows no other way
        return
    for tables in (
        "event CASCADE",
        "event, event_payload, approval, note, note_wording",
        "event_payload",
    ):
        _refused(f"TRUNCATE {tables}")
    _refused("TRUNCATE case_file CASCADE")


def test_an_insert_cannot_replace_an_event(cast: Cast, case_id: UUID) -> None:
    if not _sqlite():
        for table, key, values in (
            ("event", "id", "hash = 'forged'"),
            ("event_payload", "event_id", "text = '{}'"),
        ):
            _refused(
                f"INSERT INTO {table} SELECT * FROM {table} "
                f"ON CONFLICT ({key}) DO UPDATE SET {values}"
            )
        assert cast.faults(case_id) == []
        return
    columns = "case_id, seq, kind, name, at, actor_id, from_state, to_state, canonical, hash"
    forged = columns.replace("hash", "'forged'")
    for more, values in (
        ("id, ", "id, "),
        ("id, ", "'00', "),
        ("rowid, id, ", "rowid, '00', "),
    ):
        _refused(
            f"INSERT OR REPLACE INTO event ({more}{columns}) "
            f"SELECT {values}{forged} FROM event WHERE seq = 2"
        )
    _refused(
        f"INSERT OR REPLACE INTO event (rowid, id, {columns}) "
        f"SELECT rowid, '00', {forged.replace('seq', '99')} FROM event WHERE seq = 2"
    )
    _refused(
        "INSERT OR REPLACE INTO event_payload (event_id, salt, text) "
        "SELECT event_id, salt, '{}' FROM event_payload"
    )
    assert cast.faults(case_id) == []


def test_the_triggers_are_there_after_the_last_migration(cast: Cast) -> None:
    kind = db.engine.dialect.name
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if kind == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    assert set(db.session.scalars(sa.text(query))) >= TRIGGERS[kind]


def test_an_untouched_chain_is_proved(cast: Cast, case_id: UUID) -> None:
    assert events.verify() == []
    assert [e.seq for e in cast.events(case_id)] == [1, 2, 3, 4, 5]
    hashes = [e.hash for e in cast.events(case_id)]
    said = [json.loads(e.canonical)["previous"] for e in cast.events(case_id)]
    assert said == ["", *hashes[:-1]]


def test_a_payload_may_be_forgotten_and_the_chain_still_holds(cast: Cast, case_id: UUID) -> None:
    event = cast.events(case_id)[2]
    assert "précisément" in cast.words(event)
    assert "précisément" not in event.canonical
    announce_write()
    db.session.rollback()
    db.session.execute(sa.delete(EventPayload).where(EventPayload.event_id == event.id))
    db.session.commit()
    assert cast.faults(case_id) == []


def test_equal_payloads_have_different_digests(cast: Cast) -> None:
    first, second = (cast.start(title="A shed") for _ in range(2))
    one, two = (json.loads(cast.events(c)[0].canonical)["payload"] for c in (first, second))
    assert one != two


def test_a_changed_payload_is_found(cast: Cast, case_id: UUID) -> None:
    reference, key = cast.case(case_id).reference, _event(cast, case_id, 3)
    change = "UPDATE event_payload SET text = '{}' WHERE event_id = :key"
    with _tampered(change, key=key):
        assert cast.faults(case_id) == [f"{reference}, event 3: the payload has been changed"]
    assert cast.faults(case_id) == []


def test_a_payload_put_to_an_event_that_had_none_is_found(cast: Cast, case_id: UUID) -> None:
    with cast.in_one_transaction():
        events.append(cases.lock(case_id), "note", cast.people["officer"])
    key = _event(cast, case_id, 6)
    change = "INSERT INTO event_payload (event_id, salt, text) VALUES (:key, '', '{}')"
    with _tampered(change, key=key):
        assert _said(cast, case_id) == ["the payload has been changed"]


def test_a_changed_text_is_found(cast: Cast, case_id: UUID) -> None:
    key = _event(cast, case_id, 3)
    for text in ("nonsense", "[]", "{}", '{"seq":3}', "null", '{"previous":"x","payload":null}'):
        with _tampered("UPDATE event SET canonical = :t WHERE id = :key", t=text, key=key):
            assert _said(cast, case_id)[0] == "the text does not match its hash"


def test_a_changed_column_is_found(cast: Cast, case_id: UUID) -> None:
    key = _event(cast, case_id, 3)
    moment = "2020-01-01 00:00:00.000000" if _sqlite() else "2020-01-01 00:00:00+00"
    for change in (
        "kind = 'note'",
        "name = 'x'",
        "actor_id = NULL",
        "from_state = 'x'",
        "to_state = 'x'",
        f"at = '{moment}'",
        "seq = 33",
    ):
        with _tampered(f"UPDATE event SET {change} WHERE id = :key", key=key):
            assert "the columns do not match the text" in _said(cast, case_id), change


def test_an_event_written_anew_with_its_hash_is_found(cast: Cast, case_id: UUID) -> None:
    event = cast.events(case_id)[2]
    said = {**json.loads(event.canonical), "name": "forged"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    reference = cast.case(case_id).reference
    with _tampered(
        "UPDATE event SET name = 'forged', canonical = :text, hash = :hash WHERE id = :key",
        text=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        key=_event(cast, case_id, 3),
    ):
        assert cast.faults(case_id) == [f"{reference}, event 4: the chain is broken"]


def test_a_missing_event_is_found(cast: Cast, case_id: UUID) -> None:
    for seq in (1, 3, 5):
        with _tampered(
            "DELETE FROM event_payload WHERE event_id = :key",
            "DELETE FROM approval WHERE event_id = :key",
            "DELETE FROM event WHERE id = :key",
            key=_event(cast, case_id, seq),
        ):
            assert cast.faults(case_id), seq


def test_a_chain_that_is_gone_altogether_is_found(cast: Cast, case_id: UUID) -> None:
    gone = [f"DELETE FROM {table}" for table in ("event_payload", "approval", "event")]
    with _tampered(*gone):
        assert _said(cast, case_id) == [
            "events are missing at the end of the chain",
            "the case stands in asked, its events say None",
        ]


def test_a_state_changed_without_a_move_is_found(cast: Cast, case_id: UUID) -> None:
    other, reference = cast.start(), cast.case(case_id).reference
    change = "UPDATE case_file SET state = 'granted' WHERE reference = :reference"
    with _tampered(change, reference=reference):
        fault = f"{reference}: the case stands in granted, its events say asked"
        assert cast.faults(case_id) == [fault]
        assert cast.faults(other) == []
        assert events.verify() == [fault]


def test_what_a_chain_holds_is_plain_text_that_reads_the_same_tomorrow() -> None:
    values = {
        "day": date(2026, 11, 23),
        "at": MONDAY,
        "money": Money(1250, "EUR"),
        "role": Role.FINANCE,
        "id": UUID(int=1),
        "rows": ({"n": 1}, {"n": None}),
    }
    assert events.plain(values) == {
        "day": "2026-11-23",
        "at": "2026-11-23T09:00:00.123456+00:00",
        "money": {"cents": 1250, "currency": "EUR"},
        "role": "finance",
        "id": "00000000-0000-0000-0000-000000000001",
        "rows": [{"n": 1}, {"n": None}],
    }
    for unordered in (frozenset({"c", "a", "b"}), {"b", "c", "a"}):
        assert events.plain(unordered) == ["a", "b", "c"]
    assert events.plain(Decimal("1.50")) == "1.50"


def test_moments_survive_the_database_to_the_microsecond(cast: Cast) -> None:
    with frozen(MONDAY):
        case_id = cast.start()
    assert cast.events(case_id)[0].at == MONDAY
    assert cast.faults(case_id) == []


def test_an_event_is_the_head_of_its_case(cast: Cast, case_id: UUID) -> None:
    case, last = cast.case(case_id), cast.events(case_id)[-1]
    assert (case.event_count, case.event_hash) == (last.seq, last.hash)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 5


@pytest.fixture
def bare(databases: Databases) -> Iterator[Flask]:
    """An empty database in an application that can migrate it."""
    url = databases.empty()
    app = Flask("casework")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    flask_migrate.Migrate(app, db, directory=str(top_level() / "migrations"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def _tables() -> set[str]:
    found = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in found if _of_models(name, "table", {})}


def _of_models(name: str | None, _kind: str, _parents: object) -> bool:
    """Leave out the databases' own index of words, which the models do not know."""
    return not (name or "").startswith("search_text")


def test_the_migrations_go_up_and_down_and_up_again(bare: Flask) -> None:
    flask_migrate.upgrade()
    whole = _tables()
    assert whole == set(db.metadata.tables)
    flask_migrate.downgrade(revision="base")
    assert _tables() == set()
    flask_migrate.upgrade()
    assert _tables() == whole
    kind = db.engine.dialect.name
    if kind == "postgresql":
        functions = "SELECT count(*) FROM pg_proc WHERE proname = 'refuse_change'"
        assert db.session.scalar(sa.text(functions)) == 1


def test_each_migration_goes_down_by_itself(bare: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade()
    flask_migrate.upgrade()
    assert _tables() == set(db.metadata.tables)


def _default_differs(
    _context: Any, _found: Any, column: sa.Column[Any], *_rest: Any
) -> bool | None:
    """Leave it to Alembic, except for JSON, which PostgreSQL does not compare."""
    return False if isinstance(column.type, sa.JSON) else None


def test_the_migrated_schema_is_that_of_the_models(bare: Flask) -> None:
    assert casework.models.Event.__tablename__ in db.metadata.tables
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": _default_differs,
                "include_name": _of_models,
            },
        )
        assert compare_metadata(context, db.metadata) == []
