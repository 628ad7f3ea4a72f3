"""Structured logs: one line an event on standard error, with the id of the request or job.

Whoever begins a request or a job calls :func:`bind_request`; every line written until the next
call then carries its id, ours and the libraries' alike.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
from typing import Literal

import structlog

from casework.config import Settings

QUIET = ("alembic", "rq", "transitions")
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")

_shared: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
# Local variables may be secret: a line shows where, never with what.
_render_traceback = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def _tells(record: logging.LogRecord) -> bool:
    """Leave out what a worker says of each queue every few seconds, whatever happens."""
    return "cleaning" not in str(record.msg)


def configure(settings: Settings, level: int = logging.INFO) -> None:
    """Send our lines and the libraries' to standard error in the format of the settings."""
    renderer: list[structlog.typing.Processor] = (
        [_render_traceback, structlog.processors.JSONRenderer()]
        if settings.log_format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("rq.worker").addFilter(_tells)
    structlog.configure(
        processors=[
            *_shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def bind_request(
    given: str | None = None, *, kind: Literal["request", "job"] = "request", **values: str
) -> str:
    """Begin the lines of one request or job and return its id.

    Args:
        given: an id received from outside; a strange or missing one is replaced by our own.
        kind: the name under which the id stands, ``request_id`` or ``job_id``.
        values: more that every line shall carry.
    """
    request_id = given if given and _ACCEPTABLE.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**{f"{kind}_id": request_id}, **values)
    return request_id
