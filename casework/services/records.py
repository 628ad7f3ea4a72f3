"""Records of a case: saved, taken away, each change an event that keeps what was there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now as clock_now
from casework.db import new_id
from casework.extensions import db
from casework.models import Case
from casework.policy import Actor, may_change, may_edit, may_read, roles_on
from casework.roles import Role
from casework.services import cases, deadlines, events, forms, notices, receipts
from casework.services.errors import ForbiddenError, InvalidError, NotFoundError, StaleError
from casework.services.move import CaseMove
from casework.workflows.declaration import Section
from casework.workflows.engine import Workflow


@dataclass(frozen=True)
class Saved:
    """The record that was written, and whether this was a repetition of an earlier act."""

    record_id: UUID
    repeated: bool = False


def section_of(case: Case, key: str, actor: Actor) -> Section:
    """Return the section of a case that the actor may read. Raises NotFoundError."""
    section = cases.workflow_of(case).section_by_key.get(key)
    if section is None or not may_read(section, roles_on(actor, case), case.state):
        raise NotFoundError(key)
    return section


def find(section: Section, case_id: UUID, record_id: UUID | None) -> Any:
    """Return one record, or the only one of a single section (None while there is none yet).

    Raises NotFoundError for an identifier that does not name a record of this case.
    """
    model = section.model
    query = sa.select(model).where(model.case_id == case_id, model.removed_at.is_(None))
    if record_id is not None:
        query = query.where(model.id == record_id)
    row = db.session.scalars(query.order_by(model.position).limit(1)).first()
    if row is None and record_id is not None:
        raise NotFoundError(str(record_id))
    return row


def save(
    case_id: UUID,
    section_key: str,
    record_id: UUID | None,
    actor: Actor,
    data: Mapping[str, Any],
    seen: str,
    key: str,
    language: str = "en",
) -> Saved:
    """Write a record from what was typed in the section's form.

    ``seen`` is the record's stamp (:func:`stamp`) as the form showed it, empty for a new one.
    Raises NotFoundError, ForbiddenError, StaleError, InvalidError.
    """
    case, section = _locked(case_id, section_key, actor)
    if (found := receipts.find(key, actor.id, locked=True)) is not None:
        return Saved(UUID(found["record_id"]), repeated=True)
    workflow = _workflow_for(case, section, actor)
    row = find(section, case.id, record_id) if record_id or section.single else None
    roles = roles_on(actor, case)
    if row is None and not section.may_add and not section.single:
        raise ForbiddenError(section_key)
    if not may_change(section, row, roles):
        raise ForbiddenError(section_key)
    if stamp(row) != seen:
        raise StaleError(case, None)
    facts = cases.facts_of(case)
    form = forms.bind(section.form, data, facts=facts, language=language, roles=roles)
    if not form.validate():
        raise InvalidError(form)
    moment = clock_now()
    before = snapshot(section, row)
    row = row if row is not None else _new(section, case, moment)
    for name, value in forms.clean(form).items():
        setattr(row, name, value)
    row.updated_at = moment
    db.session.add(row)
    db.session.flush()
    _record_change(case, workflow, section, row, before, actor, moment)
    receipts.keep(key, actor.id, {"record_id": str(row.id)}, moment)
    return Saved(row.id)


def remove(
    case_id: UUID, section_key: str, record_id: UUID, actor: Actor, seen: str, key: str
) -> Saved:
    """Take a record away; what it said stays in the history.

    Raises NotFoundError, ForbiddenError, StaleError.
    """
    case, section = _locked(case_id, section_key, actor)
    if receipts.find(key, actor.id, locked=True) is not None:
        return Saved(record_id, repeated=True)
    workflow = _workflow_for(case, section, actor)
    if not section.may_remove or section.single:
        raise ForbiddenError(section_key)
    row = find(section, case.id, record_id)
    if not may_change(section, row, roles_on(actor, case)):
        raise ForbiddenError(section_key)
    if stamp(row) != seen:
        raise StaleError(case, None)
    moment = clock_now()
    before = snapshot(section, row)
    row.removed_at = row.updated_at = moment
    db.session.flush()
    _record_change(case, workflow, section, row, before, actor, moment)
    receipts.keep(key, actor.id, {"record_id": str(row.id)}, moment)
    return Saved(row.id)


def name_holder(case: Case, role: Role, before: UUID, to: UUID, actor: Actor) -> bool:
    """Name whoever takes a role over in the record that named the former holder, if one did.

    Guards see that somebody is named, as before: the version of the case stays. The caller has
    locked the case and seen to the rights.
    """
    workflow = cases.workflow_of(case)
    for section in workflow.sections:
        attribute = dict(section.holders).get(role)
        row = find(section, case.id, None) if attribute is not None else None
        if attribute is None or row is None or getattr(row, attribute) != before:
            continue
        said, moment = snapshot(section, row), clock_now()
        setattr(row, attribute, to)
        row.updated_at = moment
        db.session.flush()
        _record_change(case, workflow, replace(section, counts=False), row, said, actor, moment)
        return True
    return False


def stamp(row: Any) -> str:
    """Return what tells one version of a record from the next; empty for none."""
    return row.updated_at.isoformat() if row is not None else ""


def snapshot(section: Section, row: Any) -> dict[str, Any] | None:
    """Return the record's values as plain data; None when there is no record."""
    if row is None or row.removed_at is not None:
        return None
    names = [name for name, _ in section.form()._fields.items()]
    return {n: events.plain(getattr(row, n)) for n in names if hasattr(row, n)}


def _locked(case_id: UUID, section_key: str, actor: Actor) -> tuple[Case, Section]:
    case = cases.lock(case_id)
    return case, section_of(case, section_key, actor)


def _workflow_for(case: Case, section: Section, actor: Actor) -> Workflow:
    """Return the case's workflow to somebody who may write the section now."""
    if not may_edit(section, roles_on(actor, case), case.state):
        raise ForbiddenError(section.key)
    return cases.workflow_of(case)


def _new(section: Section, case: Case, moment: datetime) -> Any:
    model = section.model
    last = db.session.scalar(sa.select(sa.func.max(model.position)).where(model.case_id == case.id))
    return model(id=new_id(), case_id=case.id, position=(last or 0) + 1, created_at=moment)


def _record_change(
    case: Case,
    workflow: Workflow,
    section: Section,
    row: Any,
    before: dict[str, Any] | None,
    actor: Actor,
    moment: datetime,
) -> None:
    if before == snapshot(section, row):
        return
    move = CaseMove(case, workflow, None, None, {"record": row, "before": before}, actor, moment)
    for effect in section.on_save:
        effect(move)
    after = snapshot(section, row)
    event = events.append(
        case,
        "record",
        actor.id,
        name=section.key,
        payload={"record_id": row.id, "before": before, "after": after, **move.remembered},
        at=moment,
    )
    move.run_scheduled()
    notices.tell(move, event)
    if after is not None and (before is None or section.single):
        deadlines.act_done(case, workflow, section.key, moment)
    if section.counts:
        cases.touch(case, actor.id)
        deadlines.follow_facts(case, workflow, cases.facts_of(case), moment)
