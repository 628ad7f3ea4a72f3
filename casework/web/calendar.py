"""The calendar of deadlines: a month, a week, a day; and what a partner has to keep."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.calendar.public_days import public_days
from casework.extensions import house_day, settings
from casework.queries import absences, calendar
from casework.queries.calendar import Asked
from casework.web.base import asked_page, guarded, lang, me
from casework.workflows import registry

bp = Blueprint("calendar", __name__)

IN_MONTH, IN_WEEK = 3, 12
YEARS = (2000, 2199)


@bp.get("/calendar")
@guarded(policy.office)
def index() -> ResponseReturnValue:
    """Show a month of deadlines, a week, or all those of one day."""
    args = request.args
    if args.get("day"):
        return _day_page(_known(_day(args["day"])))
    if args.get("week"):
        return _week_page(_known(_monday(args["week"])))
    return _month_page(_known(_first(args["month"])) if args.get("month") else house_day())


@bp.get("/deadlines")
@guarded(policy.portal)
def mine() -> ResponseReturnValue:
    """Show a partner what they have to do, and by when."""
    bands = calendar.by_urgency(calendar.of_partner(me()))
    return render_template("portal/deadlines.html", bands=bands)


def _month_page(within: date) -> str:
    first = within.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    weeks = -(-(after - start).days // 7)
    asked = _asked()
    days = _days(asked, start, 7 * weeks, IN_MONTH)
    return render_template(
        "calendar/month.html",
        month=first,
        weeks=[days[n : n + 7] for n in range(0, len(days), 7)],
        previous=(first - timedelta(days=1)).strftime("%Y-%m"),
        following=after.strftime("%Y-%m"),
        **_shared(asked),
    )


def _week_page(monday: date) -> str:
    asked = _asked()
    return render_template(
        "calendar/week.html",
        monday=monday,
        days=_days(asked, monday, 7, IN_WEEK),
        previous=_week(monday - timedelta(days=7)),
        following=_week(monday + timedelta(days=7)),
        **_shared(asked),
    )


def _day_page(day: date) -> str:
    page, asked = asked_page(), _asked()
    tasks, more = calendar.one_day(me(), asked, day, page)
    return render_template(
        "calendar/day.html", day=day, tasks=tasks, number=page, more=more, **_shared(asked)
    )


def _days(asked: Asked, first: date, count: int, shown: int) -> list[calendar.Day]:
    days = calendar.days(me(), asked, first, count, shown)
    own = calendar.closing_days(days[0].day, days[-1].day)
    for each in days:
        public = public_days(settings().house_country, each.day.year, lang())
        each.closed = own.get(each.day, "") or public.get(each.day, "")
    return days


def _asked() -> Asked:
    known = {w.key for w in registry.current()}
    workflow = request.args.get("workflow", "")
    mine = request.args.get("whose") != "all"
    theirs = absences.stood_in_for(me(), absences.away(house_day())) if mine else {}
    return Asked(mine, workflow if workflow in known else "", theirs)


def _shared(asked: Asked) -> dict[str, object]:
    kept = {"whose": None if asked.mine else "all", "workflow": asked.workflow or None}
    return {
        "asked": asked,
        "kept": kept,
        "today": house_day(),
        "workflows": registry.current(),
        "week_of": _week,
        "counted": calendar.COUNTED,
    }


def _known(day: date | None) -> date:
    """Return the day asked for; where it is nonsense, today, and say so."""
    if day is not None and YEARS[0] <= day.year <= YEARS[1]:
        return day
    flash(_("We do not know this date. Here is today's calendar."), "wait")
    return house_day()


def _first(text: str) -> date | None:
    return _day(f"{text}-01") if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) else None


def _monday(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9-]{10}", text) else None
    except ValueError:
        return None


def _week(day: date) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"
