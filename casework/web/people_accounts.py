"""Accounts kept by an administrator: invited, corrected, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.forms.people import InviteForm, ParticularsForm, ReasonForm
from casework.models import User
from casework.queries import accounts
from casework.roles import Role
from casework.services import forms
from casework.services.errors import RefusedError
from casework.services.people import accounts as acts
from casework.services.people import places
from casework.web import kept
from casework.web.base import (
    committing,
    committing_once,
    demand_unchanged,
    go,
    guarded,
    lang,
    me,
    sent_id,
)

bp = Blueprint("people_accounts", __name__, url_prefix="/people")

NAMED = 20  # cases named one by one; of more, how many there are


@bp.route("/invite", methods=["GET", "POST"])
@guarded(policy.administrator)
def invite() -> ResponseReturnValue:
    """Make a colleague's account, and have them invited."""
    form = forms.bind(InviteForm, kept.form_data(), language=lang())
    known = None
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        try:
            with committing_once() as sent:
                sent.url = url_for("people.show", person_id=_invited(values).id)
                kept.forget()
            flash(_("An invitation is on its way to %(name)s.", name=values["name"]), "good")
            return redirect(sent.url, code=303)
        except RefusedError as error:
            form.email.errors = [error.reasons[0].message]  # type: ignore[attr-defined]
            known = acts.by_address(values["email"])
    page = render_template("people/invite.html", form=form, known=known)
    return page, 422 if request.method == "POST" else 200


def _invited(values: dict[str, Any]) -> User:
    chosen: UUID | None = values["programme_id"]
    place = places.find("programme", str(chosen)) if chosen else places.HOUSE
    return acts.invite(
        me(),
        values["name"],
        values["email"],
        values["language"],
        Role(values["role"]),
        place,
        values["reason"],
    )


@bp.route("/<person_id>/particulars", methods=["GET", "POST"])
@guarded(policy.administrator)
def correct(person_id: str) -> ResponseReturnValue:
    """Change how somebody is called, their language and their address."""
    person = acts.find(sent_id(person_id))
    form = forms.bind(ParticularsForm, kept.form_data(), obj=person)
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        try:
            with committing_once() as sent:
                sent.url = url_for("people.show", person_id=person.id)
                demand_unchanged(person, "particulars")
                waits = acts.correct(me(), g.user.name, person, **values)
                kept.forget()
            flash(_("Saved."), "good")
            if waits:
                flash(_("We write to %(address)s once it is confirmed.", address=waits), "wait")
            return redirect(sent.url, code=303)
        except RefusedError as error:
            form.email.errors = [error.reasons[0].message]  # type: ignore[attr-defined]
    page = render_template("people/particulars.html", person=person, form=form)
    return page, 422 if request.method == "POST" else 200


@bp.post("/<person_id>/mails")
@guarded(policy.administrator)
def mails(person_id: str) -> ResponseReturnValue:
    """Write down that mails to somebody come back, or that they arrive again."""
    person = acts.find(sent_id(person_id))
    with committing():
        acts.mails_come_back(me(), person, request.form.get("come_back") == "yes")
    flash(_("Saved."), "good")
    return go("people.show", person_id=person.id)


@bp.route("/<person_id>/close", methods=["GET", "POST"])
@guarded(policy.administrator)
def close(person_id: str) -> ResponseReturnValue:
    """Show what closing somebody's account means; then close it."""
    said = _("The account is closed, and all its sessions have ended.")
    return _with_reason(person_id, acts.close, said)


@bp.route("/<person_id>/reopen", methods=["GET", "POST"])
@guarded(policy.administrator)
def reopen(person_id: str) -> ResponseReturnValue:
    """Open somebody's closed account again."""
    return _with_reason(person_id, acts.reopen, _("The account is open again."))


def _with_reason(
    person_id: str, act: Callable[[Any, User, str], None], said: str
) -> ResponseReturnValue:
    """Ask why, do it, and lead back to the person."""
    person = acts.find(sent_id(person_id))
    form = forms.bind(ReasonForm, kept.form_data())
    refusal = ""
    if request.method == "POST" and form.validate():
        try:
            with committing_once() as sent:
                sent.url = url_for("people.show", person_id=person.id)
                act(me(), person, forms.clean(form)["reason"])
                kept.forget()
            flash(said, "good")
            return redirect(sent.url, code=303)
        except RefusedError as error:
            refusal = error.reasons[0].message
    closes = act is acts.close
    cases, number = accounts.open_cases(person.id, NAMED) if closes else ([], 0)
    page = render_template(
        "people/close.html",
        person=person,
        form=form,
        closes=closes,
        refusal=refusal,
        cases=cases,
        number=number,
        led=accounts.led_alone(person.id, now()) if closes else [],
        sees=lambda case: policy.may_see(me(), case),
    )
    return page, 422 if request.method == "POST" else 200
