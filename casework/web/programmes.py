"""Ambitions and programmes: the list, and the form of each."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.programme import AmbitionForm, ProgrammeForm
from casework.models import Programme
from casework.services import changes, forms, programmes
from casework.web import kept
from casework.web.base import committing, demand_unchanged, go, guarded, me, sent_id

bp = Blueprint("programmes", __name__)


@bp.get("/programmes")
@guarded(policy.staff)
def index() -> ResponseReturnValue:
    """Show the ambitions with their programmes."""
    return render_template(
        "office/programmes.html", programmes=programmes.every(), may_edit=policy.lead(me())
    )


@bp.route("/programmes/<row_id>", methods=["GET", "POST"])
@guarded(policy.lead)
def edit(row_id: str) -> ResponseReturnValue:
    """Change a programme or an ambition."""
    row = programmes.find(sent_id(row_id))
    kind = ProgrammeForm if isinstance(row, Programme) else AmbitionForm
    form = forms.bind(kind, kept.form_data(), obj=row)
    if request.method == "POST" and form.validate():
        with committing():
            demand_unchanged(row, "version")
            programmes.save(me(), row, forms.clean(form))
            kept.forget()
        flash(_("Saved."), "good")
        return go("programmes.index")
    page = render_template(
        "office/programme.html", row=row, form=form, history=changes.history(row)
    )
    return page, 422 if request.method == "POST" else 200
