"""Everything that ever happened with an organisation, as far as the reader may know it.

An organisation's file holds what records merged into it have left: their ids are its own too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.models import (
    Call,
    CallExtension,
    Case,
    CaseKey,
    Document,
    DocumentVersion,
    Event,
    EventPayload,
    FormerNumber,
    Grant,
    Message,
    Organisation,
    OrganisationMerge,
    User,
)
from casework.policy import Actor
from casework.queries import timeline
from casework.roles import HOUSE_ROLES, Audience
from casework.vault import read_words
from casework.workflows import registry

PAGE = 30
NEWEST = 8
MOST_CASES = 1000
MOST_PEOPLE = 300


@dataclass(frozen=True)
class Cases:
    """The cases of an organisation that the reader may see, counted, with what they amount to."""

    total: int = 0
    open: int = 0
    asked_cents: int = 0
    granted_cents: int = 0
    outcomes: tuple[tuple[Any, int], ...] = ()  # final states, and how many cases stand in each


@dataclass(frozen=True)
class Person:
    """Somebody of the organisation: the roles held now, and those that are over."""

    user: User
    held: list[Grant] = field(default_factory=list)
    over: list[Grant] = field(default_factory=list)


@dataclass(frozen=True)
class Happening:
    """A line of the timeline, with the case on which it happened."""

    entry: timeline.Entry
    reference: str
    title: str
    restricted: bool


@dataclass(frozen=True)
class Page:
    """A page of a long list, newest first."""

    rows: Sequence[Any]
    number: int
    has_next: bool


def merged_into(organisation: Organisation) -> list[Organisation]:
    """Return the records that became this one, directly or by others, in one query."""
    direct, earlier = aliased(Organisation), aliased(Organisation)
    found = (
        sa.select(direct.id)
        .where(direct.merged_into_id == organisation.id)
        .cte("merged", recursive=True)
    )
    found = found.union(sa.select(earlier.id).join(found, earlier.merged_into_id == found.c.id))
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .where(Organisation.id.in_(sa.select(found.c.id)))
            .order_by(Organisation.folded_name, Organisation.id)
        )
    )


def former_numbers(organisation: Organisation) -> list[FormerNumber]:
    """Return the numbers it had before mergers, in one query."""
    return list(
        db.session.scalars(
            sa.select(FormerNumber)
            .where(FormerNumber.organisation_id == organisation.id)
            .order_by(FormerNumber.country, FormerNumber.registry_number)
        )
    )


def people(ids: Collection[UUID]) -> list[Person]:
    """Return everybody who holds or held a role, those who hold one first, in one query."""
    rows = db.session.execute(
        sa.select(Grant, User)
        .join(User, User.id == Grant.user_id)
        .where(Grant.scope == "organisation", Grant.scope_id.in_(ids), Grant.denies.is_(False))
        .order_by(Grant.ends_at.isnot(None), User.name, User.id, Grant.starts_at)
        .limit(MOST_PEOPLE)
    )
    moment, found = now(), dict[UUID, Person]()
    for grant, user in rows:
        person = found.setdefault(user.id, Person(user))
        ended = grant.ends_at is not None and grant.ends_at <= moment
        (person.over if ended else person.held).append(grant)
    return sorted(found.values(), key=lambda p: not p.held)


def cases(actor: Actor, organisation_id: UUID) -> Cases:
    """Return how many cases there are and what they amount to, in one query and one a workflow."""
    rows = db.session.execute(
        sa.select(Case.id, Case.workflow_key, Case.workflow_version, Case.state, Case.closed_at)
        .where(Case.organisation_id == organisation_id, policy.visible_to(actor))
        .order_by(Case.id)
        .limit(MOST_CASES)
    ).all()
    asked = granted = 0
    for key, version in {(row.workflow_key, row.workflow_version) for row in rows}:
        load = registry.get(key, version).load_amounts
        ids = [r.id for r in rows if (r.workflow_key, r.workflow_version) == (key, version)]
        for amounts in load(db.session, ids).values() if load is not None else ():
            asked += amounts.asked_cents or 0
            granted += amounts.granted_cents or 0
    running = sum(row.closed_at is None for row in rows)
    return Cases(len(rows), running, asked, granted, _outcomes(rows))


def _outcomes(rows: Iterable[Any]) -> tuple[tuple[Any, int], ...]:
    found: dict[tuple[str, str], tuple[Any, int]] = {}
    for row in rows:
        state = registry.get(row.workflow_key, row.workflow_version).state_by_key[row.state]
        if state.final:
            before = found.get((row.workflow_key, row.state), (state, 0))
            found[row.workflow_key, row.state] = (state, before[1] + 1)
    return tuple(found.values())


def case_page(actor: Actor, organisation_id: UUID, number: int) -> Page:
    """Return a page of the cases, the open ones first, in one query."""
    query = (
        sa.select(Case)
        .where(Case.organisation_id == organisation_id, policy.visible_to(actor))
        .options(joinedload(Case.programme), joinedload(Case.owner))
        .order_by(Case.closed_at.isnot(None), Case.updated_at.desc(), Case.id.desc())
    )
    return _cut(db.session.scalars(_window(query, number)).unique().all(), number)


def extensions(ids: Collection[UUID]) -> list[tuple[CallExtension, Call]]:
    """Return the time it was given beyond the end of calls, newest first, in one query."""
    rows = db.session.execute(
        sa.select(CallExtension, Call)
        .join(Call, Call.id == CallExtension.call_id)
        .where(CallExtension.organisation_id.in_(ids))
        .order_by(CallExtension.until.desc(), CallExtension.id)
        .limit(PAGE)
    )
    return [(row[0], row[1]) for row in rows]


def documents(actor: Actor, organisation_id: UUID, number: int = 1, size: int = PAGE) -> Page:
    """Return documents of its cases with their newest version and their case, in one query."""
    version = aliased(DocumentVersion)
    newest = (
        sa.select(sa.func.max(version.number))
        .where(version.document_id == Document.id)
        .scalar_subquery()
    )
    open_to_all = sa.and_(Document.house_only.is_(False), Document.withdrawn_at.is_(None))
    query = (
        sa.select(Document, DocumentVersion, Case, User.name)
        .join(Case, Case.id == Document.case_id)
        .join(
            DocumentVersion,
            sa.and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == newest),
        )
        .join(User, User.id == DocumentVersion.uploaded_by_id)
        .where(Case.organisation_id == organisation_id, _seen(actor, open_to_all))
        .order_by(DocumentVersion.uploaded_at.desc(), Document.id.desc())
    )
    return _cut(db.session.execute(_window(query, number, size)).all(), number, size)


def happenings(actor: Actor, organisation_id: UUID, number: int = 1, size: int = PAGE) -> Page:
    """Return a page of what happened on its cases, newest first, in one query.

    On cases that the reader does not follow for the house, the house's own acts are left out.
    """
    hidden = {s.key for w in registry.every() for s in w.sections if s.house_only}
    open_to_all = sa.and_(
        timeline.known_outside(sorted(hidden)), timeline.notes_for({Audience.PARTNER})
    )
    query = (
        sa.select(Event, EventPayload.text, CaseKey.sealed, User.name, Case)
        .join(Case, Case.id == Event.case_id)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .outerjoin(CaseKey, CaseKey.case_id == Event.case_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Case.organisation_id == organisation_id, _seen(actor, open_to_all))
        .order_by(Event.at.desc(), Event.id.desc())
    )
    rows = db.session.execute(_window(query, number, size)).all()
    found = []
    for event, text, sealed, name, case in rows[:size]:
        said = read_words(text, sealed)
        inside = bool(policy.roles_on(actor, case) & HOUSE_ROLES)
        if said.get("house_only") and not inside:
            continue
        workflow = registry.get(case.workflow_key, case.workflow_version)
        entry = timeline.entry_of(event, said, name, workflow)
        found.append(Happening(entry, case.reference, case.title, case.restricted))
    return Page(found, number, len(rows) > size)


def messages(actor: Actor, organisation_id: UUID, number: int) -> Page:
    """Return a page of what was sent about its cases, with whom it was sent to, in one query."""
    query = (
        sa.select(Message, User)
        .join(Case, Case.id == Message.case_id)
        .join(User, User.id == Message.recipient_id)
        .where(Case.organisation_id == organisation_id, policy.visible_to(_inside(actor)))
        .order_by(Message.created_at.desc(), Message.id.desc())
    )
    return _cut(db.session.execute(_window(query, number)).all(), number)


def mergers(organisation_id: UUID) -> list[tuple[OrganisationMerge, Organisation, str]]:
    """Return the records that were merged into it, with by whom, newest first, in one query."""
    rows = db.session.execute(
        sa.select(OrganisationMerge, Organisation, User.name)
        .join(Organisation, Organisation.id == OrganisationMerge.merged_id)
        .join(User, User.id == OrganisationMerge.actor_id)
        .where(OrganisationMerge.kept_id == organisation_id)
        .order_by(OrganisationMerge.at.desc(), OrganisationMerge.id)
        .limit(PAGE)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _seen(actor: Actor, open_to_all: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return what a reader sees: all of cases followed for the house, else what all may see."""
    return sa.or_(policy.visible_to(_inside(actor)), sa.and_(policy.visible_to(actor), open_to_all))


def _inside(actor: Actor) -> Actor:
    """Return the reader with the grants of the house alone (and with all denials)."""
    return Actor(actor.id, tuple(h for h in actor.held if h.role in HOUSE_ROLES or h.denies))


def _window(query: Any, number: int, size: int = PAGE) -> Any:
    return query.limit(size + 1).offset((number - 1) * size)


def _cut(rows: Sequence[Any], number: int, size: int = PAGE) -> Page:
    return Page(rows[:size], number, len(rows) > size)
