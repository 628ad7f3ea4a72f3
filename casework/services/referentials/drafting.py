"""Drafts: begun empty or as a copy, their fields and criteria written, moved and taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.labels import applicability
from casework.models import Criterion, Referential, ReferentialField, ReferentialVersion
from casework.policy import Actor
from casework.queries import referentials as queries
from casework.services import changes, receipts
from casework.services.errors import NotFoundError
from casework.services.referentials.common import (
    demand_editor,
    edit,
    find_referential,
    find_scheme,
    lock_version,
    refuse,
)
from casework.workflows.declaration import Reason

TAKEN_KEY = N_("Another referential has this key already.")
TAKEN_LABEL = N_("This referential has a version %(label)s already.")
TAKEN_CODE = N_("The code %(code)s is there already.")
HELD_FIELD = N_("Field %(code)s has criteria. Move or remove them first.")
NO_MODULE = N_("A base applies to every cooperative: only modules are for sectors.")
NOT_A_BASE = N_("A module is added to a base of the same scheme, not to another module.")

FIELD = ("code", "position", "name_fr", "name_nl", "name_en")
TEXTS = tuple(
    f"{text}_{language}"
    for text in ("text", "na_condition", "evidence")
    for language in ("fr", "nl", "en")
)
CRITERION = (
    *("field_id", "code", "position", "kind", "weight", "na_allowed"),
    *("level", "applies_if", "source", *TEXTS),
)


def create(
    actor: Actor,
    scheme_id: UUID,
    key: str,
    names: Mapping[str, str],
    base_id: UUID | None = None,
    sectors: Sequence[str] = (),
) -> Referential:
    """Add a referential to a scheme; with ``base_id`` it is a module of that one.

    ``names`` has a name for fr, nl and en; a module applies to ``sectors``, or to all.
    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    demand_editor(actor)
    scheme = find_scheme(scheme_id)
    if db.session.scalar(sa.select(sa.exists().where(Referential.key == key))):
        refuse("referential", Reason(TAKEN_KEY))
    if base_id is not None:
        base = find_referential(base_id)
        if base.is_module or base.scheme_id != scheme.id:
            refuse("referential", Reason(NOT_A_BASE), base=base_id)
    row = Referential(
        id=new_id(),
        scheme_id=scheme.id,
        key=key,
        base_id=base_id,
        sectors=list(sectors) if base_id is not None else [],
        created_at=now(),
        version=1,
        **{f"name_{language}": text for language, text in names.items()},
    )
    db.session.add(row)
    db.session.flush()
    changes.record(row, {}, {"key": key}, actor.id)
    return row


def set_sectors(actor: Actor, module_id: UUID, sectors: Sequence[str]) -> None:
    """Say to which sectors a module applies; cycles that have pinned it keep it.

    Raises ForbiddenError, NotFoundError, RefusedError (it is a base).
    """
    demand_editor(actor)
    row = find_referential(module_id)
    if not row.is_module:
        refuse("sectors", Reason(NO_MODULE), referential=module_id)
    before = {"sectors": row.sectors}
    row.sectors = list(sectors)
    db.session.flush()
    changes.record(row, before, {"sectors": row.sectors}, actor.id)


def begin(actor: Actor, referential_id: UUID, label: str, copy_of: UUID | None, key: str) -> UUID:
    """Begin a draft, empty or as a copy of a version of the same referential; return it.

    Raises ForbiddenError, NotFoundError, RefusedError (the label is taken).
    """
    demand_editor(actor)
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["version_id"])
    referential = find_referential(referential_id)
    _demand_free_label(referential.id, label)
    draft = ReferentialVersion(
        id=new_id(),
        referential_id=referential.id,
        label=label,
        state="draft",
        stamp=1,
        created_at=now(),
        created_by_id=actor.id,
    )
    if copy_of is not None:
        original = lock_version(copy_of)
        if original.referential_id != referential.id:
            raise NotFoundError(str(copy_of))
        draft.copied_from_id = original.id
    db.session.add(draft)
    db.session.flush()
    if copy_of is not None:
        _copy(copy_of, draft.id)
    changes.record(draft, {}, {"label": label}, actor.id)
    receipts.keep(key, actor.id, {"version_id": str(draft.id)}, now())
    return draft.id


def discard(actor: Actor, version_id: UUID) -> None:
    """Throw a draft away. Raises ForbiddenError, NotFoundError, RefusedError."""
    draft = edit(actor, version_id, "discard")
    empty(draft.id)
    changes.record(draft, {"label": draft.label}, {"label": None}, actor.id)
    db.session.delete(draft)
    db.session.flush()


