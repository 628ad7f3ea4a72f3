"""In which language and zone a page is written."""

from __future__ import annotations

from flask import g, has_request_context, request, session

from casework.extensions import settings
from casework.i18n import LANGUAGES


def chosen() -> str:
    """Return the language of the page: the person's own, the session's, the browser's, ours."""
    if not has_request_context():
        return settings().default_language
    if g.get("language"):
        return str(g.language)
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return request.accept_languages.best_match(list(LANGUAGES)) or settings().default_language


def zone() -> str:
    """Return the zone in which civil dates are written: the house's."""
    return settings().house_zone
