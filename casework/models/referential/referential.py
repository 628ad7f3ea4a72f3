"""A referential and its versions; what is published never changes (the database sees to it)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key
from casework.i18n import LANGUAGES
from casework.labels import criteria
from casework.models.reference import Named

STATES = ("draft", "published", "retired")
TEXTS = ("text", "na_condition", "evidence")


def in_language(row: Any, name: str, language: str) -> str:
    """Return a row's text in ``language``, or in the first of our languages that has it."""
    texts = (getattr(row, f"{name}_{code}") for code in (language, *LANGUAGES))
    return str(next(filter(None, texts), ""))


def applies_to(sectors: Sequence[str], sector: str) -> bool:
    """Say whether a module for ``sectors`` applies to an organisation of this one."""
    return not sectors or sector in sectors


class Referential(Named, Base):
    """The criteria of a scheme, through all their versions; a module is added to its base.

    A module applies to organisations of its ``sectors``; where none is named, to all of them.
    """

    __tablename__ = "referential"

    id: Mapped[Key]
    scheme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("scheme.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    base_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("referential.id"), index=True)
    sectors: Mapped[list[str]] = mapped_column(default=list, server_default=sa.text("'[]'"))
    created_at: Mapped[datetime]

    @property
    def is_module(self) -> bool:
        """Whether it is a sector's module, added to a base."""
        return self.base_id is not None


class ReferentialVersion(Base):
    """One version of a referential.

    A draft is edited, and ``stamp`` counts its changes. Once published nothing in it changes; a
    retired version is used by no new audit, and those that have it keep it.
    """

    __tablename__ = "referential_version"

    id: Mapped[Key]
    referential_id: Mapped[UUID] = mapped_column(sa.ForeignKey("referential.id"))
    label: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    stamp: Mapped[int] = mapped_column(default=1)
    copied_from_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("referential_version.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    retired_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("referential_id", "label"),
        sa.CheckConstraint("state IN ('draft','published','retired')", name="state"),
        sa.CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published"),
    )


class ReferentialField(Base):
    """A field of a version: a group of criteria under one heading."""

    __tablename__ = "referential_field"

    id: Mapped[Key]
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("referential_version.id"))
    code: Mapped[str] = mapped_column(sa.String(20))
    position: Mapped[int]
    name_fr: Mapped[str] = mapped_column(default="")
    name_nl: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")

    __table_args__ = (sa.UniqueConstraint("version_id", "code"),)

    def name(self, language: str) -> str:
        """Return the name in ``language``, or in the first of our languages that has it."""
        return in_language(self, "name", language)


class Criterion(Base):
    """A criterion of a version.

    ``na_condition`` says when it may not apply, ``evidence`` what is expected; ``applies_if`` is a
    condition on other criteria (see :mod:`casework.labels.applicability`); ``source`` is where it
    comes from; ``level`` is its step where the scheme is a ladder.
    """

    __tablename__ = "criterion"

    id: Mapped[Key]
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("referential_version.id"))
    field_id: Mapped[UUID] = mapped_column(sa.ForeignKey("referential_field.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(20))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(12))
    weight: Mapped[int] = mapped_column(default=1)
    na_allowed: Mapped[bool] = mapped_column(default=False)
    level: Mapped[int] = mapped_column(default=1)
    applies_if: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    text_fr: Mapped[str] = mapped_column(default="")
    text_nl: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    na_condition_fr: Mapped[str] = mapped_column(default="")
    na_condition_nl: Mapped[str] = mapped_column(default="")
    na_condition_en: Mapped[str] = mapped_column(default="")
    evidence_fr: Mapped[str] = mapped_column(default="")
    evidence_nl: Mapped[str] = mapped_column(default="")
    evidence_en: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.UniqueConstraint("version_id", "code"),
        sa.CheckConstraint("kind IN ('mandatory','recommended','informative')", name="kind"),
        sa.CheckConstraint("weight >= 1 AND level >= 1", name="numbers"),
    )

    def text(self, language: str) -> str:
        """Return what is asked, in ``language`` or in the first of our languages that has it."""
        return in_language(self, "text", language)

    def na_condition(self, language: str) -> str:
        """Return when it may not apply; empty where that is not said."""
        return in_language(self, "na_condition", language)

    def evidence(self, language: str) -> str:
        """Return what evidence is expected; empty where that is not said."""
        return in_language(self, "evidence", language)

    def for_rules(self) -> criteria.Criterion:
        """Return the criterion as rules see it."""
        return criteria.Criterion(
            self.code, criteria.Kind(self.kind), self.weight, self.na_allowed, self.level
        )
