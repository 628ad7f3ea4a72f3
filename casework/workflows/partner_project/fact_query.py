"""The one select behind a project's facts: its single records joined, its many counted."""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.db import constant, constants
from casework.models import Call, CallExtension, Case, Event, Organisation, User
from casework.models.partner_project import (
    AgendaItem,
    AnchoringPlan,
    BudgetLine,
    Change,
    Completeness,
    Condition,
    ConsortiumMember,
    FinalReport,
    FundingSource,
    Idea,
    Indicator,
    InfoItem,
    LearningNote,
    LearningSynthesis,
    PilotSheet,
    PilotView,
    Pledge,
    PortfolioShare,
    ScalePlan,
    TargetGroupSession,
    Team,
)
from casework.workflows.case_facts import (
    asked_column,
    held_column,
    meeting_column,
    sitting_column,
)

PROMISED = ("pledged", "signed", "paid")
SIGNED = ("signed", "paid")
BETWEEN, WITHIN = "\x1f", "\x1e"
_Officer, _Coach, _Twin = aliased(User), aliased(User), aliased(Case)


def _of_case(model: Any, *conditions: sa.ColumnElement[bool]) -> list[sa.ColumnElement[bool]]:
    return [model.case_id == Case.id, model.removed_at.is_(None), *conditions]


def _count(model: Any, *conditions: sa.ColumnElement[bool]) -> Any:
    query = sa.select(sa.func.count()).select_from(model).where(*_of_case(model, *conditions))
    return query.correlate(Case).scalar_subquery()


def _sum(column: Any, *conditions: sa.ColumnElement[bool]) -> Any:
    query = sa.select(sa.func.coalesce(sa.func.sum(column), 0))
    return query.where(*_of_case(column.class_, *conditions)).correlate(Case).scalar_subquery()


def _max(column: Any, *conditions: sa.ColumnElement[bool]) -> Any:
    query = sa.select(sa.func.max(column)).where(*_of_case(column.class_, *conditions))
    return query.correlate(Case).scalar_subquery()


def _counts() -> dict[str, Any]:
    unanswered = sa.and_(
        sa.func.trim(InfoItem.answer) == "",
        sa.or_(InfoItem.refused.is_(False), sa.func.trim(InfoItem.refusal_reason) == ""),
    )
    promised, signed = Pledge.status.in_(constants(PROMISED)), Pledge.status.in_(constants(SIGNED))
    unmeasured = sa.and_(Indicator.actual == "", Indicator.missing_reason == "")
    return {
        "shares": _count(PortfolioShare),
        "share_total": _sum(PortfolioShare.share),
        "items_open": _count(InfoItem, unanswered),
        "items_asked": _count(InfoItem),
        "asked_in": _last_asked_in(),
        "sessions_held": _count(TargetGroupSession, TargetGroupSession.status == "held"),
        "next_session_on": _max(TargetGroupSession.held_on, TargetGroupSession.status == "planned"),
        "budget_cents": _sum(BudgetLine.amount_cents),
        "sources_cents": _sum(FundingSource.amount_cents),
        "investors": _count(Pledge),
        "promised": _count(Pledge, promised),
        "promised_cents": _sum(Pledge.amount_cents, promised),
        "signed": _count(Pledge, signed),
        "signed_cents": _sum(Pledge.amount_cents, signed),
        "conditions": _count(Condition),
        "conditions_blocking": _count(
            Condition,
            Condition.blocking.is_(True),
            sa.or_(Condition.lifted.is_(False), Condition.evidence == ""),
        ),
        "indicators": _count(Indicator),
        "indicators_open": _count(Indicator, unmeasured),
        "learning_notes": _count(LearningNote),
        "view_officer": _view("officer"),
        "view_partner": _view("partner"),
        "view_target_group": _view("target_group"),
        "adjustments": _adjustments(),
        "changes": _count(Change, Change.created_at >= Case.state_since),
        "member_sectors": _member_sectors(),
        "plans": _plans(),
        "pilot_starts_on": _of_last_sheet(PilotSheet.starts_on),
        "pilot_ends_on": _of_last_sheet(PilotSheet.ends_on),
        "twin_created_at": _twin(),
        "documents_held": held_column(),
        "documents_asked": asked_column(),
        "committees": sitting_column(),
        "meeting_at": meeting_column(),
    }


def _round_began() -> Any:
    """When the pilot last began to run: what was said about an earlier run does not count."""
    began = (
        sa.select(sa.func.max(Event.at))
        .where(
            Event.case_id == Case.id,
            Event.kind == "transition",
            Event.name.in_(constants(("start_pilot", "resume_pilot"))),
        )
        .correlate(Case)
        .scalar_subquery()
    )
    return sa.func.coalesce(began, Case.created_at)


def _view(party: str) -> Any:
    return _count(PilotView, PilotView.party == party, PilotView.updated_at >= _round_began())


