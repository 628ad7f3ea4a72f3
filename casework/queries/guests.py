"""The guests of a case, and what one guest sees of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from casework import policy
from casework.extensions import db
from casework.models import Case, Document, DocumentVersion, Guest, GuestDocument, User
from casework.queries import records
from casework.roles import Role
from casework.workflows.declaration import Section
from casework.workflows.engine import Workflow

MOST = 200


@dataclass(frozen=True)
class Line:
    """A guest of a case, as those read it who may invite."""

    guest: Guest
    user: User
    inviter: str

    def standing(self, moment: datetime) -> str:
        """Return ``revoked``, ``over``, ``opened`` or ``invited``."""
        if self.guest.revoked_at is not None:
            return "revoked"
        if self.guest.ends_at <= moment:
            return "over"
        return "opened" if self.guest.opened_at is not None else "invited"


def of_case(case_id: UUID) -> list[Line]:
    """Return the guests of a case, the newest first, in one query."""
    inviter = aliased(User)
    rows = db.session.execute(
        sa.select(Guest, User, inviter.name)
        .join(User, User.id == Guest.user_id)
        .join(inviter, inviter.id == Guest.invited_by_id)
        .where(Guest.case_id == case_id)
        .order_by(Guest.invited_at.desc(), Guest.id.desc())
        .limit(MOST)
    )
    return [Line(*row) for row in rows]


def documents(guest: Guest) -> list[tuple[Document, DocumentVersion]]:
    """Return the documents that a guest is shown, each in its newest version, in one query."""
    rows = db.session.execute(_newest().where(policy.shown_to(guest)).order_by(Document.title))
    return [(document, version) for document, version in rows]


def document(guest: Guest, document_id: UUID) -> DocumentVersion | None:
    """Return the newest version of a document that a guest is shown; None when they are not."""
    query = _newest().where(policy.shown_to(guest), Document.id == document_id)
    found = db.session.execute(query).first()
    return found[1] if found else None


def showable(case_id: UUID) -> list[Document]:
    """Return the documents of a case that guests may be shown, by title, in one query."""
    query = sa.select(Document).where(Document.case_id == case_id, policy.may_be_shown())
    return list(db.session.scalars(query.order_by(Document.title, Document.id)))


def shown_documents(case_id: UUID) -> dict[UUID, set[UUID]]:
    """Return the identifiers of the documents that each guest of a case is shown, in one query."""
    found: dict[UUID, set[UUID]] = {}
    rows = db.session.execute(
        sa.select(GuestDocument.guest_id, GuestDocument.document_id)
        .join(Guest, Guest.id == GuestDocument.guest_id)
        .where(Guest.case_id == case_id)
    )
    for guest_id, document_id in rows:
        found.setdefault(guest_id, set()).add(document_id)
    return found


def _newest() -> sa.Select[Document, DocumentVersion]:
    last = (
        sa.select(sa.func.max(DocumentVersion.number))
        .where(DocumentVersion.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
    )
    return sa.select(Document, DocumentVersion).join(
        DocumentVersion,
        sa.and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == last),
    )


def case_of(guest: Guest) -> Case:
    """Return a guest's case with what its page names, in one query."""
    return db.session.execute(
        sa.select(Case)
        .where(Case.id == guest.case_id)
        .options(joinedload(Case.organisation), joinedload(Case.programme), joinedload(Case.owner))
    ).scalar_one()


def shown(guest: Guest, case: Case, workflow: Workflow) -> list[tuple[Section, list[Any]]]:
    """Return what a guest sees: each section with the records that concern them."""
    roles = frozenset({Role(guest.role)})
    found = []
    for section in workflow.sections_for_guest(Role(guest.role)):
        if policy.may_read(section, roles, case.state):
            rows = records.rows(section, case.id)
            found.append((section, list(concerning(guest, section, rows))))
    return found


def concerning(guest: Guest, section: Section, rows: Sequence[Any]) -> Iterator[Any]:
    """Yield the records of a section that concern a guest."""
    roles = frozenset({Role(guest.role)})
    for row in rows:
        named = not section.one_a_guest or row.id == guest.record_id
        if named and policy.may_change(section, row, roles):
            yield row
