"""Documents of a case: added, replaced by a new version, taken back. Nothing is ever erased.

Bytes are stored before the row that names them is written; both hold the same SHA-256, and so
does the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now as clock_now
from casework.db import new_id
from casework.extensions import db
from casework.models import Case, Document, DocumentVersion
from casework.policy import Actor, roles_on
from casework.roles import INSIDE_ROLES, Role
from casework.services import cases, events, receipts
from casework.services.documents import rights
from casework.services.documents.arriving import Arrival
from casework.services.errors import ForbiddenError, NotFoundError

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Added:
    """What was written; ``repeated`` tells that the same key was seen before."""

    document_id: UUID
    number: int
    repeated: bool = False


def add(
    case_id: UUID,
    actor: Actor,
    kind: str,
    title: str,
    house_only: bool,  # noqa: FBT001 - one field of the form among others
    arrival: Arrival,
    key: str,
) -> Added:
    """Add a document with its first version, which has arrived.

    Raises NotFoundError, ForbiddenError, ClosedKindError, InvalidDocumentError.
    """
    case, roles = _open(case_id, actor)
    if (found := receipts.find(key, actor.id)) is not None:
        return Added(UUID(found["document_id"]), found["number"], repeated=True)
    declared = rights.open_kind(case, roles, kind)
    moment = clock_now()
    document = Document(
        id=new_id(),
        case_id=case.id,
        kind=kind,
        title=" ".join(title.split())[:LONGEST_TITLE] or PurePosixPath(arrival.name).stem,
        house_only=declared.house_only or (house_only and bool(roles & rights.KEEPERS)),
        created_at=moment,
    )
    db.session.add(document)
    db.session.flush()
    _write_version(case, document, 1, arrival, actor, moment)
    receipts.keep(key, actor.id, {"document_id": str(document.id), "number": 1}, moment)
    return Added(document.id, 1)


def add_version(
    case_id: UUID, actor: Actor, document_id: UUID, arrival: Arrival, key: str
) -> Added:
    """Add a new version of a document; the earlier ones stay.

    Raises NotFoundError, ForbiddenError, ClosedKindError, InvalidDocumentError.
    """
    case, roles = _open(case_id, actor)
    if (found := receipts.find(key, actor.id)) is not None:
        return Added(UUID(found["document_id"]), found["number"], repeated=True)
    document = _find(case, roles, document_id)
    rights.open_kind(case, roles, document.kind)
    moment = clock_now()
    last = db.session.scalar(
        sa.select(sa.func.max(DocumentVersion.number)).where(
            DocumentVersion.document_id == document.id
        )
    )
    number = (last or 0) + 1
    _write_version(case, document, number, arrival, actor, moment)
    receipts.keep(key, actor.id, {"document_id": str(document.id), "number": number}, moment)
    return Added(document.id, number)


def withdraw(case_id: UUID, actor: Actor, document_id: UUID, reason: str, key: str) -> None:
    """Take a document back: it counts no more, and only the house can still read it.

    The house takes back any document, a partner one that nobody else has put a version to.
    Raises NotFoundError, ForbiddenError, ClosedKindError.
    """
    case, roles = _open(case_id, actor)
    if receipts.find(key, actor.id) is not None:
        return
    document = _find(case, roles, document_id)
    rights.open_kind(case, roles, document.kind)
    if not rights.may_withdraw(case, roles, actor, document.kind, _uploaders(document)):
        raise ForbiddenError(str(document_id))
    moment = clock_now()
    document.withdrawn_at = moment
    events.append(
        case,
        "document_withdrawn",
        actor.id,
        name=document.kind,
        payload={**_words(document), "reason": reason},
        at=moment,
    )
    cases.touch(case, actor.id)
    receipts.keep(key, actor.id, {"document_id": str(document.id)}, moment)


def _open(case_id: UUID, actor: Actor) -> tuple[Case, frozenset[Role]]:
    case = cases.lock(case_id)
    roles = roles_on(actor, case)
    if not roles or actor.id is None:
        raise NotFoundError(str(case_id))
    return case, roles


def _find(case: Case, roles: frozenset[Role], document_id: UUID) -> Document:
    query = sa.select(Document).where(
        Document.id == document_id,
        Document.case_id == case.id,
        Document.withdrawn_at.is_(None),
    )
    if not roles & INSIDE_ROLES:
        query = query.where(Document.house_only.is_(False))
    document = db.session.scalar(query)
    if document is None:
        raise NotFoundError(str(document_id))
    return document


def _uploaders(document: Document) -> frozenset[UUID]:
    return frozenset(
        db.session.scalars(
            sa.select(DocumentVersion.uploaded_by_id).where(
                DocumentVersion.document_id == document.id
            )
        )
    )


def _write_version(
    case: Case,
    document: Document,
    number: int,
    arrival: Arrival,
    actor: Actor,
    moment: datetime,
) -> None:
    """Keep the bytes, then write the row and the event that name them."""
    arrival.keep()
    said = {
        "number": number,
        "filename": arrival.name,
        "media_type": arrival.media_type,
        "size": arrival.incoming.size,
        "sha256": arrival.incoming.sha256,
    }
    db.session.add(
        DocumentVersion(
            document_id=document.id, uploaded_at=moment, uploaded_by_id=actor.id, **said
        )
    )
    db.session.flush()
    payload = {**_words(document), **said}
    events.append(case, "document", actor.id, name=document.kind, payload=payload, at=moment)
    cases.touch(case, actor.id)


def _words(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "title": document.title,
        "house_only": document.house_only,
    }
