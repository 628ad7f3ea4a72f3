"""The index follows every change in the same transaction: it listens to the session.

What is written past the session's objects (bulk statements, other programs) it does not hear:
whoever writes so calls the functions of ``keeping`` for what was touched, or
``casework search rebuild`` afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from casework.models import (
    Case,
    Document,
    FormerNumber,
    Grant,
    Organisation,
    Programme,
    User,
)
from casework.services.searching import keeping
from casework.workflows import registry

WATCHED: dict[type, frozenset[str]] = {
    Case: frozenset({"title", "reference", "organisation_id", "programme_id", "restricted"}),
    Document: frozenset({"title", "house_only", "withdrawn_at", "case_id"}),
    Organisation: frozenset({"name", "registry_number", "town", "merged_into_id"}),
    FormerNumber: frozenset({"organisation_id", "registry_number"}),
    Programme: frozenset({"name_fr", "name_nl", "name_en"}),
    User: frozenset({"name", "email", "active"}),
    Grant: frozenset({"user_id", "scope", "scope_id", "denies"}),
}


@dataclass
class Touched:
    """What a flush has touched of the things that can be found."""

    cases: set[UUID] = field(default_factory=set)
    documents: set[UUID] = field(default_factory=set)  # by their cases
    organisations: set[UUID] = field(default_factory=set)
    programmes: set[UUID] = field(default_factory=set)
    people: set[UUID] = field(default_factory=set)

    def note(self, row: Any, state: Any) -> None:
        """Note what has to be looked at again because of a row."""
        match row:
            case Case():
                self.cases.add(row.id)
                if state.persistent and {"restricted", "organisation_id"} & set(
                    state.committed_state
                ):
                    self.documents.add(row.id)
            case Document():
                self.documents.add(row.case_id)
            case Organisation():
                before = state.committed_state.get("merged_into_id")
                also = {row.merged_into_id, before if isinstance(before, UUID) else None}
                self.organisations |= {row.id, *(i for i in also if i is not None)}
            case FormerNumber():
                self.organisations.add(row.organisation_id)
            case Programme():
                self.programmes.add(row.id)
            case User():
                self.people.add(row.id)
            case Grant():
                if row.scope == "organisation":
                    self.people.add(row.user_id)
            case _:
                self.cases.add(row.case_id)

    def bring_up_to_date(self, session: Session) -> None:
        """Write the entries anew."""
        if self.organisations or self.programmes:
            self.cases |= set(
                session.scalars(
                    sa.select(Case.id).where(
                        sa.or_(
                            Case.organisation_id.in_(self.organisations),
                            Case.programme_id.in_(self.programmes),
                        )
                    )
                )
            )
        keeping.refresh_organisations(session, self.organisations)
        keeping.refresh_people(session, self.people)
        keeping.refresh_cases(session, self.cases)
        keeping.refresh_documents(session, self.documents)


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    touched = Touched()
    searched = _searched(len(registry.every()))
    for row in (*session.new, *session.dirty, *session.deleted):
        watched = WATCHED.get(type(row)) or searched.get(type(row))
        if watched is None:
            continue
        state = sa.inspect(row)
        new = row in session.new or row in session.deleted
        if new or watched & set(state.committed_state):
            touched.note(row, state)
    touched.bring_up_to_date(session)


@cache
def _searched(_workflows: int) -> dict[type, frozenset[str]]:
    """Return the models of the searched sections, with the attributes that count."""
    found: dict[type, frozenset[str]] = {}
    for workflow in registry.every():
        for section in workflow.sections:
            if section.searched:
                known = found.get(section.model, frozenset())
                found[section.model] = known | {*section.searched, "removed_at"}
    return found
