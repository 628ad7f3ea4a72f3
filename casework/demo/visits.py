"""What people say beside a case: notes for each audience, and two guests by link."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.demo.people import Cast
from casework.extensions import db, house_day
from casework.models import Case
from casework.models.partner_project import Pledge
from casework.policy import Actor
from casework.queries import guests as lists
from casework.roles import Audience, Role
from casework.services import guests, marks, notes

MARK = "demo-visits"
STORY = "Potagers d’entraide"
STAY = timedelta(days=45)
NOTES = (
    (
        "claire",
        Audience.TEAM,
        "Le budget ne couvre pas encore le plan de financement : j’appelle l’équipe jeudi.",
    ),
    (
        "claire",
        Audience.PARTNER,
        "Merci pour la visite. Le guide du budget : https://fondation.example/guide-budget",
    ),
    (
        "terre-en-commun lead",
        Audience.PARTNER,
        "Bien reçu. Nous complétons les lignes d’ici vendredi.",
    ),
)


def add(cast: Cast) -> None:
    """Add the notes and the guests once, when the story's case is there and in co-creation."""
    case = db.session.scalar(sa.select(Case).where(Case.title == STORY))
    if case is None or case.state != "co_creation" or marks.find(MARK) is not None:
        return
    marks.leave(MARK, {}, now())
    for number, (who, audience, text) in enumerate(NOTES):
        notes.write(case.id, _actor(cast, who), audience, text, f"{MARK}-{number}")
    _invite(
        case,
        _actor(cast, "claire"),
        name="Nadia Benkirane",
        email="nadia.benkirane@voisins.example",
        role=Role.TARGET_GROUP_REPRESENTATIVE,
        purpose="Étiez-vous aux ateliers, et y avez-vous été entendus, vous et vos voisins ?",
    )
    pledge = db.session.scalar(
        sa.select(Pledge).where(Pledge.case_id == case.id, Pledge.removed_at.is_(None)).limit(1)
    )
    if pledge is not None:
        investor = _invite(
            case,
            _actor(cast, "terre-en-commun lead"),
            name="Pierre Lambillotte",
            email="pierre.lambillotte@ville.example",
            role=Role.CO_INVESTOR,
            record=str(pledge.id),
            purpose="Pouvez-vous confirmer la promesse que vous nous avez faite ?",
        )
        budget = [document.id for document in lists.showable(case.id)]
        guests.show_documents(case.id, investor, budget, _actor(cast, "claire"), f"{MARK}-shown")


def _invite(case: Case, actor: Actor, **values: str) -> UUID:
    data = {"language": "fr", "until": house_day() + STAY, **values}
    return guests.invite(case.id, actor, data, f"{MARK}-{values['role']}")


def _actor(cast: Cast, who: str) -> Actor:
    return policy.actor_of(db.session, cast.people[who], now())
