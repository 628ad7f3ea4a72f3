"""Compiling the catalogues: what becomes of the texts of translators."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from hatch_build import compile_catalogues

TEXTS = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "one"
msgstr "Prêt ? « Oui » : %(what)s ; voyez http://a.example/b?c !"

msgid "case"
msgid_plural "cases"
msgstr[0] "un dossier : %(num)d"
msgstr[1] "des dossiers : %(num)d"
"""


@pytest.mark.parametrize(
    ("language", "one", "cases"),
    [
        (
            "fr",
            "Prêt\u202f? «\u00a0Oui\u00a0»\u00a0: %(what)s\u202f; voyez http://a.example/b?c\u202f!",
            "des dossiers\u00a0: %(num)d",
        ),
        (
            "nl",
            "Prêt ? « Oui » : %(what)s ; voyez http://a.example/b?c !",
            "des dossiers : %(num)d",
        ),
    ],
)
def test_no_french_line_begins_with_a_mark(tmp_path: Path, language: str, one: str, cases: str):
    folder = tmp_path / "casework" / "translations" / language / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(TEXTS, "utf-8")
    assert len(compile_catalogues(tmp_path)) == 1
    assert compile_catalogues(tmp_path) == []
    with (folder / "messages.mo").open("rb") as stream:
        found = gettext.GNUTranslations(stream)
    assert found.gettext("one") == one
    assert found.ngettext("case", "cases", 3) == cases
