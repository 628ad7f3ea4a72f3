"""Search: one box, from anywhere, over all that a person may see."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import policy
from casework.queries import search
from casework.queries.search import Hit
from casework.web.base import asked_page, case_url, guarded, me, side

bp = Blueprint("search", __name__)

MOST_PAGES = 200
SUGGESTED = 8


@bp.get("/search")
@guarded(policy.signed_in)
def index() -> ResponseReturnValue:
    """Show what was found for the words in the address."""
    text, kind = _asked()
    found = search.find(me(), text, kind, asked_page(MOST_PAGES))
    return render_template(
        "search/index.html",
        layout=f"layouts/{side()}.html",
        q=text,
        kind=kind,
        kinds=search.KINDS if me().is_staff else ("case", "document"),
        found=found,
        place=place,
        internal=me().is_staff,
        last=found.number >= MOST_PAGES,
    )


@bp.get("/search/suggestions")
@guarded(policy.signed_in)
def suggestions() -> ResponseReturnValue:
    """Return the first few that were found, as the options of a list beneath the box."""
    text, _kind = _asked()
    found = search.find(me(), text, size=SUGGESTED)
    return render_template(
        "search/_options.html",
        hits=found.hits[:SUGGESTED],
        place=place,
        internal=me().is_staff,
    )


def place(hit: Hit) -> str:
    """Return the address of the page that a hit leads to."""
    if hit.kind == "document" and hit.case is not None:
        return url_for("documents.index", reference=hit.case.reference)
    if hit.case is not None:
        return case_url(hit.case.reference)
    owner = hit.organisation.id if hit.organisation is not None else hit.subject_id
    return url_for("organisations.show", organisation_id=owner)


def _asked() -> tuple[str, str]:
    kind = request.args.get("kind", "")
    text = request.args.get("q", "").strip()[: search.LONGEST]
    return text, kind if kind in search.KINDS else ""