def _last_asked_in() -> Any:
    return (
        sa.select(InfoItem.asked_in)
        .where(*_of_case(InfoItem))
        .order_by(InfoItem.asked_at.desc(), InfoItem.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def _member_sectors() -> Any:
    """The sectors of the consortium's members beside the organisation, with spaces between."""
    query = sa.select(sa.func.aggregate_strings(ConsortiumMember.sector, constant(" ")))
    return query.where(*_of_case(ConsortiumMember)).correlate(Case).scalar_subquery()


def _plans() -> Any:
    """The versions of the anchoring plan; of its texts only whether there are any."""
    plan = AnchoringPlan

    def there(*conditions: sa.ColumnElement[bool]) -> Any:
        return sa.case((sa.and_(*conditions), constant("1")), else_=constant(""))

    parts: tuple[Any, ...] = (
        plan.edition,
        sa.cast(plan.position, sa.Text),
        plan.route,
        there(sa.func.trim(plan.plan) != ""),
        there(plan.agreed_on.is_not(None), sa.func.trim(plan.evidence) != ""),
        sa.func.replace(plan.host, constant(BETWEEN), constant(" ")),
    )
    entry = functools.reduce(lambda before, part: before + constant(WITHIN) + part, parts)
    query = sa.select(sa.func.aggregate_strings(entry, constant(BETWEEN)))
    return query.where(*_of_case(plan)).correlate(Case).scalar_subquery()


def _of_last_sheet(column: Any) -> Any:
    """A column of the pilot sheet that ends last."""
    return (
        sa.select(column)
        .where(*_of_case(PilotSheet))
        .order_by(PilotSheet.ends_on.desc(), PilotSheet.position, PilotSheet.id)
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def _adjustments() -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(Event)
        .where(Event.case_id == Case.id, Event.kind == "transition", Event.name == "decide_adjust")
        .correlate(Case)
        .scalar_subquery()
    )


def _twin() -> Any:
    return (
        sa.select(sa.func.max(_Twin.created_at))
        .where(
            _Twin.organisation_id == Case.organisation_id,
            _Twin.workflow_key == Case.workflow_key,
            _Twin.id != Case.id,
            sa.func.lower(_Twin.title) == sa.func.lower(Case.title),
        )
        .correlate(Case)
        .scalar_subquery()
    )


_COLUMNS: dict[str, Any] = {
    "case_id": Case.id,
    "state": Case.state,
    "came_from": Case.previous_state,
    "state_since": Case.state_since,
    "title": Case.title,
    "case_programme": Case.programme_id,
    "registry_number": Organisation.registry_number,
    "own_sector": Organisation.sector,
    "idea_title": Idea.title,
    "idea_challenge": Idea.challenge,
    "idea_target_group": Idea.target_group,
    "idea_programme_id": Idea.programme_id,
    "idea_anchoring_thought": Idea.anchoring_thought,
    "people": Idea.people,
    "asked_cents": Idea.amount_cents,
    "always_open": Call.always_open,
    "closes_on": Call.closes_on,
    "until": CallExtension.until,
    "officer_name": _Officer.name,
    "coach_name": _Coach.name,
    "proposal_complete": Completeness.proposal_complete,
    "budget_checked": Completeness.budget_checked,
    "risks_considered": Completeness.risks_considered,
    "anchoring_checked": Completeness.anchoring_checked,
    "signed_off": Completeness.signed_off,
    "meeting_on": AgendaItem.meeting_on,
    "synthesis_fresh": LearningSynthesis.updated_at >= _round_began(),
    "scale_budget_cents": ScalePlan.budget_cents,
    "scale_funding_cents": ScalePlan.funding_cents,
    "final_status": FinalReport.status,
    "publishable": FinalReport.publishable,
    "languages": FinalReport.languages,
}
_SINGLE = (Idea, Team, Completeness, AgendaItem, LearningSynthesis, ScalePlan, FinalReport)
CHECKS = (
    "proposal_complete",
    "budget_checked",
    "risks_considered",
    "anchoring_checked",
    "signed_off",
)


@functools.cache
def main_query() -> sa.Select[Any]:
    """Return the select that gives one row, with every count and sum, for each of ``case_ids``.

    It is built once, as building it takes far longer than running it.
    """
    columns = [c.label(name) for name, c in {**_COLUMNS, **_counts()}.items()]
    query = sa.select(*columns).select_from(Case)
    for model in _SINGLE:
        query = query.outerjoin(model, sa.and_(*_of_case(model)))
    extension = sa.and_(
        CallExtension.call_id == Call.id, CallExtension.organisation_id == Case.organisation_id
    )
    return (
        query.outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(Call, Call.id == Idea.call_id)
        .outerjoin(CallExtension, extension)
        .outerjoin(_Officer, _Officer.id == Case.owner_id)
        .outerjoin(_Coach, _Coach.id == Team.coach_id)
        .where(Case.id.in_(sa.bindparam("case_ids", expanding=True)))
    )
