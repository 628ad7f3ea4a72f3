"""Handing over everything of somebody who leaves: what there is, to whom, the preview, the yes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from casework import policy
from casework.clock import now
from casework.extensions import house_day
from casework.forms.handing_over import hand_over_form, recipients_of
from casework.models import User
from casework.queries import accounts as lists
from casework.queries import background, choices
from casework.queries import handing_over as found
from casework.services import assigning, background_run, outbox
from casework.services.bulk import AT_ONCE, reasons
from casework.services.errors import RefusedError
from casework.services.people import accounts, handing_over
from casework.web.base import (
    committing_once,
    go,
    guarded,
    lang,
    me,
    not_found,
    sent_id,
    sent_key,
    shown_key,
    typed,
)

bp = Blueprint("people_handover", __name__, url_prefix="/people")

NAMED = 100  # cases named one by one; of more, how many there are


@bp.route("/<person_id>/hand-over", methods=["GET", "POST"])
@guarded(policy.administrator)
def plan(person_id: str) -> ResponseReturnValue:
    """Show what somebody has in hand; ask who takes over; show what will happen."""
    person = accounts.find(sent_id(person_id))
    hand = found.in_hand(person.id, now(), house_day())
    form = _form(hand, person, typed() if request.method == "POST" else None)
    if request.method == "GET" or "change" in request.form:
        return _page(person, hand, form)
    if not form.validate():
        return _page(person, hand, form), 422
    recipients = recipients_of(form)
    told = found.sharing(hand, recipients, now(), assigning.NOT_ONE_OF_US)
    return render_template(
        "people/hand_over_preview.html",
        person=person,
        form=form,
        told=told,
        refused=told.refused[:NAMED],
        how={key: outbox.choices_of(key)["case_moved"] for key in told.portions},
        sees=lambda case: policy.may_see(me(), case),
        key=shown_key(),
    )


@bp.post("/<person_id>/hand-over/yes")
@guarded(policy.administrator)
def confirm(person_id: str) -> ResponseReturnValue:
    """Hand over what was previewed: a few cases at once, more by a worker."""
    person = accounts.find(sent_id(person_id))
    hand = found.in_hand(person.id, now(), house_day())
    form = _form(hand, person, typed())
    if not form.validate():
        return _page(person, hand, form), 422
    values = form.data
    try:
        with committing_once() as sent:
            act = handing_over.begin(
                me(),
                person,
                recipients_of(form),
                values["closes_after"],
                values["reason"],
                sent_key(),
                lang(),
            )
            work_id = act.work_id
            sent.url = url_for("background.show", work_id=work_id)
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
        return go("people_handover.plan", person_id=person.id)
    if len(hand.cases) + len(hand.coached) <= AT_ONCE:
        background_run.do_now(work_id)
    return redirect(sent.url, code=303)


@bp.get("/hand-over/work/<work_id>")
@guarded(policy.administrator)
def of_work(work_id: str) -> ResponseReturnValue:
    """Show what was handed over, and what was refused and why."""
    asked = sent_id(work_id)
    act, work = found.of_work(me(), asked), background.one(me(), asked)
    if act is None or work is None:
        not_found(work_id)
    return render_template(
        "people/hand_over_result.html",
        act=act,
        work=work,
        person=accounts.find(act.person_id),
        given=found.named(work.result.get("given", {})),
        coached=found.named(work.result.get("given_coach", {})),
        refused=[
            (line["reference"], reasons.read(line["reasons"]))
            for line in work.result.get("refused", [])
        ],
    )


@bp.post("/hand-over/<hand_over_id>/call-off")
@guarded(policy.administrator)
def call_off(hand_over_id: str) -> ResponseReturnValue:
    """Leave the account open after all."""
    with committing_once() as sent:
        act = handing_over.call_off(me(), sent_id(hand_over_id))
        sent.url = url_for("people.show", person_id=act.person_id)
    flash(_("The account stays open."), "good")
    return redirect(sent.url, code=303)


def _form(hand: found.InHand, person: User, data: Any) -> Form:
    numbers = {case.programme_id for case in hand.cases if case.programme_id}
    programmes = [(key, name) for key, name in choices.programmes(lang()) if UUID(key) in numbers]
    people = [(key, name) for key, name in choices.officers(lang()) if key != str(person.id)]
    coaches = [c for c in choices.coaches(lang()) if c[0] != str(person.id)] if hand.coached else []
    return hand_over_form(programmes, people, coaches, data, house_day(), needed=bool(hand.cases))


def _page(person: User, hand: found.InHand, form: Form) -> str:
    return render_template(
        "people/hand_over.html",
        person=person,
        hand=hand,
        form=form,
        led=lists.led_alone(person.id, now()),
        key=shown_key(),
    )
