"""Addresses inside the house: Flask's own, remembered by their shape.

A page holds a hundred links, and building one costs as much as a query. So an address is built
once with marks in the place of its values, and plain values are put there from then on. Whatever
is not plain (other letters, a host, an anchor) is left to Flask.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import flask
from flask import Flask, has_request_context
from flask.globals import request_ctx
from werkzeug.routing import BuildError

MOST = 2_000
_PLACE = "casework.addresses"
_context = request_ctx._get_current_object  # type: ignore[attr-defined]  # noqa: SLF001 - werkzeug's
_PLAIN = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_KINDS = frozenset({str, int, UUID})


def init_app(app: Flask) -> None:
    """Give templates this way of building addresses."""
    app.extensions[_PLACE] = {}
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, /, **values: Any) -> str:
    """Return the same address as :func:`flask.url_for`."""
    if not has_request_context() or endpoint.startswith("."):
        return flask.url_for(endpoint, **values)
    here = _context()
    shapes: dict[Any, Any] = here.app.extensions[_PLACE]
    key = (here.request.script_root, endpoint, *values)
    if key not in shapes and len(shapes) < MOST:
        shapes[key] = _shape(endpoint, tuple(values))
    shape = shapes.get(key)
    if shape is None:
        return flask.url_for(endpoint, **values)
    pattern, names = shape
    texts = []
    for name in names:
        value = values[name]
        if type(value) not in _KINDS or not _PLAIN(text := str(value)):
            return flask.url_for(endpoint, **values)
        texts.append(text)
    return str(pattern % tuple(texts))


def _shape(endpoint: str, names: tuple[str, ...]) -> tuple[str, list[str]] | None:
    """Return an address to be filled in, and with which values in turn; None: ask Flask."""
    if any(name.startswith("_") for name in names):
        return None
    marks: dict[str, Any] = {name: f"-mark-{place}-" for place, name in enumerate(names)}
    try:
        address = flask.url_for(endpoint, **marks)
    except (BuildError, ValueError):  # no such page with these values, or figures are wanted
        return None
    if any(address.count(mark) != 1 for mark in marks.values()):
        return None
    pattern = address.replace("%", "%%")
    for mark in marks.values():
        pattern = pattern.replace(mark, "%s")
    return pattern, sorted(names, key=lambda name: address.index(marks[name]))
