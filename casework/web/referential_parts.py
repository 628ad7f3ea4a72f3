"""The fields and criteria of a draft: added, changed, taken away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import db
from casework.forms.referential import CriterionForm, FieldForm
from casework.models import Criterion, ReferentialField
from casework.queries import referentials as queries
from casework.queries.referentials import Placed
from casework.services import forms
from casework.services.referentials import drafting
from casework.services.referentials.common import find_version
from casework.web import kept
from casework.web.base import demand_unchanged, guarded, lang, me, not_found, sent_id
from casework.web.referentials import acting, form_page, named, sure

bp = Blueprint("referential_parts", __name__)


@bp.route("/referentials/versions/<version_id>/fields/new", methods=["GET", "POST"])
@guarded(policy.label_office)
def new_field(version_id: str) -> ResponseReturnValue:
    """Add a field to a draft."""
    return _field(find_version(sent_id(version_id)), None)


@bp.route("/referentials/fields/<field_id>", methods=["GET", "POST"])
@guarded(policy.label_office)
def field(field_id: str) -> ResponseReturnValue:
    """Change a field of a draft."""
    row = _row(ReferentialField, field_id)
    return _field(find_version(row.version_id), row)


@bp.post("/referentials/fields/<field_id>/remove")
@guarded(policy.label_office)
def remove_field(field_id: str) -> ResponseReturnValue:
    """Take an empty field out of a draft."""
    row = _row(ReferentialField, field_id)
    version_id = row.version_id
    if sure():
        with acting():
            drafting.remove_field(me(), version_id, row.id)
            flash(_("The field is removed."), "good")
    return redirect(_back(version_id), code=303)


@bp.route("/referentials/versions/<version_id>/criteria/new", methods=["GET", "POST"])
@guarded(policy.label_office)
def new_criterion(version_id: str) -> ResponseReturnValue:
    """Add a criterion to a draft."""
    return _criterion(find_version(sent_id(version_id)), None)


@bp.route("/referentials/criteria/<criterion_id>", methods=["GET", "POST"])
@guarded(policy.label_office)
def criterion(criterion_id: str) -> ResponseReturnValue:
    """Change a criterion of a draft."""
    row = _row(Criterion, criterion_id)
    return _criterion(find_version(row.version_id), row)


@bp.post("/referentials/criteria/<criterion_id>/remove")
@guarded(policy.label_office)
def remove_criterion(criterion_id: str) -> ResponseReturnValue:
    """Take a criterion out of a draft."""
    row = _row(Criterion, criterion_id)
    version_id = row.version_id
    if sure():
        with acting():
            drafting.remove_criterion(me(), version_id, row.id)
            flash(_("The criterion is removed."), "good")
    return redirect(_back(version_id), code=303)


def _field(found: Placed, row: ReferentialField | None) -> ResponseReturnValue:
    form: Any = forms.bind(FieldForm, kept.form_data(), obj=row)
    if row is None and form.position.data is None:
        form.position.data = len(queries.fields(found.version.id)) + 1
    remove = url_for("referential_parts.remove_field", field_id=row.id) if row else ""
    return _part(found, row, form, drafting.save_field, _("Field"), remove)


def _criterion(found: Placed, row: Criterion | None) -> ResponseReturnValue:
    form: Any = forms.bind(CriterionForm, kept.form_data(), obj=row)
    form.field_id.choices += [named(each) for each in queries.fields(found.version.id)]
    if row is None and request.method == "GET":
        for name, usual in (("weight", 1), ("level", 1)):
            form[name].data = form[name].data or usual
        form.position.data = form.position.data or _next_place(found)
    remove = url_for("referential_parts.remove_criterion", criterion_id=row.id) if row else ""
    return _part(found, row, form, drafting.save_criterion, _("Criterion"), remove)


def _part(
    found: Placed, row: Any, form: Any, save: Any, what: str, remove: str
) -> ResponseReturnValue:
    """Show the form of a part of a draft, or save it."""
    version = found.version
    if version.state != "draft":
        flash(_("This version is published and never changes. Copy it to a new draft."), "bad")
        return redirect(_back(version.id), code=303)
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        if "field_id" in values:
            values["field_id"] = sent_id(values["field_id"])
        with acting(form.code) as done:
            demand_unchanged(version, "stamp")
            save(me(), version.id, row.id if row is not None else None, values)
            done(_back(version.id))
        if done.url:
            flash(_("Saved."), "good")
            return redirect(done.url, code=303)
    title = f"{what} {row.code}" if row is not None else what
    intro = f"{found.referential.name(lang())} {version.label}"
    return form_page(
        form,
        title,
        _back(version.id),
        intro,
        scheme=found.scheme,
        seen=version.stamp,
        remove=remove,
    )


def _next_place(found: Placed) -> int:
    rows = queries.criteria([found.version.id])
    return max((row.position for row in rows), default=0) + 1


def _back(version_id: Any) -> str:
    return url_for("referentials.show", version_id=version_id)


def _row(table: Any, text: str) -> Any:
    row = db.session.get(table, sent_id(text))
    if row is None:
        not_found(text)
    return row
