"""Text folded for comparing: what search, sorting and the hunt for doubles look at.

``Coöpérative « L'Œuvre »`` and ``cooperative « l oeuvre »`` are the same to a reader in a hurry.
"""

from __future__ import annotations

import re
import unicodedata

# what no decomposition of Unicode takes apart
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "\u0131": "i"}
)
_JOINTS = re.compile(r"['‘’‚‛ʼ´`′\-‐‑‒–—―−_\x00-\x20\x7f]+")  # noqa: RUF001 - they are what it looks for
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u2060\ufeff]")
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return text in small letters without accents, its apostrophes and hyphens become spaces."""
    bare = text.lower() if text.isascii() else _bare(text)
    return " ".join(_JOINTS.sub(" ", bare).split())


def words(text: str) -> list[str]:
    """Return the folded words of a text (runs of letters and figures), in their order."""
    return _WORD.findall(folded(text))


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).casefold().translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
