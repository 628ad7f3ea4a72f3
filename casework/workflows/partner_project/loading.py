"""Loads the facts of one partner project, or of fifty, in the same query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.extensions import house_day, settings
from casework.models import Call, CallExtension
from casework.workflows.case_facts import held_documents, sitting
from casework.workflows.partner_project.fact_query import BETWEEN, CHECKS, WITHIN, main_query
from casework.workflows.partner_project.facts import IDEA_QUESTIONS, ProjectFacts, StartFacts

EDITIONS = ("idea", "v1", "v2", "final")
WAITING = "idea_needs_info"


def load_facts(session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, ProjectFacts]:
    """Return the facts of each case, in one query however many cases there are."""
    session.flush()  # what waits to be written counts
    today, asked = house_day(), {"case_ids": list(case_ids)}
    rows = session.connection().execute(main_query(), asked)
    return {row.case_id: _facts(row, today) for row in rows}


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


def _facts(row: Any, today: date) -> ProjectFacts:
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
        sectors=frozenset((row.member_sectors or "").split()) | {row.own_sector} - {None},
        pilot_starts_on=row.pilot_starts_on,
        pilot_ends_on=row.pilot_ends_on,
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
        **_anchoring(row.plans),
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


class _Plan(NamedTuple):
    """A version of the anchoring plan, as the query writes it."""

    edition: str
    position: str
    route: str
    written: str
    agreed: str
    host: str

    @property
    def order(self) -> tuple[int, int]:
        """What makes one version newer than another; of one edition the first entered counts."""
        return EDITIONS.index(self.edition), -int(self.position)


def _anchoring(text: str | None) -> dict[str, Any]:
    plans = [_Plan(*entry.split(WITHIN, 5)) for entry in (text or "").split(BETWEEN) if entry]
    newest_first = sorted(plans, key=lambda plan: plan.order, reverse=True)
    return {
        "editions": frozenset(p.edition for p in plans if p.written),
        "route": next((p.route for p in newest_first if p.route), ""),
        "host": next((p.host for p in newest_first if p.host), ""),
        "host_agreed": any(p.host and p.agreed for p in plans if p.edition == "final"),
    }
