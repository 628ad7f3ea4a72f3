"""Organisations: the list, what each of them is, and its file."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import house_day
from casework.forms.choices import SECTORS
from casework.forms.messages import Message
from casework.forms.organisation import COUNTRIES, OrganisationForm
from casework.models import Organisation
from casework.queries import organisations as lists
from casework.queries import organisations_file, organisations_twins
from casework.queries.organisations import Filters
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
)

bp = Blueprint("organisations", __name__)


@bp.get("/organisations")
@guarded(policy.staff)
def index() -> ResponseReturnValue:
    """Show the list of organisations."""
    filters = Filters.from_args(request.args)
    return render_template(
        "office/organisations.html",
        page=lists.page(me(), filters, asked_page()),
        filters=filters,
        sectors=SECTORS,
        countries=COUNTRIES,
        open_choices=tuple(lists.OPEN.items()),
        keeps=policy.keeper(me()),
    )


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
    """Show an organisation's file; the address of a merged record leads to where it went."""
    asked = sent_id(organisation_id)
    found = organisations.find(me(), asked)
    if found.id != asked:
        return go("organisations.show", organisation_id=found.id)
    before = organisations_file.merged_into(found)
    ids = [found.id, *(row.id for row in before)]
    office = side() == "office"
    return render_template(
        f"{side()}/organisation.html",
        organisation=found,
        merged=before,
        former=organisations_file.former_numbers(found),
        people=organisations_file.people(ids),
        numbers=organisations_file.cases(me(), found.id),
        cases=organisations_file.case_page(me(), found.id, asked_page()),
        extensions=organisations_file.extensions(ids),
        documents=organisations_file.documents(me(), found.id, 1, organisations_file.NEWEST),
        happenings=organisations_file.happenings(me(), found.id, 1, organisations_file.NEWEST),
        mergers=organisations_file.mergers(found.id) if office else [],
        twins=organisations_twins.sure(found) if policy.keeper(me()) else [],
        why=organisations_twins.WHY,
        history=changes.history(found),
        labels=OrganisationForm(),
        may_manage=organisations.may_manage(me(), found.id),
        keeps=policy.keeper(me()),
        today=house_day(),
    )


@bp.route("/organisations/new", methods=["GET", "POST"])
@guarded(policy.staff)
def new() -> ResponseReturnValue:
    """Add an organisation."""
    if not policy.keeper(me()):
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
            reason = error.reasons[0]
            form.registry_number.errors = [Message(reason.message, **reason.params)]  # type: ignore[attr-defined]
    code = 422 if request.method == "POST" else 200
    page = render_template(
        "case/organisation_form.html",
        layout=f"layouts/{side()}.html",
        form=form,
        organisation=found,
    )
    return page, code
