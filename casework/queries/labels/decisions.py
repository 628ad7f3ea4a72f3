"""The decisions on a label audit as its event log tells them, each with what it was taken on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.i18n import N_
from casework.labels.outcome import Tally
from casework.models import CaseKey, Committee, Event, EventPayload
from casework.models.label_audit import Snapshot
from casework.vault import read_words

DECISIONS: Mapping[str, str] = {
    "award": N_("Your cooperative receives the label."),
    "refuse": N_("Your cooperative does not receive the label."),
    "defer": N_("The decision on your label is deferred."),
    "award_on_appeal": N_("On your appeal the decision is reversed: you receive the label."),
    "refuse_on_appeal": N_("On your appeal the decision is reversed: you do not have the label."),
    "confirm_on_appeal": N_("On your appeal the decision is confirmed."),
    "send_back": N_("On your appeal the case goes back to the audit."),
}
"""What each move that a committee decides on says to the cooperative."""
FIRST = ("award", "refuse", "defer")
"""The decisions that can be appealed against."""
CONFIRMED = "confirm_on_appeal"


@dataclass(frozen=True)
class Unmet:
    """A criterion that was not met, as it counted in the decision."""

    code: str
    kind: str
    result: str


@dataclass(frozen=True)
class Given:
    """The label that a decision gave: its number without a version, its days."""

    number: str
    first: date
    last: date


@dataclass(frozen=True)
class Decision:
    """A decision: ``seq`` is its place in the case's log, ``motive`` the committee's words.

    ``mandatory`` and ``recommended`` are what the rule computed then, and ``level`` which one of a
    ladder was reached; none where nothing was computed anew (an appeal that confirms). ``label``
    is the one that it gave; none where one goes on, or none was given.
    """

    seq: int
    name: str
    at: datetime
    motive: str
    said: Mapping[str, Any]
    mandatory: Tally | None = None
    recommended: Tally | None = None
    level: int | None = None
    unmet: Sequence[Unmet] = ()
    parameters: Mapping[str, Any] | None = None
    label: Given | None = None


def of_case(case_id: UUID) -> list[Decision]:
    """Return the decisions on a case, the newest first (two queries)."""
    rows = db.session.execute(
        sa.select(Event.seq, Event.name, Event.at, EventPayload.text, CaseKey.sealed)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .outerjoin(CaseKey, CaseKey.case_id == Event.case_id)
        .where(
            Event.case_id == case_id, Event.kind == "transition", Event.name.in_(list(DECISIONS))
        )
        .order_by(Event.seq.desc())
    ).all()
    kept = sa.select(Snapshot.hash, Snapshot.canonical).where(Snapshot.case_id == case_id)
    frozen = (
        {row.hash: json.loads(row.canonical) for row in db.session.execute(kept)} if rows else {}
    )
    return [_decision(row, frozen) for row in rows]


def body(kind: str) -> Committee | None:
    """Return the active committee of a kind."""
    query = sa.select(Committee).where(Committee.kind == kind, Committee.active.is_(True))
    return db.session.scalars(query.order_by(Committee.created_at).limit(1)).first()


def _decision(row: Any, frozen: Mapping[str, Any]) -> Decision:
    words = read_words(row.text, row.sealed)
    said = words.get("data") or {}
    taken_on = frozen.get(words.get("snapshot", ""), {})
    outcome = taken_on.get("outcome") or {}
    return Decision(
        seq=row.seq,
        name=row.name,
        at=row.at,
        motive=str(said.get("motive") or ""),
        said=said,
        mandatory=Tally(*outcome["mandatory"]) if outcome else None,
        recommended=Tally(*outcome["recommended"]) if outcome else None,
        level=outcome.get("level"),
        unmet=tuple(
            Unmet(each["criterion"], each["kind"], each["result"])
            for each in taken_on.get("results", ())
            if each["result"] in {"not_met", "partial", "not_assessed"}
        ),
        parameters=(taken_on.get("scheme") or {}).get("parameters"),
        label=_given(words),
    )


def _given(words: Mapping[str, Any]) -> Given | None:
    days = words.get("starts_on"), words.get("ends_on")
    if not all(days):
        return None
    first, last = (date.fromisoformat(str(day)) for day in days)
    return Given(str(words["number"]), first, last)
