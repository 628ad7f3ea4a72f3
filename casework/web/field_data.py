"""What a device takes along of an audit, in the reader's words; no script has texts of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from casework.labels.criteria import RESULT_LABELS, Result
from casework.models import Case
from casework.queries.labels import grid
from casework.web.addresses import url_for
from casework.web.base import lang
from casework.web.filters import day, moment
from casework.workflows.label_audit.fact_parts import Line, Said
from casework.workflows.label_audit.facts import LabelFacts

TONES = {
    "met": "good",
    "partial": "wait",
    "not_met": "bad",
    "not_applicable": "neutral",
    "not_assessed": "neutral",
}
SCRIPTS = "js/field"


def files(static_folder: str) -> list[str]:
    """Return the addresses of the scripts that the page is made of, for the device to keep."""
    found = sorted(Path(static_folder, SCRIPTS).glob("*.js"))
    return [url_for("static", filename=f"{SCRIPTS}/{file.name}") for file in found]


def audit(case: Case, facts: LabelFacts) -> dict[str, Any]:
    """Return an audit with its criteria, what each side says of them, evidence and conflicts."""
    names = {each.user_id: each.name for each in facts.team}
    labels = {str(result): _(label) for result, label in RESULT_LABELS.items()}
    return {
        "title": case.title,
        "cooperative": case.organisation.name if case.organisation else "",
        "version": facts.version_label,
        "labels": labels,
        "order": list(labels),
        "tones": TONES,
        "groups": [
            {
                "name": group.heading.name(lang()),
                "rows": [_row(row, facts, names, labels) for row in group.rows],
            }
            for group in grid.groups(facts, case.id)
        ],
    }


def _row(
    row: grid.Row, facts: LabelFacts, names: Mapping[UUID, str], labels: Mapping[str, str]
) -> dict[str, Any]:
    line, criterion = row.line, row.criterion
    kinds = {"mandatory": _("mandatory"), "recommended": _("recommended")}
    return {
        "code": line.code,
        "mandatory": line.criterion.kind == "mandatory",
        "kind": kinds.get(line.criterion.kind, _("informative")),
        "text": criterion.text(lang()),
        "expected": criterion.evidence(lang()),
        "na_allowed": line.criterion.na_allowed,
        "writable": not row.locked and not line.computed,
        "computed": bool(line.computed),
        "own": {"name": _("Cooperative"), **_said(line.said("self"), names, labels)},
        "auditor": {"name": _("Auditors"), **_audited(line, facts, names, labels)},
        "evidence": [f"{p.title} · {day(p.effective_on)}" for p in row.evidence],
        "conflicts": [
            {
                "id": str(each.id),
                "result": each.result,
                "label": labels[each.result],
                "note": each.note,
                "by": _("%(name)s, %(when)s", name=each.by, when=moment(each.taken_at)),
            }
            for each in row.conflicts
        ],
    }


def _audited(
    line: Line, facts: LabelFacts, names: Mapping[UUID, str], labels: Mapping[str, str]
) -> dict[str, Any]:
    if line.computed != "dues":
        return _said(line.said("auditor"), names, labels)
    result = Result.MET if facts.dues_paid else Result.NOT_MET
    return _said(Said(result), names, labels)


def _said(said: Said, names: Mapping[UUID, str], labels: Mapping[str, str]) -> dict[str, Any]:
    by = names.get(said.by_id, "") if said.by_id else ""
    when = moment(said.at) if said.revision else ""
    return {
        "result": str(said.result),
        "label": labels[str(said.result)],
        "note": said.note,
        "revision": said.revision,
        "by": _("%(name)s, %(when)s", name=by, when=when) if by else when,
    }
