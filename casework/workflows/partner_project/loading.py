"""Loads the facts of one partner project, or of fifty, in the same four queries."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.extensions import house_day, settings
from casework.models import Call, CallExtension, Case, Organisation
from casework.models.partner_project import AnchoringPlan, ConsortiumMember, PilotSheet
from casework.workflows.case_facts import held_documents, sitting
from casework.workflows.partner_project.fact_query import CHECKS, main_query
from casework.workflows.partner_project.facts import IDEA_QUESTIONS, ProjectFacts, StartFacts

EDITIONS = ("idea", "v1", "v2", "final")
WAITING = "idea_needs_info"


def load_facts(session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, ProjectFacts]:
    """Return the facts of each case, in four queries however many cases there are."""
    session.flush()  # what waits to be written counts
    sectors = _sectors(session, case_ids)
    plans = _grouped(session, AnchoringPlan, case_ids)
    sheets = _grouped(session, PilotSheet, case_ids)
    today = house_day()
    return {
        row.case_id: _facts(
            row, sectors[row.case_id], plans[row.case_id], sheets[row.case_id], today
        )
        for row in session.connection().execute(main_query(), {"case_ids": list(case_ids)})
    }


def start_facts(
    session: Session, organisation_id: UUID | None, data: Mapping[str, Any]
) -> StartFacts:
    """Return what is known before a case exists: whether the chosen call takes ideas today."""
    today = house_day()
    call_id = data.get("call_id")
    if call_id is None:
        return StartFacts(today=today)
    call = session.get(Call, call_id)
    if call is None:
        return StartFacts(today=today, call_open=False)
    until = session.scalar(
        sa.select(CallExtension.until).where(
            CallExtension.call_id == call.id, CallExtension.organisation_id == organisation_id
        )
    )
    return StartFacts(today=today, call_open=is_open(call, until, today))


def is_open(call: Call, until: date | None, today: date) -> bool:
    """Say whether a call takes ideas today from somebody with an extension ``until`` (or none)."""
    if call.opens_on > today:
        return False
    last = _latest(call.closes_on, until)
    return call.always_open or (last is not None and today <= last)


def _latest(closes_on: date | None, until: date | None) -> date | None:
    return max((d for d in (closes_on, until) if d is not None), default=None)


def _sectors(session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for case_id, sector in session.connection().execute(
        _sector_query(), {"case_ids": list(case_ids)}
    ):
        found[case_id].add(sector)
    return found


def _grouped(
    session: Session, model: type[AnchoringPlan | PilotSheet], case_ids: Sequence[UUID]
) -> Mapping[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in session.connection().execute(_rows_query(model), {"case_ids": list(case_ids)}):
        found[row.case_id].append(row)
    return found


@functools.cache
def _sector_query() -> sa.CompoundSelect[Any]:
    ids: sa.BindParameter[Any] = sa.bindparam("case_ids", expanding=True)
    members = sa.select(ConsortiumMember.case_id, ConsortiumMember.sector).where(
        ConsortiumMember.case_id.in_(ids), ConsortiumMember.removed_at.is_(None)
    )
    own = (
        sa.select(Case.id, Organisation.sector)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(Case.id.in_(ids))
    )
    return sa.union(members, own)


@functools.cache
def _rows_query(model: type[AnchoringPlan | PilotSheet]) -> sa.Select[Any]:
    ids: sa.BindParameter[Any] = sa.bindparam("case_ids", expanding=True)
    return (
        sa.select(*model.__table__.c)
        .where(model.case_id.in_(ids), model.removed_at.is_(None))
        .order_by(model.position, model.id)
    )


def _facts(
    row: Any, sectors: set[str], plans: list[Any], sheets: list[Any], today: date
) -> ProjectFacts:
    sheet = max(sheets, key=lambda s: s.ends_on, default=None)
    return ProjectFacts(
        state=row.state,
        previous_state=row.asked_in if row.state == WAITING else row.came_from,
        state_since=row.state_since,
        today=today,
        title=row.title,
        twin_created_at=row.twin_created_at and row.twin_created_at.astimezone(settings().zone),
        programme_set=row.case_programme is not None,
        shares=row.shares,
        share_total=int(row.share_total),
        organisation_identified=bool(row.registry_number),
        idea_gaps=tuple(
            gap for name, gap in IDEA_QUESTIONS.items() if not getattr(row, f"idea_{name}")
        ),
        target_group=row.idea_target_group or "",
        people=row.people,
        asked_cents=row.asked_cents,
        call_closes_on=None if row.always_open else _latest(row.closes_on, row.until),
        officer_name=row.officer_name or "",
        coach_name=row.coach_name or "",
        completeness_ticked=all(getattr(row, name) for name in CHECKS),
        meeting_on=house_day(row.meeting_at) if row.meeting_at else row.meeting_on,
        sectors=frozenset(sectors),
        pilot_starts_on=sheet.starts_on if sheet else None,
        pilot_ends_on=sheet.ends_on if sheet else None,
        views=frozenset(
            party
            for party in ("officer", "partner", "target_group")
            if getattr(row, f"view_{party}")
        ),
        synthesis=bool(row.synthesis_fresh),
        scale_budget_cents=row.scale_budget_cents,
        scale_funding_cents=row.scale_funding_cents,
        final_status=row.final_status or "",
        publishable=row.publishable or "",
        languages=tuple(row.languages or ()),
        **_anchoring(plans),
        **_plain_counts(row),
    )


def _plain_counts(row: Any) -> dict[str, Any]:
    names = (
        "items_open",
        "items_asked",
        "sessions_held",
        "budget_cents",
        "sources_cents",
        "investors",
        "promised",
        "promised_cents",
        "signed",
        "signed_cents",
        "conditions",
        "conditions_blocking",
        "indicators",
        "indicators_open",
        "learning_notes",
        "adjustments",
        "changes",
    )
    held = (row.documents_held or "").split()
    return {
        **{name: int(getattr(row, name)) for name in names},
        "next_session_on": row.next_session_on,
        "letters": held.count("investor_letter"),
        "documents": held_documents(row.documents_held, row.documents_asked),
        "committees": sitting(row.committees),
    }


def _anchoring(plans: list[Any]) -> dict[str, Any]:
    newest_first = sorted(plans, key=lambda p: EDITIONS.index(p.edition), reverse=True)
    final = [p for p in plans if p.edition == "final"]
    return {
        "editions": frozenset(p.edition for p in plans if p.plan.strip()),
        "route": next((p.route for p in newest_first if p.route), ""),
        "host": next((p.host for p in newest_first if p.host), ""),
        "host_agreed": any(p.host and p.agreed_on and p.evidence.strip() for p in final),
    }
