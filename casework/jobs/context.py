"""What every job runs in: the application, made once a process, and a log id of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import TypeVar

from flask import Flask, has_app_context

from casework.adapters import counters
from casework.app import create_app
from casework.extensions import settings
from casework.logging import bind_request

Result = TypeVar("Result")


@cache
def application() -> Flask:
    """Return this process's application, with the settings of its environment."""
    return create_app()


def in_application(function: Callable[[], Result]) -> Callable[[], Result]:
    """Have a job run inside the application; where one is entered already, that is used."""

    @wraps(function)
    def run() -> Result:
        bind_request(kind="job", job=function.__name__)
        if has_app_context():
            return _counted(function)
        with application().app_context():
            return _counted(function)

    return run


def _counted(function: Callable[[], Result]) -> Result:
    """Run a job and hand over what was counted in it: its process ends with it."""
    try:
        return function()
    finally:
        counters.hand_over(settings().redis_url, at_once=True)
