"""The acts of which the story of the label is made, by the real services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import frozen, now
from casework.demo.label_cast import (
    Cooperative,
)
from casework.demo.organisations import address_of
from casework.demo.people import cast, password_hash
from casework.extensions import db, settings
from casework.models import Grant, User
from casework.policy import SYSTEM, Actor
from casework.roles import Role
from casework.services import cases, records
from casework.services.labels import results
from casework.workflows import registry

MARK = "demo-label"
LANGUAGE = "fr"


@dataclass
class Acts:
    """What people do, each act as its own person on its own day; the story is told with these."""

    today: date
    people: dict[str, UUID] = field(default_factory=dict)
    houses: dict[str, UUID] = field(default_factory=dict)
    members: dict[str, UUID] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)
    all_cases: list[UUID] = field(default_factory=list)
    ours: Mapping[str, UUID] = field(default_factory=lambda: cast().people)

    def _engage(self, each: Cooperative, key: Any, title: str) -> None:
        workflow = registry.latest("label_audit")
        done = cases.open_case(
            workflow,
            "engage",
            self._actor(each.contact),
            self.houses[each.key],
            {"title": title},
            key(f"engage {each.key}"),
            LANGUAGE,
        )
        self.cases[each.key] = done.case_id
        self.all_cases.append(done.case_id)

    def _say(
        self, each: Cooperative, layer: str, who: str, said: dict[str, tuple[str, str]], key: Any
    ) -> None:
        case_id = self.cases[each.key]
        results.save_many(case_id, layer, self._actor(who), said, key(f"{layer} {each.key}"))

    def _move(
        self,
        each: Cooperative,
        name: str,
        said: dict[str, Any],
        key: Any,
        who: str = "claire",
    ) -> None:
        actor = SYSTEM if who == "system" else self._actor(who)
        case_id = self.cases[each.key]
        key_of_move = key(f"{name} {each.key}")
        cases.fire(case_id, name, actor, said, None, key_of_move, "", LANGUAGE)

    def _save(
        self,
        each: Cooperative,
        section: str,
        said: dict[str, Any],
        key: Any,
        who: str = "claire",
        also: str = "",
    ) -> None:
        case_id, once = self.cases[each.key], key(f"{section} {each.key} {also}")
        records.save(case_id, section, None, self._actor(who), said, "", once, LANGUAGE)

    def _change(
        self, each: Cooperative, section: str, said: dict[str, Any], key: Any, who: str
    ) -> None:
        """Change the one record that a section of the cycle has."""
        workflow, case_id = registry.latest("label_audit"), self.cases[each.key]
        model = workflow.section_by_key[section].model
        row = db.session.scalars(sa.select(model).where(model.case_id == case_id)).one()
        stamp, once = records.stamp(row), key(f"{section} {each.key}")
        records.save(case_id, section, row.id, self._actor(who), said, stamp, once, LANGUAGE)

    def _person(self, name: str, domain: str) -> None:
        user = User(
            email=address_of(name, domain),
            name=name,
            language=LANGUAGE,
            password_hash=password_hash(),
            created_at=now(),
        )
        db.session.add(user)
        db.session.flush()
        self.people[name] = user.id

    def _grant(self, name: str, role: Role, house: str) -> None:
        db.session.add(
            Grant(
                user_id=self.people[name],
                role=role,
                scope="organisation",
                scope_id=self.houses[house],
                starts_at=now(),
            )
        )
        db.session.flush()

    def _actor(self, name: str) -> Actor:
        """Return one of ours by key, or somebody of this story by name."""
        db.session.flush()
        found = self.people.get(name) or self.ours[name]
        return policy.actor_of(db.session, found, now())

    def _date(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    @contextmanager
    def _day(self, ago: int) -> Iterator[Any]:
        """Act in the afternoon of a day; yields what makes the keys of its acts."""
        day = self._date(ago)
        at = datetime.combine(day, datetime.min.time(), settings().zone).replace(hour=15)
        with frozen(at):
            yield lambda name: f"{MARK} {day} {name}"
