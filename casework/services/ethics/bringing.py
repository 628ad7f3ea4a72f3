"""A matter brought by somebody without an account, and their way back by the receipt code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case
from casework.models.ethics_case import Exchange
from casework.roles import Role
from casework.services import cases, events, outbox, receipts
from casework.services.errors import NotFoundError
from casework.services.secrecy import identities
from casework.workflows import registry

WORKFLOW = "ethics_case"
LONGEST = 10_000


@dataclass(frozen=True)
class Receipt:
    """What the holder of a receipt code reads: where the matter stands, and what was written."""

    reference: str
    state: str
    since: datetime
    open: bool
    messages: tuple[Exchange, ...]


def bring(
    data: Mapping[str, Any], manner: str, who: Mapping[str, str], language: str, key: str
) -> str:
    """Open a case for a stranger and return the receipt code; the same form again, the same code.

    ``data`` is what it is about, ``who`` what they gave of themselves: the two never meet, neither
    in the case nor in its history. Raises InvalidError, RefusedError.
    """
    workflow = registry.latest(WORKFLOW)
    done = cases.open_case(workflow, "bring", policy.SYSTEM, None, data, key, language)
    code = identities.code_of(key)
    if not done.repeated:
        identities.keep(cases.lock(done.case_id), manner, who, language, now(), code)
    return code


def show(code: str) -> Receipt | None:
    """Return what the holder of a code reads; None for a wrong code and for one that is purged."""
    reporter = identities.by_code(code)
    if reporter is None:
        return None
    case = db.session.get_one(Case, reporter.case_id)
    state = cases.workflow_of(case).state_by_key[case.state]
    rows = db.session.scalars(
        sa.select(Exchange)
        .where(Exchange.case_id == case.id, Exchange.removed_at.is_(None))
        .order_by(Exchange.created_at, Exchange.id)
    )
    since = case.state_since
    return Receipt(case.reference, state.public_label, since, not state.final, tuple(rows))


def write(code: str, text: str, key: str) -> None:
    """Add a message of whoever holds the code, and tell those who keep the case.

    Raises NotFoundError for a code that opens nothing, or a case that is closed.
    """
    reporter = identities.by_code(code)
    if reporter is None:
        raise NotFoundError("receipt")
    case = cases.lock(reporter.case_id)
    workflow = cases.workflow_of(case)
    if workflow.state_by_key[case.state].final or not text.strip():
        raise NotFoundError("receipt")
    if receipts.find(key, None) is not None:
        return
    moment = now()
    row = Exchange(
        id=new_id(),
        case_id=case.id,
        created_at=moment,
        updated_at=moment,
        from_reporter=True,
        text=text.strip()[:LONGEST],
    )
    db.session.add(row)
    db.session.flush()
    event = events.append(case, "heard", None, at=moment)
    _tell(case, str(event.id), moment)
    receipts.keep(key, None, {}, moment)


def _tell(case: Case, event_id: str, moment: datetime) -> None:
    secrecy = cases.workflow_of(case).secrecy
    keepers: frozenset[Role] = secrecy.keepers if secrecy else frozenset()
    people = policy.holders(db.session, [case], keepers, moment)
    outbox.queue(
        {h.user_id: h for holders in people.values() for h in holders}.values(),
        occasion=f"event:{event_id}:0",
        kind="case_moved",
        template="words",
        params={
            "event_id": event_id,
            "subject": N_("Whoever brought it has written"),
            "line": N_("Whoever brought %(reference)s has written: read it, and answer."),
        },
        case=case,
        now=moment,
    )
