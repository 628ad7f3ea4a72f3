"""What every record of a case has in common, whatever it is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Key


class RecordMixin:
    """One record in a section of a case.

    ``position`` orders the records of a section; a record that was taken away keeps its row and
    has ``removed_at``. The texts of a record are empty rather than absent, so that an effect may
    begin one that a person completes.
    """

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
