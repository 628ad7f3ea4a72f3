"""What the one English-speaking partner writes; beyond that its officer goes on in French."""

from __future__ import annotations

from dataclasses import replace

from casework.demo.words_fr import FRENCH

ENGLISH = replace(
    FRENCH,
    partners=(
        "The seamen's mission, a fishmonger and the library; we look for a cooperative.",
        "A group of tenants and the technical school across the bridge.",
    ),
    first_thoughts=(
        "The library might keep it going, once neighbours run it.",
        "A small cooperative of its users, paid by what it sells.",
    ),
    items=(
        ("The articles of your association", "We must know who may sign for it."),
        ("How many people you have talked to", "The idea speaks of them, and gives no number."),
    ),
    sessions=(
        ("What is missing most, and for whom",
         "We open on Saturdays too: that is when people are alone."),
    ),
)  # fmt: skip
