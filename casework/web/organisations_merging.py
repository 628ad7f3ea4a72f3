"""Joining two records of the same organisation: side by side, previewed, undone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.exc import StaleDataError

from casework import policy
from casework.forms.organisation import OrganisationForm
from casework.models import Organisation
from casework.queries import organisations as lists
from casework.queries import organisations_merging as preview
from casework.queries import organisations_twins
from casework.queries.organisations import Filters
from casework.services import merging, organisations
from casework.services.errors import RefusedError
from casework.web.base import committing_once, go, guarded, me, sent_id

bp = Blueprint("mergers", __name__)


@bp.get("/organisations/twins")
@guarded(policy.keeper)
def twins() -> ResponseReturnValue:
    """Show the records that may be of the same organisation."""
    return render_template(
        "office/organisation_twins.html",
        pairs=organisations_twins.pairs(),
        why=organisations_twins.WHY,
        most=organisations_twins.MOST,
    )


@bp.get("/organisations/<organisation_id>/join")
@guarded(policy.keeper)
def choose(organisation_id: str) -> ResponseReturnValue:
    """Choose the other record: likely ones first, or by a search."""
    found = organisations.find(me(), sent_id(organisation_id))
    text = request.args.get("q", "")[:100]
    rows = lists.page(me(), Filters(q=text), 1).rows if text.strip() else []
    return render_template(
        "office/organisation_join.html",
        organisation=found,
        twins=organisations_twins.likely(found),
        why=organisations_twins.WHY,
        q=text,
        rows=[line for line in rows if line.organisation.id != found.id],
    )


@bp.route("/organisations/<organisation_id>/join/<other_id>", methods=["GET", "POST"])
@guarded(policy.keeper)
def join(organisation_id: str, other_id: str) -> ResponseReturnValue:
    """Show both records side by side with what will move; then let one take the other over."""
    kept = organisations.find(me(), sent_id(organisation_id))
    merged = organisations.find(me(), sent_id(other_id))
    if kept.id == merged.id:
        flash(_(merging.SAME), "bad")
        return go("mergers.choose", organisation_id=kept.id)
    if request.method == "GET":
        return _side_by_side(kept, merged)
    try:
        with committing_once() as sent:
            sent.url = url_for("organisations.show", organisation_id=kept.id)
            _demand_seen(kept, merged)
            merging.merge(me(), kept.id, merged.id, request.form)
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
        return _side_by_side(kept, merged), 422
    flash(_("The two records are one now. You can undo this below."), "good")
    return redirect(sent.url, code=303)


@bp.post("/organisations/joined/<merge_id>/undo")
@guarded(policy.keeper)
def undo(merge_id: str) -> ResponseReturnValue:
    """Make two records of one again, and say what could not be put back."""
    wanted = sent_id(merge_id)
    try:
        with committing_once() as sent:
            done = merging.undo(me(), wanted)
            kept_id, left = done.kept_id, done.left or {}
            sent.url = url_for("organisations.show", organisation_id=done.merged_id)
    except RefusedError as error:
        reason = error.reasons[0]
        flash(_(reason.message, **reason.params), "bad")
        return redirect(_back(wanted), code=303)
    flash(_("Undone: these are two records again."), "good")
    for said in _said(left):
        flash(said, "wait")
    if any(left.values()):
        return go("organisations.show", organisation_id=kept_id)
    return redirect(sent.url, code=303)


def _back(merge_id: Any) -> str:
    kept = preview.kept_of(merge_id)
    return url_for("organisations.show", organisation_id=kept) if kept else "/organisations"


def _said(left: dict[str, Any]) -> list[str]:
    """Return what stayed as it is because it has changed since, a sentence a kind."""
    found = []
    labels = OrganisationForm()
    if names := left.get("fields"):
        words = ", ".join(_(labels[name].label.text) for name in names)
        found.append(_("Changed since, and left as it is: %(fields)s.", fields=words))
    if number := len(left.get("cases", ())):
        found.append(
            ngettext(
                "%(num)d case has gone to another organisation since, and stays there.",
                "%(num)d cases have gone to another organisation since, and stay there.",
                number,
            )
        )
    if left.get("grants") or left.get("extensions"):
        found.append(_("Some roles or extensions of calls have changed since, and stay so."))
    return found


def _seen(kept: Organisation, merged: Organisation) -> str:
    return f"{kept.version}-{merged.version}"


def _demand_seen(kept: Organisation, merged: Organisation) -> None:
    """See that both records still say what the page showed. Raises StaleDataError."""
    for row in sorted((kept, merged), key=lambda row: row.id):
        organisations.lock(row)
    if request.form.get("seen") != _seen(kept, merged):
        raise StaleDataError(f"{kept.id} or {merged.id} has changed")


def _side_by_side(kept: Organisation, merged: Organisation) -> str:
    return render_template(
        "office/organisation_side_by_side.html",
        kept=kept,
        merged=merged,
        fields=merging.FIELDS,
        labels=OrganisationForm(),
        moving=preview.moving(me(), kept, merged),
        chosen=request.form,
        seen=_seen(kept, merged),
    )
