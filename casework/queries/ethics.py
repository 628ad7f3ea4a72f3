"""What the ethics committee's own pages show: its cases by number, and what it has published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.models import Case, Committee
from casework.models.ethics_case import (
    Matter,
    Opinion,
    Publication,
    Recommendation,
    RecommendationItem,
    Review,
)
from casework.policy import Actor
from casework.roles import COMMITTEE_ROLES

WORKFLOW = "ethics_case"
KIND = "ethics"
PAGE = 50
PUBLISHED_PAGE = 20


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and whether there are more."""

    rows: Sequence[Any]
    number: int
    has_next: bool


def sits() -> bool:
    """Say whether the house has an ethics committee, to which anybody may bring a matter."""
    query = sa.select(Committee.id).where(Committee.kind == KIND, Committee.active.is_(True))
    return db.session.scalar(query.limit(1)) is not None


def committees_of(actor: Actor) -> frozenset[UUID]:
    """Return the ethics committees in which somebody sits or whose affairs they keep."""
    held = actor.committees_as(*COMMITTEE_ROLES)
    if not held:
        return frozenset()
    query = sa.select(Committee.id).where(Committee.kind == KIND, Committee.id.in_(held))
    return frozenset(db.session.scalars(query))


def known_cases(actor: Actor, number: int) -> Page:
    """Return a page of all cases by number, state and themes, newest first.

    The whole committee knows of each that much, but for those from which somebody is recused;
    ``seen`` says whose case may be opened.
    """
    query = (
        sa.select(
            Case.id,
            Case.reference,
            Case.state,
            Case.state_since,
            Case.workflow_key,
            Case.workflow_version,
            Matter.themes,
            sa.case((policy.visible_to(actor), sa.true()), else_=sa.false()).label("seen"),
        )
        .outerjoin(Matter, Matter.case_id == Case.id)
        .where(Case.workflow_key == WORKFLOW, Case.id.not_in(actor.denied_case_ids))
        .order_by(Case.id.desc())
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    )
    rows = db.session.execute(query).all()
    return Page(rows[:PAGE], number, len(rows) > PAGE)


@dataclass(frozen=True)
class Followed:
    """One thing that was recommended, and what became of it; ``reviews`` by month (6, 12)."""

    reference: str
    recommendation: Recommendation
    item: RecommendationItem
    reviews: Mapping[str, Review]


def follow_up(actor: Actor, number: int) -> Page:
    """Return a page of what was recommended in the cases that somebody sees, in two queries.

    What waits for an answer comes first, the earliest day before the others.
    """
    query = (
        sa.select(Case.id, Case.reference, Recommendation, RecommendationItem)
        .join(Recommendation, Recommendation.case_id == Case.id)
        .join(RecommendationItem, RecommendationItem.case_id == Case.id)
        .where(
            Case.workflow_key == WORKFLOW,
            policy.visible_to(actor),
            Recommendation.number.is_not(None),
            Recommendation.removed_at.is_(None),
            RecommendationItem.removed_at.is_(None),
        )
        .order_by(RecommendationItem.answer != "", RecommendationItem.due_on, RecommendationItem.id)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    )
    rows = db.session.execute(query).all()
    reviews: dict[UUID, dict[str, Review]] = defaultdict(dict)
    held = sa.select(Review).where(
        Review.case_id.in_({row.id for row in rows}), Review.removed_at.is_(None)
    )
    for review in db.session.scalars(held.order_by(Review.held_on)):
        reviews[review.case_id][review.month] = review
    found = [
        Followed(row.reference, row.Recommendation, row.RecommendationItem, reviews[row.id])
        for row in rows[:PAGE]
    ]
    return Page(found, number, len(rows) > PAGE)


def published(number: int) -> Page:
    """Return a page of what everybody may read, newest first: never a case's own number."""
    query = (
        sa.select(
            Publication.title,
            Publication.text,
            Publication.published_at,
            Opinion.number.label("opinion"),
            Recommendation.number.label("recommendation"),
        )
        .outerjoin(Opinion, Opinion.case_id == Publication.case_id)
        .outerjoin(Recommendation, Recommendation.case_id == Publication.case_id)
        .where(Publication.published_at.is_not(None), Publication.removed_at.is_(None))
        .order_by(Publication.published_at.desc(), Publication.id)
        .limit(PUBLISHED_PAGE + 1)
        .offset((number - 1) * PUBLISHED_PAGE)
    )
    rows = db.session.execute(query).all()
    return Page(rows[:PUBLISHED_PAGE], number, len(rows) > PUBLISHED_PAGE)
