"""What the moves of the ethics committee change besides the state."""

from __future__ import annotations

from typing import Any

from casework.db import new_id
from casework.extensions import house_day
from casework.models.ethics_case import (
    FormalRequest,
    InfoRequest,
    Matter,
    Opinion,
    Postponement,
    Publication,
    Rapporteur,
    Recommendation,
    RecommendationItem,
    Redirection,
    Review,
)
from casework.workflows.declaration import Effect, Move
from casework.workflows.ethics_case.people import MEMBER

STRANGER = "the person who brought the matter"


def admit_keepers(move: Move) -> None:
    """Let chair and secretary onto a new case: they alone, until they let others in."""
    for user_id, role in move.facts.keepers:
        move.admit(user_id, role)


def note_brought(move: Move) -> None:
    """Write down what somebody without an account brought, and their formal request."""
    today = house_day()
    _new(
        move,
        Matter,
        origin="person",
        noticed_on=today,
        summary=move.data["summary"],
        themes=[],
    )
    if move.data.get("question"):
        question = move.data["question"]
        _new(move, FormalRequest, author=STRANGER, requested_on=today, question=question)


def note_referred(move: Move) -> None:
    """Write down what was brought through the secretary."""
    _note_matter(move, move.data["origin"], move.data.get("body") or "")


def note_taken_up(move: Move) -> None:
    """Write down what the committee itself takes up."""
    _note_matter(move, "committee", "")


def note_redirection(move: Move) -> None:
    """Write down where somebody was sent, and what was handed on."""
    data = move.data
    _new(
        move,
        Redirection,
        body=data["body"],
        reason=data["reason"],
        told_on=data["told_on"],
        consent=data["consent"],
        forwarded=data.get("forwarded") or "",
    )


def note_own_initiative(move: Move) -> None:
    """Write down on which day the committee took the case up by itself."""
    matter = _matter(move)
    matter.own_initiative_on = matter.own_initiative_on or house_day()


def note_postponement(move: Move) -> None:
    """Write down that the debate was put off: the yearly figures count it.

    A committee that puts it off in its meeting hands no cause over: it waits for a request then.
    """
    earlier = move.rows(Postponement)
    _new(
        move,
        Postponement,
        position=len(earlier) + 1,
        on=house_day(),
        cause=move.data.get("cause") or "no_formal_request",
        reason=move.data.get("reason") or "",
        until=move.data.get("until"),
    )


def note_resolved(move: Move) -> None:
    """Write down since when it has resolved by itself."""
    matter = _matter(move)
    for name in ("resolved_on", "resolved_how", "resolved_confirmed"):
        setattr(matter, name, move.data[name])


def end_as(outcome: str) -> Effect:
    """Return the effect that writes down how a case ended, and cancels what still runs."""

    def write(move: Move) -> None:
        _matter(move).outcome = outcome
        for question in move.rows(InfoRequest):
            move.settle("information", subject=question, cancel=True)
        for rule in ("review_6", "review_12"):
            move.settle(rule, cancel=True)

    return write


def number_opinion(move: Move) -> None:
    """Give the opinion its number (AV-2025-01)."""
    _number(move, Opinion, "AV")


def number_recommendation(move: Move) -> None:
    """Give the recommendation its number (REC-2025-02)."""
    _number(move, Recommendation, "REC")


def follow_answers(move: Move) -> None:
    """Let the clock of every answer run, and of the reviews after 6 and 12 months."""
    items = move.rows(RecommendationItem)
    for item in items:
        move.schedule("answer", item.due_on, subject=item)
    if items:
        move.schedule("review_6")
        move.schedule("review_12")


def follow_answer(move: Move) -> None:
    """Close the deadline of an answer that was recorded."""
    item = move.data["record"]
    if item.answer:
        move.settle("answer", subject=item)


def follow_question(move: Move) -> None:
    """Keep the deadline of a question to others in step with what was written."""
    question = move.data["record"]
    if question.removed_at is not None:
        move.settle("information", subject=question, cancel=True)
    elif question.answered_on is not None:
        move.settle("information", subject=question)
    else:
        move.schedule("information", question.due_on, subject=question)


def follow_review(move: Move) -> None:
    """Close the deadline of a review that was held."""
    review: Review = move.data["record"]
    if review.removed_at is None:
        move.settle(f"review_{review.month}")


def follow_rapporteur(move: Move) -> None:
    """Let a rapporteur onto the case."""
    rapporteur: Rapporteur = move.data["record"]
    if rapporteur.removed_at is None:
        move.admit(rapporteur.user_id, MEMBER)


def follow_publication(move: Move) -> None:
    """Ask for another reading of a text that was changed, by somebody else than its writer."""
    text: Publication = move.data["record"]
    text.written_by_id, text.read_by_id, text.read_at = move.actor_id, None, None
    text.published_at = None


def _note_matter(move: Move, origin: str, body: str) -> None:
    data = move.data
    _new(
        move,
        Matter,
        origin=origin,
        body=body,
        noticed_on=data["noticed_on"],
        summary=data["summary"],
        themes=list(data["themes"]),
        sensitivity=data["sensitivity"],
    )


def _matter(move: Move) -> Matter:
    found: Matter = move.rows(Matter)[0]
    return found


def _number(move: Move, model: Any, letters: str) -> None:
    today = house_day()
    series = f"{letters}-{today.year}"
    for row in move.rows(model):
        row.number = f"{series}-{move.next_number(series):02d}"
        row.adopted_on = today
        move.remember(number=row.number)


def _new(move: Move, model: Any, *, position: int = 0, **values: Any) -> Any:
    moment = {"created_at": move.now, "updated_at": move.now}
    row = model(id=new_id(), case_id=move.case.id, position=position, **moment, **values)
    move.add(row)
    return row
