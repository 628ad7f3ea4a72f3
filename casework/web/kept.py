"""Typed text that outlives an expired session: it travels signed through the sign-in page."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from casework.services import drafts

LIFETIME = 12 * 3600  # seconds
STEERING = {"csrf_token", "once", "version", "seen", "password", "present", "code", "kept", "next"}


def take() -> str:
    """Return what the refused form held, signed, to be put into the sign-in page; empty if none.

    Only a form that our own pages sent is kept.
    """
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if origin and _parts(origin).netloc != request.host:
        return ""
    fields = typed()
    found = {"place": request.path, "page": page(), "fields": fields}
    return _signer().dumps(found) if fields else ""


def typed() -> dict[str, list[str]]:
    """Return what was typed into the form that came, without what only steers it."""
    return {k: v for k, v in request.form.lists() if k not in STEERING}


def page() -> str:
    """Return the address of the page that shows the form which came.

    It is the form's own address, or, where that only takes forms, the page that it stood on.
    """
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None  # noqa: S101 - a request is under way
    before = _parts(request.headers.get("Referer") or "")
    if adapter.test(request.path, "GET"):
        return request.path
    if before.netloc == request.host and adapter.test(before.path, "GET"):
        return before.path
    return "/"


def form_data(place: str | None = None) -> MultiDict[str, str] | None:
    """Return what to fill the form for ``place`` with: what came for it, else this person's draft.

    ``place`` is the address that the form is sent to, by default that of the request; None says
    that there is neither.
    """
    here = place or request.path
    if request.method == "POST":
        return request.form if request.path == here else None
    if g.actor is None or g.actor.id is None:
        return None
    found: dict[str, Any] = g.drafts
    if here not in found:
        found[here] = drafts.find(g.actor.id, here)
    return drafts.fields(found[here]) if found[here] is not None else None


def forget() -> None:
    """Forget the draft of the form that came: it has done what it was for."""
    if g.actor is not None and g.actor.id is not None:
        drafts.drop(g.actor.id, request.path)


def bring_back(kept: str, user_id: Any) -> str | None:
    """Keep the text as a draft of this person; return its form's page, None if it is not ours."""
    try:
        found = _signer().loads(kept, max_age=LIFETIME)
    except BadSignature:
        return None
    drafts.keep(user_id, found["place"], found["fields"])
    return str(found["page"])


def local(address: str) -> str:
    """Return the address of a page on this site; the start page when it is none."""
    parts, adapter = _parts(address), current_app.create_url_adapter(request)
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    here = plain and not parts.netloc and not parts.scheme
    return address if here and adapter and adapter.test(parts.path, "GET") else "/"


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "nowhere", "", "", "")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="kept text")
