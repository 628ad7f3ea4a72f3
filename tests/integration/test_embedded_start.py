"""What is checked and kept before anything is started."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from casework.backup.restoring import newest_schema
from casework.embedded import StartRefused, backup, checks
from casework.embedded.valkey import private_folder
from tests.support.migrating import settings_for
from tests.support.processes import free_port


def test_an_old_python_gets_a_sentence():
    with pytest.raises(StartRefused, match=r"Python 3\.11 or newer is needed; this is Python 3\.9"):
        checks.python_is_new_enough((3, 9, 2))


@pytest.mark.parametrize("text", ["", "0", "65536", "eight", "-1", "80.0", "²"])
def test_a_port_that_is_none_gets_a_sentence(text: str):
    with pytest.raises(StartRefused, match="PORT must be a number from 1 to 65535"):
        checks.port_of(text)


def test_a_port_in_use_gets_a_sentence_with_a_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StartRefused, match=f"Port {port} is in use.*PORT={port + 1} make run"):
            checks.port_is_free("127.0.0.1", port)
    checks.port_is_free("127.0.0.1", free_port())


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StartRefused, match=r"cannot be written .* CASEWORK_DATA_DIR="):
        checks.folder_is_writable(tmp_path / "file" / "var")


def test_a_read_only_folder_gets_a_sentence(tmp_path: Path):
    tmp_path.chmod(0o500)
    # Root may write anywhere but in what the kernel shows of itself.
    folder = Path("/proc/self") if os.geteuid() == 0 else tmp_path
    with pytest.raises(StartRefused, match="cannot be written"):
        checks.folder_is_writable(folder)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    checks.secret_is_kept(tmp_path)
    path = tmp_path / "secret"
    first = path.read_text("utf-8")
    path.chmod(0o644)
    checks.secret_is_kept(tmp_path)
    assert path.read_text("utf-8") == first
    assert len(first.strip()) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_serves_one_at_a_time(tmp_path: Path):
    with (
        checks.only_one(tmp_path),
        pytest.raises(StartRefused, match="running already"),
        checks.only_one(tmp_path),
    ):
        pass
    with checks.only_one(tmp_path):
        pass


def test_the_socket_lies_in_a_short_private_folder_that_goes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", "/tmp/" + "long/" * 30)
    with private_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(str(folder / "valkey.sock").encode()) < 90
    assert not folder.exists()


def stamped(file: Path, version: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (version,))
        connection.execute("CREATE TABLE kept (what TEXT)")
        connection.execute("INSERT INTO kept VALUES ('a case')")


def test_an_older_database_is_copied_before_it_is_migrated(tmp_path: Path):
    stamped(tmp_path / "casework.db", "of-long-ago")
    settings = settings_for(f"sqlite:///{tmp_path}/casework.db", data_dir=tmp_path)
    copy = backup.backup_if_older(settings)
    assert copy is not None
    assert copy.parent == tmp_path / "backups"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT what FROM kept").fetchall() == [("a case",)]


def test_a_database_of_today_is_not_copied(tmp_path: Path):
    settings = settings_for(f"sqlite:///{tmp_path}/casework.db", data_dir=tmp_path)
    assert backup.backup_if_older(settings) is None  # there is none yet
    (newest,) = newest_schema(settings.migrations_dir)
    stamped(tmp_path / "casework.db", newest)
    assert backup.backup_if_older(settings) is None
    assert not (tmp_path / "backups").exists()


def test_another_kind_of_database_is_left_to_its_keepers(tmp_path: Path):
    settings = settings_for("postgresql+psycopg://u@h/db", data_dir=tmp_path)
    assert backup.backup_if_older(settings) is None
