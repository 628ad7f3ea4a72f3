"""Absences of a person: their own page, or that of somebody a lead looks after."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day
from casework.forms.messages import Message
from casework.forms.people import AbsenceForm
from casework.models import User
from casework.queries import absences
from casework.services import forms
from casework.services.errors import RefusedError
from casework.services.people import absences as acts
from casework.services.people import accounts
from casework.services.people.absences import Plan
from casework.web import filters
from casework.web.base import committing_once, go, guarded, me, sent_id, side, typed

bp = Blueprint("absences", __name__, url_prefix="/people")

NAMED = 20  # cases named one by one; of more, how many there are


@bp.get("/<person_id>/absences")
@guarded(policy.signed_in)
def index(person_id: str) -> ResponseReturnValue:
    """Show when somebody is away, and the form for another absence."""
    person = _person(person_id)
    return _page(person, _form(person, request.args or None))


@bp.post("/<person_id>/absences")
@guarded(policy.signed_in)
def enter(person_id: str) -> ResponseReturnValue:
    """Show what an absence means; once that was seen, enter it."""
    person = _person(person_id)
    form = _form(person, typed())
    if not form.validate():
        return _page(person, form), 422
    values = forms.clean(form)
    plan = Plan(values["first"], values["last"], values["substitute_id"])
    try:
        if request.form.get("seen") != _seen(plan):
            return _preview(person, form, plan)
        with committing_once() as sent:
            sent.url = url_for("absences.index", person_id=person.id)
            acts.enter(me(), person, plan)
    except RefusedError as error:
        reason = error.reasons[0]
        days = {name: filters.day(value) for name, value in reason.params.items()}
        form.first.errors = [Message(reason.message, **days)]
        return _page(person, form), 422
    flash(_("The absence is entered, and the substitute is told."), "good")
    return redirect(sent.url, code=303)


@bp.post("/<person_id>/absences/<absence_id>/end")
@guarded(policy.signed_in)
def end(person_id: str, absence_id: str) -> ResponseReturnValue:
    """Call an absence off, or end it today."""
    person, absence = _person(person_id), sent_id(absence_id)
    with committing_once() as sent:
        sent.url = url_for("absences.index", person_id=person.id)
        acts.end(me(), person.id, absence)
    flash(_("The absence is ended."), "good")
    return go("absences.index", person_id=person.id)


def _person(person_id: str) -> User:
    asked = sent_id(person_id)
    acts.demand_allowed(me(), asked)
    return accounts.find(asked)


def _form(person: User, data: Any) -> AbsenceForm:
    form = AbsenceForm(forms.flatten(data) if data is not None else None)
    form.prepare(None, today=house_day())
    known = policy.actor_of(db.session, person.id, now())
    form.offer(absences.candidates(known, now()))
    return form


def _seen(plan: Plan) -> str:
    """Return by what the answer tells that this very plan was looked at."""
    return f"{plan.first} {plan.last} {plan.substitute_id}"


def _page(person: User, form: AbsenceForm) -> str:
    return render_template(
        "people/absences.html",
        side=side(),
        person=person,
        own=person.id == me().id,
        form=form,
        planned=absences.of_person(person.id),
        today=house_day(),
    )


def _preview(person: User, form: AbsenceForm, plan: Plan) -> str:
    substitute, moment = acts.check(me(), person, plan), now()
    known = policy.actors_of(db.session, [person.id, substitute.id], moment)
    cases, number = absences.unseen(known[person.id], known[substitute.id], me(), NAMED)
    return render_template(
        "people/absence.html",
        side=side(),
        person=person,
        own=person.id == me().id,
        form=form,
        plan=plan,
        seen=_seen(plan),
        substitute=substitute,
        away_too=absences.overlapping(substitute.id, plan.first, plan.last),
        cases=cases,
        number=number,
        sees=lambda case: policy.may_see(me(), case),
    )
