"""Minutes of a meeting; what they say of a restricted case is sealed with that case's key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, column_property, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from casework import vault
from casework.db import Base, Key
from casework.models.case import Case
from casework.models.committee.meeting import MeetingItem
from casework.models.secrecy import CaseKey

FORGOTTEN = "[…]"
_IN_PARTS = "[["
_HEADING = "\n## "


class MinutesVersion(Base):
    """One version of a meeting's minutes; the newest counts.

    ``language`` (fr, nl or en) is the one that the text is written in, ``approved_in_id`` the
    meeting that approved this version. Where restricted cases were on the
    agenda, ``text`` is kept in parts, one an item: those whose heading names a restricted case are
    sealed with its key, all others with the installation's. It is read and written as one text.
    """

    __tablename__ = "minutes_version"

    id: Mapped[Key]
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(sa.String(2))
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    approved_in_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("meeting.id"))

    __table_args__ = (sa.UniqueConstraint("meeting_id", "version"),)


def reseal(text: str) -> str | None:
    """Return minutes, as the database has them, sealed with the installation's newest key.

    None when none of its keys opens it. What is sealed with the key of a case stays as it is.
    """
    if not text.startswith(_IN_PARTS):
        return text
    parts = [
        (named, sealed if named else vault.reseal(sealed)) for named, sealed in json.loads(text)
    ]
    return None if any(sealed is None for _, sealed in parts) else json.dumps(parts)


def _keys(meeting_id: Any) -> Any:
    """Return the query for the keys of the restricted cases of a meeting, as one text."""
    pair = Case.reference + ":" + CaseKey.sealed
    return (
        sa.select(sa.func.aggregate_strings(pair, " "))
        .select_from(MeetingItem)
        .join(Case, Case.id == MeetingItem.case_id)
        .join(CaseKey, CaseKey.case_id == Case.id)
        .where(MeetingItem.meeting_id == meeting_id)
        .correlate_except(MeetingItem, Case, CaseKey)
        .scalar_subquery()
    )


MinutesVersion.__mapper__.add_property(
    "case_keys", column_property(_keys(MinutesVersion.meeting_id))
)


@sa.event.listens_for(MinutesVersion, "before_insert")
def _seal(_mapper: Any, connection: Connection, row: MinutesVersion) -> None:
    found = connection.scalar(sa.select(_keys(row.meeting_id)))
    if found:
        row.__dict__["_plain_text"] = row.text
        row.text = json.dumps(list(_closed(row.text, _read(found))))


@sa.event.listens_for(MinutesVersion, "after_insert")
def _reopen(_mapper: Any, _connection: Connection, row: MinutesVersion) -> None:
    plain = row.__dict__.pop("_plain_text", None)
    if plain is not None:
        set_committed_value(row, "text", plain)


@sa.event.listens_for(MinutesVersion, "load")
@sa.event.listens_for(MinutesVersion, "refresh")
def _open(row: MinutesVersion, _context: Any, attributes: Any = None) -> None:
    keys, text = row.__dict__.get("case_keys"), row.__dict__.get("text")
    read = attributes is None or "text" in attributes
    if keys and text and read and text.startswith(_IN_PARTS):
        set_committed_value(row, "text", "".join(_opened(json.loads(text), _read(keys))))


def _closed(text: str, keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return the parts of a text, each with the restricted case that its heading names."""
    head, *items = text.split(_HEADING)
    for part in (head, *(_HEADING + item for item in items)):
        heading = part.lstrip().partition("\n")[0] if part is not head else ""
        named = next((reference for reference in keys if reference in heading), "")
        sealed = vault.seal_words(part, keys[named]) if keys.get(named) else vault.seal(part)
        yield named, sealed


def _opened(parts: list[tuple[str, str]], keys: Mapping[str, str]) -> Iterator[str]:
    for named, sealed in parts:
        text = vault.open_text(sealed, keys.get(named, "")) if named else vault.unseal(sealed)
        yield text or (f"{_HEADING}{named}\n\n{FORGOTTEN}\n" if named else FORGOTTEN)


def _read(keys: str) -> dict[str, str]:
    return dict(pair.split(":", 1) for pair in keys.split(" "))
