"""Documents of a case and their versions; the bytes lie in the store, named by their hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Base, Key
from casework.models.sealing import Words, sealed


def case_of_document(row: Any) -> Any:
    """Return the case of a version of a document."""
    query = sa.select(Document.case_id).where(Document.id == row.document_id)
    return query.correlate_except(Document).scalar_subquery()


@sealed()
class Document(Base):
    """One document of a case: its kind and title stay, its versions follow one another."""

    __tablename__ = "document"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[Words]
    house_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    versions: Mapped[list[DocumentVersion]] = relationship(
        lazy="raise", order_by="DocumentVersion.number.desc()"
    )


class DocumentRequirement(Base):
    """The states for which a house needs a document of a kind, instead of the declared ones."""

    __tablename__ = "document_requirement"

    id: Mapped[Key]
    workflow_key: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(40))
    states: Mapped[list[str]]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("workflow_key", "kind"),)


@sealed(case_of_document)
class DocumentVersion(Base):
    """One version of a document, with its sniffed type, size in bytes and SHA-256."""

    __tablename__ = "document_version"

    id: Mapped[Key]
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[int]
    filename: Mapped[Words]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)
