"""The public catalogue of good practices: what cooperatives let be published, for everybody."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from casework import policy
from casework.queries.labels import practices
from casework.queries.labels.practices import Wish
from casework.web import limits
from casework.web.base import asked_page, guarded, lang

bp = Blueprint("label_practices", __name__)
LONGEST = 200


@bp.before_request
def _count() -> None:
    limits.spend_public()


@bp.get("/labels/practices")
@guarded(policy.anyone)
def index() -> ResponseReturnValue:
    """Show the catalogue, narrowed to a field, a criterion, words."""
    asked = {n: request.args.get(n, "").strip()[:LONGEST] for n in ("field", "criterion", "text")}
    known = practices.criteria()
    return render_template(
        "labels/practices.html",
        found=practices.published(Wish(**asked), asked_page(), lang(), known),
        criteria={each.code: each.text(lang()) for each in known},
        fields=practices.fields(lang()),
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
    )
