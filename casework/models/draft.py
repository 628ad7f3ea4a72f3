"""What was typed and not yet sent, and what was already sent once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from casework import vault
from casework.db import Base


class SealedData(sa.types.TypeDecorator[dict[str, Any]]):
    """Plain data, sealed with the installation's key; nothing once no key opens it."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        """Seal what is about to be written."""
        return {"sealed": vault.seal(json.dumps(value, ensure_ascii=False))}

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any]:
        """Open what was read."""
        if "sealed" not in value:
            return dict(value)
        text = vault.unseal(value["sealed"])
        return dict(json.loads(text)) if text is not None else {}


class Draft(Base):
    """A form in progress: one a person and place (``place`` names the form's page).

    What was typed is sealed, as it may be about a restricted case.
    """

    __tablename__ = "draft"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    place: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(SealedData())
    saved_at: Mapped[datetime] = mapped_column(index=True)


class Receipt(Base):
    """The answer to a form already sent: the same key again gets the same answer."""

    __tablename__ = "receipt"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    result: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
