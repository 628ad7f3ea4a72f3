"""The sweep: every few minutes, tell what is due, once.

It asks what is due, not what day it is: a run that was missed is made up for by the next one.
Ids are read unlocked; then, in batches of cases in the order of their ids, the cases are locked,
the reminders read again, the messages written and the reminders marked, in one transaction a
batch. A case that somebody else holds just then is left to the next sweep.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework import policy
from casework.clock import now as clock_now
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Deadline, Heartbeat, Reminder
from casework.services import heartbeats, lapsing, outbox, timed_moves
from casework.services.committees import timed as committees
from casework.services.deadlines.reminders import due_deadlines
from casework.services.deadlines.sharing import Due, Share, roles_needed, share_out, telling
from casework.services.labels import lapsing as labels
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule

BATCH = 100
"""How many cases are locked in one transaction."""

log = structlog.get_logger(__name__)


@dataclass
class SweepResult:
    """What one sweep did: reminders sent and superseded, moves made; and what it could not do."""

    done: int = 0
    superseded: int = 0
    moved: int = 0
    refused: int = 0
    failed: int = 0


def sweep() -> SweepResult:
    """Write the messages of the reminders that are due, and make the moves that are due.

    Owns its transactions. May run twice, also at once, and be killed anywhere: what was
    committed is done, what was not is done by the next sweep. At the end a worker is woken for
    all mails that wait, those that an earlier worker left behind included.
    """
    now, began = clock_now(), time.monotonic()
    result = SweepResult()
    _tell(due_case_ids(now), now, result)
    lapsing.lapse_due(now)
    made = timed_moves.make_due(now)
    result.moved, result.refused = made.moved, made.refused
    committees.tell_due(now)
    result.moved += labels.follow_calendar(now)
    with unit_of_work(db.session):
        heartbeats.beat(heartbeats.SWEEP, now, time.monotonic() - began)
    outbox.wake()
    log.info("sweep.done", **vars(result))
    return result


def last_sweep() -> datetime | None:
    """Return when a sweep last ran to its end; None if none ever did."""
    return db.session.scalar(sa.select(Heartbeat.at).where(Heartbeat.name == heartbeats.SWEEP))


def due_case_ids(now: datetime) -> list[UUID]:
    """Return the cases of which a reminder is due, in the order of their ids (one query)."""
    ids = db.session.scalars(due_cases(now)).all()
    db.session.rollback()  # the end of reading
    return [case_id for case_id in ids if case_id is not None]


def due_cases(now: datetime) -> sa.Select[UUID | None]:
    """Return the query for these cases; it begins with the reminders that are due."""
    return (
        sa.select(Deadline.case_id)
        .where(
            Deadline.state == "open",
            Deadline.id.in_(due_deadlines(now)),
            Deadline.case_id.is_not(None),
        )
        .distinct()
        .order_by(Deadline.case_id)
    )


def _tell(case_ids: Sequence[UUID], now: datetime, result: SweepResult) -> None:
    """Tell in batches; where a batch fails, case by case, so that one does not hold up many."""
    for batch in _batches(case_ids):
        try:
            with unit_of_work(db.session):
                done, superseded = tell_batch(batch, now)
        except sa.exc.OperationalError:
            raise
        except Exception:  # the others of the batch are told all the same
            log.exception("sweep.batch_failed", cases=[str(i) for i in batch])
            if len(batch) == 1:
                result.failed += 1
            else:
                for case_id in batch:
                    _tell([case_id], now, result)
            continue
        result.done += done
        result.superseded += superseded


def tell_batch(case_ids: Iterable[UUID], now: datetime) -> tuple[int, int]:
    """Write the messages of some cases' due reminders and mark them; return sent, superseded.

    Does not commit. The number of statements does not depend on how many reminders there are.
    """
    cases = {case.id: case for case in _lock(case_ids)}
    due = _read_again(cases, now)
    if not due:
        return 0, 0
    people = policy.holders(db.session, list(cases.values()), roles_needed(due), now)
    shares = share_out(due, people)
    for share in shares:
        if share.nobody:
            log.warning("reminder.nobody_to_tell", reminder=str(share.due.reminder.id))
    outbox.queue_many([telling(s, now) for s in shares if s.recipients], now)
    superseded = _mark(shares, "superseded", now)
    return _mark(shares, "done", now), superseded


def _lock(case_ids: Iterable[UUID]) -> Sequence[Case]:
    return db.session.scalars(
        sa.select(Case)
        .where(Case.id.in_(list(case_ids)))
        .order_by(Case.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _read_again(cases: dict[UUID, Case], now: datetime) -> list[Due]:
    rows = db.session.execute(
        sa.select(Reminder, Deadline, Case.id)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(Case.id.in_(list(cases)), *_is_due(now))
        .execution_options(populate_existing=True)
    )
    due = []
    for reminder, deadline, case_id in rows:
        case = cases[case_id]
        rule = rule_of(case, deadline)
        if rule is None:
            log.warning("reminder.rule_gone", case=case.reference, rule=deadline.rule)
            reminder.state = "cancelled"
        else:
            due.append(Due(reminder, deadline, case, rule))
    return due


def rule_of(case: Case, deadline: Deadline) -> DeadlineRule | None:
    """Return the declared rule of a deadline; None when its workflow no longer has it.

    Raises UnknownWorkflowError when the workflow itself is gone.
    """
    workflow = registry.get(case.workflow_key, case.workflow_version)
    return workflow.deadline_by_key.get(deadline.rule)


def _mark(shares: Iterable[Share], state: str, now: datetime) -> int:
    ids = [s.due.reminder.id for s in shares if s.superseded == (state == "superseded")]
    if ids:
        db.session.execute(
            sa.update(Reminder)
            .where(Reminder.id.in_(ids))
            .values(state=state, done_at=now)
            .execution_options(synchronize_session=False)
        )
    return len(ids)


def _is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Reminder.state == "pending", Reminder.at <= now, Deadline.state == "open")


def _batches(case_ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    for start in range(0, len(case_ids), BATCH):
        yield case_ids[start : start + BATCH]
