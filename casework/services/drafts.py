"""Drafts: what somebody typed in a form and has not sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.clock import now
from casework.db import insert_into
from casework.extensions import db
from casework.models import Draft

LARGEST = 4 * 1024 * 1024  # characters of one draft: as much as a form may hold


class TooLargeError(ValueError):
    """The text is larger than a draft may be."""


def keep(user_id: UUID, place: str, fields: Mapping[str, list[str]]) -> datetime:
    """Keep the fields of the form at ``place`` for a person, and return when. The last one wins.

    One statement, as a form that is sent twice is kept twice at once. Raises TooLargeError.
    """
    if sum(len(v) for values in fields.values() for v in values) > LARGEST:
        raise TooLargeError(place)
    data, moment = {name: list(values) for name, values in fields.items()}, now()
    row = {"user_id": user_id, "place": place[:200], "data": data, "saved_at": moment}
    insert = insert_into(Draft, db.session).values(row)
    changed = {"data": insert.excluded.data, "saved_at": insert.excluded.saved_at}
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["user_id", "place"], set_=changed)
    )
    return moment


def find(user_id: UUID, place: str) -> Draft | None:
    """Return the draft of a person for the form at ``place``."""
    return db.session.get(Draft, (user_id, place[:200]), populate_existing=True)


def fields(draft: Draft) -> MultiDict[str, str]:
    """Return a draft as the form data that a browser would send."""
    return MultiDict((name, value) for name, values in draft.data.items() for value in values)


def drop(user_id: UUID, place: str) -> None:
    """Forget a draft: its form was sent."""
    db.session.execute(_drop_query(), {"person": user_id, "where": place[:200]})


@cache
def _drop_query() -> Any:
    return sa.delete(Draft).where(
        Draft.user_id == sa.bindparam("person"), Draft.place == sa.bindparam("where")
    )
