"""Organisations: their data, their people, their cases."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.organisation import OrganisationForm, PersonForm
from casework.models import Organisation
from casework.queries import cases
from casework.queries import organisations as lists
from casework.queries.cases import Filters
from casework.roles import Role
from casework.services import changes, forms, organisations
from casework.services.errors import ForbiddenError, RefusedError
from casework.web import kept
from casework.web.base import (
    asked_page,
    committing_once,
    demand_unchanged,
    go,
    guarded,
    me,
    sent_id,
    side,
    typed,
)

bp = Blueprint("organisations", __name__)


@bp.get("/organisations")
@guarded(policy.staff)
def index() -> ResponseReturnValue:
    """Show the list of organisations."""
    text = request.args.get("q", "")[:100]
    page = lists.page(me(), text, asked_page())
    return render_template("office/organisations.html", page=page, q=text)


@bp.get("/my-organisation")
@guarded(policy.partner)
def mine() -> ResponseReturnValue:
    """Lead a partner to their organisation, or show the choice when there are several."""
    own = lists.by_ids(me().organisation_ids)
    if len(own) == 1:
        return go("organisations.show", organisation_id=own[0].id)
    return render_template("portal/organisations.html", organisations=own)


@bp.get("/organisations/<organisation_id>")
@guarded(policy.signed_in)
def show(organisation_id: str) -> ResponseReturnValue:
    """Show an organisation with its people and its cases."""
    found = organisations.find(me(), sent_id(organisation_id))
    place = url_for("organisations.add_person", organisation_id=found.id)
    return _page(found, forms.bind(PersonForm, kept.form_data(place)))


@bp.route("/organisations/new", methods=["GET", "POST"])
@guarded(policy.staff)
def new() -> ResponseReturnValue:
    """Add an organisation."""
    if not me().has(Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD):
        raise ForbiddenError("organisation")
    return _form(None)


@bp.route("/organisations/<organisation_id>/edit", methods=["GET", "POST"])
@guarded(policy.signed_in)
def edit(organisation_id: str) -> ResponseReturnValue:
    """Change an organisation's data."""
    found = organisations.find(me(), sent_id(organisation_id))
    if not organisations.may_manage(me(), found.id):
        raise ForbiddenError("organisation")
    return _form(found)


@bp.post("/organisations/<organisation_id>/people")
@guarded(policy.signed_in)
def add_person(organisation_id: str) -> ResponseReturnValue:
    """Give somebody a role in the organisation."""
    found = organisations.find(me(), sent_id(organisation_id))
    form = forms.bind(PersonForm, typed())
    if not form.validate():
        return _page(found, form), 422
    values = forms.clean(form)
    with committing_once() as sent:
        sent.url = url_for("organisations.show", organisation_id=organisation_id)
        organisations.add_person(
            me(), found, values["name"], values["email"], Role(values["role"]), values["language"]
        )
        kept.forget()
    flash(_("Added: %(name)s.", name=values["name"]), "good")
    return redirect(sent.url, code=303)


@bp.post("/organisations/<organisation_id>/people/<grant_id>/end")
@guarded(policy.signed_in)
def end_role(organisation_id: str, grant_id: str) -> ResponseReturnValue:
    """End somebody's role in the organisation."""
    found = organisations.find(me(), sent_id(organisation_id))
    try:
        with committing_once() as sent:
            sent.url = url_for("organisations.show", organisation_id=organisation_id)
            organisations.end_role(me(), found, sent_id(grant_id))
        flash(_("The role has ended. What the person did stays in the history."), "good")
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
    return go("organisations.show", organisation_id=organisation_id)


def _form(found: Organisation | None) -> ResponseReturnValue:
    form = forms.bind(OrganisationForm, kept.form_data(), obj=found)
    if request.method == "POST" and form.validate():
        try:
            with committing_once() as sent:
                demand_unchanged(found, "version")
                saved = organisations.save(me(), found, forms.clean(form))
                sent.url = url_for("organisations.show", organisation_id=saved.id)
                kept.forget()
            flash(_("Saved."), "good")
            return redirect(sent.url, code=303)
        except RefusedError as error:
            form.registry_number.errors = [error.reasons[0].message]  # type: ignore[attr-defined]
    code = 422 if request.method == "POST" else 200
    page = render_template(
        "case/organisation_form.html",
        layout=f"layouts/{side()}.html",
        form=form,
        organisation=found,
    )
    return page, code


def _page(found: Organisation, form: Any) -> str:
    listed = cases.page(me(), Filters(organisation=str(found.id), sort="updated"))
    return render_template(
        "case/organisation.html",
        layout=f"layouts/{side()}.html",
        organisation=found,
        history=changes.history(found),
        labels=OrganisationForm(),
        people=organisations.people(found.id),
        cases=listed.rows,
        form=form,
        may_manage=organisations.may_manage(me(), found.id),
        internal=me().is_staff,
    )
