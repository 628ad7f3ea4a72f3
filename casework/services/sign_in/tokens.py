"""Tokens: random ones for cookies, derived ones for mailed links, and what we keep of both."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

from casework.extensions import settings


def fresh() -> str:
    """Return a new random token."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Return what we keep of a token: nobody gets the token back from it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def of_link(link_id: UUID, purpose: str) -> str:
    """Return the token of a mailed link; without the installation's secret nobody can make it."""
    return _text(keyed(f"mailed link {purpose} {link_id}"))


def keyed(text: str) -> bytes:
    """Return a digest of a text that only this installation can make."""
    return hmac.digest(settings().secret_key.encode(), text.encode("utf-8", "replace"), "sha256")


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
