"""The page "What will be sent, to whom, and why"."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casework import policy
from casework.clock import now
from casework.extensions import house_day
from casework.forms.fields import parse_day
from casework.services import preview, sweep
from casework.web.base import guarded, me, whole
from casework.web.deadline_words import end_words, offset_words

AHEAD = timedelta(days=14)
FARTHEST = timedelta(days=731)
PAGE = 100

bp = Blueprint("preview", __name__)


@bp.get("/reminders")
@guarded(policy.staff)
def index() -> ResponseReturnValue:
    """Show the reminders that will go out until a day, and what they are about."""
    today = house_day(now())
    until, valid = _asked(request.args.get("until", ""), today)
    found = preview.upcoming(until, me())
    number = _page_number(request.args.get("page", "1"), len(found))
    shown = found[(number - 1) * PAGE : number * PAGE]
    page = render_template(
        "office/deadlines/preview.html",
        until=until,
        valid=valid,
        days=[(day, list(group)) for day, group in groupby(shown, lambda u: house_day(u.at))],
        total=len(found),
        pager=_pager(number, len(found), until),
        last_sweep=sweep.last_sweep(),
        end_words=end_words,
        offset_words=offset_words,
    )
    return page, 200 if valid else 422


def _asked(text: str, today: date) -> tuple[date, bool]:
    """Return the day asked for, and whether it could be read; by default two weeks ahead."""
    if not text.strip():
        return today + AHEAD, True
    try:
        day = parse_day(text.strip()[:20])
    except ValueError:
        return today + AHEAD, False
    return min(max(day, today), today + FARTHEST), True


def _page_number(text: str, total: int) -> int:
    pages = max(1, -(-total // PAGE))
    return min(max(1, whole(text, 1)), pages)


def _pager(number: int, total: int, until: date) -> dict[str, Any]:
    def url(page: int) -> str:
        return url_for("preview.index", until=until.isoformat(), page=page)

    return {
        "number": number,
        "has_prev": number > 1,
        "has_next": number * PAGE < total,
        "prev_url": url(number - 1),
        "next_url": url(number + 1),
        "total_label": ngettext("%(num)d entry", "%(num)d entries", total)
        if total
        else _("nothing"),
    }
