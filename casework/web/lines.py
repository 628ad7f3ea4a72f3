"""The lines of a list of cases, ready to be printed: what is the same for many is made once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from casework.extensions import house_day
from casework.queries.cases import Line
from casework.web import filters
from casework.web.addresses import url_for
from casework.web.catalogue import gettext as _
from casework.web.catalogue import spoken
from casework.workflows import registry

TAG = Markup('<span class="tag tag-{}">{}</span>')


@dataclass(frozen=True)
class Shown:
    """A line as the page prints it; ``case`` is for the workflow's own summary."""

    case: Line
    reference: str
    title: str
    url: str
    organisation: str
    owner: str
    stage: str
    state: Markup
    due: Markup


def shown(lines: Iterable[Line]) -> list[Shown]:
    """Return lines in the reader's words."""
    language, dues = spoken(), {}
    found = []
    for line in lines:
        day = house_day(line.next_due_at) if line.next_due_at else None
        if day not in dues:
            dues[day] = _due(line)
        stage, state = _standing(language, line.workflow_key, line.workflow_version, line.state)
        found.append(
            Shown(
                line,
                line.reference,
                line.title or _("Untitled case"),
                "" if line.restricted else url_for("cases.show", reference=line.reference),
                line.organisation or "",
                line.owner or _("nobody yet"),
                stage,
                state,
                dues[day],
            )
        )
    return found


@lru_cache(1024)
def _standing(language: str, key: str, version: int, state_key: str) -> tuple[str, Markup]:
    """Return the names of a stage and of a state; ``language`` is the one spoken now."""
    workflow = registry.get(key, version)
    state = workflow.state_by_key[state_key]
    stage = next(s for s in workflow.stages if s.key == state.stage)
    return _(stage.label), TAG.format(state.tone, _(state.label))


def _due(line: Any) -> Markup:
    if line.next_due_at is None:
        return Markup('<span class="muted">–</span>')
    return TAG.format(filters.due_tone(line.next_due_at), filters.due_text(line.next_due_at))
