"""The program that typesets one sheet for :mod:`casework.adapters.pdf`: JSON in, a PDF out.

It runs by itself and imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = typst.Fonts(include_system_fonts=False)  # the same sheet on every machine


def typeset(asked: Mapping[str, Any]) -> bytes:
    """Return the PDF that is asked for. Raises TypstError."""
    source = (Path(asked["folder"]) / asked["sheet"]).read_bytes()
    try:
        return _compiled(source, asked, asked["data"])
    except typst.TypstError:  # most often a character that no font has
        return _compiled(source, asked, _legible(asked["data"]))


def _compiled(source: bytes, asked: Mapping[str, Any], data: Any) -> bytes:
    return typst.compile(
        source,
        root=asked["folder"],
        font_paths=FONTS,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=asked["made_at"],
    )


def _legible(data: Any) -> Any:
    """Return the data with the names of the characters that cannot be shown in their place."""
    if isinstance(data, str):
        return "".join(c if _shown(c) else _name(c) for c in data)
    if isinstance(data, list):
        return [_legible(each) for each in data]
    if isinstance(data, dict):
        return {key: _legible(each) for key, each in data.items()}
    return data


@cache
def _shown(character: str) -> bool:
    if character.isascii() and character.isprintable():
        return True
    source = b'#set document(title: "c")\n#sys.inputs.c'
    try:
        typst.compile(
            source,
            font_paths=FONTS,
            ignore_system_fonts=True,
            sys_inputs={"c": character},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        return False
    return True


def _name(character: str) -> str:
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(json.load(sys.stdin.buffer)))
