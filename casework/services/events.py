"""The event log: append to it, read it, prove it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import Case, Event, EventPayload
from casework.models.sealing import key_of
from casework.vault import seal_words
from casework.workflows.declaration import Money


def append(
    case: Case,
    kind: str,
    actor_id: UUID | None,
    *,
    name: str = "",
    from_state: str | None = None,
    to_state: str | None = None,
    payload: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """Append an event to the chain of a locked case and return it.

    ``payload`` holds what may one day have to be forgotten (texts, figures, names); the chain
    keeps only its salted digest. Of a restricted case the words are sealed with the case's own key,
    and the digest is that of the sealed text: the chain holds also when the key is destroyed.
    """
    moment = at or now()
    event_id = new_id()
    words = _payload(case, event_id, payload) if payload else None
    case.event_count += 1
    canonical = _canonical(
        {
            "id": event_id,
            "case": case.id,
            "seq": case.event_count,
            "kind": kind,
            "name": name,
            "at": moment,
            "actor": actor_id,
            "from": from_state,
            "to": to_state,
            "payload": _digest(words.salt, words.text) if words else None,
            "previous": case.event_hash,
        }
    )
    case.event_hash = hashlib.sha256(canonical.encode()).hexdigest()
    case.updated_at = moment
    event = Event(
        id=event_id,
        case_id=case.id,
        seq=case.event_count,
        kind=kind,
        name=name,
        at=moment,
        actor_id=actor_id,
        from_state=from_state,
        to_state=to_state,
        canonical=canonical,
        hash=case.event_hash,
    )
    db.session.add(event)
    db.session.flush()
    if words:
        db.session.add(words)
    return event


def plain(value: Any) -> Any:
    """Return a value as plain JSON data: dates as ISO text, identifiers and enums as text."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(v) for v in value), key=str)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, Money):
        return {"cents": value.cents, "currency": value.currency}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return value


def verify(case_ids: Iterable[UUID] | None = None) -> list[str]:
    """Check the chains of the given cases, or of all; return every fault as a sentence."""
    query = sa.select(Case.id, Case.reference, Case.state, Case.event_count, Case.event_hash)
    if case_ids is not None:
        query = query.where(Case.id.in_(list(case_ids)))
    return [fault for row in db.session.execute(query) for fault in _verify_case(row)]


def _verify_case(case: Any) -> Iterator[str]:
    rows = db.session.execute(
        sa.select(Event, EventPayload.salt, EventPayload.text)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.case_id == case.id)
        .order_by(Event.seq)
    )
    previous, count, state = "", 0, None
    for event, salt, text in rows:
        count += 1
        where = f"{case.reference}, event {event.seq}"
        said = _said(event)
        if hashlib.sha256(event.canonical.encode()).hexdigest() != event.hash:
            yield f"{where}: the text does not match its hash"
        if event.seq != count or said.get("previous") != previous:
            yield f"{where}: the chain is broken"
        if not _columns_match(event, said):
            yield f"{where}: the columns do not match the text"
        if _words_changed(salt, text, said.get("payload")):
            yield f"{where}: the payload has been changed"
        if event.kind == "transition":
            if event.from_state != state:
                yield f"{where}: the move starts in {event.from_state}, the case stood in {state}"
            state = event.to_state
        previous = event.hash
    if count != case.event_count or previous != case.event_hash:
        yield f"{case.reference}: events are missing at the end of the chain"
    if state != case.state:
        yield f"{case.reference}: the case stands in {case.state}, its events say {state}"


def _columns_match(event: Event, said: Mapping[str, Any]) -> bool:
    columns = {
        "id": event.id,
        "case": event.case_id,
        "seq": event.seq,
        "kind": event.kind,
        "name": event.name,
        "at": event.at,
        "actor": event.actor_id,
        "from": event.from_state,
        "to": event.to_state,
    }
    return all(key in said and plain(value) == said[key] for key, value in columns.items())


def _words_changed(salt: str | None, text: str | None, digest: Any) -> bool:
    """Say whether a payload differs from its digest; one that was destroyed does not."""
    return salt is not None and text is not None and _digest(salt, text) != digest


def _said(event: Event) -> dict[str, Any]:
    """Return what the event's text says; nothing when somebody has made nonsense of it."""
    try:
        said = json.loads(event.canonical)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _payload(case: Case, event_id: UUID, payload: Mapping[str, Any]) -> EventPayload:
    text = _canonical(payload)
    key = key_of(db.session.connection(), case.id) if case.restricted else None
    if key is not None:
        text = seal_words(text, key)
    return EventPayload(event_id=event_id, salt=secrets.token_hex(16), text=text)


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()
