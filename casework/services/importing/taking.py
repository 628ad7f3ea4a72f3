"""An import on its way: sent, read by a worker, confirmed by a person, taken over by a worker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import BackgroundWork, ImportFile, ImportRow, Organisation
from casework.policy import Actor, keeper
from casework.roles import Role
from casework.services import background, organisations, organisations_people
from casework.services.background_run import Run, WorkFailed
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.importing import judging, reading, rows
from casework.services.importing.columns import ORGANISATIONS, PEOPLE
from casework.services.importing.judging import Judged, judge

KEPT = timedelta(days=30)
BATCH = 200
WRITTEN = 50  # lines in a transaction: each may write several rows and a mail

CHANGED = N_("Something has changed since the file was checked. Send this line again.")
NOT_ALLOWED = N_("You may no longer do this.")


def receive(
    actor: Actor, kind: str, filename: str, content: bytes, key: str, language: str
) -> BackgroundWork:
    """Keep a file until a worker has read it; return the work. Raises ForbiddenError.

    Neither commits nor starts anything.
    """
    if not keeper(actor) or actor.id is None:
        raise ForbiddenError("import")
    _forget_old()
    row = ImportFile(
        kind=kind,
        filename=filename[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        columns=[],
        choices={},
        owner_id=actor.id,
        created_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return background.begin(actor, "import_check", {"import_id": str(row.id)}, key, language)


def find(actor: Actor, import_id: UUID) -> ImportFile:
    """Return an import of this person's. Raises NotFoundError."""
    row = db.session.get(ImportFile, import_id)
    if row is None or row.owner_id != actor.id:
        raise NotFoundError(str(import_id))
    return row


def confirm(
    actor: Actor, import_id: UUID, sha256: str, choices: Mapping[str, bool], language: str
) -> BackgroundWork | None:
    """Have a checked file taken over, as far as it was shown; a second yes changes nothing.

    ``choices`` says whether known records are changed and look-alikes added. Raises
    ForbiddenError, NotFoundError.
    """
    if not keeper(actor):
        raise ForbiddenError("import")
    row = db.session.get(ImportFile, import_id, with_for_update=True)
    if row is None or row.owner_id != actor.id or row.sha256 != sha256:
        raise NotFoundError(str(import_id))
    if row.state == "checked":
        row.state, row.confirmed_at = "writing", now()
        row.choices = {**choices, "attempt": 1}
    elif row.state == "writing" and _broken_off(actor, row):
        row.choices = {**row.choices, "attempt": row.choices["attempt"] + 1}
    if row.state != "writing":
        return None
    params = {"import_id": str(row.id)}
    return background.begin(actor, "import_write", params, _key(row), language)


def _key(row: ImportFile) -> str:
    return f"write-{row.id.hex}-{row.choices['attempt']}"


def _broken_off(actor: Actor, row: ImportFile) -> bool:
    """Say whether the work that was to take the file over has ended without having done it."""
    work = db.session.scalar(
        sa.select(BackgroundWork).where(
            BackgroundWork.owner_id == actor.id, BackgroundWork.key == _key(row)
        )
    )
    return work is None or work.ended


def check(run: Run) -> None:
    """Read a file and judge its lines (the handler of ``import_check``)."""
    import_id = UUID(run.params["import_id"])
    row = db.session.get(ImportFile, import_id, populate_existing=True)
    if row is None or row.state != "reading" or row.content is None:
        return
    kind, content, filename = row.kind, row.content, row.filename
    try:
        sent = rows.read(kind, content, filename)
    except reading.UnreadableError as error:
        db.session.rollback()
        with run.step(1, 1) as session:
            refused = session.get_one(ImportFile, import_id)
            refused.state, refused.content = "refused", None
            refused.fault = {"message": error.message, "params": error.params}
        return
    db.session.rollback()
    lines = sent.lines
    first, done = judging.firsts(kind, lines), run.done
    while done < len(lines):
        part = lines[done : done + BATCH]
        last = done + len(part) >= len(lines)
        with run.step(done + len(part), len(lines)) as session:
            found = judge(kind, part, first)
            session.add_all(_row(import_id, *pair) for pair in zip(part, found, strict=True))
            if last:
                read = session.get_one(ImportFile, import_id)
                read.state, read.content, read.columns = "checked", None, list(sent.keys)
        done += len(part)


