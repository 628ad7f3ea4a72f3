"""Sheets as PDF: tagged, titled, and made of words that are never read as markup."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from casework.adapters import pdf

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
ODD = (
    '#read("/etc/passwd")',
    '#import "@preview/x:0.1.0": *',
    "<script>alert(1)</script>",
    "*bold* _slanted_ `raw` $x^2$ @someone <label> #let x = 1",
    "= no heading",
    "- no list // no comment \\ #pagebreak()",
    '{"json": "\\u0041"}',
)


def made(*texts: str, language: str = "fr", draft: str = "") -> PdfReader:
    data = {
        "house": "The house",
        "committee": "The committee",
        "about": "CD-2026-03",
        "draft": draft,
        "left_out": "Left out",
        "blocks": [{"text": text, "level": 0, "gap": False} for text in texts],
    }
    title = "Minutes #1"
    content = pdf.render("minutes.typ", data, title=title, language=language, made_at=AT)
    return PdfReader(io.BytesIO(content))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_a_sheet_says_its_title_language_and_structure() -> None:
    reader = made("Words", language="nl")
    root: Any = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "Minutes #1"
    assert reader.metadata.creation_date == AT
    assert str(root["/Lang"]) == "nl"
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert "/StructTreeRoot" in root
    assert reader.xmp_metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()


@pytest.mark.parametrize("text", ODD)
def test_what_people_write_is_never_read_as_markup(text: str) -> None:
    reader = made(text, draft=text)
    assert len(reader.pages) == 1
    found = " ".join(text_of(reader).split())
    assert found.count(" ".join(text.split())) == 3  # in the text, in the frame, on the page
    assert "root:" not in found


def test_a_character_that_no_font_has_is_named() -> None:
    found = text_of(made("Fine 😀 or\x00not, œuvre – €"))
    assert "Fine [grinning face] or[u+0000]not, œuvre – €" in found


def test_a_sheet_that_cannot_be_made_keeps_its_words_to_itself() -> None:
    with pytest.raises(pdf.PdfError) as caught:
        pdf.render("minutes.typ", {"house": "Secret"}, title="x", language="fr", made_at=AT)
    assert "Secret" not in str(caught.value)
    assert caught.value.__cause__ is None
