"""What happens around every request: log id, who is it, security headers."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, abort, current_app, g, request, session

from casework import policy
from casework.clock import now
from casework.db import announce_read, announce_write, unit_of_work
from casework.extensions import db, settings
from casework.logging import bind_request
from casework.models import Guest
from casework.queries import sign_in
from casework.services.sign_in import sessions, tokens
from casework.web.base import SecondStepNeeded

SAFE = {"GET", "HEAD", "OPTIONS"}
WITHOUT_SECOND_STEP = {None, "auth", "links", "health", "second_step", "guest"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
        " frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Flask) -> None:
    """Hook into the application's requests, before the CSRF check."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_finish)


def _begin() -> None:
    g.request_id = bind_request(request.headers.get("X-Request-ID"), kind="request")
    if request.method in SAFE:
        announce_read()
    else:
        announce_write()
    g.user = None
    g.actor = None
    g.bare = False
    g.handled_again = False
    g.unread = 0
    g.language = None
    g.session = None
    g.facts_of = None
    g.drafts = {}
    if request.endpoint != "static" and "token" in session:
        _recognise(tokens.hashed(str(session["token"])))
    if request.mimetype != "multipart/form-data":  # a form without a file is texts alone
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    _refuse_nul()
    _demand_second_step()


def _refuse_nul() -> None:
    """Answer 400 to a NUL character: nobody can type one, and PostgreSQL keeps none."""
    texts = [request.path, *(v for _, values in request.args.lists() for v in values)]
    if request.method not in SAFE:
        texts += [v for _, values in request.form.lists() for v in values]
    if any("\0" in text for text in texts):
        abort(400)


def _recognise(token_hash: str) -> None:
    """Find out who is at the page, and note once in a while that their session is in use.

    A request that writes notes it after five minutes, one that reads after an hour: reading alone
    keeps a session alive too. It is noted in a unit of work of its own, before anything else.
    """
    moment, writes = now(), request.method not in SAFE
    found = sign_in.reader(token_hash, moment)
    if found and sessions.must_be_noted(found.last_seen_at, moment, writes=writes):
        db.session.rollback()
        announce_write()
        with unit_of_work(db.session):
            sessions.seen(found.session_id)
        if not writes:
            announce_read()
        found = sign_in.reader(token_hash, moment)
    actor = _actor(found, moment) if found is not None else None
    if found is None or actor is None:
        session.pop("token")
        return
    g.user, g.unread, g.session = found.user, found.unread, found
    g.language = found.user.language  # kept apart: an error page must not ask the database again
    g.actor = actor


def _actor(found: sign_in.Reader, moment: datetime) -> policy.Actor | None:
    """Return whoever holds a session; None for a guest whose visit is over."""
    if found.guest_id is None:
        return policy.actor_told(found.user.id, found.held)
    guest = db.session.get(Guest, found.guest_id)
    return policy.guest_of(db.session(), guest.grant_id, moment) if guest is not None else None


def _demand_second_step() -> None:
    """Let staff do nothing else before their second step is set up, where it is required."""
    if g.actor is None or g.session.second_factor or request.blueprint in WITHOUT_SECOND_STEP:
        return
    if settings().second_factor == "required" and g.actor.is_staff:
        raise SecondStepNeeded


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
