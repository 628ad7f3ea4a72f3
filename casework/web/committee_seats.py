"""Who sits in a committee: seats given and ended, offices, draws by lot."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from casework import policy
from casework.extensions import db
from casework.forms.committee import (
    DrawForm,
    EndMandateForm,
    OfficeForm,
    SeatForm,
    read_entries,
)
from casework.models import College, Committee, Draw, Mandate, User
from casework.queries.committees import lists
from casework.services import forms
from casework.services.committees import bodies, seats
from casework.services.errors import RefusedError
from casework.web import kept
from casework.web.base import committing, guarded, lang, me, not_found, sent_id, sent_key
from casework.web.committees import find, form_page, managed
from casework.web.filters import reason_text

bp = Blueprint("committee_seats", __name__)


@bp.route("/committees/<committee_id>/seats/new", methods=["GET", "POST"])
@guarded(policy.committee)
def seat(committee_id: str) -> ResponseReturnValue:
    """Give somebody a seat."""
    found = managed(committee_id)
    form = _with_colleges(forms.bind(SeatForm, kept.form_data()), found)
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        try:
            with committing():
                person = seats.person(
                    me(), found.id, values["name"], values["email"], values["language"]
                )
                seats.seat(
                    me(),
                    sent_id(values["college_id"]),
                    person.id,
                    values["starts_on"],
                    values["ends_on"],
                    values["origin"],
                    sent_key(),
                )
                kept.forget()
        except RefusedError as error:
            form.email.errors = [reason_text(error.reasons[0])]
        else:
            flash(_("%(name)s sits in the committee.", name=person.name), "good")
            return redirect(_here(found), code=303)
    return form_page(form, _("Give a seat"), _here(found), found)


@bp.route("/committees/<committee_id>/mandates/<mandate_id>/end", methods=["GET", "POST"])
@guarded(policy.committee)
def end(committee_id: str, mandate_id: str) -> ResponseReturnValue:
    """End a mandate early."""
    found = managed(committee_id)
    mandate = db.session.get(Mandate, sent_id(mandate_id))
    if mandate is None or mandate.committee_id != found.id:
        not_found(mandate_id)
    name = db.session.get_one(User, mandate.user_id).name
    form: Any = forms.bind(EndMandateForm, kept.form_data())
    if request.method == "POST" and form.validate():
        try:
            with committing():
                seats.end(me(), mandate.id, form.last_day.data, form.reason.data, sent_key())
                kept.forget()
        except RefusedError as error:
            form.last_day.errors = [reason_text(error.reasons[0])]
        else:
            flash(_("The mandate ends earlier."), "good")
            return redirect(_here(found), code=303)
    return form_page(form, _("End the mandate of %(name)s", name=name), _here(found), found)


@bp.route("/committees/<committee_id>/officers/new", methods=["GET", "POST"])
@guarded(policy.committee)
def officer(committee_id: str) -> ResponseReturnValue:
    """Name the chair or the secretary."""
    found = managed(committee_id)
    form: Any = forms.bind(OfficeForm, kept.form_data())
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        with committing():
            person = seats.person(
                me(), found.id, values["name"], values["email"], values["language"]
            )
            bodies.name_officer(
                me(), found.id, values["office"], person.id, values["starts_on"], sent_key()
            )
            kept.forget()
        flash(_("%(name)s is named.", name=person.name), "good")
        return redirect(_here(found), code=303)
    return form_page(form, _("Name the chair or the secretary"), _here(found), found)


@bp.route("/committees/<committee_id>/draws/new", methods=["GET", "POST"])
@guarded(policy.committee)
def draw(committee_id: str) -> ResponseReturnValue:
    """Draw seats by lot."""
    found = managed(committee_id)
    form = _with_colleges(forms.bind(DrawForm, kept.form_data()), found)
    if request.method == "POST" and form.validate():
        entries = read_entries(form.entries.data)
        with committing():
            made = seats.draw_lots(
                me(), sent_id(form.college_id.data), entries, form.places.data, sent_key()
            )
            kept.forget()
        place = url_for("committee_seats.drawn", committee_id=found.id, draw_id=made)
        return redirect(place, code=303)
    intro = _("The system draws, and keeps the list and the seed: anybody can repeat the draw.")
    return form_page(form, _("Draw by lot"), _here(found), found, intro)


@bp.get("/committees/<committee_id>/draws/<draw_id>")
@guarded(policy.committee)
def drawn(committee_id: str, draw_id: str) -> ResponseReturnValue:
    """Show a draw, and how anybody can repeat it."""
    found = find(committee_id)
    row = db.session.get(Draw, sent_id(draw_id))
    if row is None or row.committee_id != found.id:
        not_found(draw_id)
    college = db.session.get_one(College, row.college_id)
    return render_template(
        "committees/draw.html",
        committee=found,
        draw=row,
        college=college.name(lang()),
        repeats=seats.repeats(row),
    )


def _with_colleges(form: Any, committee: Committee) -> Any:
    offered = [(str(c.id), Markup.escape(c.name(lang()))) for c in lists.colleges(committee.id)]
    form.college_id.choices = [*form.college_id.choices, *offered]
    return form


def _here(committee: Committee) -> str:
    return url_for("committees.show", committee_id=committee.id)
