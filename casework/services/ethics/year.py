"""The committee's year: what it does beside its cases, and the section for the yearly report."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.clock import now
from casework.extensions import db
from casework.models.ethics_case import PublicDebate, Training
from casework.policy import Actor
from casework.queries.ethics import committees_of
from casework.queries.ethics_year import Year
from casework.roles import Role
from casework.services import changes
from casework.services.errors import ForbiddenError

KEEPERS = (Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
THEMES_FR = {
    "artificial_intelligence": "intelligence artificielle",
    "discrimination": "discriminations",
    "sex_work": "travail du sexe",
    "working_conditions": "conditions de travail",
    "harassment": "harcèlement et violences",
    "personal_data": "données personnelles",
    "money": "argent et financeurs",
    "environment": "environnement",
    "governance": "gouvernance et transparence",
    "clients": "clients et missions",
    "other": "autre thème",
}
CAUSES_FR = {
    "lack_of_time": "faute de temps",
    "no_formal_request": "faute de demande officielle",
    "information_missing": "faute d’informations",
    "quorum": "faute de quorum",
    "other": "pour une autre raison",
}
NOTE_FR = (
    "Ces chiffres sont comptés sur des événements datés et ne s’additionnent pas : un même cas "
    "peut avoir été reporté, demandé officiellement et résolu de lui-même, et un cas traité dans "
    "l’année peut avoir été porté à connaissance une année précédente."
)


def may_note(actor: Actor) -> bool:
    """Say whether somebody notes trainings and debates: chair or secretary of the committee."""
    return bool(actor.committees_as(*KEEPERS) & committees_of(actor))


def note_training(actor: Actor, held_on: date, days: int, subject: str) -> None:
    """Note a training that members took part in. Raises ForbiddenError."""
    _note(actor, Training(held_on=held_on, days=days, subject=subject))


def note_debate(actor: Actor, held_on: date, subject: str, together_with: str) -> None:
    """Note a public debate organised together with others. Raises ForbiddenError."""
    _note(actor, PublicDebate(held_on=held_on, subject=subject, together_with=together_with))


def section(year: Year) -> str:
    """Return the section of the yearly report, in French, ready to paste."""
    n = year.figures
    brought = _counted(n["new_cases"], "nouveau cas", "nouveaux cas", "aucun nouveau cas")
    sentences = [f"Au cours de l’année {year.year}, le comité a pris connaissance de {brought}."]
    if n["self_resolved"]:
        sentences.append(
            _verb(
                n["self_resolved"],
                "cas s’est résolu de lui-même",
                "cas se sont résolus d’eux-mêmes",
            )
        )
    if n["never_requested"]:
        sentences.append(
            _verb(
                n["never_requested"],
                "n’a pas fait l’objet d’une demande officielle",
                "n’ont pas fait l’objet d’une demande officielle",
            )
        )
    if n["postponed"]:
        why = ", ".join(CAUSES_FR[cause] for cause in year.causes if cause in CAUSES_FR)
        put_off = _verb(n["postponed"], "débat a été reporté", "débats ont été reportés")
        sentences.append(f"{put_off[:-1]}{f' ({why})' if why else ''}.")
    sentences.append(_verb(n["treated"], "cas a été traité", "cas ont été traités"))
    if year.themes_to_finalise:
        themes = ", ".join(THEMES_FR.get(t, t) for t in year.themes_to_finalise)
        sentences.append(f"Les recommandations seront finalisées en {year.year + 1} ({themes}).")
    met = [
        f"Le comité s’est réuni {n['meetings']} fois en {year.year}.",
        *_joined(n["new_members"]),
        *(_training(each) for each in year.trainings),
        *(_debate(each) for each in year.debates),
    ]
    return "\n\n".join(["Le comité d’éthique", " ".join(sentences), " ".join(met), NOTE_FR])


def _joined(number: int) -> list[str]:
    if not number:
        return []
    return [_verb(number, "nouveau membre l’a rejoint", "nouveaux membres l’ont rejoint")]


def _training(row: Training) -> str:
    length = f"{row.days} jours" if row.days > 1 else "un jour"
    return f"Une formation de {length} a été suivie : {row.subject}."


def _debate(row: PublicDebate) -> str:
    return f"Un débat public a été co-organisé : {row.subject}."


def _verb(number: int, one: str, many: str) -> str:
    """Return a sentence that begins with a number."""
    return f"{number} {one if number < 2 else many}."  # noqa: PLR2004 - French: zero is singular


def _counted(number: int, one: str, many: str, none: str) -> str:
    if not number:
        return none
    return f"{number} {one if number == 1 else many}"


def _note(actor: Actor, row: Any) -> None:
    if not actor.is_system and not may_note(actor):
        raise ForbiddenError("ethics")
    row.created_at, row.created_by_id = now(), actor.id
    db.session.add(row)
    db.session.flush()
    changes.record(row, {}, {"subject": row.subject, "held_on": str(row.held_on)}, actor.id)
