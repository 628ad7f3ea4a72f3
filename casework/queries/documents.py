"""The documents of a case, as far as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.folding import folded
from casework.models import Case, Document, DocumentVersion, User


@dataclass(frozen=True)
class Line:
    """A document with its versions, newest first, each with the name of who sent it."""

    document: Document
    versions: tuple[tuple[DocumentVersion, str], ...]

    @property
    def newest(self) -> DocumentVersion:
        """The version that counts."""
        return self.versions[0][0]

    @property
    def uploaders(self) -> frozenset[UUID]:
        """Everybody who put a version to it."""
        return frozenset(version.uploaded_by_id for version, _ in self.versions)


def newest(case: Case, *, internal: bool, limit: int = 5) -> list[Document]:
    """Return the documents that were added last, in one query."""
    query = _newest_query(internal)
    return list(db.session.scalars(query, {"case_id": case.id, "most": limit}))


@cache
def _newest_query(internal: bool) -> Any:  # noqa: FBT001 - a key of the cache
    query = sa.select(Document).where(
        Document.case_id == sa.bindparam("case_id"), Document.withdrawn_at.is_(None)
    )
    if not internal:
        query = query.where(Document.house_only.is_(False))
    query = query.order_by(Document.created_at.desc(), Document.id.desc())
    return query.limit(sa.bindparam("most", type_=sa.Integer()))


def of_case(case: Case, *, internal: bool) -> list[Line]:
    """Return all documents of a case with their versions, by title, in one query.

    Outside the house (``internal`` false) without what is for the house only and what was taken
    back.
    """
    seen = _seen(case, internal=internal).subquery()
    rows = db.session.execute(
        sa.select(Document, DocumentVersion, User.name)
        .join(seen, seen.c.id == Document.id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(User, User.id == DocumentVersion.uploaded_by_id)
        .order_by(Document.id, DocumentVersion.number.desc())
    )
    found: dict[UUID, list[tuple[DocumentVersion, str]]] = {}
    documents: dict[UUID, Document] = {}
    for document, version, name in rows:
        documents[document.id] = document
        found.setdefault(document.id, []).append((version, name))
    by_title = sorted(documents.values(), key=lambda d: (folded(d.title), d.id))
    return [Line(document, tuple(found[document.id])) for document in by_title]


def titles(case: Case, *, internal: bool) -> list[tuple[str, str]]:
    """Return the key and the title of each document of a case, in one query."""
    seen = _seen(case, internal=internal).subquery()
    rows = db.session.execute(sa.select(seen.c.id, seen.c.title))
    return [(str(key), title) for key, title in rows]


def version(
    case: Case, document_id: UUID, number: int, *, internal: bool
) -> DocumentVersion | None:
    """Return one version of a document of this case; None when the reader may not know of it."""
    seen = _seen(case, internal=internal).where(Document.id == document_id).subquery()
    return db.session.scalar(
        sa.select(DocumentVersion)
        .join(seen, seen.c.id == DocumentVersion.document_id)
        .where(DocumentVersion.number == number)
    )


def _seen(case: Case, *, internal: bool) -> sa.Select[Document]:
    query = sa.select(Document).where(Document.case_id == case.id)
    if not internal:
        query = query.where(Document.house_only.is_(False), Document.withdrawn_at.is_(None))
    return query
