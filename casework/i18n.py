"""Languages, how they write days, and the marker for texts translated elsewhere.

Declarations (workflows, roles, forms) hold English texts marked with :func:`N_`; whoever shows
them translates them in the reader's language. So the declarations stay free of Flask.
"""

from __future__ import annotations

import re
from datetime import date, time
from functools import lru_cache

from babel.dates import format_date, format_time

LANGUAGES: dict[str, str] = {"fr": "Français", "nl": "Nederlands", "en": "English"}


_declared: set[str] = set()


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools know for a deferred text
    """Mark an English text for translation and return it unchanged."""
    _declared.add(text)
    return text


def is_declared(text: str) -> bool:
    """Say whether a text stands in the code, marked by :func:`N_`: nobody has typed it."""
    return text in _declared


@lru_cache(4096)
def written_day(value: date, style: str, language: str) -> str:
    """Return a civil day as ``language`` writes it: day before month, and ``1er`` in French.

    ``style`` is one of Babel's (``medium``, ``full``) or a pattern (``d MMM y``).
    """
    text = format_date(value, style, locale=_locale(language))
    return re.sub(r"\b1 ", "1er ", text, count=1) if language == "fr" and value.day == 1 else text


@lru_cache(2048)
def written_time(value: time, language: str) -> str:
    """Return a time of the day as ``language`` writes it."""
    return format_time(value, "short", locale=_locale(language))


def _locale(language: str) -> str:
    """Return the locale of dates: English as Europe writes it."""
    return "en_GB" if language == "en" else language
