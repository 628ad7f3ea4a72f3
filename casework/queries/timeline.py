"""What happened to a case, newest first, as far as the reader may know it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.db import constants
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, CaseKey, Event, EventPayload, User
from casework.roles import Audience
from casework.vault import read_words
from casework.workflows.engine import Workflow

KINDS: dict[str, str] = {
    "approval": N_("Approval given"),
    "approvals_void": N_("Earlier approvals no longer count: the file has changed"),
    "waiver": N_("Warning set aside"),
    "document": N_("Document"),
    "document_withdrawn": N_("Document withdrawn"),
    "deadline_moved": N_("Deadline moved"),
    "assigned": N_("Person in charge named"),
    "note": N_("Note written"),
    "note_corrected": N_("Note corrected"),
    "note_withdrawn": N_("Note withdrawn"),
    "guest_invited": N_("Guest invited"),
    "guest_mailed": N_("Link sent to a guest again"),
    "guest_revoked": N_("Visit of a guest ended"),
    "guest_documents": N_("Documents shown to a guest"),
    "access_given": N_("Access given"),
    "access_ended": N_("Access ended"),
    "keeper_given": N_("Access given with the office"),
    "keeper_ended": N_("Access ended with the office"),
    "keeper_reset": N_("Access reset by two administrators, as nobody kept the case"),
    "identity_seen": N_("Looked who brought this in"),
    "identity_purged": N_("Who brought this in was forgotten"),
    "heard": N_("Whoever brought it has written"),
    "publication_read": N_("Redacted text read by a second member"),
    "published": N_("Redacted text published"),
    "publication_withdrawn": N_("Redacted text taken back"),
    "forgotten": N_("What was said here was forgotten"),
    "organisation": N_("Now with another record of the organisation"),
    "on_agenda": N_("Placed on the agenda of a meeting"),
    "off_agenda": N_("Taken off the agenda"),
    "sight_opened": N_("Opened to people of the committee"),
    "recused": N_("A member is recused"),
    "interest_dismissed": N_("A known tie was found to be no interest"),
    "postponed": N_("Put off by the committee"),
    "decision": N_("Decided by the committee"),
    "result": N_("Result of a criterion noted"),
    "evidence_carried": N_("Evidence of the last cycle answered"),
    "label_begun": N_("The label is in force"),
    "label_ended": N_("The label has ended"),
    "result_conflict": N_("Result taken offline kept beside a newer one"),
}
_LINE = (Event.seq, Event.kind, Event.name, Event.at, Event.from_state, Event.to_state)
HOUSE_KINDS = {
    "waiver",
    "assigned",
    "deadline_moved",
    "access_given",
    "access_ended",
    "keeper_given",
    "keeper_ended",
    "keeper_reset",
    "heard",
    "identity_seen",
    "identity_purged",
    "on_agenda",
    "off_agenda",
    "sight_opened",
    "recused",
    "interest_dismissed",
    "postponed",
    "decision",
    "result",
    "result_conflict",
}
NOTE_KINDS = {"note", "note_corrected", "note_withdrawn"}  # their name is their audience


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; ``title`` is an English text to be translated."""

    seq: int
    kind: str
    name: str
    title: str
    at: datetime
    actor: str | None
    words: Mapping[str, Any]
    from_state: str | None
    to_state: str | None


def entries(
    case: Case,
    workflow: Workflow,
    *,
    internal: bool,
    audiences: frozenset[Audience],
    limit: int = 30,
) -> list[Entry]:
    """Return the newest events of a case, in one query.

    Outside the house (``internal`` false) the house's own acts and records are left out; notes
    for others than ``audiences`` always are.
    """
    query = _newest_query(_known_to(workflow, audiences, internal=internal), moves=False)
    rows = db.session.connection().execute(query, {"case_id": case.id, "most": limit})
    return _entries(rows, workflow, internal=internal)


def entries_and_moves(
    case: Case,
    workflow: Workflow,
    *,
    internal: bool,
    audiences: frozenset[Audience],
    limit: int,
) -> tuple[list[Entry], list[tuple[str, datetime]]]:
    """Return what :func:`entries` and :func:`entries_into` do, in one query."""
    query = _newest_query(_known_to(workflow, audiences, internal=internal), moves=True)
    found = db.session.connection().execute(query, {"case_id": case.id, "most": limit})
    rows = found.all()
    moves = [(row.to_state, row.at) for row in reversed(rows) if row.kind == "transition"]
    return _entries(rows[:limit], workflow, internal=internal), moves


