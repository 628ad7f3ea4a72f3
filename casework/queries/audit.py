"""Who did what, when, over all cases and over what is outside cases: acts, never their content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db, house_morning
from casework.models import (
    BackgroundWork,
    Call,
    Case,
    Change,
    Event,
    Organisation,
    Programme,
    User,
)
from casework.policy import Actor
from casework.queries import timeline
from casework.workflows import registry

PAGE = 50
FURTHEST = 200  # pages; who looks further back narrows the search
LONGEST = 60  # characters of what is searched for


@dataclass(frozen=True)
class Search:
    """What acts are narrowed to; empty means all. Days are those of the house, both included."""

    person: str = ""
    reference: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Act:
    """One act on a case. Of a confidential case only its reference and the moment are told."""

    at: datetime
    reference: str
    masked: bool
    title: str
    person: str | None
    seq: int


@dataclass(frozen=True)
class Altered:
    """One change outside cases, with what it was before and after."""

    at: datetime
    kind: str
    name: str
    person: str | None
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Page:
    """A page of acts or of changes, newest first; pages are numbered from 1."""

    rows: tuple[Any, ...]
    number: int
    has_next: bool


def acts(actor: Actor, search: Search, number: int = 1) -> Page:
    """Return a page of acts on cases, in one query.

    What is confidential cannot be found by who did it or what it was: such a search passes over
    the cases of which the reader may know the reference only.
    """
    known = policy.acts_known_to(actor)
    query = (
        sa.select(Event, Case.reference, Case.workflow_key, Case.workflow_version, User.name, known)
        .join(Case, Case.id == Event.case_id)
        .outerjoin(User, User.id == Event.actor_id)
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    )
    if search.reference:
        query = query.where(Case.reference == search.reference.strip().upper())
    if search.person:
        query = query.where(known, Event.actor_id.in_(_people(search.person)))
    if search.kind:
        query = query.where(known, Event.kind == search.kind)
    query = query.where(*_between(Event.at, search))
    rows = [_act(row) for row in db.session.execute(query)]
    return Page(tuple(rows[:PAGE]), number, len(rows) > PAGE)


def changes(search: Search, number: int = 1) -> Page:
    """Return a page of changes outside cases, in at most five queries."""
    query = (
        sa.select(Change, User.name)
        .outerjoin(User, User.id == Change.actor_id)
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    )
    if search.person:
        query = query.where(Change.actor_id.in_(_people(search.person)))
    if search.kind:
        query = query.where(Change.subject_kind == search.kind)
    rows = db.session.execute(query.where(*_between(Change.at, search))).all()
    names = _names(change for change, _ in rows[:PAGE])
    found = [
        Altered(
            change.at,
            change.subject_kind,
            names.get(change.subject_id, ""),
            person,
            tuple((n, change.before.get(n), change.after.get(n)) for n in change.after),
        )
        for change, person in rows[:PAGE]
    ]
    return Page(tuple(found), number, len(rows) > PAGE)


def last_verification() -> BackgroundWork | None:
    """Return the newest verification of all chains that came to its end, whoever asked for it."""
    return db.session.scalar(
        sa.select(BackgroundWork)
        .where(BackgroundWork.kind == "verify_log", BackgroundWork.state == "done")
        .order_by(BackgroundWork.finished_at.desc())
        .limit(1)
    )


def _act(row: Any) -> Act:
    event, reference, key, version, person, known = row
    if not known:
        return Act(event.at, reference, masked=True, title="", person=None, seq=event.seq)
    title = timeline.title_of(event, registry.get(key, version))
    return Act(event.at, reference, masked=False, title=title, person=person, seq=event.seq)


def _people(text: str) -> sa.ScalarSelect[UUID]:
    """Return whoever has this in their name or address."""
    wanted = f"%{_escaped(text.strip().lower())}%"
    return (
        sa.select(User.id)
        .where(
            sa.or_(
                sa.func.lower(User.name).like(wanted, escape="\\"),
                sa.func.lower(User.email).like(wanted, escape="\\"),
            )
        )
        .scalar_subquery()
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _between(column: Any, search: Search) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if search.since is not None:
        found.append(column >= house_morning(search.since))
    if search.until is not None:
        found.append(column < house_morning(search.until + timedelta(days=1)))
    return found


def _names(rows: Iterable[Change]) -> dict[UUID, str]:
    """Return what the changed rows are called now, in a query for each kind."""
    wanted: dict[str, set[UUID]] = {}
    for change in rows:
        wanted.setdefault(change.subject_kind, set()).add(change.subject_id)
    named: dict[str, tuple[Any, Any]] = {
        Organisation.__tablename__: (Organisation.id, Organisation.name),
        Call.__tablename__: (Call.id, Call.title_fr),
        Programme.__tablename__: (Programme.id, Programme.name_fr),
        User.__tablename__: (User.id, User.name),
    }
    found: dict[UUID, str] = {}
    for kind, ids in wanted.items():
        if kind in named:
            key, name = named[kind]
            rows_of_kind = db.session.execute(sa.select(key, name).where(key.in_(ids)))
            found.update({row[0]: row[1] for row in rows_of_kind})
    return found
