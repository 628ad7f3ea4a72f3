from __future__ import annotations

import hashlib
import io
import stat
from pathlib import Path

import pytest

from casework.adapters.storage import DamagedError, DiskStorage, TooBigError, path_of

CONTENT = b"some bytes" * 100_000
NAME = hashlib.sha256(CONTENT).hexdigest()


def put(storage: DiskStorage, content: bytes, limit: int = 10_000_000) -> str:
    with storage.receiving(io.BytesIO(content), limit) as incoming:
        assert incoming.file.read() == content
        assert incoming.size == len(content)
        incoming.keep()
        return incoming.sha256


def files_in(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


def test_bytes_come_back_as_they_were(tmp_path):
    storage = DiskStorage(tmp_path / "documents")
    assert put(storage, CONTENT) == NAME
    with storage.open(NAME) as file:
        assert file.read() == CONTENT


def test_the_same_bytes_lie_there_once_and_only_for_us(tmp_path):
    storage = DiskStorage(tmp_path)
    put(storage, CONTENT)
    put(storage, CONTENT)
    (found,) = files_in(tmp_path)
    assert found == path_of(tmp_path, NAME)
    assert stat.S_IMODE(found.stat().st_mode) == 0o600


def test_what_is_not_kept_is_gone(tmp_path):
    with DiskStorage(tmp_path).receiving(io.BytesIO(CONTENT), 10_000_000):
        assert len(files_in(tmp_path)) == 1
    assert files_in(tmp_path) == []


def test_too_much_is_refused_while_it_arrives(tmp_path):
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return bytes(size)

    stream = Endless()
    with (
        pytest.raises(TooBigError),
        DiskStorage(tmp_path).receiving(stream, 1_000_000),  # type: ignore[arg-type]
    ):
        pytest.fail("it has no end")
    assert stream.given < 2_000_000
    assert files_in(tmp_path) == []


def test_exactly_the_limit_is_taken(tmp_path):
    assert put(DiskStorage(tmp_path), CONTENT, len(CONTENT)) == NAME


def test_changed_or_missing_bytes_are_noticed(tmp_path):
    storage = DiskStorage(tmp_path)
    put(storage, CONTENT)
    path = path_of(tmp_path, NAME)
    path.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(DamagedError):
        storage.open(NAME)
    path.unlink()
    with pytest.raises(DamagedError):
        storage.open(NAME)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, NAME + "/..", NAME[:-1]])
def test_only_a_hash_is_a_name(tmp_path, name):
    with pytest.raises(ValueError, match="SHA-256"):
        path_of(tmp_path, name)
