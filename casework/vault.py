"""Texts that the database keeps and cannot read: sealed with keys that lie outside of it.

The installation's keys come from the file of ``CASEWORK_VAULT_KEYS_FILE``, the newest first: it
seals, and all of them open. Without that file the key is derived from the secret key, which goes on
opening what it sealed once there is a file (``casework vault rotate`` seals everything anew).
"""

from __future__ import annotations

import base64
import functools
import json
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.extensions import settings

_PLAIN = "{"  # how the text of a payload begins that is not sealed: JSON


def seal(text: str) -> str:
    """Return a text sealed with the installation's newest key."""
    return _vault().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return the text; None when no key of the installation opens it."""
    try:
        return _vault().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def reseal(sealed: str) -> str | None:
    """Return a sealed text sealed anew with the newest key; None when no key opens it."""
    text = unseal(sealed)
    return seal(text) if text is not None else None


def new_case_key() -> str:
    """Return a fresh key for one case, sealed."""
    return seal(Fernet.generate_key().decode())


def seal_words(text: str, case_key: str) -> str:
    """Seal the words of an event with its case's (sealed) key.

    Raises ValueError when no key of the installation opens the case's key.
    """
    key = unseal(case_key)
    if key is None:
        raise ValueError("no key of the installation opens the key of the case")
    return Fernet(key).encrypt(text.encode()).decode()


def read_words(text: str | None, case_key: str | None) -> dict[str, Any]:
    """Return the words of an event, opened with its case's (sealed) key where they are sealed.

    Empty when there are none, when they were forgotten, and when no key opens them.
    """
    if not text:
        return {}
    if not text.startswith(_PLAIN):
        key = unseal(case_key) if case_key else None
        if key is None:
            return {}
        try:
            text = Fernet(key).decrypt(text.encode()).decode()
        except InvalidToken:
            return {}
    found: dict[str, Any] = json.loads(text)
    return found


def _vault() -> MultiFernet:
    return _made(settings().vault_keys_file, settings().secret_key)


@functools.cache
def _made(file: Path | None, secret_key: str) -> MultiFernet:
    """Return the keys as they were when this process first needed them."""
    lines = file.read_text("utf-8").split() if file else []
    return MultiFernet([Fernet(_derived(key)) for key in (*lines, secret_key)])


def _derived(key: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"casework vault")
    return base64.urlsafe_b64encode(derived.derive(key.encode()))
