"""The people of an organisation: who is in, in which roles, and how that changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.organisation import ROLES, HandOverForm, PersonForm
from casework.models import Organisation
from casework.roles import PARTNER_ROLES, Role
from casework.services import forms, joining, organisations
from casework.services import organisations_people as acts
from casework.services.errors import ForbiddenError, RefusedError
from casework.services.sign_in import invitations
from casework.web import kept
from casework.web.base import Sent, committing_once, go, guarded, me, sent_id, side, typed

bp = Blueprint("organisations_people", __name__)


@bp.get("/organisations/<organisation_id>/people")
@guarded(policy.signed_in)
def index(organisation_id: str) -> ResponseReturnValue:
    """Show the people of an organisation, with what one may change about them."""
    found = organisations.find(me(), sent_id(organisation_id))
    place = url_for("organisations_people.add", organisation_id=found.id)
    return _page(found, forms.bind(PersonForm, kept.form_data(place)))


@bp.post("/organisations/<organisation_id>/people")
@guarded(policy.signed_in)
def add(organisation_id: str) -> ResponseReturnValue:
    """Give somebody a role in the organisation, and invite them."""
    found = _managed(organisation_id)
    form = forms.bind(PersonForm, typed())
    if not form.validate():
        return _page(found, form), 422
    values = forms.clean(form)
    with committing_once() as sent:
        sent.url = _here(found)
        acts.add_person(
            me(), found, values["name"], values["email"], Role(values["role"]), values["language"]
        )
        kept.forget()
    flash(_("Added: %(name)s.", name=values["name"]), "good")
    return redirect(sent.url, code=303)


@bp.post("/organisations/<organisation_id>/people/<grant_id>/end")
@guarded(policy.signed_in)
def end_role(organisation_id: str, grant_id: str) -> ResponseReturnValue:
    """End somebody's role in the organisation."""
    found, grant = _managed(organisation_id), sent_id(grant_id)
    with _acting(found, _("The role has ended. What the person did stays in the history.")):
        acts.end_role(me(), found, grant)
    return redirect(_here(found), code=303)


@bp.post("/organisations/<organisation_id>/people/<grant_id>/change")
@guarded(policy.signed_in)
def change_role(organisation_id: str, grant_id: str) -> ResponseReturnValue:
    """Give somebody another role in place of one."""
    found, grant = _managed(organisation_id), sent_id(grant_id)
    role = request.form.get("role", "")
    if role not in PARTNER_ROLES:
        flash(_("Choose one of the roles offered."), "bad")
        return redirect(_here(found), code=303)
    with _acting(found, _("The role is changed.")):
        acts.change_role(me(), found, grant, Role(role))
    return redirect(_here(found), code=303)


@bp.post("/organisations/<organisation_id>/hand-over")
@guarded(policy.signed_in)
def hand_over(organisation_id: str) -> ResponseReturnValue:
    """Hand over the lead of one's own organisation."""
    found = organisations.find(me(), sent_id(organisation_id))
    if found.id not in me().organisations_as(Role.PARTNER_LEAD):
        raise ForbiddenError("organisation")
    form = _hand_over_form(acts.people(found.id), typed())
    if not form.validate():
        return _page(found, forms.bind(PersonForm, None), form), 422
    then = Role(form.then.data) if form.then.data else None
    with _acting(found, _("The lead is handed over.")):
        acts.hand_over(me(), found, UUID(form.user_id.data), then)
    return go("organisations.show", organisation_id=found.id)


@bp.post("/organisations/<organisation_id>/leave")
@guarded(policy.signed_in)
def leave(organisation_id: str) -> ResponseReturnValue:
    """Leave an organisation; its cases stay with it."""
    found = organisations.find(me(), sent_id(organisation_id))
    said = _("You have left %(name)s. Its cases stay with it.", name=found.name)
    if request.form.get("sure") and _acted(found, said):
        return go("home.index")
    return redirect(_here(found), code=303)


@bp.post("/organisations/<organisation_id>/invitations/<invitation_id>/withdraw")
@guarded(policy.signed_in)
def withdraw(organisation_id: str, invitation_id: str) -> ResponseReturnValue:
    """Take back the question whether somebody joins the organisation."""
    found, invitation = _managed(organisation_id), sent_id(invitation_id)
    with _acting(found, _("The invitation is withdrawn.")):
        acts.withdraw(me(), found, invitation)
    return redirect(_here(found), code=303)


def _acted(found: Organisation, said: str) -> bool:
    try:
        with committing_once() as sent:
            sent.url = url_for("home.index")
            acts.leave(me(), found)
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
        return False
    flash(said, "good")
    return True


@contextmanager
def _acting(found: Organisation, said: str) -> Iterator[Sent]:
    """Do one act and say that it is done, or why it is not."""
    here = _here(found)
    try:
        with committing_once() as sent:
            sent.url = here
            yield sent
        flash(said, "good")
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")


def _managed(organisation_id: str) -> Organisation:
    found = organisations.find(me(), sent_id(organisation_id))
    if not organisations.may_manage(me(), found.id):
        raise ForbiddenError("organisation")
    return found


def _here(found: Organisation) -> str:
    return url_for("organisations_people.index", organisation_id=found.id)


def _hand_over_form(held: acts.Held, data: Any) -> HandOverForm:
    form = HandOverForm(data)
    others = {str(u.id): u.name for _grant, u in held if u.id != me().id and u.active}
    form.offer(others.items())
    return form


def _page(found: Organisation, form: Any, handing: HandOverForm | None = None) -> str:
    held = acts.people(found.id)
    return render_template(
        "case/organisation_people.html",
        layout=f"layouts/{side()}.html",
        organisation=found,
        people=held,
        waiting=joining.waiting_in(found.id),
        joined=invitations.has_joined,
        roles=ROLES,
        form=form,
        handing=handing or _hand_over_form(held, None),
        others=any(u.id != me().id for _grant, u in held),
        own=[grant for grant, user in held if user.id == g.user.id],
        leads=found.id in me().organisations_as(Role.PARTNER_LEAD),
        may_manage=organisations.may_manage(me(), found.id),
    )
