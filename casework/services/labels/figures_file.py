"""Figures as files: one plain table for spreadsheets, a sheet to read and to print."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask_babel import gettext as _

from casework.adapters import pdf as typesetting
from casework.clock import now
from casework.extensions import settings
from casework.models.referential import Scheme
from casework.queries.dashboard.figures import Figure, Value
from casework.services.background_files import scratch
from casework.services.exporting.sheets import MEDIA_TYPES, CsvSheet, Sheet, XlsxSheet
from casework.services.referentials.common import NOT_OFFICIAL

PDF = "application/pdf"
HIDDEN = "–"
KINDS = {**MEDIA_TYPES, "pdf": PDF}


def made(kind: str, title: str, scheme: Scheme, figures: Sequence[Figure], language: str) -> bytes:
    """Return the figures as a file of a kind: csv, xlsx or pdf. Raises PdfError."""
    return (
        _sheet(title, scheme, figures, language)
        if kind == "pdf"
        else _table(kind, title, scheme, figures, language)
    )


def _table(
    kind: str, title: str, scheme: Scheme, figures: Sequence[Figure], language: str
) -> bytes:
    """Write a line for each number: which figure, of what, which column, computed from what."""
    head = [_("Figure"), _("About"), _("Number of"), _("Value"), _("Computed from")]
    file = io.BytesIO()
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        sheet: Sheet = (
            CsvSheet(file, head)
            if kind == "csv"
            else XlsxSheet(file, head, title, _("About this file"), Path(folder))
        )
        for figure in figures:
            for row in figure.rows:
                for column, value in enumerate(row[1:], start=1):
                    if column not in figure.texts:
                        shown = HIDDEN if value is None else value
                        cells = (figure.title, str(row[0]), figure.heads[column], shown)
                        sheet.row([*cells, _source(figure, row)])
        if mark := _mark(scheme):
            sheet.row([mark])
        about = [(_("Label"), scheme.name(language)), (_("As of"), f"{now():%Y-%m-%d}")]
        sheet.close([*about, *((figure.title, figure.note) for figure in figures)])
    return file.getvalue()


def _source(figure: Figure, row: tuple[Value, ...]) -> str:
    return str(row[figure.texts[0]]) if figure.key == "standing" else figure.note


def _sheet(title: str, scheme: Scheme, figures: Sequence[Figure], language: str) -> bytes:
    data = {
        "house": settings().house_name,
        "mark": _mark(scheme),
        "about": [scheme.name(language)],
        "nothing": _("Nothing to show for this choice yet."),
        "figures": [
            {
                "title": figure.title,
                "note": figure.note,
                "heads": list(figure.heads),
                "rows": [[HIDDEN if v is None else str(v) for v in row] for row in figure.rows],
                "words": list(figure.texts) or [0],
            }
            for figure in figures
        ],
    }
    return typesetting.render("figures.typ", data, title=title, language=language, made_at=now())


def _mark(scheme: Scheme) -> str:
    return "" if scheme.official else _(NOT_OFFICIAL)
