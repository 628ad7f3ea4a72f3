"""Texts that the database keeps and cannot read: sealed with keys that lie outside of it.

The installation's keys come from the file of ``CASEWORK_VAULT_KEYS_FILE``, the newest first: it
seals, and all of them open. Without that file the key is derived from the secret key, which goes on
opening what it sealed once there is a file (``casework vault rotate`` seals everything anew).
The library is loaded with the first text that is sealed or opened: most processes never do.
"""

from __future__ import annotations

import base64
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.extensions import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet

SEALED = "gAAAA"
"""How every sealed text begins: the version of its format, and a time of this century."""

_PLAIN = "{"  # how the text of a payload begins that is not sealed: JSON


def seal(text: str) -> str:
    """Return a text sealed with the installation's newest key."""
    return _vault().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return the text; None when no key of the installation opens it."""
    return _opened(_vault(), sealed)


def reseal(sealed: str) -> str | None:
    """Return a sealed text sealed anew with the newest key; None when no key opens it."""
    text = unseal(sealed)
    return seal(text) if text is not None else None


def new_case_key() -> str:
    """Return a fresh key for one case, sealed."""
    from cryptography.fernet import Fernet

    return seal(Fernet.generate_key().decode())


def seal_words(text: str, case_key: str) -> str:
    """Seal the words of an event with its case's (sealed) key.

    Raises ValueError when no key of the installation opens the case's key.
    """
    key = unseal(case_key)
    if key is None:
        raise ValueError("no key of the installation opens the key of the case")
    return _box(key).encrypt(text.encode()).decode()


def open_text(text: str, case_key: str) -> str:
    """Return a text of a case with this (sealed) key; as it is where it was never sealed.

    Empty when the key was destroyed, and when no key of the installation opens it.
    """
    if not text.startswith(SEALED):
        return text
    key = unseal(case_key) if case_key else None
    return (_opened(_box(key), text) or "") if key is not None else ""


def read_words(text: str | None, case_key: str | None) -> dict[str, Any]:
    """Return the words of an event, opened with its case's (sealed) key where they are sealed.

    Empty when there are none, when they were forgotten, and when no key opens them.
    """
    if not text:
        return {}
    if not text.startswith(_PLAIN):
        key = unseal(case_key) if case_key else None
        text = _opened(_box(key), text) if key is not None else None
        if text is None:
            return {}
    found: dict[str, Any] = json.loads(text)
    return found


def _box(key: str | bytes) -> Fernet:
    from cryptography.fernet import Fernet

    return Fernet(key)


def _opened(box: Fernet | MultiFernet, sealed: str) -> str | None:
    """Return what is in a sealed text; None when it was sealed with another key."""
    from cryptography.fernet import InvalidToken

    try:
        return box.decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _vault() -> MultiFernet:
    return _made(settings().vault_keys_file, settings().secret_key)


@functools.cache
def _made(file: Path | None, secret_key: str) -> MultiFernet:
    """Return the keys as they were when this process first needed them."""
    from cryptography.fernet import MultiFernet

    lines = file.read_text("utf-8").split() if file else []
    return MultiFernet([_box(_derived(key)) for key in (*lines, secret_key)])


def _derived(key: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 32, salt=None, info=b"casework vault")
    return base64.urlsafe_b64encode(derived.derive(key.encode()))
