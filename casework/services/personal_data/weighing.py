"""What erasing a person's data would mean: what goes, what loses its name, what stays and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import add_months
from casework.clock import now
from casework.extensions import db, house_day, settings
from casework.i18n import N_
from casework.models import (
    BackgroundWork,
    CalendarFeed,
    Case,
    DocumentVersion,
    Draft,
    Erasure,
    Event,
    EventPayload,
    Grant,
    Message,
    Organisation,
    User,
    UserSession,
)
from casework.models.label_audit import Certificate, Cycle, Declaration, TeamMember
from casework.policy import in_force
from casework.queries.timeline import NOTE_KINDS
from casework.roles import Role
from casework.services.errors import RefusedError
from casework.services.people import last_administrator
from casework.workflows.declaration import Reason

OPEN_CASES = N_(
    "%(number)s open cases are in this person's charge: %(cases)s. Hand them over to somebody else"
    " first."
)
OPEN_AUDITS = N_(
    "This person is on the team of audits that are not finished: %(cases)s. Name another auditor,"
    " or finish them first."
)
LAST_LEAD = N_("%(organisation)s would have no lead: name another one there first.")
NAMED = 10


@dataclass(frozen=True)
class Weighed:
    """What would become of a person's data, each as (English text, how many).

    ``obstacles`` are what must be done first; while there is one, nothing is erased.
    """

    erased: tuple[tuple[str, int], ...]
    renamed: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, int], ...]
    obstacles: tuple[Reason, ...]


def weigh(user: User) -> Weighed:
    """Return what erasing a person's data would mean now."""
    acts = _number(Event, Event.actor_id == user.id)
    papers = _number(DocumentVersion, DocumentVersion.uploaded_by_id == user.id)
    return Weighed(
        tuple(_erased(user.id)),
        (
            (N_("Acts on cases: they are shown under another name"), acts),
            (N_("Documents uploaded: they are shown under another name"), papers),
            (
                N_("Certificates and places on teams of auditors: shown under another name"),
                sum(
                    _numbers(
                        (Certificate, Certificate.user_id == user.id),
                        (TeamMember, TeamMember.user_id == user.id),
                    )
                ),
            ),
        ),
        (
            (N_("Words of decisions, agreements and reports on cases"), _words_kept(user.id)),
            (N_("Documents of cases"), papers),
            (
                N_("Declarations of interest, as long as the audit they belong to is kept"),
                _number(
                    Declaration,
                    sa.and_(
                        Declaration.user_id == user.id,
                        sa.not_(Declaration.case_id.in_(_cases_past_keeping())),
                    ),
                ),
            ),
        ),
        tuple(obstacles(user)),
    )


