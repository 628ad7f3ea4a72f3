"""What minutes are made of: headings and paragraphs, and which of them belong to which case.

The text of minutes is plain: a line that begins with ``# `` is its heading, one that begins with
``## `` the heading of an item, and an empty line ends a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A heading of level 1 or 2, a paragraph (level 0), or a gap where something is left out."""

    text: str
    level: int = 0
    gap: bool = False


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text in their order; no heading skips a level."""
    found: list[Block] = []
    for each in filter(None, map(str.strip, text.split("\n\n"))):
        head, _line, rest = each.partition("\n")
        marks, _space, words = head.partition(" ")
        if marks not in {"#", "##"}:
            found.append(Block(each))
            continue
        above = any(block.level for block in found)
        found.append(Block(words.strip(), len(marks) if above else 1))
        if rest.strip():
            found.append(Block(rest.strip()))
    return found


def without(all_of: Iterable[Block], hidden: Iterable[str]) -> list[Block]:
    """Return the blocks without what is said of the cases whose references are ``hidden``.

    Of an item with a hidden case its reference stays as the heading; a paragraph elsewhere that
    names the case goes too. Where no heading names a hidden case, nobody can say which words are
    about it, and none is returned.
    """
    given, left = list(all_of), set(hidden)
    headings = [block.text for block in given if block.level]
    if not all(any(reference in text for text in headings) for reference in left):
        return [Block("", gap=True)]
    kept: list[Block] = []
    inside = False
    for block in given:
        named = sorted(reference for reference in left if reference in block.text)
        if block.level:
            inside = bool(named)
            if inside:
                kept.append(Block(", ".join(named), block.level))
        if not (inside or named):
            kept.append(block)
        elif not kept[-1].gap:
            kept.append(Block("", gap=True))
    return kept
