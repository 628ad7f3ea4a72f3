"""Schemes of labels: set up and changed by leads."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.referential import SchemeForm
from casework.labels.families import FAMILIES
from casework.labels.ladder import LadderRule
from casework.labels.terms import Terms
from casework.models import Scheme
from casework.services import forms
from casework.services.referentials import schemes
from casework.services.referentials.common import find_scheme
from casework.web import kept
from casework.web.base import demand_unchanged, guarded, lang, me, sent_id
from casework.web.referentials import acting, form_page

bp = Blueprint("referential_schemes", __name__)

PARAMETERS = tuple(asdict(LadderRule()))
"""The parameters of all families: the ladder has those of the others too."""


@bp.route("/referentials/schemes/new", methods=["GET", "POST"])
@guarded(policy.lead)
def new() -> ResponseReturnValue:
    """Set a scheme up."""
    return _page(None)


@bp.route("/referentials/schemes/<scheme_id>", methods=["GET", "POST"])
@guarded(policy.lead)
def edit(scheme_id: str) -> ResponseReturnValue:
    """Change a scheme."""
    return _page(find_scheme(sent_id(scheme_id)))


def _page(row: Scheme | None) -> ResponseReturnValue:
    form: Any = forms.bind(SchemeForm, kept.form_data(), obj=row)
    if request.method == "GET" and kept.form_data() is None:
        _fill(form, row)
    back = url_for("referentials.index")
    if request.method == "POST" and form.validate():
        with acting(form.key) as done:
            demand_unchanged(row, "version")
            schemes.save(me(), row, _values(form))
            done(back)
        if done.url:
            flash(_("Saved."), "good")
            return redirect(done.url, code=303)
    title = row.name(lang()) if row is not None else _("Set up a scheme")
    return form_page(form, title, back, scheme=row, seen=row.version if row is not None else "")


def _fill(form: Any, row: Scheme | None) -> None:
    """Show what a scheme stores, or the usual numbers for a new one."""
    usual = asdict(LadderRule()) | asdict(Terms())
    if row is None:
        usual |= {"validity_years": 3, "official": True}
    else:
        usual |= row.parameters | row.times().stored()
    for name, value in usual.items():
        form[name].data = value


def _values(form: Any) -> dict[str, Any]:
    values = forms.clean(form)
    known = FAMILIES[values["family"]].read({}).parameters()
    values["parameters"] = {name: values[name] for name in PARAMETERS if name in known}
    values["terms"] = {name: values[name] for name in Terms().stored()}
    values["prefix"] = values["prefix"].upper()
    return values
