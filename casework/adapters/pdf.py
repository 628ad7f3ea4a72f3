"""Sheets as PDF that everybody can read: the one place that knows how they are typeset.

A sheet is a Typst file in ``templates/pdf/``. What it says comes to it as data, so that nothing
that people wrote is ever read as markup. It is typeset in a process of its own: what that needs
(some 50 megabytes) goes with it, and it is ended when it takes too long.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

SHEETS = Path(__file__).parents[1] / "templates" / "pdf"
TYPESETTER = Path(__file__).with_name("typesetter.py")
SECONDS = 30


class PdfError(Exception):
    """A sheet could not be made. The message names the sheet, and no word of what it says."""


def render(
    sheet: str, data: Mapping[str, Any], *, title: str, language: str, made_at: datetime
) -> bytes:
    """Return a sheet as a tagged PDF (PDF/UA-1) with its title and language.

    ``sheet`` is the name of a file in ``templates/pdf/``; ``data`` (texts, numbers, lists, dicts)
    is what the file finds in ``data``, beside ``title`` and ``language`` (fr, nl, en). ``made_at``
    is written into it as the time of its making. A character that no font has is replaced by its
    name. Raises PdfError.
    """
    asked = {
        "sheet": sheet,
        "folder": str(SHEETS),
        "data": {**data, "title": title, "language": language},
        "made_at": int(made_at.timestamp()),
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [sys.executable, "-I", str(TYPESETTER)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.SubprocessError:
        raise PdfError(f"{sheet} could not be typeset") from None  # its words may be secret
    return done.stdout
