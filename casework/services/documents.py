"""Documents of a case: added, replaced by a new version, taken back. Nothing is ever erased.

Bytes are stored before the row that names them is written; both hold the same SHA-256, and so
does the event.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa

from casework.adapters import sniff
from casework.adapters.storage import DiskStorage, Incoming, Storage, TooBigError
from casework.clock import now as clock_now
from casework.db import new_id
from casework.extensions import db, settings
from casework.i18n import N_
from casework.models import Case, Document, DocumentVersion
from casework.policy import Actor, roles_on
from casework.roles import HOUSE_ROLES, Role
from casework.services import cases, events, receipts
from casework.services.errors import ForbiddenError, NotFoundError
from casework.workflows.declaration import DocumentKind, Reason

LONGEST_NAME = 120  # characters of a file name
LONGEST_TITLE = 200
TOO_BIG = N_(
    "This file is bigger than %(limit)s MB. Make it smaller (a PDF instead of pictures, a lower "
    "resolution), or send it in parts."
)
LOCKED = N_("At this step nobody can add, replace or take back documents of this kind any more.")
NOT_NOW = N_(
    "At this step you cannot add, replace or take back documents of this kind. Ask us if something "
    "must change."
)
MIB = 1024 * 1024


class DocumentError(Exception):
    """Something is not done with a document; ``reason`` says why, and what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message % reason.params if reason.params else reason.message)
        self.reason = reason


class InvalidDocumentError(DocumentError):
    """The file is not taken."""


class ClosedKindError(DocumentError):
    """Documents of this kind are not changed at this step."""


@dataclass(frozen=True)
class Added:
    """What was written; ``repeated`` tells that the same key was seen before."""

    document_id: UUID
    number: int
    repeated: bool = False


def storage() -> Storage:
    """Return where this installation keeps the bytes of documents."""
    return DiskStorage(settings().data_dir / "documents")


def kinds_for(case: Case, roles: frozenset[Role]) -> list[DocumentKind]:
    """Return the kinds of document that people in these roles may add to the case now.

    Partners add nothing once the case has ended.
    """
    return [kind for kind in _known_kinds(case, roles) if _against(case, kind, roles) is None]


def add(
    case_id: UUID,
    actor: Actor,
    kind: str,
    title: str,
    house_only: bool,  # noqa: FBT001 - one field of the form among others
    stream: BinaryIO,
    filename: str,
    key: str,
) -> Added:
    """Add a document with its first version.

    Raises NotFoundError, ForbiddenError, ClosedKindError, InvalidDocumentError.
    """
    case, roles = _open(case_id, actor)
    if (found := receipts.find(key, actor.id)) is not None:
        return Added(UUID(found["document_id"]), found["number"], repeated=True)
    declared = _open_kind(case, roles, kind)
    name = safe_name(filename)
    with _arriving(stream, name) as (incoming, media_type):
        moment = clock_now()
        document = Document(
            id=new_id(),
            case_id=case.id,
            kind=kind,
            title=" ".join(title.split())[:LONGEST_TITLE] or PurePosixPath(name).stem,
            house_only=declared.house_only or (house_only and bool(roles & HOUSE_ROLES)),
            created_at=moment,
        )
        db.session.add(document)
        db.session.flush()
        _write_version(case, document, 1, name, media_type, incoming, actor, moment)
        incoming.keep()
    receipts.keep(key, actor.id, {"document_id": str(document.id), "number": 1}, moment)
    return Added(document.id, 1)


def add_version(
    case_id: UUID, actor: Actor, document_id: UUID, stream: BinaryIO, filename: str, key: str
) -> Added:
    """Add a new version of a document; the earlier ones stay.

    Raises NotFoundError, ForbiddenError, ClosedKindError, InvalidDocumentError.
    """
    case, roles = _open(case_id, actor)
    if (found := receipts.find(key, actor.id)) is not None:
        return Added(UUID(found["document_id"]), found["number"], repeated=True)
    document = _find(case, roles, document_id)
    _open_kind(case, roles, document.kind)
    name = safe_name(filename)
    with _arriving(stream, name) as (incoming, media_type):
        moment = clock_now()
        last = db.session.scalar(
            sa.select(sa.func.max(DocumentVersion.number)).where(
                DocumentVersion.document_id == document.id
            )
        )
        number = (last or 0) + 1
        _write_version(case, document, number, name, media_type, incoming, actor, moment)
        incoming.keep()
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
    _open_kind(case, roles, document.kind)
    if not may_withdraw(case, roles, actor, document.kind, _uploaders(document)):
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


