"""The roles of a person: given in a place from a day to a day, and ended."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import db
from casework.forms.people import ROLE_FORMS, EndRoleForm, in_order
from casework.i18n import N_
from casework.models import Grant, User
from casework.roles import Role
from casework.services import forms
from casework.services.errors import RefusedError
from casework.services.people import accounts as acts
from casework.services.people import places, roles
from casework.web import kept
from casework.web.base import committing_once, guarded, lang, me, not_found, sent_id

bp = Blueprint("people_roles", __name__, url_prefix="/people")

SCOPES = {
    "house": N_("The whole house"),
    "programme": N_("One programme"),
    "organisation": N_("One organisation"),
    "case": N_("One case"),
}


@bp.route("/<person_id>/roles/<scope>", methods=["GET", "POST"])
@guarded(policy.administrator)
def give(person_id: str, scope: str) -> ResponseReturnValue:
    """Give somebody a role in the house, a programme, an organisation or on a case."""
    person = acts.find(sent_id(person_id))
    if scope not in SCOPES:
        not_found(scope)
    form = forms.bind(ROLE_FORMS[scope], kept.form_data(), language=lang())
    refusal = ""
    if request.method == "POST" and form.validate():
        try:
            with committing_once() as sent:
                sent.url = url_for("people.show", person_id=person.id)
                _give(person, scope, forms.clean(form))
                kept.forget()
            flash(_("The role is given."), "good")
            return redirect(sent.url, code=303)
        except places.UnknownPlaceError as error:
            form.place.errors = [error.message]  # type: ignore[attr-defined]
        except RefusedError as error:
            refusal = error.reasons[0].message
    page = render_template(
        "people/role.html",
        person=person,
        form=form,
        order=in_order(form),
        scope=scope,
        scopes=SCOPES,
        refusal=refusal,
    )
    return page, 422 if request.method == "POST" else 200


def _give(person: User, scope: str, values: dict[str, Any]) -> None:
    place = places.find(scope, str(values.get("place") or ""))
    span = roles.Span(values["first"], values["last"])
    roles.give(me(), person, Role(values["role"]), place, span, values["reason"])


@bp.route("/roles/<grant_id>/end", methods=["GET", "POST"])
@guarded(policy.administrator)
def end(grant_id: str) -> ResponseReturnValue:
    """End a role, now or with a day, for a reason."""
    grant = db.session.get(Grant, sent_id(grant_id))
    if grant is None or grant.denies or grant.scope not in SCOPES:
        not_found(grant_id)
    person = acts.find(grant.user_id)
    form = forms.bind(EndRoleForm, kept.form_data())
    refusal = ""
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        try:
            with committing_once() as sent:
                sent.url = url_for("people.show", person_id=person.id)
                roles.end(me(), grant.id, values["last"], values["reason"])
                kept.forget()
            flash(_("The role has ended. What the person did stays in the history."), "good")
            return redirect(sent.url, code=303)
        except RefusedError as error:
            refusal = error.reasons[0].message
    page = render_template(
        "people/end_role.html",
        person=person,
        grant=grant,
        place=places.of(grant),
        form=form,
        refusal=refusal,
    )
    return page, 422 if request.method == "POST" else 200
