"""Who brought a case: kept sealed, looked at with a reason, forgotten some time after closing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework import policy, vault
from casework.calendar import add_months
from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db, house_day, settings
from casework.i18n import N_
from casework.models import Case, Reporter
from casework.policy import Actor
from casework.services import cases, events, receipts
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.sign_in import tokens
from casework.workflows.declaration import Reason

CODE_GROUPS, CODE_LETTERS = 4, 4
SHORTEST_REASON = 10
REASON_NEEDED = N_("Say in ten characters or more why you must know: it stays in the history.")
BATCH = 50
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

log = structlog.get_logger(__name__)


def code_of(key: str) -> str:
    """Return the receipt code for the form with this key: the same form, sent again, the same."""
    digest = int.from_bytes(tokens.keyed(f"receipt code {key}"), "big")
    letters = []
    for _ in range(CODE_GROUPS * CODE_LETTERS):
        digest, place = divmod(digest, len(_LETTERS))
        letters.append(_LETTERS[place])
    text = "".join(letters)
    return "-".join(text[n : n + CODE_LETTERS] for n in range(0, len(text), CODE_LETTERS))


def keep(
    case: Case,
    manner: str,
    who: Mapping[str, str],
    language: str,
    moment: datetime,
    code: str,
) -> None:
    """Keep who brought a new case, and the hash of the receipt code that was given them.

    ``manner`` is ``named``, ``pseudonymous`` or ``anonymous``; ``who`` what they gave of
    themselves.
    """
    db.session.add(
        Reporter(
            case_id=case.id,
            manner=manner,
            sealed=vault.seal(json.dumps(dict(who), ensure_ascii=False)),
            code_hash=_hash(code),
            language=language,
            created_at=moment,
        )
    )
    db.session.flush()


def by_code(code: str) -> Reporter | None:
    """Return who holds this receipt code; None for a wrong one and for one that was purged."""
    return db.session.scalar(sa.select(Reporter).where(Reporter.code_hash == _hash(code)))


def of_case(case_id: UUID) -> Reporter | None:
    """Return who brought a case, as long as nobody looks inside."""
    return db.session.scalar(sa.select(Reporter).where(Reporter.case_id == case_id))


def look(case_id: UUID, reason: str, actor: Actor, key: str) -> dict[str, str] | None:
    """Return who brought a case, after an event and a line in the log that say who looked and why.

    None when they gave nothing, when it was purged, or when no key opens it. Raises NotFoundError,
    ForbiddenError, RefusedError.
    """
    case = cases.lock(case_id)
    if not policy.may_see(actor, case):
        raise NotFoundError(str(case_id))
    if not policy.may_keep(actor, case, cases.workflow_of(case)):
        raise ForbiddenError("identity")
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError("identity", [Reason(REASON_NEEDED)])
    reporter = of_case(case_id)
    if reporter is None:
        raise NotFoundError(str(case_id))
    if receipts.find(key, actor.id) is None:
        moment = now()
        said = {"reason": reason.strip()}
        events.append(case, "identity_seen", actor.id, payload=said, at=moment)
        receipts.keep(key, actor.id, {}, moment)
        log.warning("identity.seen", case=case.reference, by=str(actor.id))
    text = vault.unseal(reporter.sealed) if reporter.sealed else None
    found: dict[str, str] | None = json.loads(text) if text else None
    return found


def purge(moment: datetime) -> int:
    """Forget who brought the cases that have been closed for long enough; return how many.

    The case and its record stay; the receipt code opens nothing any more. Owns its transactions.
    """
    zone = settings().zone
    day = add_months(house_day(moment), -settings().identity_months)
    before = datetime(day.year, day.month, day.day, tzinfo=zone)
    old = sa.and_(Case.closed_at < before, Reporter.purged_at.is_(None))
    query = (
        sa.select(Case.id)
        .join(Reporter, Reporter.case_id == Case.id)
        .where(old)
        .order_by(Case.id)
        .limit(BATCH)
    )
    purged = 0
    while True:
        with unit_of_work(db.session):
            ids = list(db.session.scalars(query))
            for case_id in ids:
                purged += _purge(case_id, before, moment)
        if not ids:
            return purged


def _purge(case_id: UUID, before: datetime, moment: datetime) -> int:
    case = cases.lock(case_id)
    reporter = of_case(case_id)
    if reporter is None or case.closed_at is None or case.closed_at >= before:
        return 0
    reporter.sealed, reporter.code_hash, reporter.purged_at = "", None, moment
    events.append(case, "identity_purged", None, at=moment)
    db.session.flush()
    return 1


def _hash(code: str) -> str:
    return tokens.hashed("receipt " + "".join(c for c in code.lower() if c.isalnum()))