def may_withdraw(
    case: Case, roles: frozenset[Role], actor: Actor, kind: str, uploaders: frozenset[UUID]
) -> bool:
    """Say whether a person may take back a document to which ``uploaders`` put versions."""
    if kind not in {k.key for k in kinds_for(case, roles)}:
        return False
    return bool(roles & HOUSE_ROLES) or uploaders == {actor.id}


def safe_name(filename: str) -> str:
    """Return a file name without folders, signs that steer, or more than 120 characters."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    text = unicodedata.normalize("NFC", last)
    kept = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    name = PurePosixPath(" ".join(kept.split()).strip(". ") or "document")
    stem, suffix = name.stem, name.suffix[:12]
    return f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}"


def _open(case_id: UUID, actor: Actor) -> tuple[Case, frozenset[Role]]:
    case = cases.lock(case_id)
    roles = roles_on(actor, case)
    if not roles or actor.id is None:
        raise NotFoundError(str(case_id))
    return case, roles


def _known_kinds(case: Case, roles: frozenset[Role]) -> list[DocumentKind]:
    workflow = cases.workflow_of(case)
    if roles & HOUSE_ROLES:
        return list(workflow.documents)
    if not roles or workflow.state_by_key[case.state].final:
        return []
    return [kind for kind in workflow.documents if not kind.house_only]


def _against(case: Case, kind: DocumentKind, roles: frozenset[Role]) -> Reason | None:
    """Return why documents of this kind cannot be changed at this step; None if they can."""
    if case.state in kind.locked_in:
        return Reason(LOCKED)
    allowed = kind.partner_states
    if not roles & HOUSE_ROLES and allowed is not None and case.state not in allowed:
        return Reason(NOT_NOW)
    return None


def _open_kind(case: Case, roles: frozenset[Role], key: str) -> DocumentKind:
    """Return a kind whose documents may be changed. Raises ForbiddenError, ClosedKindError."""
    kind = next((k for k in _known_kinds(case, roles) if k.key == key), None)
    if kind is None:
        raise ForbiddenError(key)
    reason = _against(case, kind, roles)
    if reason is not None:
        raise ClosedKindError(reason)
    return kind


def _find(case: Case, roles: frozenset[Role], document_id: UUID) -> Document:
    query = sa.select(Document).where(
        Document.id == document_id,
        Document.case_id == case.id,
        Document.withdrawn_at.is_(None),
    )
    if not roles & HOUSE_ROLES:
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


@contextmanager
def _arriving(stream: BinaryIO, name: str) -> Iterator[tuple[Incoming, str]]:
    """Read what comes and look at what it is. Raises InvalidDocumentError."""
    limit = settings().max_upload_bytes
    try:
        with storage().receiving(stream, limit) as incoming:
            yield incoming, sniff.media_type(incoming.file, name)
    except TooBigError as error:
        raise InvalidDocumentError(Reason(TOO_BIG, {"limit": limit // MIB or 1})) from error
    except sniff.RefusedFileError as error:
        raise InvalidDocumentError(error.reason) from error


def _write_version(
    case: Case,
    document: Document,
    number: int,
    name: str,
    media_type: str,
    incoming: Incoming,
    actor: Actor,
    moment: datetime,
) -> None:
    version = DocumentVersion(
        document_id=document.id,
        number=number,
        filename=name,
        media_type=media_type,
        size=incoming.size,
        sha256=incoming.sha256,
        uploaded_at=moment,
        uploaded_by_id=actor.id,
    )
    db.session.add(version)
    db.session.flush()
    payload = {
        **_words(document),
        "number": number,
        "filename": name,
        "media_type": media_type,
        "size": incoming.size,
        "sha256": incoming.sha256,
    }
    events.append(case, "document", actor.id, name=document.kind, payload=payload, at=moment)
    cases.touch(case, actor.id)


def _words(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "title": document.title,
        "house_only": document.house_only,
    }
