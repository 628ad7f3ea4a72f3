"""Plays one act through the services, as the person whose act it is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.demo import paper
from casework.demo.people import Cast
from casework.demo.script import Act, After, Ago, Which
from casework.extensions import db
from casework.models import Case
from casework.services import cases, documents, records
from casework.services.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
from casework.workflows import registry
from casework.workflows.declaration import Section

WORKFLOW = "partner_project"
LANGUAGE = "fr"

REFUSALS = (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
    documents.DocumentError,
)
"""What an act may meet when somebody has worked on the case between two loadings."""


@dataclass(frozen=True)
class Stage:
    """What the acts are played on: the people, the calls, the day of loading."""

    cast: Cast
    calls: Mapping[str, UUID]
    today: date
    zone: tzinfo
    actors: dict[str, policy.Actor] = field(default_factory=dict)

    def day_of_act(self) -> date:
        """Return the civil day on which the act that is being played happens."""
        return now().astimezone(self.zone).date()

    def value(self, value: Any) -> Any:
        """Return what a form gets for a value of the script."""
        if isinstance(value, After):
            return self.day_of_act() + timedelta(days=value.days)
        if isinstance(value, Ago):
            return self.today - timedelta(days=value.days)
        if isinstance(value, str) and value.startswith("programme "):
            return self.cast.programmes[int(value.removeprefix("programme "))]
        if isinstance(value, str) and value.startswith("person "):
            return self.cast.people[value.removeprefix("person ")]
        return value

    def data(self, act: Act) -> dict[str, Any]:
        """Return what is typed into the form of an act."""
        return {name: self.value(value) for name, value in act.data.items()}

    def id_of(self, who: str) -> UUID | None:
        """Return the identifier of whoever acts; None for the system."""
        return None if who == "system" else self.cast.people[who]

    def actor(self, who: str) -> policy.Actor:
        """Return somebody with the roles held at the moment of the act."""
        if who == "system":
            return policy.SYSTEM
        if who not in self.actors:  # nobody's own roles change while the stories are played
            self.actors[who] = policy.actor_of(db.session, self.cast.people[who], now())
        return self.actors[who]


def begin(stage: Stage, act: Act, house: str, key: str) -> cases.Outcome:
    """Start the case, or find it where it was started before."""
    data = stage.data(act)
    if "call" in data:
        data["call_id"] = stage.calls[data.pop("call")]
    workflow = registry.latest(WORKFLOW)
    organisation = stage.cast.houses[house]
    actor = stage.actor(act.who)
    return cases.open_case(workflow, act.name, actor, organisation, data, key, LANGUAGE)


def play(stage: Stage, act: Act, case_id: UUID, key: str) -> None:
    """Play an act on a case that was started. Raises one of ``REFUSALS``."""
    actor, data = stage.actor(act.who), stage.data(act)
    if act.kind == "move":
        version = db.session.get_one(Case, case_id).version
        cases.fire(case_id, act.name, actor, data, version, key, "", LANGUAGE)
    elif act.kind == "file":
        title, paper_of = data["title"], io.BytesIO(paper.page(data["lines"]))
        with documents.arriving(paper_of, f"{title}.pdf") as arrival:
            documents.add(case_id, actor, act.name, title, False, arrival, key)  # noqa: FBT003
    else:
        row = _record(case_id, act.name, act.which)
        records.save(
            case_id,
            act.name,
            row.id if row is not None else None,
            actor,
            data,
            records.stamp(row),
            key,
            LANGUAGE,
        )


def _record(case_id: UUID, name: str, which: Which) -> Any:
    """Return the record that an act changes; None for a new one."""
    section: Section = cases.workflow_of(db.session.get_one(Case, case_id)).section_by_key[name]
    if which == "new":
        return None
    if which == "only":
        return records.find(section, case_id, None)
    model = section.model
    rows = db.session.scalars(
        sa.select(model)
        .where(model.case_id == case_id, model.removed_at.is_(None))
        .order_by(model.position, model.id)
    ).all()
    if which >= len(rows):
        raise NotFoundError(f"{name} {which}")
    return rows[which]
