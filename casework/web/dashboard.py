"""The dashboard of the flow: pictures, beneath each its numbers, and each as a CSV file."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from casework import policy
from casework.clock import now
from casework.extensions import house_day
from casework.queries import choices
from casework.queries.dashboard import Asked, Figure, counts, everything
from casework.services.exporting.sheets import CSV, CsvSheet
from casework.web.base import guarded, lang, me, not_found, whole
from casework.workflows import registry

bp = Blueprint("dashboard", __name__)

PERIODS = (3, 6, 12, 24, 36)
USUAL = 12


@bp.get("/dashboard")
@guarded(policy.staff)
def index() -> ResponseReturnValue:
    """Show all figures."""
    asked, months = _asked()
    run = counts.run()
    return render_template(
        "dashboard/index.html",
        figures=everything(me(), asked, now(), lang()) if run else [],
        as_of=run.as_of if run else None,
        asked=asked,
        months=months,
        periods=PERIODS,
        workflows=registry.current(),
        programmes=choices.programmes(lang()),
        kept=_kept(asked, months),
    )


@bp.get("/dashboard/<figure_key>.csv")
@guarded(policy.staff)
def export(figure_key: str) -> ResponseReturnValue:
    """Send the numbers beneath one picture."""
    asked, _months = _asked()
    figures = {figure.key: figure for figure in everything(me(), asked, now(), lang())}
    if figure_key not in figures:
        not_found(figure_key)
    return Response(
        _csv(figures[figure_key]),
        content_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="{figure_key}.csv"'},
    )


def _csv(figure: Figure) -> bytes:
    file = io.BytesIO()
    sheet = CsvSheet(file, figure.heads)
    for row in figure.rows:
        sheet.row(
            [int(v or 0) / 100 if column in figure.money else v for column, v in enumerate(row)]
        )
    sheet.close([])
    return file.getvalue()


def _asked() -> tuple[Asked, int]:
    """Return what the address asks for; what makes no sense is passed over for what is usual."""
    known = [w.key for w in registry.current()]
    workflow = request.args.get("workflow", "")
    usual = "partner_project" if "partner_project" in known else known[0]
    months = whole(request.args.get("months", ""), USUAL)
    months = months if months in PERIODS else USUAL
    today = house_day()
    last = today.year * 12 + today.month - 1
    chosen = workflow if workflow in known else usual
    return Asked(chosen, _programme(), last - months + 1, last), months


def _programme() -> UUID | None:
    wanted = request.args.get("programme", "")
    known = {key for key, _name in choices.programmes(lang())}
    return UUID(wanted) if wanted in known else None


def _kept(asked: Asked, months: int) -> dict[str, str]:
    found = {"workflow": asked.workflow, "months": str(months)}
    return found | ({"programme": str(asked.programme)} if asked.programme else {})
