"""Every family of pages that somebody can open, found as people find them: by following links."""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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


@dataclass
class Walk:
    """What one person found: an address for each view that showed a page, and every view asked."""

    pages: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


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
        found.asked.add(view)
        answer = ask(path)
        if answer.is_page:
            found.pages.setdefault(view, path)
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
