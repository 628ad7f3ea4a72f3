"""Giving a deadline of a case another end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.deadline import PostponeForm
from casework.models import Case, Deadline
from casework.queries.desk import label_of
from casework.services import forms, postponing
from casework.web import casepage, kept
from casework.web.base import (
    case_url,
    committing,
    find_case,
    guarded,
    lang,
    me,
    sent_id,
    sent_key,
    shown_key,
    typed,
)

bp = Blueprint("postponing", __name__)


@bp.get("/cases/<reference>/deadlines/<deadline_id>")
@guarded(policy.staff)
def show(reference: str, deadline_id: str) -> ResponseReturnValue:
    """Ask for the new last day and the reason."""
    case = find_case(reference)
    deadline = postponing.find(case, sent_id(deadline_id), me())
    return _page(case, deadline, forms.bind(PostponeForm, kept.form_data(), language=lang()))


@bp.post("/cases/<reference>/deadlines/<deadline_id>")
@guarded(policy.staff)
def make(reference: str, deadline_id: str) -> ResponseReturnValue:
    """Give the deadline its new end."""
    case = find_case(reference)
    deadline = postponing.find(case, sent_id(deadline_id), me())
    form = forms.bind(PostponeForm, typed(), language=lang())
    if not form.validate():
        return _page(case, deadline, form), 422
    values = forms.clean(form)
    with committing():
        postponing.postpone(case.id, deadline.id, me(), values["due"], values["reason"], sent_key())
        kept.forget()
    flash(_("The deadline has its new date; its reminders have moved with it."), "good")
    return redirect(case_url(reference), code=303)


def _page(case: Case, deadline: Deadline, form: Any) -> str:
    return render_template(
        "case/postpone.html",
        **casepage.frame(case, "deadline"),
        deadline=deadline,
        label=label_of(case, deadline),
        form=form,
        once=shown_key(),
    )
