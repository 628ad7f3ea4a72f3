"""Loads the facts of one case of the ethics committee, or of fifty, in the same queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.extensions import house_day
from casework.models import Case, Grant, Reporter, User
from casework.models.ethics_case import (
    FormalRequest,
    InfoRequest,
    Matter,
    Opinion,
    Postponement,
    Publication,
    Recommendation,
    RecommendationItem,
    Review,
    Triage,
)
from casework.roles import Role
from casework.workflows.case_facts import (
    asked_column,
    held_column,
    held_documents,
    in_office,
    sitting,
    sitting_column,
)
from casework.workflows.ethics_case.facts import EthicsFacts, StartFacts
from casework.workflows.ethics_case.people import KIND

FRONTIERS = ("operational", "political", "representation", "members", "mediation")
OFFICES = {"chair": Role.COMMITTEE_CHAIR, "secretary": Role.COMMITTEE_SECRETARY}


def start_facts(
    session: Session, organisation_id: UUID | None, data: Mapping[str, Any]
) -> StartFacts:
    """Return who keeps a new case: chair and secretary in office today who keep the others too."""
    today = house_day()
    keepers = tuple((who, OFFICES[office]) for who, office in in_office(session, KIND, today))
    return StartFacts(today=today, keepers=keepers)


def load_facts(session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, EthicsFacts]:
    """Return the facts of each case, in three queries however many cases there are."""
    session.flush()
    items = defaultdict(list)
    for item in session.scalars(
        sa.select(RecommendationItem).where(
            RecommendationItem.case_id.in_(case_ids), RecommendationItem.removed_at.is_(None)
        )
    ):
        items[item.case_id].append(item)
    recused = defaultdict(set)
    for case_id, name in session.execute(
        sa.select(Grant.scope_id, User.name)
        .join(User, User.id == Grant.user_id)
        .where(Grant.scope == "case", Grant.scope_id.in_(case_ids), Grant.denies.is_(True))
    ):
        recused[case_id].add(name.casefold())
    return {
        row.id: _facts(row, items[row.id], frozenset(recused[row.id]))
        for row in session.execute(_main_query().where(Case.id.in_(case_ids)))
    }


def _facts(row: Any, items: Sequence[Any], recused: frozenset[str]) -> EthicsFacts:
    matter, triage = row.Matter, row.Triage
    return EthicsFacts(
        state=row.state,
        previous_state=row.previous_state,
        today=house_day(),
        documents=held_documents(row.held, row.asked),
        committees=sitting(row.sitting),
        origin=matter.origin if matter else "",
        themes=tuple(matter.themes) if matter else (),
        noticed_on=matter.noticed_on if matter else None,
        sensitivity=matter.sensitivity if matter else "",
        own_initiative=bool(matter and matter.own_initiative_on),
        resolved_on=matter.resolved_on if matter else None,
        outcome=matter.outcome if matter else "",
        requests=row.requests,
        triaged=triage is not None,
        beyond=_beyond(triage),
        better_body=triage.body if triage and triage.better_body == "yes" else "",
        postponed=row.postponed,
        opinion=row.Opinion is not None,
        opinion_number=(row.Opinion.number or "") if row.Opinion else "",
        recommendation=row.Recommendation is not None,
        recommendation_number=(row.Recommendation.number or "") if row.Recommendation else "",
        addressee=row.Recommendation.addressee if row.Recommendation else "",
        recused=recused,
        items=len(items),
        items_unanswered=sum(1 for item in items if not item.answer),
        last_answer_due=max((item.due_on for item in items), default=None),
        questions_open=row.questions_open,
        reviews=frozenset((row.reviews or "").split()),
        reported=row.reporter is not None,
        redacted=row.redacted is not None,
    )


def _beyond(triage: Triage | None) -> tuple[str, ...]:
    """Return the frontiers on whose other side a matter lies entirely."""
    if triage is None:
        return ()
    found = [name for name in FRONTIERS if getattr(triage, name) == "yes"]
    if triage.members_and_ours and "members" in found:
        found.remove("members")
    return tuple(found)


def _main_query() -> Any:
    def of(model: Any) -> Any:
        return sa.and_(model.case_id == Case.id, model.removed_at.is_(None))

    def number(model: Any, *more: Any) -> Any:
        query = sa.select(sa.func.count()).select_from(model).where(of(model), *more)
        return query.correlate(Case).scalar_subquery()

    def one(column: Any, model: Any) -> Any:
        return sa.select(column).where(of(model)).correlate(Case).limit(1).scalar_subquery()

    reviews = sa.select(sa.func.aggregate_strings(Review.month, " ")).where(of(Review))
    reporter = sa.select(Reporter.id).where(Reporter.case_id == Case.id)
    return (
        sa.select(
            Case.id,
            Case.state,
            Case.previous_state,
            Matter,
            Triage,
            Opinion,
            Recommendation,
            number(FormalRequest).label("requests"),
            number(Postponement).label("postponed"),
            number(InfoRequest, InfoRequest.answered_on.is_(None)).label("questions_open"),
            one(Publication.id, Publication).label("redacted"),
            reviews.correlate(Case).scalar_subquery().label("reviews"),
            reporter.correlate(Case).scalar_subquery().label("reporter"),
            held_column().label("held"),
            asked_column().label("asked"),
            sitting_column().label("sitting"),
        )
        .outerjoin(Matter, of(Matter))
        .outerjoin(Triage, of(Triage))
        .outerjoin(Opinion, of(Opinion))
        .outerjoin(Recommendation, of(Recommendation))
    )
