"""What happens around every request: log id, who is it, security headers."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Response, abort, current_app, g, request, session

from casework import policy
from casework.clock import now
from casework.db import announce_read, announce_write
from casework.extensions import db
from casework.logging import bind_request
from casework.queries import desk

SAFE = {"GET", "HEAD", "OPTIONS"}
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
    g.unread = 0
    g.language = None
    g.facts_of = None
    g.drafts = {}
    if request.endpoint != "static" and "user_id" in session:
        _recognise(UUID(session["user_id"]))
    if request.mimetype != "multipart/form-data":  # a form without a file is texts alone
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    _refuse_nul()


def _refuse_nul() -> None:
    """Answer 400 to a NUL character: nobody can type one, and PostgreSQL keeps none."""
    texts = [request.path, *(v for _, values in request.args.lists() for v in values)]
    if request.method not in SAFE:
        texts += [v for _, values in request.form.lists() for v in values]
    if any("\0" in text for text in texts):
        abort(400)


def _recognise(user_id: UUID) -> None:
    user, unread = desk.reader(user_id)
    if user is None or not user.active or user.session_epoch != session.get("epoch"):
        session.clear()
        return
    g.user, g.unread = user, unread
    g.language = user.language  # kept apart: an error page must not ask the database again
    g.actor = policy.actor_of(db.session(), user.id, now())


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if g.get("user") is not None:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
