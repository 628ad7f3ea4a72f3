"""The list of cases as the office reads it, and how many stand in each state."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from casework import policy
from casework.queries import choices
from casework.queries.listing import pages, standing
from casework.queries.listing.filters import FILTERS, Filter
from casework.queries.listing.standing import Count
from casework.web import asking, lines
from casework.web.asking import Asked
from casework.web.base import asked_page, guarded, lang, me
from casework.web.catalogue import gettext as _
from casework.workflows import registry

bp = Blueprint("listing", __name__)


def page() -> ResponseReturnValue:
    """Show a page of the list that the address asks for."""
    asked = asking.read(request.args, first=True)
    found = pages.page(me(), asked.full, lang(), asked_page())
    return render_template(
        "office/cases.html",
        staff=me().is_staff,
        asked=asked,
        page=found,
        lines=lines.shown(found.rows, asked.columns),
        fields=fields(asked) if asked.opened else None,
        may_keep=asked.view and asked.changed and policy.may_change_view(me(), asked.view),
    )


@bp.get("/cases/counts")
@guarded(policy.office)
def counts() -> ResponseReturnValue:
    """Show how many cases of the list stand in each stage, and in the states of the chosen one."""
    asked = asking.read(request.args)
    return render_template("office/_counts.html", groups=groups(asked))


def fields(asked: Asked) -> list[dict[str, Any]]:
    """Return the fields of the form of filters, with what each offers and says now."""
    counted = standing.by_state(me(), asked.wish)
    by_state: dict[str, Count] = {}
    for (_workflow, state), number in counted.items():
        by_state[state] = by_state.get(state, Count()) + number
    said = {each.key: each.value for each in asked.said}
    found = []
    for known in FILTERS.values():
        if known.key == "workflow" and len(known.options()) < 2:  # noqa: PLR2004 - no choice
            continue
        if known.source and not me().is_staff:  # whom the house works with is its own affair
            continue
        options = _options(asked, known, by_state)
        value = asked.wish.get(known.key)
        if value and options and value not in {key for key, _label in options}:
            options.append((value, said[known.key]))
        found.append(
            {
                "key": known.key,
                "label": _(known.label),
                "kind": "day" if known.is_day else "select" if options else "text",
                "options": options,
                "value": said.get(known.key, "") if not options and not known.is_day else value,
            }
        )
    return found


def _options(asked: Asked, known: Filter, by_state: dict[str, Count]) -> list[tuple[str, str]]:
    chosen = asked.wish.get("workflow")
    offered = known.options()
    if known.key in {"stage", "state"} and chosen:
        workflow = registry.latest(chosen)
        own = {s.key for s in workflow.stages} | {s.key for s in workflow.states}
        offered = [each for each in offered if each[0] in own]
    found = [(key, _(label)) for key, label in offered]
    if known.key == "state":
        found = [(key, f"{label} ({number(by_state.get(key, Count()))})") for key, label in found]
    if known.source:
        rows = choices.SOURCES[known.source](lang())
        found += [(key, str(label)) for key, label in rows]
    return found


def groups(asked: Asked) -> list[dict[str, Any]]:
    """Return the stages of each workflow in the list, the chosen one with its states, counted."""
    counted = standing.by_state(me(), asked.wish)
    stage, state = asked.wish.get("stage"), asked.wish.get("state")
    found = []
    for workflow in registry.current():
        here = {
            s.key: counted[workflow.key, s.key]
            for s in workflow.states
            if (workflow.key, s.key) in counted
        }
        if not here:
            continue
        chosen = workflow.state_by_key[state].stage if state in workflow.state_by_key else stage
        stages = [
            _chip(
                asked,
                _(each.label),
                sum((n for k, n in here.items() if workflow.stage_of(k) == each.key), Count()),
                {"workflow": workflow.key, "stage": each.key, "state": ""},
                chosen == each.key,
            )
            for each in workflow.stages
        ]
        states = [
            _chip(
                asked,
                _(each.label),
                here[each.key],
                {"workflow": workflow.key, "stage": "", "state": each.key},
                state == each.key,
            )
            for each in workflow.states
            if each.stage == chosen and each.key in here
        ]
        found.append({"label": _(workflow.label), "stages": stages, "states": states})
    return found


def _chip(
    asked: Asked,
    label: str,
    counted: Count,
    values: dict[str, str],
    current: bool,  # noqa: FBT001 - of a template
) -> dict[str, Any]:
    """Return a link that narrows the list, or widens it again where it is the present one."""
    if len(registry.current()) == 1:
        values = {**values, "workflow": ""}
    wish = asked.wish.with_(**({"stage": "", "state": ""} if current else values))
    return {"label": label, "url": asked.url(wish), "count": number(counted), "current": current}


def number(counted: Count) -> str:
    """Return a count as a reader expects it: exact, or “1 000+”."""
    return (
        _("%(number)s+", number=_figure(pages.COUNTED))
        if counted.capped
        else _figure(counted.number)
    )


def _figure(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
