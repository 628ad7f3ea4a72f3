"""What was checked so that everybody can use these pages, and where they still fall short."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from casework import policy
from casework.extensions import settings
from casework.web.base import guarded, side

bp = Blueprint("accessibility", __name__)

STATED_ON = date(2026, 11, 26)
"""The day on which somebody last went through the statement and all kinds of pages."""

# To whom people can turn when a house does not help them, by the country of the house.
BODIES = {
    "BE": ("Unia", "https://www.unia.be"),
    "FR": ("Défenseur des droits", "https://www.defenseurdesdroits.fr"),
    "NL": ("College voor de Rechten van de Mens", "https://www.mensenrechten.nl"),
    "LU": ("Centre pour l’égalité de traitement", "https://cet.lu"),
}


@bp.get("/accessibility")
@guarded(policy.anyone)
def show() -> ResponseReturnValue:
    """Show the accessibility statement, to visitors too."""
    return render_template(
        "accessibility.html",
        side=side() if g.actor is not None else "portal",
        stated_on=STATED_ON,
        contact=settings().contact,
        body=BODIES[settings().house_country],
    )