def _entries(rows: Iterable[Any], workflow: Workflow, *, internal: bool) -> list[Entry]:
    found = []
    for event in rows:
        words = read_words(event.text, event.sealed)
        if not internal and words.get("house_only"):
            continue
        found.append(entry_of(event, words, event.actor, workflow))
    return found


Known = tuple[frozenset[Audience], tuple[str, ...] | None]
"""For whom notes may be that a reader reads, and the sections hidden from somebody outside."""


def _known_to(workflow: Workflow, audiences: frozenset[Audience], *, internal: bool) -> Known:
    hidden = None if internal else tuple(s.key for s in workflow.sections if s.house_only)
    return audiences, hidden


@cache
def _newest_query(known: Known, *, moves: bool) -> Any:
    """Return the newest events with what a line needs, and with ``moves`` all moves before them.

    It is built once for each kind of reader.
    """
    audiences, hidden = known
    seen = [Event.case_id == sa.bindparam("case_id", type_=Event.case_id.type)]
    seen.append(notes_for(audiences))
    if hidden is not None:
        seen.append(known_outside(hidden))
    query = (
        sa.select(*_LINE, EventPayload.text, CaseKey.sealed, User.name.label("actor"))
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .outerjoin(CaseKey, CaseKey.case_id == Event.case_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(*seen)
        .order_by(Event.seq.desc())
    )
    most = sa.bindparam("most", type_=sa.Integer())
    if not moves:
        return query.limit(most)
    newest = sa.select(Event.seq).where(*seen).order_by(Event.seq.desc()).limit(most).subquery()
    since = sa.select(sa.func.min(newest.c.seq)).scalar_subquery()
    return query.where(sa.or_(Event.kind == "transition", Event.seq >= since))


def notes_for(audiences: Collection[Audience]) -> sa.ColumnElement[bool]:
    """Return the condition on events that leaves out what was noted for other audiences."""
    return sa.or_(Event.kind.not_in(constants(NOTE_KINDS)), Event.name.in_(constants(audiences)))


def known_outside(hidden: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition on events that leaves out the acts of the house.

    ``hidden`` are the sections of the house, whose records are the house's alone.
    """
    return sa.and_(
        Event.kind.not_in(constants(HOUSE_KINDS)),
        sa.not_(sa.and_(Event.kind == "record", Event.name.in_(constants(hidden)))),
    )


def record_history(case_id: UUID, section_key: str, record_id: UUID | None) -> list[Entry]:
    """Return every change of one record (or of a whole section), newest first, in one query."""
    query = (
        sa.select(Event, EventPayload.text, CaseKey.sealed, User.name)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .outerjoin(CaseKey, CaseKey.case_id == Event.case_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.case_id == case_id, Event.kind == "record", Event.name == section_key)
        .order_by(Event.seq.desc())
    )
    found = []
    for event, text, sealed, name in db.session.execute(query):
        words = read_words(text, sealed)
        if record_id is None or words.get("record_id") == str(record_id):
            found.append(entry_of(event, words, name, None))
    return found


def path(case_id: UUID) -> list[tuple[str | None, str]]:
    """Return the moves made so far, as pairs of states in order, in one query."""
    rows = db.session.execute(
        sa.select(Event.from_state, Event.to_state)
        .where(Event.case_id == case_id, Event.kind == "transition")
        .order_by(Event.seq)
    )
    return [(row.from_state, row.to_state) for row in rows]


def entries_into(case_id: UUID) -> list[tuple[str, datetime]]:
    """Return the states that were entered and when, in order, in one query."""
    rows = db.session.connection().execute(_entered_query(), {"case_id": case_id})
    return [(row.to_state, row.at) for row in rows]


@cache
def _entered_query() -> Any:
    return (
        sa.select(Event.to_state, Event.at)
        .where(Event.case_id == sa.bindparam("case_id"), Event.kind == "transition")
        .order_by(Event.seq)
    )


def entry_of(
    event: Event | sa.Row[Any],
    words: Mapping[str, Any],
    actor: str | None,
    workflow: Workflow | None,
) -> Entry:
    """Return an event as a line of the timeline, its title in the words of its workflow."""
    return Entry(
        event.seq,
        event.kind,
        event.name,
        title_of(event, workflow),
        event.at,
        actor,
        words,
        event.from_state,
        event.to_state,
    )


def title_of(event: Event | sa.Row[Any], workflow: Workflow | None) -> str:
    """Return what an act is called, as an English text to be translated."""
    if workflow is not None and event.kind == "transition":
        transition = workflow.transition_by_name.get(event.name)
        return transition.done if transition else event.name
    if workflow is not None and event.kind == "record":
        section = workflow.section_by_key.get(event.name)
        return section.label if section else event.name
    return KINDS.get(event.kind, event.kind)
