"""Templates and routes are compiled once a test process, however many applications it makes.

Compiling both anew for every test took more than half of the tests' time.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


def compile_once() -> None:
    """Let every application made from now on share what the ones before it have compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    Rule._compile_builder = _kept_builder  # type: ignore[method-assign]


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
