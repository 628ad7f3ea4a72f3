"""Committees: the list with what waits for me, each with its seats, rules and meetings."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day
from casework.forms.access import ReasonedForm
from casework.forms.committee import CollegeForm, CommitteeForm, RulesForm
from casework.models import Committee, Office
from casework.queries.committees import lists, room
from casework.services import forms
from casework.services.committees import bodies, common, due, keeping
from casework.services.committees.bodies import Rules
from casework.services.errors import ForbiddenError, RefusedError
from casework.web import kept
from casework.web.base import committing, guarded, lang, me, not_found, sent_id, sent_key
from casework.web.filters import reason_text
from casework.web.kinds import kind_label

bp = Blueprint("committees", __name__)


@bp.get("/committees")
@guarded(policy.committee)
def index() -> ResponseReturnValue:
    """Show my committees, their meetings to come, and what waits for me in them."""
    return render_template(
        "committees/index.html",
        committees=lists.committees(me()),
        coming=lists.coming(me(), now()),
        may_found=policy.founder(me()),
        kind_label=kind_label,
    )


@bp.route("/committees/new", methods=["GET", "POST"])
@guarded(policy.founder)
def new() -> ResponseReturnValue:
    """Found a committee."""
    form: Any = forms.bind(CommitteeForm, kept.form_data())
    form.kind.choices += [(kind, kind_label(kind)) for kind in sorted(bodies.kinds())]
    if request.method == "POST" and form.validate():
        names = {code: form[f"name_{code}"].data for code in ("fr", "nl", "en")}
        try:
            with committing():
                made = bodies.found(me(), form.kind.data, form.prefix.data, names, sent_key())
                kept.forget()
        except RefusedError as error:
            form.prefix.errors = [reason_text(error.reasons[0])]
        else:
            flash(_("The committee is founded: give it colleges, seats, a chair."), "good")
            return redirect(url_for("committees.show", committee_id=made), code=303)
    return form_page(form, _("Found a committee"), url_for("committees.index"))


@bp.get("/committees/<committee_id>")
@guarded(policy.committee)
def show(committee_id: str) -> ResponseReturnValue:
    """Show a committee: who sits, by which rules, when it meets."""
    found = find(committee_id)
    return render_template(
        "committees/show.html",
        committee=found,
        colleges=lists.colleges(found.id),
        seats=lists.seats(found.id),
        officers=lists.officers(found.id, house_day()),
        rules=room.rules_of(found.id),
        report=due.report_due(found.id),
        waiting=_waiting(found),
        meetings=lists.meetings(found.id),
        today=house_day(),
        keeps=common.is_keeper(me(), found.id),
        manages=manages(found),
        founds=policy.founder(me()),
        sits=found.id in me().scoped("committee"),
        kind_label=kind_label,
    )


@bp.route("/committees/<committee_id>/rules", methods=["GET", "POST"])
@guarded(policy.committee)
def rules(committee_id: str) -> ResponseReturnValue:
    """Change the rules by which a committee decides."""
    found = managed(committee_id)
    form: Any = forms.bind(RulesForm, kept.form_data(), obj=bodies.current_rules(found.id))
    if request.method == "POST" and form.validate():
        with committing():
            bodies.change_rules(me(), found.id, Rules(**forms.clean(form)), sent_key())
            kept.forget()
        flash(_("The rules are changed. A meeting that is open keeps those it began by."), "good")
        return redirect(url_for("committees.show", committee_id=found.id), code=303)
    return form_page(form, _("Rules"), url_for("committees.show", committee_id=found.id), found)


@bp.route("/committees/<committee_id>/colleges/new", methods=["GET", "POST"])
@guarded(policy.committee)
def college(committee_id: str) -> ResponseReturnValue:
    """Give a committee another college."""
    found = managed(committee_id)
    form: Any = forms.bind(CollegeForm, kept.form_data())
    here = url_for("committees.show", committee_id=found.id)
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        names = {code: values[f"name_{code}"] for code in ("fr", "nl", "en")}
        with committing():
            bodies.add_college(
                me(),
                found.id,
                names,
                values["target"],
                values["minimum"],
                sent_key(),
                votes=values["votes"],
            )
            kept.forget()
        flash(_("The college is added."), "good")
        return redirect(here, code=303)
    return form_page(form, _("Add a college"), here, found)


@bp.post("/committees/<committee_id>/report")
@guarded(policy.committee)
def report(committee_id: str) -> ResponseReturnValue:
    """Note that the yearly report has been handed in."""
    found = find(committee_id)
    with committing():
        due.hand_in_report(me(), found.id, sent_key())
    flash(_("Noted. The next one is due in a year."), "good")
    return redirect(url_for("committees.show", committee_id=found.id), code=303)


@bp.post("/committees/<committee_id>/offices/<office_id>/admit")
@guarded(policy.committee)
def admit(committee_id: str, office_id: str) -> ResponseReturnValue:
    """Let a new chair or secretary have the open restricted cases, or ask for it."""
    found = find(committee_id)
    reason = str(request.form.get("reason", ""))[:500]
    try:
        with committing():
            done = keeping.admit(me(), sent_id(office_id), reason, sent_key())
    except RefusedError as error:
        flash(reason_text(error.reasons[0]), "bad")
    else:
        said = _("Done; the history of each case says so.")
        flash(said if done else _("Noted. Another administrator has to agree."), "good")
    return redirect(url_for("committees.show", committee_id=found.id), code=303)


@bp.post("/committees/<committee_id>/active")
@guarded(policy.founder)
def active(committee_id: str) -> ResponseReturnValue:
    """Have a committee take cases up, or no longer."""
    found = find(committee_id)
    with committing():
        bodies.set_active(me(), found.id, active=request.form.get("active") == "1")
    flash(_("Saved."), "good")
    return redirect(url_for("committees.show", committee_id=found.id), code=303)


def find(committee_id: str | UUID) -> Committee:
    """Return a committee that the person has to do with, or answer 404."""
    key = committee_id if isinstance(committee_id, UUID) else sent_id(committee_id)
    row = db.session.get(Committee, key)
    if row is None or not (policy.founder(me()) or row.id in me().scoped("committee")):
        not_found(str(committee_id))
    return row


def _waiting(committee: Committee) -> list[tuple[Any, str, Any]]:
    """Return who waits for the open cases, each with the form for who may say yes now."""
    found = keeping.waiting(committee.id)
    kept_by = keeping.keepers(committee.id, now()) if found else set()
    return [(office, name, _yes(office, kept_by)) for office, name in found]


def _yes(office: Office, kept_by: Collection[UUID]) -> Any:
    asked = office.reset_asked_by_id == me().id
    if asked or not keeping.may_admit(me(), office, kept_by):
        return None
    form: Any = forms.bind(ReasonedForm, None, language=lang())
    form.reason.id = f"reason-{office.id}"
    return form


def manages(committee: Committee) -> bool:
    """Say whether the person at the page may change a committee."""
    return policy.founder(me()) or common.is_keeper(me(), committee.id)


def managed(committee_id: str) -> Committee:
    """Return a committee that the person may change. Raises ForbiddenError."""
    found = find(committee_id)
    if not manages(found):
        raise ForbiddenError("committee")
    return found


def form_page(
    form: Any,
    title: str,
    back: str,
    committee: Committee | None = None,
    intro: str = "",
    version: int | None = None,
) -> ResponseReturnValue:
    """Return a page with one form; 422 when it was sent with faults.

    ``version`` is that of what the form changes, to see whether somebody was faster.
    """
    page = render_template(
        "committees/form.html",
        form=form,
        title=title,
        back=back,
        intro=intro,
        version=version,
        parent=committee.name(lang()) if committee is not None else _("Committees"),
    )
    return page, 422 if request.method == "POST" else 200