def forgettable(user_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition on events (joined with their case) whose words may be forgotten.

    Notes at once; the words of all other acts once the case has been closed for as long as the
    law has the house keep them.
    """
    return sa.and_(Event.actor_id == user_id, sa.or_(Event.kind.in_(NOTE_KINDS), _past_keeping()))


def declarations_to_forget(user_id: UUID | None = None) -> sa.ColumnElement[bool]:
    """Return the condition on declarations of interest that need not be kept any more.

    Those of one person, or of all who were erased before.
    """
    erased = sa.select(Erasure.user_id).where(Erasure.done_at.is_not(None))
    whose = Declaration.user_id == user_id if user_id else Declaration.user_id.in_(erased)
    return sa.and_(whose, Declaration.case_id.in_(_cases_past_keeping()))


def _cases_past_keeping() -> Any:
    return sa.select(Case.id).where(_past_keeping())


def left_of_the_erased() -> Any:
    """Return the events of people erased before whose words need not be kept any more."""
    erased = sa.select(Erasure.user_id).where(Erasure.done_at.is_not(None))
    return (
        sa.select(Event.id)
        .join(Case, Case.id == Event.case_id)
        .where(Event.actor_id.in_(erased), _past_keeping())
    )


def _past_keeping() -> sa.ColumnElement[bool]:
    return sa.and_(Case.closed_at.is_not(None), Case.closed_at < kept_since())


def kept_since() -> datetime:
    """Return the moment: what was closed before it need not be kept any more."""
    day = add_months(house_day(), -12 * settings().retention_years)
    return datetime(day.year, day.month, day.day, tzinfo=settings().zone)


def obstacles(user: User) -> Iterator[Reason]:
    """Yield what must be done before a person's data can be erased."""
    open_cases = db.session.scalars(
        sa.select(Case.reference)
        .where(Case.owner_id == user.id, Case.closed_at.is_(None))
        .order_by(Case.reference)
    ).all()
    if open_cases:
        shown = ", ".join(open_cases[:NAMED]) + (" …" if len(open_cases) > NAMED else "")
        yield Reason(OPEN_CASES, {"number": len(open_cases), "cases": shown})
    if audits := _open_audits(user.id):
        yield Reason(OPEN_AUDITS, {"cases": ", ".join(audits[:NAMED])})
    for name in _left_without_lead(user.id):
        yield Reason(LAST_LEAD, {"organisation": name})
    if _administers(user.id):
        try:
            last_administrator.demand_another(user_id=user.id)
        except RefusedError as error:
            yield from error.reasons


def _erased(user_id: UUID) -> Iterator[tuple[str, int]]:
    notes = sa.and_(Event.actor_id == user_id, Event.kind.in_(NOTE_KINDS))
    yield N_("Name, address, password and language"), 1
    drafts, sessions, messages, feeds, work = _numbers(
        (Draft, Draft.user_id == user_id),
        (UserSession, UserSession.user_id == user_id),
        (Message, Message.recipient_id == user_id),
        (CalendarFeed, CalendarFeed.user_id == user_id),
        (BackgroundWork, BackgroundWork.owner_id == user_id),
    )
    yield N_("Drafts"), drafts
    yield N_("Sessions and mailed links"), sessions
    yield N_("Messages received"), messages
    yield N_("Words of notes"), _words(notes)
    yield N_("Addresses of the calendar feed"), feeds
    yield N_("Exports and other long work"), work


def _words_kept(user_id: UUID) -> int:
    return _words(sa.and_(Event.actor_id == user_id, sa.not_(forgettable(user_id))))


def _words(condition: sa.ColumnElement[bool]) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(EventPayload)
        .join(Event, Event.id == EventPayload.event_id)
        .join(Case, Case.id == Event.case_id)
        .where(condition)
    )
    return db.session.scalar(query) or 0


def _number(model: Any, condition: sa.ColumnElement[bool]) -> int:
    return _numbers((model, condition))[0]


def _numbers(*wanted: tuple[Any, sa.ColumnElement[bool]]) -> tuple[int, ...]:
    """Return how many rows of each table meet its condition, in one query."""
    counts = [
        sa.select(sa.func.count()).select_from(model).where(condition).scalar_subquery()
        for model, condition in wanted
    ]
    return tuple(db.session.execute(sa.select(*counts)).one())


def _administers(user_id: UUID) -> bool:
    held = sa.and_(Grant.user_id == user_id, Grant.role == Role.ADMINISTRATOR, in_force(now()))
    return _number(Grant, held) > 0


def _open_audits(user_id: UUID) -> list[str]:
    """Return the open label audits of whose team somebody is and whose report is not issued yet."""
    query = (
        sa.select(Case.reference)
        .join(TeamMember, TeamMember.case_id == Case.id)
        .join(Cycle, Cycle.case_id == Case.id)
        .where(
            TeamMember.user_id == user_id,
            TeamMember.removed_at.is_(None),
            Cycle.audited_on.is_(None),
            Case.closed_at.is_(None),
        )
    )
    return list(db.session.scalars(query.order_by(Case.reference).distinct()))


def _left_without_lead(user_id: UUID) -> list[str]:
    """Return the organisations with open cases of which this person is the only lead."""
    lead = sa.and_(Grant.scope == "organisation", Grant.role == Role.PARTNER_LEAD, in_force(now()))
    own = sa.select(Grant.scope_id).where(lead, Grant.user_id == user_id)
    others = (
        sa.select(Grant.scope_id)
        .join(User, User.id == Grant.user_id)
        .where(lead, Grant.user_id != user_id, User.active.is_(True))
    )
    running = sa.select(Case.organisation_id).where(Case.closed_at.is_(None))
    query = sa.select(Organisation.name).where(
        Organisation.id.in_(own), Organisation.id.not_in(others), Organisation.id.in_(running)
    )
    return list(db.session.scalars(query.order_by(Organisation.name)))
