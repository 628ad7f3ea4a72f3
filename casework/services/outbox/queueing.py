"""Message rows: written in the transaction of what they tell of, each occasion once a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite

from casework.db import new_id
from casework.extensions import db, settings
from casework.models import Case, Message
from casework.policy import Holder
from casework.services.outbox.kinds import chosen, mail_state_for

_OPAQUE = frozenset({"event_id", "due", "partner_due", "deadline_id"})


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing to tell, to some people, on one occasion.

    ``params`` are plain values (texts, numbers, ISO moments) for the template's words.
    """

    recipients: Sequence[Holder]
    occasion: str
    kind: str
    template: str
    case: Case | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    compulsory: bool = False
    in_inbox: bool = True


def queue(
    recipients: Iterable[Holder],
    *,
    occasion: str,
    kind: str,
    template: str,
    params: Mapping[str, Any],
    case: Case | None,
    now: datetime,
    compulsory: bool = False,
    in_inbox: bool = True,
) -> None:
    """Write the messages of one occasion; who was told of it already is not told again."""
    telling = Telling(
        recipients=tuple(recipients),
        occasion=occasion,
        kind=kind,
        template=template,
        case=case,
        params=params,
        compulsory=compulsory,
        in_inbox=in_inbox,
    )
    queue_many([telling], now)


def queue_many(tellings: Iterable[Telling], now: datetime) -> None:
    """Write the messages of many occasions, in two statements however many there are.

    Neither commits nor sends: whoever owns the transaction commits and then calls ``nudge()``.
    """
    pairs = [(telling, holder) for telling in tellings for holder in telling.recipients]
    if not pairs:
        return
    choices = chosen((h.user_id for _, h in pairs), (t.kind for t, _ in pairs))
    rows = [
        message_values(
            holder.user_id,
            telling,
            mail_state_for(
                choices.get((holder.user_id, telling.kind)), compulsory=telling.compulsory
            ),
            now,
        )
        for telling, holder in pairs
    ]
    db.session.flush()
    db.session.execute(insert_once(), rows)


def insert_once() -> Any:
    """Return an INSERT of messages that passes over an occasion its recipient was told of."""
    postgres = db.session.get_bind().dialect.name == "postgresql"
    # the table, not the class: rows are inserted as they are, many at a time
    table: Any = Message.__table__
    insert: Any = postgresql.insert(table) if postgres else sqlite.insert(table)
    return insert.on_conflict_do_nothing(index_elements=["recipient_id", "occasion"])


def message_values(
    recipient_id: UUID, telling: Telling, mail_state: str, now: datetime
) -> dict[str, Any]:
    """Return all columns of a new message row."""
    message_id = new_id()
    return {
        "id": message_id,
        "recipient_id": recipient_id,
        "case_id": telling.case.id if telling.case else None,
        "occasion": telling.occasion,
        "kind": telling.kind,
        "template": telling.template,
        "params": _params(telling),
        "compulsory": telling.compulsory,
        "created_at": now,
        "in_inbox": telling.in_inbox,
        "mail_state": mail_state,
        "mail_message_id": f"<{message_id}@{_mail_domain()}>",
        "attempts": 0,
        "next_attempt_at": now if mail_state == "pending" else None,
        "last_error": "",
    }


def _params(telling: Telling) -> dict[str, Any]:
    """Return the values to keep: none that could give a restricted case away."""
    params = dict(telling.params)
    case = telling.case
    if case is not None and case.next_due_at is not None:
        params.setdefault("due", case.next_due_at.isoformat())
    if case is not None and case.partner_due_at is not None:
        params.setdefault("partner_due", case.partner_due_at.isoformat())
    if case is not None and case.restricted:
        return {name: value for name, value in params.items() if name in _OPAQUE}
    return params


def _mail_domain() -> str:
    return parseaddr(settings().mail_from)[1].rpartition("@")[2]
