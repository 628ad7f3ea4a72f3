"""The first page: the desk of the office, the cases of a partner."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from casework import policy
from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db, house_day
from casework.queries import absences, calendar, calls, cases, desk
from casework.queries.committees import lists as committees
from casework.queries.dashboard import counts
from casework.roles import Role
from casework.web.base import go, guarded, me
from casework.workflows import registry

bp = Blueprint("home", __name__)

AHEAD = timedelta(days=30)
BACK_DAYS = 14  # for so long the desk tells what happened during an absence
MEETINGS = 3
FLOWS = 3  # so many workflows are summed up beside the desk


@bp.get("/")
@guarded(policy.inside)
def index() -> ResponseReturnValue:
    """Lead everybody to their own first page."""
    if me().guest:
        return go("guest.show")
    return go("home.desk") if policy.office(me()) else go("home.mine")


@bp.get("/desk", endpoint="desk")
@guarded(policy.office)
def desk_page() -> ResponseReturnValue:
    """Show what waits for me, what I wait for, what has changed."""
    moment = now()
    away = absences.away(house_day(moment))
    stood_in_for = absences.stood_in_for(me(), away)
    tasks = desk.tasks(me(), moment, AHEAD, stood_in_for)
    run = counts.run() if policy.sees_house(me()) else None
    stages = run.summary.get("stages", {}) if run else {}
    return render_template(
        "office/desk.html",
        bands=calendar.by_urgency(tasks),
        tasks=tasks,
        full=len(tasks) == desk.SHOWN,
        own=desk.own_cases(me()) if me().is_staff else None,
        counted=desk.COUNTED,
        turns=desk.turns(me()),
        waiting=desk.waiting(me()),
        meetings=committees.coming(me(), moment)[:MEETINGS] if me().sits else [],
        changes=desk.changes(me(), g.user.desk_seen_at),
        flow=[(w, stages[w.key]) for w in registry.current() if w.key in stages][:FLOWS],
        as_of=run.as_of if run else None,
        today=moment,
        my_absence=away.get(g.user.id),
        stood_in_for=stood_in_for,
        back_from=absences.just_back(g.user.id, house_day(moment), BACK_DAYS),
    )


@bp.post("/desk/seen")
@guarded(policy.office)
def seen() -> ResponseReturnValue:
    """Keep that the person has seen what changed."""
    with unit_of_work(db.session):
        g.user.desk_seen_at = now()
    return go("home.desk")


@bp.get("/mine")
@guarded(policy.portal)
def mine() -> ResponseReturnValue:
    """Show the cases of somebody's organisations, what they audit, and what can be started."""
    startable = [w for w in registry.current() if policy.may_start(me(), w)]
    return render_template(
        "portal/home.html",
        cases=cases.of_partner(me()),
        audits=cases.audited_by(me()) if me().cases_as(Role.AUDITOR) else [],
        startable=startable,
        open_calls=calls.open_now(me(), now()) if startable else [],
        extended=calls.extended_until(me(), now()) if startable else {},
    )
