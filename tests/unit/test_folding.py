"""Folding: what a reader in a hurry takes for the same text is the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.folding import folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Coöperatie Éléphant", "cooperatie elephant"),
        ("L'Œuvre d’Ælis", "l oeuvre d aelis"),
        ("Rue de la Straße", "rue de la strasse"),
        ("Saint‑Gilles – Nord", "saint gilles nord"),
        ("  two \t\n words  ", "two words"),
        ("İzmir Łódź Ørsted", "izmir lodz orsted"),
        ("co\xadopérative", "cooperative"),
        ("PP-2026-0042", "pp 2026 0042"),
        ("a\0b", "a b"),
        ("", ""),
    ],
)
def test_folded(text: str, expected: str) -> None:
    """Accents, case, ligatures, apostrophes, hyphens and spaces do not tell texts apart."""
    assert folded(text) == expected


def test_words_leave_punctuation_out() -> None:
    """Operators and quotation marks are no words."""
    assert words("« L'eau » AND (vie) 0123.456.789*") == [
        "l",
        "eau",
        "and",
        "vie",
        "0123",
        "456",
        "789",
    ]
    assert words('"*"():^-') == []


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded stays as it is, so stored and typed text meet."""
    assert folded(folded(text)) == folded(text)
