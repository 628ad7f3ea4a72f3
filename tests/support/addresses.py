"""Every address of the application, filled in for one person and one kind of case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from casework.extensions import db
from casework.models import (
    BackgroundWork,
    Criterion,
    Deadline,
    Grant,
    Message,
    Programme,
    ReferentialField,
)
from casework.workflows import registry
from casework.workflows.engine import Workflow
from tests.support.cast import Stage

Values = Callable[[Stage, str], list[Any]]
METHODS = ("GET", "POST")
NOWHERE = UUID(int=7)


@dataclass(frozen=True)
class Address:
    """One address to ask for."""

    endpoint: str
    method: str
    path: str
    kind: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint}, {self.kind})"


def rules(app: Flask) -> list[Rule]:
    """Return every route of the application but the static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def addresses(app: Flask, stage: Stage, kind: str, **others: Values) -> Iterator[Address]:
    """Yield every route and method, with every value worth trying for a case of this kind.

    ``others`` are tried for a parameter instead of the usual values.
    Raises KeyError for a route with a parameter that nobody has given a value here.
    """
    known = {**VALUES, **others}
    adapter = app.url_map.bind("127.0.0.1")
    for rule in rules(app):
        for values in _filled(sorted(rule.arguments), known, stage, kind):
            path = adapter.build(rule.endpoint, values, method=None)
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield Address(rule.endpoint, method, path, kind)


def _filled(
    names: list[str], known: Mapping[str, Values], stage: Stage, kind: str
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{}]
    for name in names:
        found = [{**values, name: value} for values in found for value in known[name](stage, kind)]
    return found


def _workflow(stage: Stage, kind: str) -> Workflow:
    case = stage.case(kind)
    return registry.get(case.workflow_key, case.workflow_version)


def _moves(stage: Stage, kind: str) -> list[str]:
    """Return the moves open in the case's state, one that is not, a timed one, and nonsense."""
    state, workflow = stage.case(kind).state, _workflow(stage, kind)
    open_ones = [t.name for t in workflow.transitions if state in t.sources]
    closed = [t.name for t in workflow.transitions if state not in t.sources and not t.system]
    timed = [t.name for t in workflow.transitions if t.system]
    return [*open_ones, *closed[:2], *timed[:1], "nonsense"]


def _guards(stage: Stage, kind: str) -> list[str]:
    found = [g.name for t in _workflow(stage, kind).transitions for g in t.guards if g.warns]
    return [*found[:1], "nonsense"]


def _sections(stage: Stage, kind: str) -> list[str]:
    sections = _workflow(stage, kind).sections
    shared = [s.key for s in sections if not s.house_only][:2]
    house = [s.key for s in sections if s.house_only][:1]
    return [*shared, *house, "nonsense"]


def _records(stage: Stage, kind: str) -> list[UUID]:
    found = []
    for section in _workflow(stage, kind).sections[:1]:
        query = sa.select(section.model.id).where(section.model.case_id == stage.cases[kind])
        found = list(db.session.scalars(query.order_by(section.model.id).limit(1)))
    return [*found, NOWHERE]


def _message(stage: Stage, kind: str) -> list[UUID]:
    """Return a message of somebody who asks for nothing here."""
    found = db.session.scalar(
        sa.select(Message.id).where(Message.recipient_id == stage.outsider_id).limit(1)
    )
    return [found or NOWHERE]


def _deadlines(stage: Stage, kind: str) -> list[UUID]:
    """A running deadline of the case, and one that does not exist."""
    running = sa.select(Deadline.id).where(Deadline.case_id == stage.cases[kind]).limit(1)
    return [*db.session.scalars(running), NOWHERE]


def _last_lead(stage: Stage, kind: str) -> list[UUID]:
    """Return a grant that cannot be ended: that of another organisation's only lead."""
    query = sa.select(Grant.id).where(Grant.scope_id == stage.foreign_id)
    return [db.session.scalars(query.order_by(Grant.id)).first() or NOWHERE]


def _work(stage: Stage, kind: str) -> list[UUID]:
    """Return long work of somebody who asks for nothing here."""
    query = sa.select(BackgroundWork.id).where(BackgroundWork.owner_id == stage.outsider_id)
    return [db.session.scalars(query.limit(1)).first() or NOWHERE]


def _rules(stage: Stage, kind: str) -> list[str]:
    return [rule.key for rule in _workflow(stage, kind).deadlines[:1]]


