"""Reading a page as a browser does: its forms with what is in them, and its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from werkzeug.test import TestResponse


@dataclass
class PageForm:
    """One form: where it goes, what it would send as it stands, and what may be put into it.

    ``kinds`` says of each field what kind of control it is (``text``, ``date``, ``select`` …),
    ``options`` what it may be chosen from.
    """

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.words: list[str] = []
        self.lang = ""
        self._area: str | None = None
        self._select: str | None = None
        self._quiet = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = values.get("lang", "")
        elif tag == "form":
            self.forms.append(PageForm(values.get("action", ""), values.get("method", "get")))
        elif tag in {"script", "style"}:
            self._quiet = True
        elif self.forms and tag in {"input", "textarea", "select", "option"}:
            self._control(tag, values)

    def _control(self, tag: str, values: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, values.get("name", "")
        self._note(tag, name or self._select or "", values)
        if tag == "textarea":
            self._area = name
            fields[name] = ""
        elif tag == "select":
            self._select = name
            fields.setdefault(name, "")
        elif tag == "option":
            if "selected" in values and self._select:
                fields[self._select] = values.get("value", "")
        elif name and (values.get("type") not in {"checkbox", "radio"} or "checked" in values):
            fields[name] = values.get("value", "")

    def _note(self, tag: str, name: str, values: dict[str, str]) -> None:
        """Note what kind of control a field has, and one more thing that it offers."""
        form = self.forms[-1]
        if tag != "option":
            kind = values.get("type", "text") if tag == "input" else tag
            number = values.get("inputmode") in {"numeric", "decimal"}
            form.kinds[name] = "number" if number else kind
        if tag == "option" or form.kinds.get(name) in {"checkbox", "radio"}:
            form.options.setdefault(name, []).append(values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag in {"script", "style"}:
            self._quiet = False

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            # a browser drops the line end that follows the opening tag
            known, text = self.forms[-1].fields, data.replace("\r\n", "\n")
            known[self._area] += text if known[self._area] else text.removeprefix("\n")
        if not self._quiet:
            self.words.append(data)


class Page:
    """A page as a reader finds it."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        reader = _Reader()
        reader.feed(answer.get_data(as_text=True))
        self.forms, self.lang = reader.forms, reader.lang
        self.text = " ".join(" ".join(reader.words).split())

    def form(self, *names: str) -> PageForm:
        """Return the first form that has fields of all these names."""
        for each in self.forms:
            if set(names) <= each.fields.keys():
                return each
        raise AssertionError(f"no form with {names} on: {self.text[:400]}")


def read(browser: FlaskClient, path: str) -> Page:
    """Open a page and read it."""
    answer = browser.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return Page(answer)


def said(app: Flask, language: str, msgid: str, **values: Any) -> str:
    """Return a text of ours in a language, as a page shows it, on one line."""
    with app.test_request_context(), force_locale(language):
        return " ".join(str(gettext(msgid, **values)).split())
