"""Facts that every workflow has: what the case row says, its documents, which committees sit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.db import constant, constants
from casework.models.case import Case
from casework.models.committee import Committee, Meeting, MeetingItem, Office
from casework.models.document import Document, DocumentRequirement
from casework.models.user import User
from casework.workflows.required_documents import HeldDocuments


@dataclass(frozen=True)
class CaseFacts:
    """What any case knows of itself."""

    state: str
    previous_state: str | None
    title: str
    organisation_id: UUID | None
    programme_id: UUID | None
    owner_id: UUID | None
    documents: HeldDocuments = field(default_factory=HeldDocuments)
    committees: frozenset[str] = frozenset()


def held_column() -> Any:
    """Return the column, on a query over cases, that :func:`held_documents` reads first."""
    return (
        sa.select(sa.func.aggregate_strings(Document.kind, constant(" ")))
        .where(Document.case_id == Case.id, Document.withdrawn_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )


def asked_column() -> Any:
    """Return the column, on a query over cases, that :func:`held_documents` reads second."""
    entry = DocumentRequirement.kind + "=" + sa.cast(DocumentRequirement.states, sa.Text)
    return (
        sa.select(sa.func.aggregate_strings(entry, constant(";")))
        .where(DocumentRequirement.workflow_key == Case.workflow_key)
        .correlate(Case)
        .scalar_subquery()
    )


def held_documents(held: str | None, asked: str | None) -> HeldDocuments:
    """Return what the two columns say."""
    entries = (entry.split("=", 1) for entry in (asked or "").split(";") if entry)
    return HeldDocuments(
        frozenset((held or "").split()),
        {kind: frozenset(json.loads(states)) for kind, states in entries},
    )


def sitting_column() -> Any:
    """Return the column that :func:`sitting` reads."""
    query = sa.select(sa.func.aggregate_strings(Committee.kind, constant(" ")))
    return query.where(Committee.active.is_(True)).scalar_subquery()


def sitting(kinds: str | None) -> frozenset[str]:
    """Return the kinds of committee that sit in this house, as the column says."""
    return frozenset((kinds or "").split())


def in_office(session: Session, kind: str, today: date) -> list[tuple[UUID, str]]:
    """Return who holds an office in the committees of a kind today, with its name."""
    query = (
        sa.select(Office.user_id, Office.office)
        .join(Committee, Committee.id == Office.committee_id)
        .join(User, User.id == Office.user_id)
        .where(
            Committee.kind == kind,
            Committee.active.is_(True),
            User.active.is_(True),
            Office.admitted_at.is_not(None),
            Office.starts_on <= today,
            sa.or_(Office.ends_on.is_(None), Office.ends_on >= today),
        )
        .order_by(Office.office, Office.user_id)
    )
    return [(user_id, office) for user_id, office in session.execute(query)]


def meeting_column() -> Any:
    """Return the column, on a query over cases, that says when a committee is to take a case up."""
    return (
        sa.select(sa.func.min(Meeting.starts_at))
        .join(MeetingItem, MeetingItem.meeting_id == Meeting.id)
        .where(
            MeetingItem.case_id == Case.id,
            MeetingItem.state == "planned",
            Meeting.state.in_(constants(("planned", "open"))),
        )
        .correlate(Case)
        .scalar_subquery()
    )


def load_case_facts(session: Any, case_ids: Sequence[UUID]) -> Mapping[UUID, CaseFacts]:
    """Return the facts of the cases, in one query."""
    query = sa.select(Case, held_column(), asked_column(), sitting_column())
    rows = session.execute(query.where(Case.id.in_(case_ids)))
    return {
        case.id: CaseFacts(
            case.state,
            case.previous_state,
            case.title,
            case.organisation_id,
            case.programme_id,
            case.owner_id,
            held_documents(held, asked),
            sitting(kinds),
        )
        for case, held, asked, kinds in rows
    }
