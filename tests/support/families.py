"""Every family of pages that somebody can open, found as people find them: by following links."""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

LINK = re.compile(r'<(?:a|form|iframe)\b[^>]*?\s(?:href|action|src)="([^"]+)"')
SAMPLES = 4
"""How many addresses of one view are read for links: cases in other states lead elsewhere."""


@dataclass(frozen=True)
class Answer:
    """What a GET gave: where it leads when it redirects, and its text when it is a page."""

    status: int
    location: str
    content_type: str
    text: str

    @property
    def is_page(self) -> bool:
        """Whether it is a page that people read, and not a file, a part, a mail or a redirect."""
        return self.status == 200 and "text/html" in self.content_type and 'id="main"' in self.text


@dataclass(frozen=True)
class Found:
    """A page that somebody found: its address, its title, and what it is made of."""

    path: str
    title: str
    making: frozenset[str]


@dataclass
class Walk:
    """What one person found: the first page of each view that showed one."""

    pages: dict[str, Found] = field(default_factory=dict)


class _Making(HTMLParser):
    """Reads what a page is made of: each kind of element, in which, with which attributes."""

    EMPTY = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
    TELLING = frozenset({"class", "role", "type"})
    """Attributes whose values tell elements apart; of others it is that they are there."""
    PASSING = frozenset({"href", "id", "value", "for", "action", "datetime", "src"}) | frozenset(
        {"d", "x", "y", "width", "height", "points", "checked", "selected"}
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self._within, self.found = [""], set[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and that what follows is within it."""
        told = (f"{k}={v}" if k in self.TELLING else k for k, v in attrs if k not in self.PASSING)
        self.found.add(f"{self._within[-1]}>{tag} {' '.join(sorted(told))}")
        if tag not in self.EMPTY:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and whatever in it was never closed."""
        while tag in self._within and self._within.pop() != tag:
            pass

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element with nothing in it."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)


def views(app: Flask) -> set[str]:
    """Return every view of the application that answers a GET."""
    rules = app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - {"static"}


def walk(app: Flask, ask: Callable[[str], Answer], starts: Iterable[str]) -> Walk:
    """Follow every link from ``starts`` until no new view is found."""
    known, found = app.url_map.bind("127.0.0.1"), Walk()
    waiting, seen, read = deque(starts), set(starts), defaultdict[str, int](int)
    while waiting:
        path = waiting.popleft()
        view = _view_of(known, path)
        if view is None or read[view] >= SAMPLES:
            continue
        read[view] += 1
        answer = ask(path)
        if answer.is_page and view not in found.pages:
            title = answer.text.partition("<title>")[2].partition("</title>")[0]
            found.pages[view] = Found(path, title, frozenset(_Making(answer.text).found))
        for link in [answer.location, *LINK.findall(answer.text)]:
            target = _within(path, html.unescape(link))
            if target and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def _view_of(known: MapAdapter, path: str) -> str | None:
    try:
        endpoint, _values = known.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None
    return None if endpoint == "static" else endpoint


def _within(path: str, link: str) -> str | None:
    """Return an address of the application for a link on the page ``path``, else None."""
    if not link or link.startswith("#"):
        return None
    parts = urlsplit(urljoin(f"http://127.0.0.1{path}", link))
    if parts.scheme not in {"http", "https"} or parts.hostname != "127.0.0.1":
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
