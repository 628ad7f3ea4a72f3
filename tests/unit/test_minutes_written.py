"""Minutes as blocks, and what is left of them for who may not read of a case."""

from __future__ import annotations

from casework.committees.written import Block, blocks, without

TEXT = """# Minutes

Present: Ann.

## 1. CE-2026-01

Said of the one.

More of it.

## 2. CE-2026-02
Said of the other.
On two lines."""


def test_headings_and_paragraphs_are_told_apart() -> None:
    assert blocks(TEXT) == [
        Block("Minutes", 1),
        Block("Present: Ann."),
        Block("1. CE-2026-01", 2),
        Block("Said of the one."),
        Block("More of it."),
        Block("2. CE-2026-02", 2),
        Block("Said of the other.\nOn two lines."),
    ]
    assert blocks("") == []
    assert blocks("#tag\n\n### deeper") == [Block("#tag"), Block("### deeper")]


def test_no_heading_skips_a_level() -> None:
    assert [b.level for b in blocks("## First\n\n## Second\n\n# Third")] == [1, 2, 1]


def test_what_is_hidden_leaves_its_reference_and_one_gap() -> None:
    left = without(blocks(TEXT), {"CE-2026-01"})
    assert left == [
        Block("Minutes", 1),
        Block("Present: Ann."),
        Block("CE-2026-01", 2),
        Block("", gap=True),
        Block("2. CE-2026-02", 2),
        Block("Said of the other.\nOn two lines."),
    ]


def test_a_paragraph_elsewhere_that_names_the_case_goes_too() -> None:
    left = without(blocks(TEXT + "\n\nAs with CE-2026-01, Bob lied."), {"CE-2026-01"})
    assert not [b for b in left if "Bob" in b.text]
    assert [b for b in left if "other" in b.text]


def test_a_title_written_beside_a_hidden_reference_goes() -> None:
    text = TEXT.replace("1. CE-2026-01", "1. CE-2026-01 – the shed of Bob")
    assert not [b for b in without(blocks(text), {"CE-2026-01"}) if "Bob" in b.text]


def test_without_a_heading_that_names_the_hidden_case_nothing_is_shown() -> None:
    text = TEXT.replace("1. CE-2026-01", "1. The shed")
    assert without(blocks(text), {"CE-2026-01"}) == [Block("", gap=True)]
    assert without(blocks(text), ()) == blocks(text)
