"""A label's network in figures: its year, the renewals to come; each as a page and as files."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import house_day
from casework.models.referential import Scheme
from casework.queries.dashboard.figures import Figure
from casework.queries.labels import figures, synthesis, wave
from casework.services.labels import figures_file
from casework.web import sending
from casework.web.base import guarded, lang, me, not_found, whole

bp = Blueprint("label_figures", __name__)


@bp.get("/labels/year")
@guarded(policy.staff)
def year() -> ResponseReturnValue:
    """Show a year of the network."""
    return _page("label_figures.year", year=_asked_year())


@bp.get("/labels/year.<ending>")
@guarded(policy.staff)
def year_file(ending: str) -> ResponseReturnValue:
    """Send a year of the network as a file."""
    return _file(ending, "label_figures.year", f"label-{_asked_year()}")


@bp.get("/labels/renewals")
@guarded(policy.staff)
def renewals() -> ResponseReturnValue:
    """Show the renewals to come by quarter, and the auditors' days that they take."""
    return _page("label_figures.renewals", year=None)


@bp.get("/labels/renewals.<ending>")
@guarded(policy.staff)
def renewals_file(ending: str) -> ResponseReturnValue:
    """Send the renewals to come as a file."""
    return _file(ending, "label_figures.renewals", "renewals")


def _page(view: str, year: int | None) -> str:
    schemes = synthesis.schemes()
    scheme = _chosen(schemes)
    small = policy.sees_house(me())
    found = _made(view, scheme, small=small) if scheme else ("", [])
    today = house_day()
    return render_template(
        "labels/figures.html",
        view=view,
        title=found[0] or _("The network"),
        figures=found[1],
        scheme=scheme,
        schemes=schemes,
        year=year,
        small=small,
        years=range(today.year, today.year - synthesis.YEARS, -1),
        kept={"scheme": scheme.key if scheme else None, "year": year},
        kinds=figures_file.KINDS,
    )


def _file(ending: str, view: str, name: str) -> ResponseReturnValue:
    scheme = _chosen(synthesis.schemes())
    if ending not in figures_file.KINDS or scheme is None:
        not_found(ending)
    title, found = _made(view, scheme, small=False)  # it may be handed on
    content = figures_file.made(ending, title, scheme, found, lang())
    return sending.made(content, f"{name}.{ending}", figures_file.KINDS[ending])


def _made(view: str, scheme: Scheme, *, small: bool) -> tuple[str, list[Figure]]:
    today = house_day()
    if view == "label_figures.renewals":
        return _("Renewals to come"), [wave.figure(scheme, today, lang())]
    asked = _asked_year()
    found = synthesis.read(scheme, asked, today)
    title = _("The network in %(year)s", year=asked)
    return title, figures.everything(found, lang(), small=small)


def _chosen(schemes: list[Scheme]) -> Scheme | None:
    wanted = request.args.get("scheme", "")
    return next((s for s in schemes if s.key == wanted), schemes[0] if schemes else None)


def _asked_year() -> int:
    """Return the year asked for; what makes no sense is passed over for this one."""
    this = house_day().year
    asked = whole(request.args.get("year", ""), this)
    return asked if this - synthesis.YEARS < asked <= this else this
