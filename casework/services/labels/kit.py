"""The brand kit of a scheme: files added and taken back; nothing is ever erased."""

from __future__ import annotations

from pathlib import PurePosixPath
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import Case, User
from casework.models.label_audit import KitFile
from casework.policy import Actor
from casework.queries.labels import register
from casework.services import changes, receipts
from casework.services.documents import Arrival
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.referentials.common import find_scheme

LONGEST_TITLE = 200
TOLD = ("title", "filename", "sha256", "withdrawn_at")


def files(scheme_id: UUID) -> list[tuple[KitFile, str]]:
    """Return the files of a kit, by title, each with who added it (one query)."""
    query = (
        sa.select(KitFile, User.name)
        .join(User, User.id == KitFile.uploaded_by_id)
        .where(KitFile.scheme_id == scheme_id, KitFile.withdrawn_at.is_(None))
        .order_by(KitFile.title, KitFile.id)
    )
    return [(row.KitFile, row.name) for row in db.session.execute(query)]


def find(scheme_id: UUID, file_id: UUID) -> KitFile:
    """Return a file of a kit. Raises NotFoundError (also for one that was taken back)."""
    row = db.session.get(KitFile, file_id)
    if row is None or row.scheme_id != scheme_id or row.withdrawn_at is not None:
        raise NotFoundError(str(file_id))
    return row


def of_case(actor: Actor, case: Case, file_id: UUID) -> KitFile:
    """Return a file of the kit of a case's label for the cooperative, while the right lasts.

    Raises NotFoundError, ForbiddenError (there is no right to the mark now).
    """
    found = register.of_case(case.id)
    if found is None:
        raise NotFoundError(case.reference)
    entry = found[0]
    row = find(entry.scheme.id, file_id)
    if not policy.may_have_kit(actor, case, entry.status):
        raise ForbiddenError(entry.number)
    return row


def add(actor: Actor, scheme_id: UUID, title: str, arrival: Arrival, key: str) -> None:
    """Add a file, which has arrived.

    Raises NotFoundError, ForbiddenError, InvalidDocumentError.
    """
    scheme = find_scheme(scheme_id)
    if not policy.lead(actor) or actor.id is None:
        raise ForbiddenError("kit")
    if receipts.find(key, actor.id) is not None:
        return
    arrival.keep()
    row = KitFile(
        id=new_id(),
        scheme_id=scheme.id,
        title=" ".join(title.split())[:LONGEST_TITLE] or PurePosixPath(arrival.name).stem,
        filename=arrival.name,
        media_type=arrival.media_type,
        size=arrival.incoming.size,
        sha256=arrival.incoming.sha256,
        uploaded_at=now(),
        uploaded_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    changes.record(row, {}, changes.values_of(row, TOLD), actor.id)
    receipts.keep(key, actor.id, {"file_id": str(row.id)}, now())


def withdraw(actor: Actor, scheme_id: UUID, file_id: UUID) -> None:
    """Take a file back: nobody can download it any more. Raises NotFoundError, ForbiddenError."""
    if not policy.lead(actor):
        raise ForbiddenError("kit")
    row = db.session.get(KitFile, file_id, with_for_update=True)
    if row is None or row.scheme_id != scheme_id:
        raise NotFoundError(str(file_id))
    if row.withdrawn_at is None:
        before = changes.values_of(row, TOLD)
        row.withdrawn_at = now()
        changes.record(row, before, changes.values_of(row, TOLD), actor.id)
