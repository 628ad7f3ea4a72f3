"""Pages on which leads say which documents are needed, and when."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.document_requirement import DocumentRequirementForm
from casework.services import changes, forms
from casework.services.documents import requirements
from casework.web import kept
from casework.web.base import committing_once, demand_unchanged, go, guarded, me, not_found
from casework.workflows import registry
from casework.workflows.declaration import DocumentKind
from casework.workflows.engine import Workflow

bp = Blueprint("document_settings", __name__)


@bp.get("/document-settings")
@guarded(policy.lead)
def index() -> ResponseReturnValue:
    """Show the kinds of document of every workflow, and when they are needed."""
    groups = [(w, requirements.tuned(w.key)) for w in registry.current() if w.documents]
    return render_template("office/documents/index.html", groups=groups)


@bp.route("/document-settings/<workflow_key>/<document_kind>", methods=["GET", "POST"])
@guarded(policy.lead)
def edit(workflow_key: str, document_kind: str) -> ResponseReturnValue:
    """Say in which states documents of a kind are needed."""
    workflow, kind = _find(workflow_key, document_kind)
    row = requirements.find(workflow.key, kind.key)
    form = _form(workflow, list(row.states if row else kind.required_in))
    if request.method == "POST" and form.validate():
        with committing_once() as sent:
            demand_unchanged(row, "version")
            requirements.choose(me(), workflow, kind, form.states.data or [])
            kept.forget()
            sent.url = url_for("document_settings.index")
        flash(_("Saved."), "good")
        return go("document_settings.index")
    page = render_template(
        "office/documents/setting.html",
        workflow=workflow,
        kind=kind,
        form=form,
        version=row.version if row else 0,
        lacking=requirements.lacking(workflow, kind.key),
        history=changes.history(row) if row else [],
    )
    return page, 422 if request.method == "POST" else 200


def _form(workflow: Workflow, states: list[str]) -> Any:
    now_asked = SimpleNamespace(states=states)
    form: Any = forms.bind(DocumentRequirementForm, kept.form_data(), obj=now_asked)
    labels = {s.key: s.label for s in workflow.states}
    form.offer([(key, labels[key]) for key in requirements.choosable(workflow)])
    return form


def _find(workflow_key: str, document_kind: str) -> tuple[Workflow, DocumentKind]:
    try:
        workflow = registry.latest(workflow_key)
    except LookupError:
        not_found(workflow_key)
    kind = next((k for k in workflow.documents if k.key == document_kind), None)
    if kind is None:
        not_found(document_kind)
    return workflow, kind
