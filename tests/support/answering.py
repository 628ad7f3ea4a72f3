"""Answering any form found on a page, as somebody would who means it."""

from __future__ import annotations

import io
from typing import Any

from tests.support.files import PDF
from tests.support.pages import PageForm

ANSWERS = {
    "date": "2031-05-05",
    "number": "10",
    "email": "somebody.new@example.org",
    "password": "nine rows of orchards growing",
    "url": "https://example.org",
    "tel": "+32 2 555 12 12",
}
TEXT = "A text that is long enough to be taken for an answer."


def answered(form: PageForm) -> dict[str, Any]:
    """Return what is sent: what stands in the form, and an answer wherever nothing does.

    A file is a pair of its bytes and its name, to be opened for each sending (:func:`opened`).
    """
    sent: dict[str, Any] = {name: value for name, value in form.fields.items() if name}
    for name, kind in form.kinds.items():
        if kind in {"hidden", "submit", "button"} or not name or sent.get(name):
            continue
        offered = [value for value in form.options.get(name, []) if value]
        if kind == "file":
            sent[name] = (PDF, "letter.pdf")
        elif kind in {"select", "checkbox", "radio"}:
            sent[name] = offered[0] if offered else ""
        else:
            sent[name] = ANSWERS.get(kind, TEXT)
    return sent


def opened(sent: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of what is sent, for one sending."""
    return {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in sent.items()
    }
