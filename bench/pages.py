"""The times of pages, how often each asks the database, and what a first visit has to fetch."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from posixpath import dirname, join, normpath
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench import bare
from bench.council import MEMBER, council
from bench.grid import GRID, acts, grid
from bench.network import KEY, evaluation, network
from bench.site import Site
from bench.timing import statements
from casework.extensions import db
from casework.models import Case

LINKED = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"')
IMPORTED = re.compile(r"""(?:from|import)\s*["'](\.[^"']+)["']""")
NETWORK = "network synthesis over 500 cooperatives and 10 years"
RULE = "rule evaluation (1,000 criteria)"


class Pages:
    """The measured pages of one site, each with the browser that reads it."""

    def __init__(self, site: Site, engine: sa.Engine) -> None:
        self._engine = engine
        self.officer, self.lead = site.officer(), site.lead()
        plain = bare.bare_app(engine).test_client()
        case, met = site.case_in("co_creation"), council(site)
        audited = grid(site)
        addresses = {
            "list": (self.officer, "/cases"),
            "list by state": (self.officer, "/cases?state=completed"),
            "search": (self.officer, "/search?q=buurtkeuken"),
            "case page": (self.officer, f"/cases/{case}"),
            "board": (self.officer, "/board?workflow=partner_project"),
            "desk": (self.officer, "/desk"),
            "desk of a lead": (self.lead, "/desk"),
            "dashboard": (self.lead, "/dashboard"),
            "list of a member": (site.browser(MEMBER), "/cases"),
            "agenda of 200": (self.lead, f"/meetings/{met.coming}"),
            "meeting of 30": (self.lead, f"/meetings/{met.opened}"),
            NETWORK: (self.lead, network(site)),
            "register of labels": (self.lead, "/register"),
            "register as JSON": (self.lead, f"/register/labels.json?scheme={KEY}"),
            GRID: (audited.auditor, audited.path),
        }
        several, alone = _organisations()
        of = "/cases?organisation="
        self.one_row = {"list": (f"{of}{several}", f"{of}{alone}")}
        self.known = {n: a for n, a in addresses.items() if a[0].get(a[1]).status_code == 200}
        self.missing = sorted(addresses.keys() - self.known.keys())
        self.acts: dict[str, Callable[[], Any]] = {
            "bare list": lambda: plain.get("/list").data,
            "empty page": lambda: plain.get("/empty").data,
            "raw SQL of the list": bare.raw(engine),
            RULE: evaluation(),
            **acts(audited),
        }
        for name, (browser, path) in self.known.items():
            self.acts[name] = _visit(browser, path)

    def queries(self) -> dict[str, dict[str, int | None]]:
        """Return how often each page asks the database, and some for several rows and for one."""
        found: dict[str, dict[str, int | None]] = {}
        for name, (browser, path) in self.known.items():
            beside = self.one_row.get(name)
            several, one = (self._asked(browser, p) for p in beside) if beside else (None, None)
            found[name] = {"many": self._asked(browser, path), "several": several, "one": one}
        return found

    def _asked(self, browser: FlaskClient, path: str) -> int:
        db.session.remove()
        with statements(db.engine) as said:
            browser.get(path)
        return len(said)

    def weights(self) -> dict[str, dict[str, int]]:
        """Return the bytes of the list and of the case page with all that a first visit fetches."""
        return {
            name: weight(*self.known[name]) for name in ("list", "case page") if name in self.known
        }


def weight(browser: FlaskClient, path: str) -> dict[str, int]:
    """Return the bytes of one page and its files, plain and compressed, by kind."""
    html = browser.get(path).data
    found = {"html": len(html), "html gz": _gz(html), "css": 0, "css gz": 0, "js": 0, "js gz": 0}
    waiting, seen = LINKED.findall(html.decode()), set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        body = browser.get(address).data
        kind = address.rpartition(".")[2]
        found[kind] += len(body)
        found[f"{kind} gz"] += _gz(body)
        if kind == "js":
            beside = IMPORTED.findall(body.decode())
            waiting += [normpath(join(dirname(address), other)) for other in beside]
    found["first visit gz"] = found["html gz"] + found["css gz"] + found["js gz"]
    return found


def _gz(body: bytes) -> int:
    return len(gzip.compress(body, 6))


def _visit(browser: FlaskClient, path: str) -> Callable[[], bytes]:
    return lambda: browser.get(path).data


def _organisations() -> tuple[Any, Any]:
    """Return an organisation that has the most cases, and one that has a single one."""
    number = sa.func.count()
    counted = sa.select(Case.organisation_id).group_by(Case.organisation_id).limit(1)
    return (
        db.session.scalar(counted.order_by(number.desc())),
        db.session.scalar(counted.having(number == 1)),
    )
