"""Templates, routes and statements are compiled once a process, however many applications it makes.

Compiling them anew for every test took more than half of the tests' time.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 5_000


def compile_once() -> None:
    """Let every application made from now on share what the ones before it have compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    Rule._compile_builder = _kept_builder  # type: ignore[method-assign]
    SQLAlchemy._make_engine = _engine_with_kept_statements  # type: ignore[method-assign,assignment]


class Templates(BytecodeCache):
    """Keeps what templates were compiled to, by their file and what stood in it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template its code, if it was compiled before."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self._known[bucket.key, bucket.checksum] = bucket.code


_build: Callable[..., Any] = Rule._compile_builder
_builders: dict[tuple[Any, ...], Any] = {}


def _kept_builder(self: Rule, append_unknown: bool = True) -> Any:
    key = (append_unknown, tuple(self._trace), repr(self.defaults))
    if key not in _builders:
        _builders[key] = _build(self, append_unknown)
    return _builders[key]


_make: Callable[..., Engine] = SQLAlchemy._make_engine
_connected: dict[str, Engine] = {}


def _engine_with_kept_statements(self: SQLAlchemy, *args: Any) -> Engine:
    """Give an engine the statements of the first one that has met a database of its kind.

    With its dialect, as statements are kept under that.
    """
    engine = _make(self, *args)
    first = _connected.setdefault(engine.dialect.name, engine)
    if first is engine:
        engine._compiled_cache = LRUCache(STATEMENTS)
    elif getattr(first.dialect, "server_version_info", None) is not None:
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine
