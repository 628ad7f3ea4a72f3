"""Lists as files: exactly what is on the screen, and no live formula in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from casework.extensions import house_day
from casework.models import Case
from casework.workflows import registry

# A spreadsheet runs a cell that begins with one of these (the last four are their broad forms).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOM = "\ufeff"  # so that spreadsheets read the accents


def cases_csv(cases: Iterable[Case], language: str) -> Iterator[str]:
    """Yield a list of cases as CSV text, in the reader's words."""
    yield BOM + _line(
        [
            _("Reference"),
            _("Title"),
            _("Organisation"),
            _("Workflow"),
            _("Stage"),
            _("State"),
            _("Programme"),
            _("In charge"),
            _("Next deadline"),
            _("Last change"),
        ]
    )
    for case in cases:
        yield _line(_cells(case, language))


def safe(text: str) -> str:
    """Return a text that a spreadsheet shows and never runs."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _cells(case: Case, language: str) -> list[str]:
    workflow = registry.get(case.workflow_key, case.workflow_version)
    state = workflow.state_by_key[case.state]
    stage = next(s for s in workflow.stages if s.key == state.stage)
    return [
        case.reference,
        _("Confidential case") if case.restricted else case.title,
        case.organisation.name if case.organisation else "",
        _(workflow.label),
        _(stage.label),
        _(state.label),
        case.programme.name(language) if case.programme else "",
        case.owner.name if case.owner else "",
        house_day(case.next_due_at).isoformat() if case.next_due_at else "",
        house_day(case.updated_at).isoformat(),
    ]


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe(cell) for cell in cells])
    return out.getvalue()
