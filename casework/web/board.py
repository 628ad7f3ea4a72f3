"""The board: the cases of a workflow by stage."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from casework import policy
from casework.queries.listing import board
from casework.queries.listing.board import Card, Lane
from casework.web import asking, lines, listing
from casework.web.addresses import url_for
from casework.web.asking import Asked
from casework.web.base import guarded, me
from casework.web.catalogue import gettext as _
from casework.web.catalogue import spoken
from casework.workflows import registry
from casework.workflows.engine import Workflow

bp = Blueprint("board", __name__)


@bp.get("/board")
@guarded(policy.staff)
def index() -> ResponseReturnValue:
    """Show the first cases of each stage of the chosen workflow."""
    asked = asking.read(request.args, "board.index")
    workflow = _chosen(asked)
    return render_template(
        "office/board.html",
        asked=asked,
        workflow=workflow,
        workflows=[_tab(asked, each, workflow) for each in _offered()],
        lanes=[_shown(asked, workflow, lane) for lane in board.lanes(me(), asked.wish, workflow)],
        fields=listing.fields(asked) if asked.opened else None,
    )


def _chosen(asked: Asked) -> Workflow:
    """Return the workflow that the wish names; without one, the first that has its stage."""
    key, stage = asked.wish.get("workflow"), asked.wish.get("stage")
    offered = _offered()
    named = [w for w in offered if w.key == key]
    staged = [w for w in offered if stage in {s.key for s in w.stages}]
    return [*named, *staged, *offered][0]


def _offered() -> list[Workflow]:
    """Return all workflows, those first of which everybody in the house sees the cases."""
    return sorted(registry.current(), key=lambda workflow: workflow.secrecy is not None)


def _tab(asked: Asked, workflow: Workflow, chosen: Workflow) -> dict[str, Any]:
    wish = asked.wish.with_(workflow=workflow.key, stage="", state="")
    url = asked.url(wish)
    return {"label": _(workflow.label), "url": url, "current": workflow.key == chosen.key}


def _shown(asked: Asked, workflow: Workflow, lane: Lane) -> dict[str, Any]:
    over = asked.wish.get("open") or ("" if asked.wish.get("state") else "yes")
    wish = asked.wish.with_(workflow=workflow.key, stage=lane.stage.key, open=over)
    return {
        "key": lane.stage.key,
        "label": _(lane.stage.label),
        "count": listing.number(lane.count),
        "url": asked.at("cases.index", wish),
        "more": lane.more,
        "cards": [_card(workflow, card) for card in lane.cards],
    }


def _card(workflow: Workflow, card: Card) -> dict[str, Any]:
    url = url_for("cases.show", reference=card.reference)
    title = _("Confidential case") if card.restricted else card.title or _("Untitled case")
    return {
        "url": url,
        "reference": card.reference,
        "title": title,
        "organisation": card.organisation,
        "owner": card.owner,
        "state": lines.tag(card.state.tone, card.state),
        "waits_for": card.waits_for,
        "due": lines.due(card.due) if card.due else "",
        "moves": [
            (f"{url}/do/{name}", label)
            for name, label in _labels(spoken(), workflow.key, workflow.version, card.moves)
        ],
    }


@lru_cache(1024)
def _labels(
    _language: str, key: str, version: int, names: tuple[str, ...]
) -> list[tuple[str, str]]:
    known = registry.get(key, version).transition_by_name
    return [(name, _(known[name].label)) for name in names if name in known]
