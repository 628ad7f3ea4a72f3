"""The audit trail: who did what, when, over everything; and whether the chains hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.i18n import N_
from casework.queries import audit, timeline
from casework.services import background
from casework.web.base import asked_page, committing_once, go, guarded, lang, me, sent_key

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)

bp = Blueprint("audit", __name__)

KINDS: dict[str, str] = {
    "transition": N_("Move"),
    "record": N_("Record written"),
    **timeline.KINDS,
}
SUBJECTS: dict[str, str] = {
    "organisation": N_("Organisation"),
    "call": N_("Call"),
    "programme": N_("Programme"),
    "user_account": N_("Person"),
}


@bp.get("/audit")
@guarded(policy.administrator)
def index() -> ResponseReturnValue:
    """Show a page of acts on cases, newest first."""
    search, faults = _asked()
    page = audit.acts(me(), search, asked_page(audit.FURTHEST))
    return render_template(
        "audit/index.html",
        search=search,
        typed=request.args,
        faults=faults,
        page=page,
        kinds=KINDS,
        last=audit.last_verification(),
        tabs=_tabs("audit.index"),
        pager=_pager(page, "audit.index"),
    )


@bp.get("/audit/changes")
@guarded(policy.administrator)
def changes() -> ResponseReturnValue:
    """Show a page of changes outside cases, newest first."""
    search, faults = _asked()
    page = audit.changes(search, asked_page(audit.FURTHEST))
    return render_template(
        "audit/changes.html",
        search=search,
        typed=request.args,
        faults=faults,
        page=page,
        kinds=SUBJECTS,
        tabs=_tabs("audit.changes"),
        pager=_pager(page, "audit.changes"),
    )


@bp.post("/audit/verify")
@guarded(policy.administrator)
def verify() -> ResponseReturnValue:
    """Have all chains of events verified."""
    with committing_once() as sent:
        work = background.begin(me(), "verify_log", {}, sent_key(), lang())
        sent.url = url_for("background.show", work_id=work.id)
    return go("background.show", work_id=work.id)


def _asked() -> tuple[audit.Search, list[str]]:
    """Return what the address asks for, and what of it makes no sense."""
    asked, faults = request.args, []
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        text = asked.get(name, "").strip()
        try:
            days[name] = _day(text) if text else None
        except ValueError:
            days[name] = None
            faults.append(
                _("“%(text)s” is no day. Write it as year-month-day: 2026-11-24.", text=text[:30])
            )
    since, until = days["since"], days["until"]
    if since and until and since > until:
        faults.append(_("The first day comes after the last one: nothing lies between them."))
    short = {name: asked.get(name, "").strip()[: audit.LONGEST] for name in ("person", "reference")}
    kind = asked.get("kind", "")
    kind = kind if kind in {**KINDS, **SUBJECTS} else ""
    return audit.Search(kind=kind, since=since, until=until, **short), faults


def _query() -> dict[str, Any]:
    names = ("person", "reference", "kind", "since", "until")
    return {n: request.args[n] for n in names if request.args.get(n)}


def _tabs(here: str) -> list[dict[str, Any]]:
    pages = (("audit.index", _("Acts on cases")), ("audit.changes", _("Other changes")))
    return [
        {"label": label, "url": url_for(endpoint), "current": endpoint == here}
        for endpoint, label in pages
    ]


def _pager(page: audit.Page, endpoint: str) -> dict[str, Any]:
    query = _query()
    return {
        "number": page.number,
        "has_prev": page.number > 1,
        "has_next": page.has_next and page.number < audit.FURTHEST,
        "prev_url": url_for(endpoint, page=page.number - 1, **query),
        "next_url": url_for(endpoint, page=page.number + 1, **query),
        "total_label": "",
    }


def _day(text: str) -> date:
    """Return the day that a text says. Raises ValueError, also for one in no calendar of ours."""
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day
