"""Publishing a redacted text: read by a second member, then shown to everybody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case
from casework.models.ethics_case import Publication
from casework.policy import Actor
from casework.services import cases, events, receipts, records
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError, StaleError
from casework.workflows.declaration import Reason

SECTION = "publication"
OWN_TEXT = N_("Whoever wrote the text last cannot be its second reader.")
NOT_READ = N_("A second member must read the text before it appears.")


def confirm(case_id: UUID, actor: Actor, seen: str, key: str) -> None:
    """Say, as a second member, that nobody can be recognised in the text as it stands.

    ``seen`` is the stamp of the text that was read. Raises NotFoundError, ForbiddenError,
    RefusedError, StaleError.
    """
    case, row = _text(case_id, actor)
    if receipts.find(key, actor.id) is not None:
        return
    if records.stamp(row) != seen:
        raise StaleError(case, None)
    if row.written_by_id == actor.id:
        raise RefusedError(SECTION, [Reason(OWN_TEXT)])
    row.read_by_id, row.read_at = actor.id, now()
    _done(case, actor, "publication_read", row.read_at, key)


def publish(case_id: UUID, actor: Actor, seen: str, key: str) -> None:
    """Let everybody read the text. Raises what :func:`confirm` raises."""
    case, row = _text(case_id, actor)
    if receipts.find(key, actor.id) is not None:
        return
    if not policy.may_keep(actor, case, cases.workflow_of(case)):
        raise ForbiddenError(SECTION)
    if records.stamp(row) != seen:
        raise StaleError(case, None)
    if row.read_by_id is None:
        raise RefusedError(SECTION, [Reason(NOT_READ)])
    row.published_at = now()
    _done(case, actor, "published", row.published_at, key)


def withdraw(case_id: UUID, actor: Actor, key: str) -> None:
    """Take a published text away from everybody. Raises what :func:`publish` raises."""
    case, row = _text(case_id, actor)
    if receipts.find(key, actor.id) is not None:
        return
    if not policy.may_keep(actor, case, cases.workflow_of(case)):
        raise ForbiddenError(SECTION)
    row.published_at = None
    _done(case, actor, "publication_withdrawn", now(), key)


def _text(case_id: UUID, actor: Actor) -> tuple[Case, Publication]:
    """Return the locked case and its text, to somebody who may write it."""
    case = cases.lock(case_id)
    section = records.section_of(case, SECTION, actor)
    if not policy.may_edit(section, policy.roles_on(actor, case), case.state):
        raise ForbiddenError(SECTION)
    row: Publication | None = records.find(section, case.id, None)
    if row is None:
        raise NotFoundError(SECTION)
    db.session.refresh(row)
    return case, row


def _done(case: Case, actor: Actor, kind: str, moment: datetime, key: str) -> None:
    events.append(case, kind, actor.id, at=moment)
    receipts.keep(key, actor.id, {}, moment)
    db.session.flush()
