"""The views of the list of cases that a lead shares with the house, named in both its languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework import policy
from casework.demo.people import Cast
from casework.extensions import db
from casework.queries.listing import asked
from casework.roles import Role
from casework.services import marks, views

LEAD = "beatrice"
SHARED_WITH = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.COACH)


@dataclass(frozen=True)
class Plan:
    """One view: its name, and what it asks for as an address would."""

    key: str
    name: str
    query: dict[str, str]


PLANS = (
    Plan("mine", "Mes dossiers · Mijn dossiers", {"owner": "me", "open": "yes"}),
    Plan("ours", "En retard · Te laat", {"due": "overdue", "waits_for": "us"}),
    Plan(
        "free",
        "À prendre · Op te nemen",
        {
            "owner": "none",
            "open": "yes",
            "sort": "opened",
            "columns": "title,organisation,state,opened,partner_project-idea-amount_cents",
        },
    ),
)


def add(cast: Cast, moment: datetime) -> None:
    """Add the views that are not there yet."""
    actor = policy.actor_of(db.session, cast.people[LEAD], moment)
    for plan in PLANS:
        key = f"demo-view-{plan.key}"
        if marks.find(key) is not None:
            continue
        wish, _faults = asked.read(plan.query)
        view = views.save(actor, plan.name, wish, [str(role) for role in SHARED_WITH])
        marks.leave(key, {"view_id": str(view.id)}, moment)
