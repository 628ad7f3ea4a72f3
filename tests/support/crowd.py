"""Many rows of everything, for tests of what pages cost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import Call, CallExtension, ClosingDay, Note, User
from casework.roles import Audience, Role
from casework.services import documents, notes
from casework.services.referentials import drafting
from casework.workflows import registry
from casework.workflows.declaration import Section
from tests.support import labels
from tests.support.cast import Stage
from tests.support.files import PDF

STEERING = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Give the list of the statements that the database gets inside the block."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(STEERING):
            found.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def add(stage: Stage, number: int) -> None:
    """Add ``number`` rows of everything: around the cases, on them, and beside them."""
    people = _people(stage, number)
    _organisations_and_calls(stage, number)
    for index, person in enumerate(people):
        _notes(stage, person)
        _conversation(stage, person, answered=index % 2 == 0)
    _referentials(stage, number)
    for kind in stage.cases:
        _documents(stage, kind, people)
        _records(stage, kind, number)


def _referentials(stage: Stage, number: int) -> None:
    """Add schemes, and fields, criteria and versions of the referential on the shelf."""
    world, shelf = stage.world, stage.shelf
    assert shelf is not None
    lead = world.actor(world.person(Role.PROGRAMME_LEAD))
    with world.writing():
        for _ in range(number):
            key = uuid4().hex[:8]
            labels.referential(lead, key)
            place = drafting.save_field(lead, shelf.draft_id, None, labels.field_values(key))
            values = labels.criterion_values(place, key)
            drafting.save_criterion(lead, shelf.draft_id, None, values)
            drafting.begin(lead, shelf.referential_id, key, shelf.draft_id, "")


def _notes(stage: Stage, person: UUID) -> None:
    """Write a note on each case and correct it: the messages of it lie among the others."""
    for case_id in stage.cases.values():
        if not stage.world.case(case_id).restricted:
            with stage.world.writing():
                actor = stage.world.actor(person)
                note = notes.write(case_id, actor, Audience.PARTNER, "Good news.", uuid4().hex)
                seen = notes.stamp(db.session.get_one(Note, note))
                notes.correct(case_id, note, actor, "Very good news.", seen, uuid4().hex)


def _people(stage: Stage, number: int) -> list[UUID]:
    own = stage.organisation_id
    for _ in range(number):
        stage.world.person(Role.PROGRAMME_OFFICER)
        stage.world.person(Role.COACH)
    return [stage.world.person(Role.PARTNER_LEAD, own) for _ in range(number)]


def _organisations_and_calls(stage: Stage, number: int) -> None:
    moment = now()
    giver = db.session.scalars(sa.select(User.id)).first()
    for index in range(number):
        other = stage.world.organisation(f"Organisation {uuid4().hex[:6]}")
        titles = {f"title_{lang}": f"Call {index}" for lang in ("fr", "nl", "en")}
        call = Call(
            **titles,
            opens_on=moment.date(),
            always_open=True,
            created_at=moment,
            updated_at=moment,
        )
        with stage.world.writing():
            db.session.add(call)
            closed = sa.select(sa.func.count()).select_from(ClosingDay)
            number_of_day = db.session.scalar(closed) or 0
            day = date(2033, 1, 1) + timedelta(days=number_of_day)
            db.session.add(ClosingDay(day=day, label="Closed"))
            db.session.add(
                CallExtension(
                    call_id=stage.call_id,
                    organisation_id=other,
                    until=date(2034, 1, 1),
                    reason="They asked for it.",
                    granted_by_id=giver,
                    created_at=moment,
                )
            )


def _conversation(stage: Stage, partner: UUID, *, answered: bool) -> None:
    """Start a request, send it, be asked back, answer: a case, deadlines, events, messages."""
    world = stage.world
    officer = next(p.user_id for p in stage.people if p.name == "programme_officer")
    assert officer is not None
    case_id = world.start("sample", partner, stage.organisation_id, title="A request")
    world.fire(case_id, "ask", partner)
    world.fire(case_id, "question", officer, reason="Please say more about it.")
    if answered:
        world.fire(case_id, "reply", partner, reason="Here is more about it.")


def _documents(stage: Stage, kind: str, people: list[UUID]) -> None:
    case = stage.case(kind)
    for person in [] if case.restricted else people:
        actor = stage.world.actor(person)
        arriving = documents.arriving(io.BytesIO(PDF), "paper.pdf")
        with stage.world.writing(), arriving as arrival:
            added = documents.add(
                stage.cases[kind], actor, "other", "Paper", False, arrival, uuid4().hex
            )
        arriving = documents.arriving(io.BytesIO(PDF + b"\n"), "paper.pdf")
        with stage.world.writing(), arriving as again:
            documents.add_version(stage.cases[kind], actor, added.document_id, again, uuid4().hex)


def _records(stage: Stage, kind: str, number: int) -> None:
    case = stage.case(kind)
    workflow = registry.get(case.workflow_key, case.workflow_version)
    with stage.world.writing():
        for section in workflow.sections:
            if not section.single:
                for position in range(number):
                    db.session.add(_row(section, case.id, position))
                    db.session.flush()


def _row(section: Section, case_id: UUID, position: int) -> Any:
    """Return a record with something in every column that must not be empty."""
    model, form = section.model, section.form()
    values: dict[str, Any] = {}
    for column in model.__table__.columns:
        if column.nullable or column.default is not None or column.server_default is not None:
            continue
        if column.foreign_keys:
            (key,) = column.foreign_keys
            values[column.key] = db.session.scalar(sa.select(key.column).limit(1))
        elif offered := [
            c for c, *_ in getattr(form._fields.get(column.key), "choices", []) or [] if c
        ]:
            values[column.key] = offered[-1]
        elif isinstance(column.type, sa.JSON):
            values[column.key] = []
        else:
            values[column.key] = _something(column.type.python_type)
    values |= {"id": new_id(), "case_id": case_id, "position": position}
    return model(**values)


def _something(kind: type) -> Any:
    known: dict[type, Any] = {
        str: "other",
        int: 1,
        bool: False,
        datetime: now(),
        date: date(2030, 5, 1),
        dict: {},
        list: [],
        UUID: UUID(int=1),
        object: now(),  # our own column type of moments
    }
    return known[kind]
