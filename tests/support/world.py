"""A small world for tests: people, organisations, cases, all made as the product makes them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient

from casework import policy
from casework.clock import now
from casework.db import announce_write, unit_of_work
from casework.extensions import db
from casework.models import Case, Grant, Organisation, User
from casework.roles import PARTNER_ROLES, Role
from casework.services import cases
from casework.workflows import registry
from tests.support import signing

EARLY = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """Makes what a test needs in the application's database, each call in its own transaction."""

    app: Flask
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def organisation(self, name: str = "Terre en Commun", **values: Any) -> UUID:
        """Add an organisation and return its identifier."""
        with self.writing():
            row = Organisation(
                name=name, country="BE", town="Namur", created_at=now(), version=1, **values
            )
            db.session.add(row)
            db.session.flush()
            return row.id

    def person(
        self,
        role: Role | None,
        organisation: UUID | None = None,
        *,
        case: UUID | None = None,
        language: str = "en",
        name: str = "",
        denies: bool = False,
    ) -> UUID:
        """Add a person with one role: in the house, in an organisation or on a case."""
        number = next(self.numbers)
        with self.writing():
            user = User(
                email=f"person{number}@example.org",
                name=name or f"Person {number}",
                language=language,
                created_at=now(),
            )
            db.session.add(user)
            db.session.flush()
            if role is not None:
                self.grant(user.id, role, organisation, case=case, denies=denies)
            return user.id

    def grant(
        self,
        user_id: UUID,
        role: Role,
        organisation: UUID | None = None,
        *,
        case: UUID | None = None,
        committee: UUID | None = None,
        denies: bool = False,
    ) -> None:
        """Give a person another role (inside a transaction that is open)."""
        scope = (
            "case"
            if case
            else "organisation"
            if role in PARTNER_ROLES
            else "committee"
            if committee
            else "house"
        )
        db.session.add(
            Grant(
                user_id=user_id,
                role=role,
                scope=scope,
                scope_id=case or committee or (organisation if scope == "organisation" else None),
                denies=denies,
                starts_at=min(EARLY, now() - timedelta(days=1)),
            )
        )

    def actor(self, user_id: UUID) -> policy.Actor:
        """Return a person as services know them."""
        return policy.actor_of(db.session, user_id, now())

    def writing(self) -> Any:
        """Return a unit of work on the test's session."""
        announce_write()
        db.session.rollback()
        return unit_of_work(db.session)

    def start(self, workflow_key: str, user_id: UUID, organisation: UUID, **data: Any) -> UUID:
        """Start a case as a partner does, and return its identifier."""
        workflow = registry.latest(workflow_key)
        with self.writing():
            done = cases.open_case(
                workflow,
                workflow.starting()[0].name,
                self.actor(user_id),
                organisation,
                data,
                uuid4().hex,
            )
        return done.case_id

    def fire(
        self, case_id: UUID, name: str, user_id: UUID, override: str = "", **data: Any
    ) -> cases.Outcome:
        """Move a case as a person does who has just looked at it."""
        with self.writing():
            version = db.session.get_one(Case, case_id).version
            return cases.fire(
                case_id, name, self.actor(user_id), data, version, uuid4().hex, override
            )

    def case(self, case_id: UUID) -> Case:
        """Return a case as it is stored now."""
        return db.session.get_one(Case, case_id, populate_existing=True)

    def client(self, user_id: UUID | None = None) -> FlaskClient:
        """Return a browser, signed in as somebody."""
        browser = self.app.test_client()
        if user_id is not None:
            signing.sign_in(browser, user_id)
        return browser
