"""How the criteria of two versions relate: shown side by side, said, taken back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from casework import policy
from casework.forms.referential import RELATION_CHOICES, MappingForm
from casework.queries import referentials as queries
from casework.services import forms
from casework.services.referentials import mapping
from casework.services.referentials.common import find_version
from casework.web import kept
from casework.web.base import guarded, lang, me, sent_id
from casework.web.referentials import acting, of_version

bp = Blueprint("referential_mapping", __name__)


@bp.route("/referentials/versions/<version_id>/mapping", methods=["GET", "POST"])
@guarded(policy.label_office)
def show(version_id: str) -> ResponseReturnValue:
    """Show how a version relates to another one, and say so of one more pair of criteria."""
    found = find_version(sent_id(version_id))
    wanted = request.args.get("other", "")
    other = find_version(sent_id(wanted)) if wanted else None
    others = [each for each in queries.published() if each.version.id != found.version.id]
    if other is None:
        return render_template("referentials/mapping.html", **of_version(found), others=others)
    here = url_for("referential_mapping.show", version_id=found.version.id, other=wanted)
    form: Any = forms.bind(MappingForm, kept.form_data())
    lines = mapping.between(found.version.id, other.version.id)
    form.criterion_id.choices += [_choice(line.criterion) for line in lines]
    form.other_id.choices += [_choice(row) for row in queries.criteria([other.version.id])]
    if request.method == "POST" and form.validate():
        pair = sent_id(form.criterion_id.data), sent_id(form.other_id.data)
        with acting(form.other_id) as done:
            mapping.relate(me(), *pair, form.relation.data, form.note.data)
            done(here)
        if done.url:
            flash(_("Saved."), "good")
            return redirect(done.url, code=303)
    page = render_template(
        "referentials/mapping.html",
        **of_version(found),
        other=other,
        others=others,
        lines=lines,
        form=form,
        relations=dict(RELATION_CHOICES),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/referentials/versions/<version_id>/mapping/forget")
@guarded(policy.label_office)
def forget(version_id: str) -> ResponseReturnValue:
    """Take back what was said of a pair of criteria."""
    found = find_version(sent_id(version_id))
    pair = (request.form.get(name, "") for name in ("criterion_id", "other_id"))
    one, other = (sent_id(text) for text in pair)
    with acting():
        mapping.forget(me(), one, other)
        flash(_("Taken back."), "good")
    wanted = request.args.get("other") or None
    here = url_for("referential_mapping.show", version_id=found.version.id, other=wanted)
    return redirect(here, code=303)


def _choice(row: Any) -> tuple[str, Markup]:
    return str(row.id), Markup.escape(f"{row.code} · {row.text(lang())[:80]}")
