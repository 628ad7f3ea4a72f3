"""A case: one row that moves through the states of one workflow."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from casework.db import Base, Key
from casework.folding import folded
from casework.models.organisation import Organisation
from casework.models.reference import Programme
from casework.models.sealing import Words, sealed
from casework.models.user import User


@sealed(lambda case: case.id)
class Case(Base):
    """A case of any workflow. Only ``services.cases`` changes its state and its version.

    ``version`` counts what guards look at; ``previous_state`` is the state from which the
    present one was entered; ``next_due_at`` repeats the earliest running deadline so that lists
    can sort by it, ``partner_due_at`` the earliest that is the partner's own; ``event_count``
    and ``event_hash`` are the head of the event chain. ``folded_title`` (sorted by) follows the
    title, and is empty for a restricted case. A restricted case gets its title after its row.
    """

    __tablename__ = "case_file"

    id: Mapped[Key]
    workflow_key: Mapped[str] = mapped_column(sa.String(40))
    workflow_version: Mapped[int]
    reference: Mapped[str] = mapped_column(sa.String(30), unique=True)
    title: Mapped[Words]
    folded_title: Mapped[str] = mapped_column(default="", server_default=sa.text("''"))
    state: Mapped[str] = mapped_column(sa.String(40))
    previous_state: Mapped[str | None] = mapped_column(sa.String(40))
    state_since: Mapped[datetime]
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("programme.id"))
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    restricted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    next_due_at: Mapped[datetime | None]
    partner_due_at: Mapped[datetime | None]
    event_count: Mapped[int] = mapped_column(default=0)
    event_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    programme: Mapped[Programme | None] = relationship(lazy="raise")
    owner: Mapped[User | None] = relationship(lazy="raise")

    @validates("title")
    def _fold_title(self, _key: str, title: str) -> str:
        self.folded_title = "" if self.restricted else folded(title)
        return title

    __table_args__ = (
        sa.Index("ix_case_file_state", "workflow_key", "state", "next_due_at", "id", "restricted"),
        sa.Index("ix_case_file_updated", "updated_at", "id"),
        sa.Index("ix_case_file_created", "created_at", "id"),
        sa.Index("ix_case_file_folded_title", "folded_title", "id"),
        sa.Index("ix_case_file_due", "next_due_at", "id"),
        sa.Index("ix_case_file_state_due", "state", "next_due_at", "id"),
        sa.Index("ix_case_file_owner", "owner_id", "state", "next_due_at", "id"),
        sa.Index("ix_case_file_owner_due", "owner_id", "next_due_at", "id"),
        sa.Index("ix_case_file_owner_updated", "owner_id", "updated_at"),
        sa.Index("ix_case_file_organisation", "organisation_id"),
        sa.Index("ix_case_file_programme", "programme_id"),
    )


class Counter(Base):
    """The last number given in a series (``PP-2026``), so that references have no gaps."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
