"""What a backup says of itself, and the proof that it still is what was written."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

MANIFEST, SUMS, SECRET, DOCUMENTS = "manifest.json", "SHA256SUMS", "secret", "documents"
FORMAT = 1
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


class BackupError(Exception):
    """A backup or its way back is refused or has failed; the text is the sentence to show."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What is in a backup: by which version, when, of which database, how many documents.

    ``secret`` tells two secret keys apart without telling anything of either.
    """

    format: int
    version: str
    made_at: str
    database: str
    server: str
    schema: list[str]
    file: str
    documents: int
    document_bytes: int
    missing: list[str]
    secret: str
    with_secret: bool


def fingerprint(secret_key: str) -> str:
    """Return what tells one secret key from another and gives neither away."""
    return hmac.new(secret_key.encode(), b"casework backup", hashlib.sha256).hexdigest()[:16]


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, then the sums over everything in the folder."""
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")
    lines = [f"{_sum(folder, name)}  {name}\n" for name in _files(folder)]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def read(folder: Path) -> Manifest:
    """Return the manifest. Raises BackupError when there is none that this version reads."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup: it has no {MANIFEST}.") from None
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {error}.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BackupError(f"{folder} was made by a version of casework that this one cannot read.")
    try:
        return Manifest(**found)
    except TypeError:
        raise BackupError(f"{folder / MANIFEST} is not what casework writes.") from None


def verify(folder: Path) -> list[str]:
    """Return everything that is wrong with a backup, after reading every byte of it."""
    manifest, faults, seen = read(folder), [], set()
    for sha256, name in _sums(folder):
        seen.add(name)
        if not (folder / name).is_file():
            faults.append(f"{name} is missing")
        elif _sum(folder, name) != sha256:
            faults.append(f"{name} is not what was written")
    faults += [f"{name} is not listed in {SUMS}" for name in _files(folder) if name not in seen]
    number = sum(1 for name in seen if name.startswith(f"{DOCUMENTS}/"))
    if number != manifest.documents:
        faults.append(f"{SUMS} lists {number} documents and not {manifest.documents}")
    faults += [
        f"{name} is not listed in {SUMS}" for name in (MANIFEST, manifest.file) if name not in seen
    ]
    return faults


def stored(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name of every document in a backup, and where its bytes lie there."""
    for path in sorted((folder / DOCUMENTS).glob("*/*")):
        yield path.name, path


def _sums(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except OSError as error:
        raise BackupError(f"{folder / SUMS} cannot be read: {error.strerror}.") from None
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None or ".." in PurePosixPath(found[2]).parts or found[2].startswith("/"):
            raise BackupError(f"{folder / SUMS} is not what casework writes: {line[:80]!r}.")
        yield found[1], found[2]


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != SUMS:
            yield path.relative_to(folder).as_posix()


def _sum(folder: Path, name: str) -> str:
    with (folder / name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
