"""A scheme: a family of rules with its parameters, the times of its cycle, its referentials."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key
from casework.labels.families import Rule, rule
from casework.labels.terms import Terms
from casework.models.reference import Named


class Scheme(Named, Base):
    """A label, and how it is given.

    ``family`` names the family of rules, ``parameters`` are its own; ``terms`` are day counts (see
    :class:`casework.labels.terms.Terms`). A scheme that is not ``official`` says so on all it
    brings forth. ``prefix`` begins the numbers of its labels. ``computed`` names, by the codes of
    criteria, what gives their results without anybody writing them (``dues``), and
    ``charter_version`` the charter that members sign before they engage (empty: none).
    """

    __tablename__ = "scheme"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    prefix: Mapped[str] = mapped_column(sa.String(12), unique=True)
    family: Mapped[str] = mapped_column(sa.String(20))
    parameters: Mapped[dict[str, Any]]
    official: Mapped[bool] = mapped_column(default=True)
    validity_years: Mapped[int] = mapped_column(default=3)
    start_rule: Mapped[str] = mapped_column(sa.String(20), default="decision")
    terms: Mapped[dict[str, Any]]
    computed: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sa.text("'{}'"))
    charter_version: Mapped[str] = mapped_column(
        sa.String(20), default="", server_default=sa.text("''")
    )
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("validity_years BETWEEN 1 AND 20", name="validity"),
        sa.CheckConstraint("start_rule IN ('decision','next_month')", name="start_rule"),
    )

    def rule(self) -> Rule:
        """Return the rule by which this scheme decides."""
        return rule(self.family, self.parameters)

    def times(self) -> Terms:
        """Return its day counts, with the usual ones where it says nothing."""
        return Terms.read(self.terms)
