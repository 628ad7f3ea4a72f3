"""Verifying every chain of events, some cases at a time, and keeping what was found."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.i18n import N_
from casework.models import Case
from casework.services import events
from casework.services.background_run import Run
from casework.services.exporting.snapshot import snapshot

BATCH = 100
MOST_FAULTS = 200  # told by name; of more, how many


def verify_all(run: Run) -> None:
    """Check the chains of all cases there are (a handler of long work).

    Each batch is read as of one moment, so that an act under way is not taken for a fault.
    """
    memory = run.memory
    memory.setdefault("after", "")
    memory.setdefault("faults", [])
    memory.setdefault("number_of_faults", 0)
    with snapshot():
        total = db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
    while True:
        with snapshot():
            ids = _next(memory["after"])
            faults = events.verify(ids) if ids else []
        if not ids:
            break
        done = run.done + len(ids)
        memory["after"] = str(ids[-1])
        memory["number_of_faults"] += len(faults)
        memory["faults"] = [*memory["faults"], *faults][:MOST_FAULTS]
        with run.step(done, max(total, done + 1)):
            pass
    run.result({"lines": _said(run.done, memory["number_of_faults"]), "cases": run.done})


def _next(after: str) -> list[UUID]:
    query = sa.select(Case.id).order_by(Case.id).limit(BATCH)
    if after:
        query = query.where(Case.id > UUID(after))
    return list(db.session.scalars(query))


def _said(cases: int, faults: int) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = [
        {"text": N_("%(number)s cases were verified."), "params": {"number": cases}}
    ]
    if faults:
        lines.append({"text": N_("%(number)s faults were found."), "params": {"number": faults}})
    else:
        lines.append(
            {"text": N_("Every chain holds: nothing was changed or taken out."), "params": {}}
        )
    return lines
