"""Message rows: written in the transaction of what they tell of, each occasion once a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from casework.db import insert_into, new_id
from casework.extensions import db, settings
from casework.i18n import is_declared
from casework.models import Case, Message
from casework.policy import Holder
from casework.services.outbox import substitutes
from casework.services.outbox.kinds import chosen, mail_state_for
from casework.services.outbox.nudging import note_waiting
from casework.services.outbox.substitutes import Copy
from casework.services.outbox.telling import Telling


def _declared(text: str) -> None:
    if not is_declared(text):
        raise ValueError("a text that nobody has declared")


OPAQUE: Mapping[str, Callable[[str], Any]] = {
    "event_id": UUID,
    "deadline_id": UUID,
    "due": datetime.fromisoformat,
    "partner_due": datetime.fromisoformat,
    "subject": _declared,
    "line": _declared,
}
"""What may stand beside a restricted case: ids, moments, and words that stand in the code.

Each with what raises ValueError for anything else.
"""


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
    made_by: UUID | None = None,
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
        made_by=made_by,
    )
    queue_many([telling], now)


def queue_many(tellings: Iterable[Telling], now: datetime) -> None:
    """Write the messages of many occasions, in a few statements however many there are.

    Substitutes get what those would who are away (:mod:`.substitutes`). Neither commits nor
    sends: whoever owns the transaction commits and then calls ``nudge()``.
    """
    wanted = substitutes.copies(tellings, now)
    if not wanted:
        return
    choices = chosen((c.holder.user_id for c in wanted), (c.telling.kind for c in wanted))
    db.session.flush()
    rows = [_copied(copy, choices, now) for copy in wanted]
    db.session.execute(insert_once(), rows)
    if any(row["mail_state"] == "pending" for row in rows):
        note_waiting()


def _copied(copy: Copy, choices: Mapping[tuple[UUID, str], str], now: datetime) -> dict[str, Any]:
    """Return the row of one copy; what went to a substitute is read and makes no mail."""
    telling, person = copy.telling, copy.holder.user_id
    if copy.went_to is not None:
        values = message_values(person, telling, "none", now)
        values["read_at"] = now
        values["params"] |= {"went_to": str(copy.went_to)}
        return values
    choice = choices.get((person, telling.kind))
    state = mail_state_for(choice, compulsory=telling.compulsory)
    values = message_values(person, telling, state, now)
    if copy.instead_of is not None:
        values["params"] |= {"instead_of": str(copy.instead_of)}
    return values


def insert_once() -> Any:
    """Return an INSERT of messages that passes over an occasion its recipient was told of."""
    insert = insert_into(Message, db.session)
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
        "read_at": None,
        "mail_state": mail_state,
        "mail_message_id": f"<{message_id}@{_mail_domain()}>",
        "attempts": 0,
        "next_attempt_at": now if mail_state == "pending" else None,
        "last_error": "",
    }


def _params(telling: Telling) -> dict[str, Any]:
    """Return the values to keep: none that could give a restricted case away.

    Raises ValueError where a text would stand in the place of an id, a moment or a declared word.
    """
    params = dict(telling.params)
    case = telling.case
    if case is not None and case.next_due_at is not None:
        params.setdefault("due", case.next_due_at.isoformat())
    if case is not None and case.partner_due_at is not None:
        params.setdefault("partner_due", case.partner_due_at.isoformat())
    if case is not None and case.restricted:
        return _opaque(params)
    return params


def _opaque(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return of these values those that give nothing away. Raises ValueError for a text in one."""
    kept = {name: value for name, value in params.items() if name in OPAQUE}
    for name, value in kept.items():
        OPAQUE[name](value)
    return kept


def _mail_domain() -> str:
    return parseaddr(settings().mail_from)[1].rpartition("@")[2]
