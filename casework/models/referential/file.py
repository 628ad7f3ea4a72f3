"""Files with criteria that wait for a yes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from casework.db import Base, Key


class ReferentialFile(Base):
    """A file that somebody sent for a draft; ``content`` is let go once it is taken over."""

    __tablename__ = "referential_file"

    id: Mapped[Key]
    version_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("referential_version.id", ondelete="CASCADE"), index=True
    )
    filename: Mapped[str]
    content: Mapped[bytes | None] = deferred(mapped_column(sa.LargeBinary))
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
