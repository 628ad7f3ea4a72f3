"""Loads the facts of one label audit, or of fifty, in the same number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.extensions import house_day
from casework.labels.criteria import Result
from casework.models.label_audit import CriterionResult
from casework.models.referential import Criterion
from casework.models.referential.referential import applies_to
from casework.workflows.case_facts import held_documents, sitting
from casework.workflows.label_audit import fact_query, team_query
from casework.workflows.label_audit.fact_parts import Line, Module, Said
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.one_line import line_of


def load_facts(session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, LabelFacts]:
    """Return the facts of each case, in four queries however many cases there are."""
    session.flush()
    today = house_day()
    asked = fact_query.asked(case_ids, today)
    rows = session.execute(fact_query.main(), asked).all()
    modules = {row.id: _modules(row.modules) for row in rows}
    pinned = {
        row.id: (row.Cycle.version_id, *(m.version_id for m in modules[row.id])) for row in rows
    }
    criteria = _criteria(session, {each for ids in pinned.values() for each in ids})
    said = _said(session, case_ids)
    team = defaultdict(list)
    for member in session.execute(team_query.team(), asked):
        team[member.case_id].append(member)
    return {
        row.id: LabelFacts(
            **_plain(row, today),
            modules=modules[row.id],
            current_modules=_applying(row),
            lines=_lines(row, [c for each in pinned[row.id] for c in criteria[each]], said[row.id]),
            team=tuple(team_query.auditor(m, row.Scheme.times(), today) for m in team[row.id]),
            certified_until=_ending([m.valid_until for m in team[row.id]], today),
            held=_held(row.titles),
        )
        for row in rows
    }


def _plain(row: Any, today: date) -> dict[str, Any]:
    cycle, plan, report, label, scheme = (
        row.Cycle,
        row.AuditPlan,
        row.AuditReport,
        row.Label,
        row.Scheme,
    )
    previous = row.previous
    return {
        "state": row.state,
        "previous_state": row.previous_state,
        "today": today,
        "language": row.language,
        "documents": held_documents(row.held, row.asked),
        "committees": sitting(row.sitting),
        "version_id": cycle.version_id,
        "version_label": row.version_label,
        "current_version_id": row.current_version_id,
        "engaged_on": cycle.engaged_on,
        "handed_in_on": cycle.handed_in_on,
        "previous_case_id": cycle.previous_case_id,
        "rule": scheme.rule(),
        "evidenced": _evidenced(row.evidence),
        "dues_unpaid": row.dues_unpaid,
        "conflicts": row.conflicts,
        "dues_due_on": row.dues_due_on,
        "team_proposed_on": cycle.team_proposed_on,
        "team_answer": cycle.team_answer,
        "audit_starts_on": plan.starts_on if plan else None,
        "audit_ends_on": plan.ends_on if plan else None,
        "report": report is not None,
        "no_good_practices": bool(report and report.no_good_practices),
        "no_recommendations": bool(report and report.no_recommendations),
        "good_practices": row.good_practices,
        "recommendations": row.recommendations,
        "recommendations_open": row.recommendations_open,
        "untranslated": row.findings_untranslated + row.recommendations_untranslated,
        "replied": row.replied is not None,
        "meeting_on": house_day(row.meeting) if row.meeting else None,
        "decided_on": cycle.decided_on,
        "next_audit_on": cycle.next_audit_on,
        "label_number": label.number if label else "",
        "label_state": label.standing(today, followed=bool(row.succeeded)) if label else "",
        "label_starts_on": label.starts_on if label else None,
        "label_ends_on": label.ends_on if label else None,
        "label_ended_on": label.ended_on if label else None,
        "previous_starts_on": previous.starts_on if previous else None,
        "previous_ends_on": previous.ends_on if previous else None,
        "succeeded": row.succeeded is not None,
        "appealed": row.appealed is not None,
        "cause": row.cause or "",
        "suspended_at": row.suspended_at,
        "years": scheme.validity_years,
        "start_rule": scheme.start_rule,
        "terms": scheme.times(),
        "prefix": scheme.prefix,
        "scheme": {
            "key": scheme.key,
            "family": scheme.family,
            "parameters": scheme.parameters,
            "computed": scheme.computed,
        },
    }


def _ending(days: Sequence[date | None], today: date) -> date | None:
    """Return the first day on which a certificate ends that ends within a year."""
    soon = [day for day in days if day and day <= today + fact_query.A_YEAR]
    return min(soon, default=None)


def _criteria(session: Session, version_ids: set[UUID]) -> Mapping[UUID, list[Criterion]]:
    found = defaultdict(list)
    query = sa.select(Criterion).where(Criterion.version_id.in_(version_ids))
    for criterion in session.scalars(query.order_by(Criterion.position, Criterion.id)):
        found[criterion.version_id].append(criterion)
    return found


def _applying(row: Any) -> tuple[Module, ...]:
    """Return the modules to be pinned: those of the base in force that apply to the sector."""
    entries = [
        entry.split(fact_query.WITHIN)
        for entry in (row.current_modules or "").split(fact_query.BETWEEN)
        if entry
    ]
    return tuple(
        sorted(
            Module(UUID(key), name)
            for key, name, sectors, base in entries
            if UUID(base) == row.current_version_id and applies_to(json.loads(sectors), row.sector)
        )
    )


def _modules(text: str | None) -> tuple[Module, ...]:
    """Return the modules that a case has pinned, the oldest version first."""
    entries = [e.split(fact_query.WITHIN) for e in (text or "").split(fact_query.BETWEEN) if e]
    return tuple(sorted(Module(UUID(key), name) for key, name in entries))


def _said(
    session: Session, case_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[UUID, dict[str, Said]]]:
    """Return the newest revision of each layer, by case and criterion."""
    found: dict[UUID, dict[UUID, dict[str, Said]]] = defaultdict(lambda: defaultdict(dict))
    rows = session.execute(
        sa.select(
            CriterionResult.case_id,
            CriterionResult.criterion_id,
            CriterionResult.layer,
            CriterionResult.revision,
            CriterionResult.result,
            CriterionResult.note,
            CriterionResult.at,
            CriterionResult.by_id,
        )
        .where(CriterionResult.case_id.in_(case_ids))
        .order_by(CriterionResult.revision)
    )
    for row in rows:
        found[row.case_id][row.criterion_id][row.layer] = Said(
            Result(row.result), row.note, row.revision, row.at, row.by_id
        )
    return found


def _lines(
    row: Any, criteria: Sequence[Criterion], said: Mapping[UUID, dict[str, Said]]
) -> tuple[Line, ...]:
    return tuple(
        line_of(criterion, row.language, row.Scheme.computed, said.get(criterion.id, {}))
        for criterion in criteria
    )


def _held(text: str | None) -> tuple[tuple[UUID, str], ...]:
    """Return the documents that may be evidence, by title."""
    entries = [e.split(fact_query.WITHIN) for e in (text or "").split(fact_query.BETWEEN) if e]
    return tuple(sorted(((UUID(key), title) for key, title in entries), key=lambda d: (d[1], d[0])))


def _evidenced(text: str | None) -> frozenset[str]:
    lists = (json.loads(each) for each in (text or "").split(fact_query.BETWEEN) if each)
    return frozenset(code for each in lists for code in each)
