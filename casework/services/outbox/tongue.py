"""The translator of messages: Flask-Babel's functions, with types, in the recipient's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask_babel


def gettext(text: str, **values: Any) -> str:
    """Return ``text`` in the language spoken now, with its values filled in, if there are any."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Return the text for one or for many, in the language spoken now."""
    return str(flask_babel.ngettext(one, many, num, **values))


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Speak ``language`` inside a ``with`` block, whatever the page or the worker speaks."""
    with flask_babel.force_locale(language):
        yield
