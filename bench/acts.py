"""The times of what writes: one move, by the service and by POST, and a sweep of what is due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench.cast import LEAD
from bench.site import Site, cookie_kept, csrf_token, form_key
from bench.timing import Times, in_turn, statements
from casework import policy
from casework.clock import now
from casework.db import announce_write, unit_of_work
from casework.extensions import db
from casework.models import Case, Deadline, Message, Reminder
from casework.services import cases, sweep
from casework.workflows import registry

FROM, MOVE = "idea_submitted", "match"
MOVES, WARM = 20, 5
DUE = 1_000
SWEEPS = 3


def moves(site: Site, plain: Callable[[], Any], lead: FlaskClient) -> dict[str, Any]:
    """Measure one move, by the service and by a form, in turn with the bare list."""
    with site.app.app_context():
        engine = db.engine
        rows = _waiting()
        actor = policy.actor_of(db.session, site.person(LEAD), now())
    waiting = iter(rows)
    rounds = max(1, min(MOVES, (len(rows) - 1) // 2 - WARM))
    token = csrf_token(lead.get("/desk").text)
    as_before = cookie_kept(lead)

    def fire() -> None:
        case_id, _reference, version = next(waiting)
        with site.app.app_context(), unit_of_work(db.session):
            cases.fire(case_id, MOVE, actor, {}, version, form_key())

    def post() -> None:
        _case_id, reference, version = next(waiting)
        as_before()
        sent = {"csrf_token": token, "once": form_key(), "version": str(version)}
        answer = lead.post(f"/cases/{reference}/do/{MOVE}", data=sent)
        if answer.status_code != 303:
            raise RuntimeError(f"the move of {reference} was answered {answer.status_code}")

    acts = {"bare list": plain, "fire()": fire, "fire() by POST": post}
    times = in_turn(acts, rounds, min(WARM, max(0, (len(rows) - 1) // 2 - rounds)))
    with statements(engine) as said:
        post()
    found: dict[str, Any] = {name: asdict(value) for name, value in times.items()}
    return {**found, "statements of the POST": len(said)}


def _waiting() -> list[tuple[UUID, str, int]]:
    """Return the cases that wait for the move: who they are, and in which version."""
    rows = db.session.execute(
        sa.select(Case.id, Case.reference, Case.version)
        .where(Case.state == FROM, Case.restricted.is_(False))
        .order_by(Case.id)
        .limit(2 * (MOVES + WARM) + 1)
    )
    return [(row.id, row.reference, row.version) for row in rows]


def sweeps() -> dict[str, Any]:
    """Measure a sweep in which a thousand reminders are due, and a bare insert of its messages."""
    sweep.sweep()  # what was due anyway
    due = _due_reminders()
    taken: list[float] = []
    bare: list[float] = []
    counts = {"statements": 0, "messages": 0, "cases": 0}
    for _ in range(SWEEPS + 1):
        _make_due(due)
        batches = len(sweep.due_case_ids(now()))
        db.session.remove()
        with statements(db.engine) as said:
            begin = time.perf_counter()
            sweep.sweep()
            taken.append(time.perf_counter() - begin)
        rows = _written(due)
        counts = {"statements": len(said), "messages": len(rows), "cases": batches}
        bare.append(_insert(rows))
    swept, inserted = Times.of(taken[1:]), Times.of(bare[1:])
    per_batch = counts["statements"] * 100 / len(due)
    return {
        "reminders": len(due),
        **counts,
        "sweep": asdict(swept),
        "bare insert": asdict(inserted),
        "statements per 100": round(per_batch, 1),
        "reminders a second": round(len(due) / swept.median * 1000),
        "messages a second": round(counts["messages"] / swept.median * 1000),
        "bare rows a second": round(counts["messages"] / inserted.median * 1000),
    }


def _due_reminders() -> list[UUID]:
    """Choose a thousand reminders of open deadlines: of each deadline one for each audience."""
    moving = {r.key for w in registry.every() for r in w.deadlines if r.fires}
    rows = db.session.execute(
        sa.select(Reminder.id, Reminder.deadline_id, Reminder.audience)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .where(Deadline.state == "open", Deadline.rule.not_in(moving))
        .order_by(Deadline.case_id, Reminder.deadline_id, Reminder.at.desc())
        .limit(20 * DUE)
    )
    found = {(row.deadline_id, row.audience): row.id for row in rows}
    db.session.remove()
    return list(found.values())[:DUE]


def _make_due(ids: list[UUID]) -> None:
    """Make reminders due an hour ago, as if nobody had been told of them."""
    occasions = [f"reminder:{i}" for i in ids]
    with _writing():
        for part in _parts(occasions):
            db.session.execute(sa.delete(Message).where(Message.occasion.in_(part)))
        for part in _parts(ids):
            db.session.execute(
                sa.update(Reminder)
                .where(Reminder.id.in_(part))
                .values(state="pending", done_at=None, at=now() - timedelta(hours=1))
                .execution_options(synchronize_session=False)
            )
    db.session.remove()


def _written(ids: list[UUID]) -> list[dict[str, Any]]:
    """Return the messages that the sweep has written, all columns of them."""
    table = Message.__table__
    found: list[dict[str, Any]] = []
    for part in _parts([f"reminder:{i}" for i in ids]):
        rows = db.session.execute(sa.select(table).where(table.c.occasion.in_(part)))
        found += [dict(row) for row in rows.mappings()]
    db.session.remove()
    return found


def _insert(rows: list[dict[str, Any]]) -> float:
    """Take the messages away, write them again in batches and nothing else, and take the time."""
    table: Any = Message.__table__
    with _writing():
        for part in _parts([row["id"] for row in rows]):
            db.session.execute(sa.delete(table).where(table.c.id.in_(part)))
    begin = time.perf_counter()
    for part in _parts(rows, 100):
        with _writing():
            db.session.execute(sa.insert(table), part)
    taken = time.perf_counter() - begin
    db.session.remove()
    return taken


def _writing() -> Any:
    announce_write()
    db.session.rollback()
    return unit_of_work(db.session)


def _parts(values: list[Any], size: int = 500) -> Iterator[list[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
