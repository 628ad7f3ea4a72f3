"""The kinds of messages, and how each person wants to hear of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.i18n import N_
from casework.models import NotificationChoice

DIGEST = "digest"

KINDS: dict[str, str] = {
    "case_moved": N_("A case has moved on"),
    "note": N_("Somebody has written a note on a case"),
    "reminder": N_("Something is due or overdue"),
    "escalation": N_("Something overdue has been passed on to me"),
    "label": N_("The network of the label: audits to come, dues, auditors’ certificates"),
    "committee": N_("My committees: meetings, papers, mandates"),
}
"""What a person may choose for, with the words for it. A digest is how one chooses, not what."""

NAMES: dict[str, str] = {
    **KINDS,
    DIGEST: N_("Daily summary"),
    "account": N_("Signing in, and the account"),
}
"""What lists call a mail, also one that nobody may choose for."""

CHOICES: dict[str, str] = {
    "now": N_("By mail, at once"),
    "daily": N_("By mail, once a day"),
    "none": N_("No mail: in the application only"),
}

_MAIL_STATES = {"now": "pending", "daily": "digest", "none": "none"}


def mail_state_for(choice: str | None, *, compulsory: bool) -> str:
    """Return the state in which a message's mail begins, for what its recipient has chosen."""
    return _MAIL_STATES["now" if compulsory else choice or "now"]


def choices_of(user_id: UUID) -> dict[str, str]:
    """Return a person's choice for every kind; what they never chose is ``now``."""
    rows = db.session.execute(
        sa.select(NotificationChoice.kind, NotificationChoice.choice).where(
            NotificationChoice.user_id == user_id
        )
    )
    chosen = {row.kind: row.choice for row in rows}
    return {kind: chosen.get(kind, "now") for kind in KINDS}


def choose(user_id: UUID, choices: Mapping[str, str]) -> None:
    """Keep a person's choices, by kind.

    Raises ValueError for a kind or a choice that does not exist.
    """
    for kind, choice in choices.items():
        if kind not in KINDS or choice not in CHOICES:
            raise ValueError(f"{choice!r} is no choice for {kind!r}")
    for kind, choice in choices.items():
        db.session.merge(NotificationChoice(user_id=user_id, kind=kind, choice=choice))


def chosen(user_ids: Iterable[UUID], kinds: Iterable[str]) -> dict[tuple[UUID, str], str]:
    """Return what these people chose for these kinds, in one query; what is missing is ``now``."""
    asked = {"user_ids": list(set(user_ids)), "kinds": list(set(kinds))}
    rows = db.session.execute(_chosen_query(), asked)
    return {(row.user_id, row.kind): row.choice for row in rows}


@cache
def _chosen_query() -> Any:
    choice = NotificationChoice
    return sa.select(choice.user_id, choice.kind, choice.choice).where(
        choice.user_id.in_(sa.bindparam("user_ids", expanding=True)),
        choice.kind.in_(sa.bindparam("kinds", expanding=True)),
    )
