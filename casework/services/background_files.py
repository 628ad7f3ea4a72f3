"""The files that long work makes: kept for two weeks, and for those who may still have them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.adapters.storage import Storage, work_storage_of
from casework.db import unit_of_work
from casework.extensions import db, settings
from casework.i18n import N_
from casework.models import BackgroundWork, BackgroundWorkCase, Case
from casework.policy import Actor, visible_to
from casework.services.background_kinds import KEPT, KINDS

LIMIT = 4 * 1024**3  # bytes; more than any list or any case's documents together
BATCH = 200
NOTED_AT_ONCE = 1000
WITHDRAWN = N_(
    "What you may see has changed since this file was made, so it was removed. If you need it, ask"
    " for it once more: it will hold what you may see now."
)


def storage() -> Storage:
    """Return the place of the files; like documents they are named by their own SHA-256."""
    return work_storage_of(settings())


def scratch() -> Path:
    """Return a folder of this machine for what is being made; a crash leaves nothing named."""
    place = settings().data_dir / "scratch"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


@contextmanager
def unfinished() -> Iterator[BinaryIO]:
    """Give a file to write to; it is gone after the block, and when the process dies."""
    with tempfile.TemporaryFile(dir=scratch()) as file:
        yield file


def keep(file: BinaryIO) -> tuple[str, int]:
    """Store what was written; return its SHA-256 and its size."""
    file.seek(0)
    with storage().receiving(file, LIMIT) as incoming:
        incoming.keep()
        return incoming.sha256, incoming.size


def may_have(actor: Actor, work: BackgroundWork) -> bool:
    """Say whether the owner of the work may have its file by the grants that they hold now."""
    if work.sight is None:
        return False
    before = Actor.as_told(work.owner_id, work.sight)
    by_grants = KINDS[work.kind].may_have(actor, before, work.params)
    return by_grants and not _tells_of_hidden(actor, work.id)


def note_cases(session: Session, work_id: UUID, case_ids: Iterable[UUID]) -> None:
    """Write down of which cases the file of some work tells."""
    rows = ({"work_id": work_id, "case_id": case_id} for case_id in case_ids)
    while part := list(islice(rows, NOTED_AT_ONCE)):
        session.execute(sa.insert(BackgroundWorkCase), part)


def _tells_of_hidden(actor: Actor, work_id: UUID) -> bool:
    """Say whether a file tells of a case that its owner may no longer see."""
    hidden = (
        sa.select(Case.id)
        .join(BackgroundWorkCase, BackgroundWorkCase.case_id == Case.id)
        .where(BackgroundWorkCase.work_id == work_id, sa.not_(visible_to(actor)))
        .limit(1)
    )
    return db.session.scalar(hidden) is not None


def withdraw(work_id: UUID) -> None:
    """Remove the file of some work whose owner may no longer have it, and say so in the work."""
    with unit_of_work(db.session) as session:
        work = session.get_one(BackgroundWork, work_id, with_for_update=True)
        sha256 = work.file_sha256
        work.file_name = work.file_type = work.file_sha256 = ""
        work.file_size, work.sight = 0, None
        session.execute(sa.delete(BackgroundWorkCase).where(BackgroundWorkCase.work_id == work_id))
        work.error, work.error_params = WITHDRAWN, {}
    if sha256 and not _still_named({sha256}):
        storage().remove(sha256)
    db.session.rollback()


def remove_unnamed(sha256: str) -> None:
    """Remove a file that no work names any more."""
    if not _still_named({sha256}):
        storage().remove(sha256)
    db.session.rollback()


def remove_old(now: datetime) -> int:
    """Remove work that ended two weeks ago with the files that no other work has; return how many.

    The rows go first: a file without a row does no harm, and its next like takes its place.
    """
    removed = 0
    while names := _forget(now):
        removed += len(names)
        for sha256 in names - _still_named(names) - {""}:
            storage().remove(sha256)
        db.session.rollback()
    return removed


def _forget(now: datetime) -> set[str]:
    old = (
        sa.select(BackgroundWork.id)
        .where(sa.or_(*_over(now)))
        .order_by(BackgroundWork.finished_at)
        .limit(BATCH)
    )
    with unit_of_work(db.session):
        gone = db.session.scalars(
            sa.delete(BackgroundWork)
            .where(BackgroundWork.id.in_(old))
            .returning(BackgroundWork.file_sha256)
            .execution_options(synchronize_session=False)
        )
        return set(gone)


def _over(now: datetime) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions under which the result of each kind is no longer kept."""
    yield sa.and_(BackgroundWork.kind.not_in(KINDS), BackgroundWork.finished_at < now - KEPT)
    for name, kind in KINDS.items():
        yield sa.and_(BackgroundWork.kind == name, BackgroundWork.finished_at < now - kind.kept)


def _still_named(names: set[str]) -> set[str]:
    return set(
        db.session.scalars(
            sa.select(BackgroundWork.file_sha256).where(BackgroundWork.file_sha256.in_(names))
        )
    )
