"""What every place for bytes does alike: a folder, and a server that speaks S3."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework.adapters.storage import AwayError, DamagedError, Storage, TooBigError, storage_of
from casework.adapters.storage.place import checked_name
from tests.support.migrating import settings_for
from tests.support.s3 import S3Server

pytestmark = pytest.mark.processes

SMALL, BIG = b"some bytes", os.urandom(1024) * 12 * 1024  # the big one goes up in several parts
NOTHING = hashlib.sha256(b"never stored").hexdigest()


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    made = S3Server()
    made.start()
    yield made
    made.stop()


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    settings = settings_for("sqlite:////nowhere/casework.db", data_dir=tmp_path)
    if request.param == "s3":
        url = request.getfixturevalue("server").url.replace("/casework?", f"/{tmp_path.name}?")
        settings = replace(settings, storage_url=url)
    return storage_of(settings)


def put(place: Storage, content: bytes, limit: int = 20_000_000) -> str:
    with place.receiving(io.BytesIO(content), limit) as incoming:
        assert incoming.file.read() == content
        incoming.keep()
        return incoming.sha256


@pytest.mark.parametrize("content", [b"", SMALL, BIG], ids=["empty", "small", "big"])
def test_bytes_come_back_as_they_were(place: Storage, content: bytes):
    assert put(place, content) == name_of(content)
    with place.open(name_of(content)) as file:
        assert file.read() == content


def test_the_same_bytes_lie_there_once(place: Storage):
    put(place, SMALL)
    put(place, SMALL)
    put(place, b"others")
    assert sorted(place.names()) == sorted([name_of(SMALL), name_of(b"others")])


def test_what_is_not_kept_is_not_there(place: Storage):
    with place.receiving(io.BytesIO(SMALL), 100):
        pass
    assert list(place.names()) == []
    with pytest.raises(DamagedError):
        place.open(name_of(SMALL))


def test_too_much_is_refused_while_it_arrives(place: Storage):
    with pytest.raises(TooBigError), place.receiving(io.BytesIO(SMALL), 9):
        pass
    assert list(place.names()) == []


def test_what_never_came_and_what_is_no_name_is_not_opened(place: Storage):
    with pytest.raises(DamagedError):
        place.open(NOTHING)
    with pytest.raises(ValueError, match="is not a SHA-256"):
        place.open("../../etc/passwd")


def test_a_place_that_works_says_so(place: Storage):
    place.check()
    assert list(place.names()) == []
    assert place.sweep(datetime(2100, 1, 1, tzinfo=UTC)) == 0


def test_bytes_changed_or_removed_in_the_store_are_noticed(server: S3Server):
    settings = settings_for("sqlite:////nowhere/casework.db", storage_url=server.url)
    place = storage_of(settings)
    name = put(place, SMALL)
    server.overwrite(checked_name(name), b"some bites")
    with pytest.raises(DamagedError, match="not what was stored"):
        place.open(name)
    server.remove(checked_name(name))
    with pytest.raises(DamagedError, match="missing"):
        place.open(name)


def test_a_store_that_is_not_there_says_so_and_names_no_secret():
    url = "s3://key:very-secret@documents?endpoint=http://127.0.0.1:9&region=eu-west-1"
    settings = settings_for("sqlite:////nowhere/casework.db", storage_url=url)
    place = storage_of(settings)
    with pytest.raises(AwayError) as said:
        place.check()
    assert "very-secret" not in str(said.value)
    with pytest.raises(AwayError):
        place.open(NOTHING)
    assert "very-secret" not in repr(settings) + repr(settings.s3)


def test_a_bucket_that_does_not_exist_says_so(server: S3Server):
    url = server.url.replace("@documents/", "@nobodys/")
    place = storage_of(settings_for("sqlite:////nowhere/casework.db", storage_url=url))
    with pytest.raises(AwayError, match="nobodys"):
        place.check()


def test_what_was_left_behind_by_a_crash_is_removed_later(tmp_path: Path):
    settings = settings_for("sqlite:////nowhere/casework.db", data_dir=tmp_path)
    arriving = settings.documents_dir / "arriving"
    arriving.mkdir(parents=True)
    old, new = arriving / "old", arriving / "new"
    for path in (old, new):
        path.write_bytes(SMALL)
    os.utime(old, (1_000_000_000, 1_000_000_000))
    assert storage_of(settings).sweep(datetime(2020, 1, 1, tzinfo=UTC)) == 1
    assert not old.exists()
    assert new.exists()
