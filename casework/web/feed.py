"""The private feed: one's deadlines for a calendar program, and the page that gives its address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day, settings
from casework.models import CalendarFeed, Case, Deadline, User
from casework.policy import Actor
from casework.queries import absences, calendar
from casework.queries.desk import Task
from casework.services import feeds
from casework.web.base import committing, go, guarded, me, not_found, side

if TYPE_CHECKING:
    from icalendar import Event

bp = Blueprint("feed", __name__)

MOST = 1000
AGAIN = timedelta(hours=1)  # how often a program should look


@bp.get("/calendar/feed/<feed_token>.ics")
@guarded(policy.anyone)
def show(feed_token: str) -> ResponseReturnValue:
    """Send the deadlines as iCalendar to whoever knows the secret address."""
    feed = feeds.find(feed_token)
    if feed is None:
        not_found("calendar feed")
    user = db.session.get_one(User, feed.user_id)
    with force_locale(user.language):
        if feed.revoked_at is not None or not user.active:
            return _gone()
        actor = policy.actor_of(db.session, user.id, now())
        tasks = _of_staff(actor) if policy.office(actor) else calendar.of_partner(actor)
        answer = Response(_written(tasks), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="casework.ics"'
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/account/calendar-feed")
@guarded(policy.signed_in)
def address() -> ResponseReturnValue:
    """Show the person's address, and how to use it."""
    found = feeds.live(g.user.id)
    return render_template(
        "calendar/feed.html",
        layout=f"layouts/{side()}.html",
        feed=found,
        address=_address(found) if found else "",
        internal=policy.office(me()),
    )


@bp.post("/account/calendar-feed")
@guarded(policy.signed_in)
def renew() -> ResponseReturnValue:
    """Give the person a new address."""
    with committing():
        feeds.renew(g.user.id)
    flash(_("This is your new address. An earlier one no longer works."), "good")
    return go("feed.address")


@bp.post("/account/calendar-feed/revoke")
@guarded(policy.signed_in)
def revoke() -> ResponseReturnValue:
    """End the person's address."""
    with committing():
        feeds.revoke(g.user.id)
    flash(_("Your calendar address no longer works."), "good")
    return go("feed.address")


def _of_staff(actor: Actor) -> list[Task]:
    theirs = absences.stood_in_for(actor, absences.away(house_day()))
    return calendar.of_staff(actor, MOST, theirs)


def _address(feed: CalendarFeed) -> str:
    path = url_for("feed.show", feed_token=feeds.token_of(feed))
    return f"{settings().base_url.rstrip('/')}{path}"


def _gone() -> ResponseReturnValue:
    words = _("This calendar address no longer works. Ask for a new one on your account's page.")
    return Response(f"{words}\n", status=410, mimetype="text/plain; charset=utf-8")


def _written(tasks: list[Task]) -> bytes:
    """Return the deadlines as a calendar. A deadline that was met or cancelled is not in it."""
    from icalendar import Calendar  # for those alone who give feeds

    found = Calendar()
    found.add("prodid", "-//casework//deadlines//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("x-wr-calname", _("Deadlines · %(house)s", house=settings().house_name))
    found.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    for task in tasks:
        found.add_component(_event(task))
    return bytes(found.to_ical())


def _event(task: Task) -> Event:
    from icalendar import Event

    case, deadline, day = task.case, task.deadline, house_day(task.deadline.due_at)
    place = f"{settings().base_url.rstrip('/')}{url_for('cases.show', reference=case.reference)}"
    changed = _changed(deadline)
    event = Event()
    event.add("uid", f"{deadline.id}@casework")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", max(0, int((changed - deadline.opened_at).total_seconds()) // 60))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{_(task.label)} · {_title(case)} ({case.reference}){_instead(task)}")
    event.add("description", place)
    event.add("url", place)
    event.add("transp", "TRANSPARENT")
    return event


def _title(case: Case) -> str:
    return _("Confidential case") if case.restricted else case.title or _("Untitled case")


def _instead(task: Task) -> str:
    return f" · {_('for %(name)s', name=task.instead_of)}" if task.instead_of else ""


def _changed(deadline: Deadline) -> datetime:
    """Return when the deadline's end was last set: a move raises the event's sequence."""
    moments = (deadline.opened_at, deadline.started_at, deadline.moved_at)
    return max(m for m in moments if m is not None).astimezone(UTC)