def write(run: Run) -> None:
    """Take over the confirmed lines of a file (the handler of ``import_write``)."""
    import_id = UUID(run.params["import_id"])
    row = db.session.get_one(ImportFile, import_id, populate_existing=True)
    if row.state != "writing":
        return
    kind, wanted = row.kind, _wanted(row.choices)
    total = db.session.scalar(
        sa.select(sa.func.count()).where(
            ImportRow.import_id == import_id, ImportRow.outcome.in_(wanted)
        )
    )
    db.session.rollback()
    total = max(total or 0, run.total, 1)
    done = run.done
    while True:
        with run.step(min(done + WRITTEN, total), total) as session:
            part = session.scalars(
                sa.select(ImportRow)
                .where(
                    ImportRow.import_id == import_id,
                    ImportRow.outcome.in_(wanted),
                    ImportRow.done_at.is_(None),
                )
                .order_by(ImportRow.line)
                .limit(WRITTEN)
            ).all()
            _take(run.actor, kind, part)
            if not part:
                finished = session.get_one(ImportFile, import_id)
                finished.state, finished.done_at = "done", now()
        if not part:
            return
        done += len(part)


def _wanted(choices: Mapping[str, Any]) -> list[str]:
    also = [name for name in ("change", "twin") if choices.get(name)]
    return ["new", *also]


def _take(actor: Actor, kind: str, kept: Sequence[ImportRow]) -> None:
    if not keeper(actor):
        raise WorkFailed(NOT_ALLOWED)
    judged = judge(kind, [(row.line, row.said) for row in kept], {}) if kept else []
    for row, found in zip(kept, judged, strict=True):
        row.done_at = now()
        if not _as_shown(kind, row, found) or not _done(actor, kind, row, found):
            row.outcome = "fault"
            row.faults = [{"column": "", "message": CHANGED, "params": {}}, *found.faults]


def _done(actor: Actor, kind: str, row: ImportRow, found: Judged) -> bool:
    """Take one line over, on its own: say whether it could be."""
    try:
        with db.session.begin_nested():
            row.found_id = _do(actor, kind, found)
    except (RefusedError, ForbiddenError, IntegrityError):
        return False
    return True


def _as_shown(kind: str, row: ImportRow, found: Judged) -> bool:
    """Say whether a line would still do what was shown when the person said yes."""
    place = found.found.id if found.found is not None else None
    if place != row.found_id:
        return False
    if kind == PEOPLE:  # an earlier line may have opened the account meanwhile
        return found.outcome in {"new", "change"}
    version = found.found.version if found.found is not None else None
    same = (found.outcome, found.changes) == (row.outcome, row.changes)
    return same and (row.outcome != "change" or version == row.found_version)


def _do(actor: Actor, kind: str, found: Judged) -> UUID | None:
    """Do what a line asks for; return the organisation that it is about."""
    values = found.values
    if kind == ORGANISATIONS:
        known = found.found if found.outcome == "change" else None
        return organisations.save(actor, known, values).id
    place = found.found
    if place is None:
        raise RefusedError("import", [])
    organisations_people.add_person(
        actor, place, values["name"], values["email"], Role(values["role"]), values["language"]
    )
    return place.id


def _row(import_id: UUID, line: tuple[int, Mapping[str, str]], found: Judged) -> ImportRow:
    place: Organisation | None = found.found
    return ImportRow(
        import_id=import_id,
        line=line[0],
        said=dict(line[1]),
        outcome=found.outcome,
        faults=found.faults,
        changes=found.changes,
        found_id=place.id if place is not None else None,
        found_version=place.version if place is not None else None,
    )


def _forget_old() -> None:
    """Remove what earlier files held, a month after they were sent."""
    old = sa.select(ImportFile.id).where(ImportFile.created_at < now() - KEPT)
    for table, column in ((ImportRow, ImportRow.import_id), (ImportFile, ImportFile.id)):
        db.session.execute(
            sa.delete(table).where(column.in_(old)).execution_options(synchronize_session=False)
        )
