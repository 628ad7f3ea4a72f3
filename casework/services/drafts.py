"""Drafts: what somebody typed in a form and has not sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.clock import now
from casework.extensions import db
from casework.models import Draft

LARGEST = 4 * 1024 * 1024  # characters of one draft: as much as a form may hold


class TooLargeError(ValueError):
    """The text is larger than a draft may be."""


def keep(user_id: UUID, place: str, fields: Mapping[str, list[str]]) -> Draft:
    """Keep the fields of the form at ``place`` for a person. Raises TooLargeError."""
    if sum(len(v) for values in fields.values() for v in values) > LARGEST:
        raise TooLargeError(place)
    draft = db.session.get(Draft, (user_id, place[:200]))
    if draft is None:
        draft = Draft(user_id=user_id, place=place[:200])
        db.session.add(draft)
    draft.data = {name: list(values) for name, values in fields.items()}
    draft.saved_at = now()
    db.session.flush()
    return draft


def find(user_id: UUID, place: str) -> Draft | None:
    """Return the draft of a person for the form at ``place``."""
    return db.session.get(Draft, (user_id, place[:200]))


def fields(draft: Draft) -> MultiDict[str, str]:
    """Return a draft as the form data that a browser would send."""
    return MultiDict((name, value) for name, values in draft.data.items() for value in values)


def drop(user_id: UUID, place: str) -> None:
    """Forget a draft: its form was sent."""
    db.session.execute(sa.delete(Draft).where(Draft.user_id == user_id, Draft.place == place[:200]))
