"""All that is held about one person, in parts that they can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.i18n import N_
from casework.models import (
    Case,
    CaseKey,
    Document,
    DocumentVersion,
    Draft,
    Event,
    EventPayload,
    Grant,
    Guest,
    MailedLink,
    Message,
    Note,
    NotificationChoice,
    Organisation,
    SecurityEvent,
    User,
    UserSession,
)
from casework.models.label_audit import Certificate, Declaration, FieldEntry, FieldPhoto, TeamMember
from casework.models.referential import Criterion
from casework.queries import timeline
from casework.vault import read_words
from casework.workflows import registry

MOST = 20_000  # rows of one part


@dataclass(frozen=True)
class Part:
    """One part: its name and the names of its columns are English texts to be translated."""

    key: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def parts(user: User) -> Iterator[Part]:
    """Yield everything that is held about a person, in one query a part."""
    yield _account(user)
    for key, label, columns, query in (*_simple(user.id), *_audits(user.id)):
        rows = db.session.execute(query.limit(MOST))
        yield Part(key, label, columns, tuple(tuple(row) for row in rows))
    yield _documents(user.id)
    yield _notes(user.id)
    yield _acts(user.id)


def messages(user_id: UUID) -> list[Message]:
    """Return what a person was sent, the newest first."""
    query = sa.select(Message).where(Message.recipient_id == user_id)
    return list(db.session.scalars(query.order_by(Message.created_at.desc()).limit(MOST)))


def _account(user: User) -> Part:
    held: Iterable[tuple[str, Any]] = (
        (N_("Name"), user.name),
        (N_("E-mail address"), user.email),
        (N_("Language"), user.language),
        (N_("Account made on"), user.created_at),
        (N_("Joined"), user.joined_at),
        (N_("Mails come back since"), user.address_bounced_at),
    )
    return Part("account", N_("Account"), (N_("What"), N_("Value")), tuple(held))


def _simple(user_id: UUID) -> Iterator[tuple[str, str, tuple[str, ...], Any]]:
    organisation = (
        sa.select(Organisation.name)
        .where(Organisation.id == Grant.scope_id)
        .correlate(Grant)
        .scalar_subquery()
    )
    case = (
        sa.select(Case.reference)
        .where(Case.id == Grant.scope_id)
        .correlate(Grant)
        .scalar_subquery()
    )
    yield (
        "roles",
        N_("Roles"),
        (N_("Role"), N_("Where"), N_("from"), N_("until")),
        sa.select(
            Grant.role,
            sa.func.coalesce(organisation, case, Grant.scope),
            Grant.starts_at,
            Grant.ends_at,
        )
        .where(Grant.user_id == user_id)
        .order_by(Grant.starts_at),
    )
    yield (
        "visits",
        N_("Visits as a guest"),
        (N_("Case"), N_("As"), N_("What was asked"), N_("from"), N_("until")),
        sa.select(Case.reference, Guest.role, Guest.purpose, Guest.invited_at, Guest.ends_at)
        .join(Case, Case.id == Guest.case_id)
        .where(Guest.user_id == user_id)
        .order_by(Guest.invited_at),
    )
    yield (
        "sessions",
        N_("Sessions"),
        (N_("Way"), N_("Device"), N_("Begun"), N_("Last seen")),
        sa.select(
            UserSession.way, UserSession.device, UserSession.created_at, UserSession.last_seen_at
        )
        .where(UserSession.user_id == user_id)
        .order_by(UserSession.created_at),
    )
    yield (
        "links",
        N_("Mailed links"),
        (N_("What for"), N_("Sent"), N_("Used")),
        sa.select(MailedLink.purpose, MailedLink.created_at, MailedLink.used_at)
        .where(MailedLink.user_id == user_id)
        .order_by(MailedLink.created_at),
    )
    yield (
        "security",
        N_("Security log"),
        (N_("When"), N_("What"), N_("Details")),
        sa.select(SecurityEvent.at, SecurityEvent.kind, SecurityEvent.params)
        .where(sa.or_(SecurityEvent.about_id == user_id, SecurityEvent.actor_id == user_id))
        .order_by(SecurityEvent.at),
    )
    yield (
        "choices",
        N_("Mails chosen"),
        (N_("Kind of message"), N_("Choice")),
        sa.select(NotificationChoice.kind, NotificationChoice.choice).where(
            NotificationChoice.user_id == user_id
        ),
    )
    yield (
        "drafts",
        N_("Drafts"),
        (N_("Form"), N_("Text"), N_("Saved")),
        sa.select(Draft.place, Draft.data, Draft.saved_at).where(Draft.user_id == user_id),
    )


def _audits(user_id: UUID) -> Iterator[tuple[str, str, tuple[str, ...], Any]]:
    """Yield what is held about somebody as an auditor of labels."""
    yield (
        "certificates",
        N_("Certificates as auditor"),
        (N_("Number of the certificate"), N_("Valid from"), N_("Valid until")),
        sa.select(Certificate.number, Certificate.valid_from, Certificate.valid_until)
        .where(Certificate.user_id == user_id)
        .order_by(Certificate.valid_from),
    )
    yield (
        "teams",
        N_("Places on teams of auditors"),
        (N_("Case"), N_("Part"), N_("from"), N_("until")),
        sa.select(Case.reference, TeamMember.part, TeamMember.created_at, TeamMember.removed_at)
        .join(Case, Case.id == TeamMember.case_id)
        .where(TeamMember.user_id == user_id)
        .order_by(TeamMember.created_at),
    )
    yield (
        "declarations",
        N_("Declarations of interest"),
        (N_("Case"), N_("Tie"), N_("Ended on"), N_("In words"), N_("When")),
        sa.select(
            Case.reference,
            Declaration.tie,
            Declaration.until,
            Declaration.words,
            Declaration.created_at,
        )
        .join(Case, Case.id == Declaration.case_id)
        .where(Declaration.user_id == user_id)
        .order_by(Declaration.created_at),
    )
    yield (
        "field",
        N_("Results sent from the field"),
        (
            N_("Case"),
            N_("Criterion"),
            N_("Result"),
            N_("In words"),
            N_("Taken"),
            N_("Received"),
        ),
        sa.select(
            Case.reference,
            Criterion.code,
            FieldEntry.result,
            FieldEntry.note,
            FieldEntry.taken_at,
            FieldEntry.received_at,
        )
        .join(Case, Case.id == FieldEntry.case_id)
        .join(Criterion, Criterion.id == FieldEntry.criterion_id)
        .where(FieldEntry.by_id == user_id)
        .order_by(FieldEntry.received_at),
    )
    yield (
        "field_photos",
        N_("Photos sent from the field"),
        (N_("Case"), N_("Title"), N_("Taken"), N_("Received")),
        sa.select(Case.reference, Document.title, FieldPhoto.taken_at, FieldPhoto.received_at)
        .join(Case, Case.id == FieldPhoto.case_id)
        .join(Document, Document.id == FieldPhoto.document_id)
        .where(FieldPhoto.by_id == user_id)
        .order_by(FieldPhoto.received_at),
    )


def _documents(user_id: UUID) -> Part:
    rows = db.session.execute(
        sa.select(Case.reference, Document, DocumentVersion)
        .join(Document, Document.case_id == Case.id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(DocumentVersion.uploaded_by_id == user_id)
        .order_by(DocumentVersion.uploaded_at)
        .limit(MOST)
    )
    found = tuple(
        (reference, document.title, version.filename, version.uploaded_at)
        for reference, document, version in rows
    )
    columns = (N_("Case"), N_("Title"), N_("File"), N_("When"))
    return Part("documents", N_("Documents uploaded"), columns, found)


def _notes(user_id: UUID) -> Part:
    rows = db.session.execute(
        sa.select(Note, Case.reference, EventPayload.text, CaseKey.sealed)
        .join(Case, Case.id == Note.case_id)
        .outerjoin(EventPayload, EventPayload.event_id == Note.event_id)
        .outerjoin(CaseKey, CaseKey.case_id == Note.case_id)
        .where(Note.author_id == user_id)
        .order_by(Note.written_at)
        .limit(MOST)
    )
    found = tuple(
        (
            row.reference,
            row.Note.audience,
            read_words(row.text, row.sealed).get("text"),
            row.Note.written_at,
            row.Note.withdrawn_at,
        )
        for row in rows
    )
    columns = (N_("Case"), N_("Who reads it?"), N_("Text"), N_("When"), N_("Withdrawn"))
    return Part("notes", N_("Notes written"), columns, found)


def _acts(user_id: UUID) -> Part:
    rows = db.session.execute(
        sa.select(Event, Case.reference, Case.workflow_key, Case.workflow_version)
        .join(Case, Case.id == Event.case_id)
        .where(Event.actor_id == user_id)
        .order_by(Event.at)
        .limit(MOST)
    )
    found: tuple[tuple[str, str, datetime], ...] = tuple(
        (
            row.reference,
            timeline.title_of(row.Event, registry.get(row.workflow_key, row.workflow_version)),
            row.Event.at,
        )
        for row in rows
    )
    return Part("acts", N_("Acts on cases"), (N_("Case"), N_("What"), N_("When")), found)
