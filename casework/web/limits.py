"""How often one may try to sign in, ask for a mail, give a code or read a public register.

Counted by client and by account, in Redis, so that all web processes count together. A Redis that
is away keeps nobody out and opens no door: each process then counts for itself until it is back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

import structlog
from flask import Flask, current_app, g, request
from flask_limiter import Limiter, RateLimitExceeded
from limits.storage import RedisStorage

from casework.adapters import queue
from casework.config import Settings
from casework.db import unit_of_work
from casework.extensions import db
from casework.services.sign_in import security, tokens

PATIENCE_SECONDS = 1
KEY = "casework limits"

log = structlog.get_logger("casework.web")


class TooManyError(Exception):
    """It was tried too often; it may be tried again in ``minutes``."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"too many attempts, again in {minutes} minutes")
        self.minutes = minutes


def init_app(app: Flask, known: Settings) -> None:
    """Give the application its limits."""
    RedisStorage.DEPENDENCIES.pop("valkey", None)  # a second client, that it would load unused
    limiter = Limiter(
        client,
        app=app,
        storage_uri=known.redis_url.replace("unix://", "redis+unix://", 1),
        storage_options={
            "socket_connect_timeout": PATIENCE_SECONDS,
            "socket_timeout": PATIENCE_SECONDS,
        },
        strategy="moving-window",
        in_memory_fallback_enabled=True,
        key_prefix="casework",
    )
    counted = {
        "client": (known.limit_client, client),
        "sign_in": (known.limit_sign_in, _account),
        "code": (known.limit_sign_in, _account),
        "mail": (known.limit_mails, _account),
        "receipt": (known.limit_sign_in, _veiled_client),
        "public": (known.limit_public, client),
    }
    app.extensions[KEY] = (limiter, {w: _counter(limiter, w, *how) for w, how in counted.items()})


def spend(what: str, account: str, about: UUID | None = None) -> None:
    """Count an attempt (``sign_in``, ``code`` or ``mail``) of this client on this account.

    ``account`` is an address or an identifier; only a hash of it is counted under. Raises
    TooManyError, after a line in the security log when it is known whose account it is (``about``).
    """
    g.limited_account = tokens.hashed(account.strip().lower())
    try:
        _count("client")
        _count(what)
    except RateLimitExceeded:
        log.warning("too_many_attempts", what=what, client=client())
        minutes = _minutes_to_wait()
        if about is not None:
            with unit_of_work(db.session):
                security.note("too_many_attempts", about, what=what)
        raise TooManyError(minutes) from None


def spend_veiled() -> None:
    """Count an attempt with a receipt code, without a trace of who makes it.

    Where it is counted stands a digest of the address that only this installation can make, and
    the log says no more than that it happened. Raises TooManyError.
    """
    try:
        _count("receipt")
    except RateLimitExceeded:
        log.warning("too_many_attempts", what="receipt")
        raise TooManyError(_minutes_to_wait()) from None


def spend_public() -> None:
    """Count a question to a public register. Raises TooManyError."""
    try:
        _count("public")
    except RateLimitExceeded:
        log.warning("too_many_attempts", what="public", client=client())
        raise TooManyError(_minutes_to_wait()) from None


def _count(what: str) -> None:
    _limiter, counters = current_app.extensions[KEY]
    try:
        counters[what]()
    except queue.AWAY:  # of two who find Redis gone at once, the library counts only one
        counters[what]()


def _minutes_to_wait() -> int:
    limiter, _counters = current_app.extensions[KEY]
    try:
        wait = limiter.current_limit.reset_at - time.time() if limiter.current_limit else 60
    except queue.AWAY:
        wait = 60
    return max(1, -(-int(wait) // 60))


def client() -> str:
    """Return the network that asks: an address of version 4, or the first half of one of 6."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network(f"{address}/64", strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def _veiled_client() -> str:
    return tokens.keyed(f"veiled client {client()}").hex()


def _account() -> str:
    return str(g.limited_account)


def _counter(limiter: Limiter, what: str, limit: str, key: Callable[[], str]) -> Callable[[], None]:
    def count() -> None:
        """Nothing is left to do once it was counted."""

    count.__name__ = count.__qualname__ = f"count_{what}"
    counted: Callable[[], None] = limiter.shared_limit(limit, scope=what, key_func=key)(count)
    return counted