def empty(version_id: UUID) -> None:
    """Take every criterion and every field out of a draft that the caller has locked."""
    for table in (Criterion, ReferentialField):
        db.session.execute(sa.delete(table).where(table.version_id == version_id))


def save_field(
    actor: Actor, version_id: UUID, field_id: UUID | None, values: Mapping[str, Any]
) -> UUID:
    """Add or change a field of a draft; return it.

    Raises ForbiddenError, NotFoundError, RefusedError (published, or the code is taken).
    """
    edit(actor, version_id, "field")
    return _save(actor, ReferentialField, version_id, field_id, {k: values[k] for k in FIELD})


def save_criterion(
    actor: Actor, version_id: UUID, criterion_id: UUID | None, values: Mapping[str, Any]
) -> UUID:
    """Add or change a criterion of a draft; return it.

    A condition may name criteria that are still to come; publication looks at them all. Raises
    ForbiddenError, NotFoundError, RefusedError (published, the code is taken, the condition
    cannot be read).
    """
    edit(actor, version_id, "criterion")
    field = db.session.get(ReferentialField, values["field_id"])
    if field is None or field.version_id != version_id:
        raise NotFoundError(str(values["field_id"]))
    try:
        applies_if = applicability.written(applicability.read(values["applies_if"]))
    except applicability.ConditionError as error:
        refuse("criterion", Reason(error.message, error.params), version=version_id)
    clean = {k: values[k] for k in CRITERION} | {"applies_if": applies_if}
    return _save(actor, Criterion, version_id, criterion_id, clean)


def remove_field(actor: Actor, version_id: UUID, field_id: UUID) -> None:
    """Take an empty field out of a draft. Raises ForbiddenError, NotFoundError, RefusedError."""
    edit(actor, version_id, "remove")
    row = _part(ReferentialField, version_id, field_id)
    if db.session.scalar(sa.select(sa.exists().where(Criterion.field_id == row.id))):
        refuse("remove", Reason(HELD_FIELD, {"code": row.code}), version=version_id)
    _remove(actor, row)


def remove_criterion(actor: Actor, version_id: UUID, criterion_id: UUID) -> None:
    """Take a criterion out of a draft. Raises ForbiddenError, NotFoundError, RefusedError."""
    edit(actor, version_id, "remove")
    _remove(actor, _part(Criterion, version_id, criterion_id))


def _save(
    actor: Actor, table: Any, version_id: UUID, row_id: UUID | None, values: Mapping[str, Any]
) -> UUID:
    same = sa.select(table.id).where(table.version_id == version_id, table.code == values["code"])
    if db.session.scalar(same) not in {None, row_id}:
        refuse("save", Reason(TAKEN_CODE, {"code": values["code"]}), version=version_id)
    row = _part(table, version_id, row_id) if row_id is not None else None
    before = changes.values_of(row, values)
    if row is None:
        row = table(id=new_id(), version_id=version_id)
        db.session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    changes.record(row, before, changes.values_of(row, values), actor.id)
    return UUID(str(row.id))


def _part(table: Any, version_id: UUID, row_id: UUID) -> Any:
    row = db.session.get(table, row_id)
    if row is None or row.version_id != version_id:
        raise NotFoundError(str(row_id))
    return row


def _remove(actor: Actor, row: Any) -> None:
    changes.record(row, {"code": row.code}, {"code": None}, actor.id)
    db.session.delete(row)
    db.session.flush()


def _demand_free_label(referential_id: UUID, label: str) -> None:
    same = sa.exists().where(
        ReferentialVersion.referential_id == referential_id, ReferentialVersion.label == label
    )
    if db.session.scalar(sa.select(same)):
        refuse("draft", Reason(TAKEN_LABEL, {"label": label}), referential=referential_id)


def _copy(version_id: UUID, draft_id: UUID) -> None:
    """Copy the fields and criteria of a version into an empty draft."""
    new_fields: dict[UUID, UUID] = {}
    for row in queries.fields(version_id):
        new_fields[row.id] = new_id()
        values = {name: getattr(row, name) for name in FIELD}
        db.session.add(ReferentialField(id=new_fields[row.id], version_id=draft_id, **values))
    db.session.flush()
    for each in queries.criteria([version_id]):
        values = {name: getattr(each, name) for name in CRITERION}
        values["field_id"] = new_fields[each.field_id]
        db.session.add(Criterion(version_id=draft_id, **values))
    db.session.flush()
