"""Reading the Maildir that stands in for a mail server in development."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

SHOWN = 200
LOOKED_AT = 5000


@dataclass(frozen=True)
class Heading:
    """A mail as a list shows it."""

    key: str
    to: str
    subject: str
    date: datetime | None


@dataclass(frozen=True)
class Mail:
    """A whole mail."""

    heading: Heading
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def newest(folder: Path, to: str = "", limit: int = SHOWN) -> list[Heading]:
    """Return the newest mails first, at most ``limit``; ``to`` is a part of the recipient."""
    found: list[Heading] = []
    for key, path in list(_files(folder))[:LOOKED_AT]:
        try:
            with path.open("rb") as stream:
                mail = BytesHeaderParser(policy=policy.default).parse(stream)
        except OSError:  # it was moved while we looked
            continue
        if to.casefold() in str(mail["To"]).casefold():
            found.append(_heading(key, mail))
        if len(found) == limit:
            break
    return found


def one(folder: Path, key: str) -> Mail | None:
    """Return a mail by its key, or None when there is none."""
    for known, path in _files(folder):
        if known == key:
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            headers = tuple((name, str(value)) for name, value in mail.items())
            return Mail(_heading(key, mail), headers, _body(mail, "plain"), _body(mail, "html"))
    return None


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield all mails with their keys, the newest first."""
    if not folder.is_dir():
        return
    box = mailbox.Maildir(folder, create=False)
    names: list[tuple[float, str, Path]] = []
    for part in ("new", "cur"):
        for path in (folder / part).glob("*"):
            key = path.name.partition(box.colon)[0]
            names.append((path.stat().st_mtime, key, path))
    for _, key, path in sorted(names, reverse=True):
        yield key, path


def _heading(key: str, mail: EmailMessage) -> Heading:
    date = mail["Date"]
    return Heading(key, str(mail["To"]), str(mail["Subject"]), date.datetime if date else None)


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
