"""The brand kit of a label: what may be used of the mark, as files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class KitFile(Base):
    """A file of a scheme's brand kit, with its sniffed type, size in bytes and SHA-256.

    The bytes lie where documents lie. A file that was taken back keeps its row.
    """

    __tablename__ = "la_kit_file"

    id: Mapped[Key]
    scheme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("scheme.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
