"""The ethics committee's year: its figures with their definitions, and the section to paste."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import house_day
from casework.forms.ethics_case.choices import ORIGINS, THEMES
from casework.forms.ethics_case.year import DebateForm, TrainingForm
from casework.queries import ethics_year as queries
from casework.queries.ethics import committees_of
from casework.services import forms
from casework.services.ethics import year as acts
from casework.web import kept
from casework.web.base import (
    committing_once,
    guarded,
    lang,
    me,
    not_found,
    shown_key,
    side,
    typed,
    whole,
)

bp = Blueprint("ethics_year", __name__, url_prefix="/ethics/year")
FORMS: dict[str, type] = {"trainings": TrainingForm, "debates": DebateForm}


@bp.get("")
@guarded(policy.signed_in)
def show() -> ResponseReturnValue:
    """Show a year in figures."""
    _ours()
    return _page({})


@bp.post("/<activity>")
@guarded(policy.signed_in)
def note(activity: str) -> ResponseReturnValue:
    """Note a training or a public debate."""
    _ours()
    if activity not in FORMS:
        not_found(activity)
    form: Any = forms.bind(FORMS[activity], typed(), language=lang())
    if not form.validate():
        return _page({activity: form}), 422
    values = forms.clean(form)
    note_it = acts.note_training if activity == "trainings" else acts.note_debate
    with committing_once() as sent:
        sent.url = url_for("ethics_year.show", year=values["held_on"].year)
        note_it(me(), **values)
        kept.forget()
    flash(_("Noted."), "good")
    return redirect(sent.url, code=303)


def _ours() -> None:
    """Answer 404 to whoever does not sit in an ethics committee."""
    if not committees_of(me()):
        not_found(request.path)


def _page(faulty: dict[str, Any]) -> str:
    offered = queries.years()
    asked = whole(request.args.get("year", ""), house_day().year)
    found = queries.figures(asked if asked in offered else offered[0])
    return render_template(
        "ethics/year.html",
        layout=f"layouts/{side()}.html",
        found=found,
        definitions=queries.DEFINITIONS,
        years=offered,
        themes=dict(THEMES),
        origins=dict(ORIGINS),
        section=acts.section(found),
        may_note=acts.may_note(me()),
        forms_of={
            name: faulty.get(name) or forms.bind(form, None, language=lang())
            for name, form in FORMS.items()
        },
        faulty=set(faulty),
        once=shown_key(),
    )