def _parts(table: type[Criterion | ReferentialField]) -> Values:
    """Return what tries a part of the draft on the shelf."""

    def found(stage: Stage, kind: str) -> list[UUID]:
        draft = stage.shelf.draft_id if stage.shelf else NOWHERE
        query = sa.select(table.id).where(table.version_id == draft)
        return [db.session.scalars(query.order_by(table.id).limit(1)).first() or NOWHERE]

    return found


def _versions(stage: Stage, kind: str) -> list[UUID]:
    return [stage.shelf.draft_id, stage.shelf.published_id] if stage.shelf else [NOWHERE]


VALUES: dict[str, Values] = {
    "reference": lambda stage, kind: [stage.case(kind).reference],
    "name": _moves,
    "guard": _guards,
    "section_key": _sections,
    "record_id": _records,
    "guest_id": lambda stage, kind: [NOWHERE],
    "note_id": lambda stage, kind: [NOWHERE],
    "document_id": lambda stage, kind: [stage.documents[kind]],
    "deadline_id": _deadlines,
    "number": lambda stage, kind: [1],
    "message_id": _message,
    "work_id": _work,
    "act_id": lambda stage, kind: [NOWHERE],
    "organisation_id": lambda stage, kind: [stage.organisation_id],
    "other_id": lambda stage, kind: [stage.foreign_id],
    "view_id": lambda stage, kind: [NOWHERE],
    "import_id": lambda stage, kind: [NOWHERE],
    "kind": lambda stage, kind: ["organisations"],
    "ending": lambda stage, kind: ["csv", "xlsx"],
    "merge_id": lambda stage, kind: [NOWHERE],
    "grant_id": _last_lead,
    "hand_over_id": lambda stage, kind: [NOWHERE],
    "absence_id": lambda stage, kind: [NOWHERE],
    "invitation_id": lambda stage, kind: [NOWHERE],
    "call_id": lambda stage, kind: [stage.call_id],
    "workflow_key": lambda stage, kind: [_workflow(stage, kind).key],
    "row_id": lambda stage, kind: list(db.session.scalars(sa.select(Programme.id).limit(1))),
    "rule": _rules,
    "document_kind": lambda stage, kind: ["other", "nonsense"],
    "day": lambda stage, kind: ["2031-05-02", "nonsense"],
    "key": lambda stage, kind: [uuid4().hex],
    "figure_key": lambda stage, kind: ["stages", "nonsense"],
    "feed_token": lambda stage, kind: ["nonsense"],
    "what": lambda stage, kind: ["link", "password", "nonsense"],
    "token": lambda stage, kind: ["nonsense"],
    "scheme_id": lambda stage, kind: [stage.shelf.scheme_id if stage.shelf else NOWHERE],
    "referential_id": lambda stage, kind: [stage.shelf.referential_id if stage.shelf else NOWHERE],
    "version_id": _versions,
    "field_id": _parts(ReferentialField),
    "criterion_id": _parts(Criterion),
    "referential_file_id": lambda stage, kind: [NOWHERE],
    "committee_id": lambda stage, kind: [NOWHERE],
    "mandate_id": lambda stage, kind: [NOWHERE],
    "office_id": lambda stage, kind: [NOWHERE],
    "draw_id": lambda stage, kind: [NOWHERE],
    "meeting_number": lambda stage, kind: ["CD-2026-01"],
    "item_id": lambda stage, kind: [NOWHERE],
    "poll_id": lambda stage, kind: [NOWHERE],
    "verdict_key": lambda stage, kind: ["approve"],
    "session_id": lambda stage, kind: [NOWHERE],
    "activity": lambda stage, kind: ["debates"],
    "way": lambda stage, kind: ["take_up"],
    "step": lambda stage, kind: ["read", "nonsense"],
    "entry_id": lambda stage, kind: [NOWHERE],
    "code": lambda stage, kind: ["JUR-01", "nonsense"],
    "membership_id": lambda stage, kind: [NOWHERE],
    "kit_file_id": lambda stage, kind: [NOWHERE],
    "label_number": lambda stage, kind: ["nonsense"],
    "due_id": lambda stage, kind: [NOWHERE],
    "person_id": lambda stage, kind: [stage.outsider_id],
    "scope": lambda stage, kind: ["house", "programme", "organisation", "case", "nonsense"],
}
"""What each parameter of an address is tried with; a new parameter needs its line here."""
