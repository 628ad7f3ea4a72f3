"""Calls for ideas: list, form, extensions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import house_day
from casework.forms.call import CallExtensionForm, CallForm
from casework.models import Call
from casework.queries import calls as lists
from casework.services import calls, changes, forms
from casework.web import kept
from casework.web.base import committing_once, demand_unchanged, guarded, lang, me, sent_id, typed

bp = Blueprint("calls", __name__)


@bp.get("/calls")
@guarded(policy.lead)
def index() -> ResponseReturnValue:
    """Show all calls."""
    return render_template("office/calls.html", calls=lists.every(), today=house_day())


@bp.route("/calls/new", methods=["GET", "POST"])
@guarded(policy.lead)
def new() -> ResponseReturnValue:
    """Write a new call."""
    return _form(None)


@bp.route("/calls/<call_id>", methods=["GET", "POST"])
@guarded(policy.lead)
def edit(call_id: str) -> ResponseReturnValue:
    """Change a call."""
    return _form(calls.find(sent_id(call_id)))


@bp.post("/calls/<call_id>/extensions")
@guarded(policy.lead)
def extend(call_id: str) -> ResponseReturnValue:
    """Give one organisation more time."""
    call = calls.find(sent_id(call_id))
    form = forms.bind(CallExtensionForm, typed(), language=lang())
    if not form.validate():
        return _page(call, forms.bind(CallForm, None, obj=call, language=lang()), form), 422
    with committing_once() as sent:
        sent.url = url_for("calls.edit", call_id=call_id)
        calls.extend(me(), call, forms.clean(form))
        kept.forget()
    flash(_("The extension is given."), "good")
    return redirect(sent.url, code=303)


def _form(call: Call | None) -> ResponseReturnValue:
    posted = request.method == "POST"
    form = forms.bind(CallForm, kept.form_data(), obj=call, language=lang())
    if posted and form.validate():
        with committing_once() as sent:
            demand_unchanged(call, "updated_at")
            saved = calls.save(me(), call, forms.clean(form))
            sent.url = url_for("calls.edit", call_id=saved.id)
            kept.forget()
        flash(_("Saved."), "good")
        return redirect(sent.url, code=303)
    draft = kept.form_data(url_for("calls.extend", call_id=call.id)) if call else None
    extension = forms.bind(CallExtensionForm, draft, language=lang())
    return _page(call, form, extension), 422 if posted else 200


def _page(call: Call | None, form: Any, extension: Any) -> str:
    return render_template(
        "office/call.html",
        call=call,
        form=form,
        extension=extension,
        extensions=calls.extensions(call) if call else [],
        history=changes.history(call) if call else [],
    )
