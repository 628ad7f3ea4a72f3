"""Referentials as files: read with suspicion, taken over whole or not at all, written out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import LANGUAGES, N_
from casework.labels import applicability
from casework.labels.criteria import KIND_LABELS, Kind
from casework.models import Criterion, ReferentialField, ReferentialFile
from casework.policy import Actor
from casework.queries import referentials as queries
from casework.queries.referentials import Placed
from casework.services import changes
from casework.services.errors import NotFoundError
from casework.services.exporting.sheets import XlsxSheet
from casework.services.importing import reading, rows
from casework.services.importing.columns import COLUMNS, CRITERIA
from casework.services.outbox.tongue import gettext
from casework.services.referentials import drafting
from casework.services.referentials.common import (
    NOT_OFFICIAL,
    edit,
    find_version,
    lock_draft,
    refuse,
)
from casework.services.referentials.judging import NO, YES, Content, judge
from casework.workflows.declaration import Reason

MOST_CRITERIA = 1_000
KEPT = timedelta(days=30)
FAULTY = N_("The file has faults: nothing of it has been taken over.")


def read(content: bytes, filename: str, placed: Placed) -> Content:
    """Return what a file holds for a draft, and everything that is wrong with its lines.

    Raises UnreadableError when nothing can be done with the whole file.
    """
    return judge(_lines(content, filename), _base(placed))


def rows_of(content: Content) -> dict[str, tuple[Criterion, str]]:
    """Return the criteria of a file as :func:`comparing.compare_rows` takes them."""
    return {
        code: (Criterion(**{k: v for k, v in values.items() if k != "field"}), values["field"])
        for code, values in content.criteria.items()
    }


def take_over(actor: Actor, version_id: UUID, content: Content) -> None:
    """Put what a file holds in the place of what a draft holds, all of it at once.

    Raises ForbiddenError, NotFoundError, RefusedError (published, or the content has faults).
    """
    if content.faults:
        refuse("import", Reason(FAULTY), version=version_id)
    draft = edit(actor, version_id, "import")
    before = {row.code for row in queries.criteria([draft.id])}
    drafting.empty(draft.id)
    ids: dict[str, UUID] = {}
    for code, values in content.fields.items():
        ids[code] = new_id()
        db.session.add(ReferentialField(id=ids[code], version_id=draft.id, **values))
    db.session.flush()
    for values in content.criteria.values():
        rest = {name: value for name, value in values.items() if name != "field"}
        place = ids[values["field"]]
        db.session.add(Criterion(id=new_id(), version_id=draft.id, field_id=place, **rest))
    db.session.flush()
    told = {"criteria": len(before)}, {"criteria": len(content.criteria)}
    changes.record(draft, *told, actor.id)


def receive(actor: Actor, version_id: UUID, filename: str, content: bytes) -> UUID:
    """Keep a file for a draft until somebody says yes; return it.

    Raises ForbiddenError, NotFoundError, RefusedError (the version is published).
    """
    draft = lock_draft(actor, version_id, "import")
    old = ReferentialFile.created_at < now() - KEPT
    db.session.execute(sa.delete(ReferentialFile).where(old))
    row = ReferentialFile(
        id=new_id(),
        version_id=draft.id,
        filename=filename[:200],
        content=content,
        owner_id=actor.id,
        created_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def find(actor: Actor, file_id: UUID) -> ReferentialFile:
    """Return a file that this person sent. Raises NotFoundError."""
    row = db.session.get(ReferentialFile, file_id)
    if row is None or row.owner_id != actor.id:
        raise NotFoundError(str(file_id))
    return row


def confirm(actor: Actor, file_id: UUID) -> None:
    """Take a file over, judged once more; again, it changes nothing.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    row = find(actor, file_id)
    if row.content is None:
        return
    content = read(row.content, row.filename, find_version(row.version_id))
    take_over(actor, row.version_id, content)
    row.content, row.done_at = None, now()


def write(placed: Placed, language: str, file: BinaryIO) -> None:
    """Write a version as a workbook that can be read again; no cell of it is ever a formula."""
    heads = [column.heads()[language] for column in COLUMNS[CRITERIA]]
    names = {row.id: row for row in queries.fields(placed.version.id)}
    with tempfile.TemporaryDirectory() as scratch:
        sheet = XlsxSheet(file, heads, gettext("Criteria"), gettext("About"), Path(scratch))
        for row in queries.criteria([placed.version.id]):
            sheet.row(list(_cells(row, names[row.field_id])))
        sheet.close(about(placed, language))


def about(placed: Placed, language: str) -> list[tuple[str, str]]:
    """Return in pairs what a file is of: scheme, version, state, and whether it is official."""
    states = {"draft": N_("draft"), "published": N_("published"), "retired": N_("retired")}
    found = [
        (gettext("Scheme"), placed.scheme.name(language)),
        (gettext("Referential"), placed.referential.name(language)),
        (gettext("Version"), placed.version.label),
        (gettext("State"), gettext(states[placed.version.state])),
    ]
    if not placed.scheme.official:
        found.append((gettext("Note"), gettext(NOT_OFFICIAL)))
    return found


def _cells(row: Criterion, field: ReferentialField) -> Iterable[Any]:
    said = {
        "field": field.code,
        **{f"field_{language}": getattr(field, f"name_{language}") for language in LANGUAGES},
        "kind": gettext(KIND_LABELS[Kind(row.kind)]),
        "na_allowed": gettext(YES if row.na_allowed else NO),
    }
    for column in COLUMNS[CRITERIA]:
        yield said[column.key] if column.key in said else getattr(row, column.key)


def _lines(content: bytes, filename: str) -> Sequence[tuple[int, dict[str, str]]]:
    found = rows.read(CRITERIA, content, filename).lines
    if len(found) > MOST_CRITERIA:
        raise reading.UnreadableError(reading.TOO_MANY, most=MOST_CRITERIA)
    return found


def _base(placed: Placed) -> dict[str, applicability.Condition]:
    """Return the conditions of the base that a module is added to, by code."""
    if placed.referential.base_id is None:
        return {}
    current = queries.current(placed.referential.base_id, now())
    rows = queries.criteria([current.id]) if current is not None else []
    return {row.code: applicability.read(row.applies_if) for row in rows}
