"""Reading and writing amounts of money as people type them."""

from __future__ import annotations

import re

from casework.forms import messages

MOST_CENTS = 100_000_000_000_00  # a hundred thousand million; more is a slip of the keyboard

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_CURRENCY = re.compile(r"(?i)^(?:€|eur)|(?:€|eur)$")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d+))?", re.ASCII)
_GROUPED = re.compile(r"(\d{1,3}(?:([ .,])\d{3})(?:\2\d{3})*)(?:([.,])(\d+))?", re.ASCII)


def parse_cents(text: str, *, negative: bool = False) -> int:
    """Return the integer cents of an amount as typed: ``1 200,50``, ``1200.50``, ``1.200,50 €``.

    A single separator before exactly three figures (``1.200``) is refused as ambiguous.

    Raises:
        ValueError: the text is no amount, or negative without ``negative``; its message is for
            the person who typed it.
    """
    cleaned = _SPACES.sub(" ", text.replace("\u2212", "-")).strip()
    cleaned = _CURRENCY.sub("", cleaned).strip()
    minus = cleaned.startswith("-")
    cleaned = _CURRENCY.sub("", cleaned.removeprefix("-").strip()).strip()
    cents = _unsigned(cleaned)
    if cents > MOST_CENTS:
        raise ValueError(messages.AMOUNT_TOO_LARGE)
    if minus and cents and not negative:
        raise ValueError(messages.NEGATIVE_AMOUNT)
    return -cents if minus else cents


def format_cents(cents: int) -> str:
    """Return an amount as a form field shows it: ``1200,50``."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"


def _unsigned(text: str) -> int:
    if len(text) > 40:  # noqa: PLR2004 - longer than any amount
        raise ValueError(messages.NOT_AN_AMOUNT)
    whole, decimals = _split(text)
    if len(decimals) > 2:  # noqa: PLR2004 - cents
        raise ValueError(messages.TOO_MANY_DECIMALS)
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def _split(text: str) -> tuple[str, str]:
    if (plain := _PLAIN.fullmatch(text)) is not None:
        decimals = plain[2] or ""
        if len(decimals) == 3 and len(plain[1]) <= 3:  # noqa: PLR2004 - as thousands are grouped
            raise ValueError(messages.AMBIGUOUS_AMOUNT)
        return plain[1], decimals
    grouped = _GROUPED.fullmatch(text)
    if grouped is None or grouped[2] == grouped[3]:
        raise ValueError(messages.NOT_AN_AMOUNT)
    return re.sub(r"[ .,]", "", grouped[1]), grouped[4] or ""
