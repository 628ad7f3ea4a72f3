"""Everything that those who run the house look after, on one page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.i18n import N_
from casework.queries import administration, operations
from casework.services import health
from casework.web.base import guarded, me

bp = Blueprint("administration", __name__)


@dataclass(frozen=True)
class Place:
    """A page to go to: who may, what it is for, and which figure stands beside it."""

    label: str
    endpoint: str
    rule: policy.Rule
    hint: str
    figure: str = ""
    alarms: bool = False


PLACES: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        N_("People and network"),
        (
            Place(
                N_("People"),
                "people.index",
                policy.lead,
                N_("Accounts, roles, absences, handing over."),
                "people",
            ),
            Place(
                N_("Organisations"),
                "organisations.index",
                policy.staff,
                N_("Partners, their people, doubles to be joined."),
                "organisations",
            ),
            Place(
                N_("Imports"),
                "imports.index",
                policy.keeper,
                N_("Organisations and people from a spreadsheet."),
            ),
        ),
    ),
    (
        N_("Rules of the house"),
        (
            Place(N_("Calls"), "calls.index", policy.lead, N_("When partners may apply."), "calls"),
            Place(
                N_("Programmes"),
                "programmes.index",
                policy.staff,
                N_("What the portfolio serves."),
                "programmes",
            ),
            Place(
                N_("Deadline settings"),
                "deadline_settings.index",
                policy.lead,
                N_("Lengths, reminders, closing days."),
            ),
            Place(
                N_("Documents needed"),
                "document_settings.index",
                policy.lead,
                N_("Which documents each step asks for."),
            ),
        ),
    ),
    (
        N_("Running it"),
        (
            Place(
                N_("Mails that failed"),
                "inbox.failed",
                policy.administrator,
                N_("Why they did, and sending them again."),
                "failed",
                alarms=True,
            ),
            Place(
                N_("Audit trail"),
                "audit.index",
                policy.administrator,
                N_("Who did what and when; whether the chains of events hold."),
            ),
            Place(
                N_("Health"),
                "operations.index",
                policy.administrator,
                N_("Whether everything runs, and since when."),
            ),
        ),
    ),
)


@bp.get("/administration")
@guarded(policy.lead)
def index() -> ResponseReturnValue:
    """Show every place of administration that this person may go to, with its figure."""
    figures = administration.counts()
    groups = []
    for label, places in PLACES:
        shown = [_shown(p, figures) for p in places if _open(p)]
        if shown:
            groups.append((_(label), shown))
    return render_template(
        "administration/index.html",
        groups=groups,
        bounced=figures["bounced"],
        stopped=policy.administrator(me()) and health.is_late(operations.beats(), now()),
    )


def _open(place: Place) -> bool:
    return place.endpoint in current_app.view_functions and place.rule(me())


def _shown(place: Place, figures: dict[str, int]) -> dict[str, str]:
    number = figures.get(place.figure)
    if number is None:
        status, tone = "", "neutral"
    elif place.alarms:
        status = ngettext("%(num)d to look at", "%(num)d to look at", number)
        tone = "bad" if number else "good"
    else:
        status, tone = _figure(number), "neutral"
    return {
        "label": _(place.label),
        "url": url_for(place.endpoint),
        "hint": _(place.hint),
        "status": status,
        "tone": tone,
    }


def _figure(number: int) -> str:
    most = administration.MOST
    return f"{format_decimal(most)}+" if number > most else str(format_decimal(number))
