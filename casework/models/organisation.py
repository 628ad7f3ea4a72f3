"""The organisations we work with, and how two records of one organisation became one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from casework.db import Base, Key
from casework.folding import folded
from casework.naming import host_of, twin_key


class Organisation(Base):
    """A partner organisation, known by its number in the official register of its country.

    ``folded_name`` (searched and sorted by), ``twin_key`` and ``website_host`` (by which records
    of the same organisation find each other) follow the name and the website. A record that was
    merged into another keeps its row and names the other in ``merged_into_id``.
    """

    __tablename__ = "organisation"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(index=True)
    country: Mapped[str] = mapped_column(sa.String(2))
    registry_number: Mapped[str | None] = mapped_column(sa.String(20))
    sector: Mapped[str] = mapped_column(sa.String(40), default="other")
    town: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    website: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    folded_name: Mapped[str] = mapped_column(default="", index=True)
    twin_key: Mapped[str] = mapped_column(default="", index=True)
    website_host: Mapped[str] = mapped_column(default="", index=True)
    merged_into_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )

    __table_args__ = (sa.UniqueConstraint("country", "registry_number"),)

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.folded_name, self.twin_key = folded(name), twin_key(name)
        return name

    @validates("website")
    def _find_host(self, _key: str, website: str) -> str:
        self.website_host = host_of(website)
        return website


class FormerNumber(Base):
    """A registry number under which an organisation was known before a merger."""

    __tablename__ = "organisation_former_number"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    country: Mapped[str] = mapped_column(sa.String(2))
    registry_number: Mapped[str] = mapped_column(sa.String(20))

    __table_args__ = (sa.UniqueConstraint("country", "registry_number"),)


class OrganisationMerge(Base):
    """Two records that became one: what each said before, and what was moved.

    ``before`` holds the values of both records, ``written`` those that the merger gave to the one
    that stays, ``moved`` the identifiers of what it took over, by kind. ``left`` is what undoing
    could not put back.
    """

    __tablename__ = "organisation_merge"

    id: Mapped[Key]
    kept_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    before: Mapped[dict[str, Any]]
    written: Mapped[dict[str, Any]]
    moved: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    left: Mapped[dict[str, Any] | None]


class OrganisationInvitation(Base):
    """Somebody with an account whom a partner asks to join their organisation.

    They have no role there until they say yes, and the partner sees of them what was typed.
    ``answered_at`` is when they answered or the question was withdrawn.
    """

    __tablename__ = "organisation_invitation"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting','accepted','declined','withdrawn')", name="state"),
        sa.Index(
            "uq_organisation_invitation_waiting",
            "organisation_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_organisation_invitation_user_id", "user_id"),
    )
