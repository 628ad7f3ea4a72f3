"""From a proof of who one is to a session: the code in between, the text that comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from wtforms import Form

from casework.clock import now
from casework.extensions import db
from casework.forms.account import CodeForm
from casework.models import User
from casework.services.sign_in import entry, passwords, sessions
from casework.web import device, kept

Act = Callable[[], ResponseReturnValue]

HALF = "half"
HALF_LASTS = timedelta(minutes=10)


def proceed(user: User, way: str, next_page: str, text: str) -> ResponseReturnValue:
    """Go on with somebody who has proved who they are: ask for a code, or let them in.

    ``text`` is a form that waits, signed, for its writer. Inside a unit of work.
    """
    if not entry.needs_code(user):
        return let_in(user, way, next_page, text, second_factor=False)
    _start_anew()
    session[HALF] = [str(user.id), way, now().isoformat(), entry.mark(user)]
    if text:
        return code_page(CodeForm(), next_page, text)
    return redirect(url_for("auth.second", next=kept.local(next_page)), code=303)


def half_way() -> tuple[User, str] | None:
    """Return who has done the first step a moment ago, and how; None when nobody has.

    Nor is it gone on with when the person has a new password or has left meanwhile.
    """
    try:
        user_id, way, at, mark = session[HALF]
        fresh = now() - datetime.fromisoformat(at) < HALF_LASTS
    except (KeyError, ValueError, TypeError):
        return None
    lock = passwords.STAYS if request.method == "POST" else None
    user = db.session.get(User, UUID(user_id), with_for_update=lock) if fresh else None
    if user is None or not user.active or entry.mark(user) != mark:
        return None
    return user, way


def let_in(
    user: User, way: str, next_page: str, text: str, *, second_factor: bool
) -> ResponseReturnValue:
    """Begin a session and go where the person was; inside a unit of work."""
    token = sessions.begin(
        user, way, device.words(request.user_agent.string), second_factor=second_factor
    )
    _start_anew()
    session["token"] = token
    g.language = user.language
    refresh()  # what this request still says is said in the person's language
    place = kept.bring_back(text, user.id) if text else None
    if place:
        flash(_("You are signed in again, and your text is back. Check it, then send it."), "good")
    return redirect(kept.local(place or next_page), code=303)


def let_guest_in(token: str, user: User) -> ResponseReturnValue:
    """Take up the session that a guest's link has begun, and show their case."""
    _start_anew()
    session["token"] = token
    g.language = user.language
    refresh()
    return redirect(url_for("guest.show"), code=303)


def code_page(form: Form, next_page: str, text: str) -> str:
    """Return the page that asks for the code."""
    return render_template(
        "auth/second.html", form=form, next_page=kept.local(next_page), kept=text
    )


def too_often(form: Any, minutes: int) -> None:
    """Put into a form that it was sent too often."""
    form.form_errors.append(
        _(
            "There were too many attempts. What you typed is still here: try again in"
            " %(minutes)s min.",
            minutes=minutes,
        )
    )


def _start_anew() -> None:
    """Take nothing over from before but the language: no session is ever given to somebody."""
    language_before = session.get("language")
    session.clear()
    if language_before:
        session["language"] = language_before
