"""The grid of a label audit: results of all criteria, and each criterion with its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.label_audit.result import ResultForm
from casework.forms.referential import RELATION_CHOICES
from casework.i18n import N_
from casework.labels.criteria import RESULT_LABELS
from casework.models import Case
from casework.queries.labels import grid, last_cycle
from casework.queries.labels.last_cycle import LastCycle
from casework.services import forms
from casework.services.errors import RefusedError, StaleError
from casework.services.labels import field_keys, results
from casework.web import casepage
from casework.web.base import (
    committing,
    find_case,
    guarded,
    internal,
    lang,
    me,
    not_found,
    roles,
    sent_key,
    shown_key,
    typed,
    whole,
)
from casework.web.field_data import TONES
from casework.web.filters import reason_text
from casework.workflows.declaration import Reason
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.states import DECIDED, FOLLOWED, HOLDING, OUTLASTED

bp = Blueprint("label_grid", __name__)
SAID_BY_COMMITTEE = (*DECIDED, *HOLDING, "under_appeal", *OUTLASTED)
"""Where a cooperative sees what the committee holds."""
WRITTEN_FIRST = ("committee", "auditor", "self")
NEWER = Reason(
    N_("Somebody has written this result meanwhile: see it above. Save yours again if it stands.")
)


@bp.get("/cases/<reference>/grid")
@guarded(policy.signed_in)
def show(reference: str) -> ResponseReturnValue:
    """Show all criteria with the three layers side by side."""
    case, facts = _audit(reference)
    page = _page(case, facts)
    return render_template(
        "labels/grid.html",
        **page,
        groups=grid.groups(facts, case.id),
        waiting=_waiting(case, page["last"]),
    )


@bp.get("/cases/<reference>/grid/<code>")
@guarded(policy.signed_in)
def criterion(reference: str, code: str) -> ResponseReturnValue:
    """Show one criterion with its evidence and everything that was ever said of it."""
    case, facts = _audit(reference)
    return _criterion_page(case, facts, code, None, ())


@bp.post("/cases/<reference>/grid/<code>")
@guarded(policy.signed_in)
def save(reference: str, code: str) -> ResponseReturnValue:
    """Save one result."""
    form = forms.bind(ResultForm, typed(), language=lang())
    if not form.validate():
        case, facts = _audit(reference)
        return _criterion_page(case, facts, code, form, ()), _refusal()
    said, layer = forms.clean(form), request.form.get("layer", "")
    seen = whole(request.form.get("seen", ""), -1)
    try:
        with committing():
            results.save(
                reference, code, layer, me(), said["result"], said["note"], seen, sent_key()
            )
    except RefusedError as error:
        again, facts = _audit(reference)
        return _criterion_page(again, facts, code, form, error.reasons), _refusal()
    except StaleError:
        again, facts = _audit(reference)
        return _criterion_page(again, facts, code, form, (NEWER,)), _refusal(409)
    if "HX-Request" not in request.headers:
        flash(_("Saved."), "good")
    return redirect(url_for("label_grid.show", reference=reference) + f"#row-{code}", code=303)


def _audit(reference: str) -> tuple[Case, LabelFacts]:
    case = find_case(reference)
    return case, results.facts_for(case)


def _waiting(case: Case, last: LastCycle | None) -> int:
    """Return how many pieces of evidence of the last cycle nobody has answered yet."""
    found = last_cycle.evidence(last, case.id) if last else []
    return sum(not each.answer for each in found)


def _refusal(code: int = 422) -> int:
    """Return the status of a refusal; htmx shows nothing that is not a success."""
    return 200 if "HX-Request" in request.headers else code


def _layers(case: Case) -> list[tuple[str, str]]:
    """Return the layers that the reader sees: the auditors' once the draft is out."""
    inside = internal(case)
    layers = [("self", _("Cooperative"))]
    if inside or case.state in FOLLOWED:
        layers.append(("auditor", _("Auditors")))
    if inside or case.state in SAID_BY_COMMITTEE:
        layers.append(("committee", _("Committee")))
    return layers


def _page(case: Case, facts: LabelFacts) -> dict[str, Any]:
    writable = results.layers_for(case, roles(case))
    last = last_cycle.find(facts)
    return {
        **casepage.frame(case, "grid"),
        "facts": facts,
        "layers": _layers(case),
        "last": last,
        "before": last_cycle.results(last, lang()) if last else {},
        "relations": dict(RELATION_CHOICES),
        "layer": next((layer for layer in WRITTEN_FIRST if layer in writable), None),
        "tones": TONES,
        "labels": {str(result): _(label) for result, label in RESULT_LABELS.items()},
        "once": shown_key(),
        "names": {each.user_id: each.name for each in facts.team},
        "takes_along": policy.audits(me(), case)
        and field_keys.why_closed(case, facts, me()) is None,
    }


def _criterion_page(case: Case, facts: LabelFacts, code: str, form: Any, reasons: Any) -> str:
    row = next((r for r in grid.rows_of(grid.groups(facts, case.id)) if r.line.code == code), None)
    if row is None:
        not_found(code)
    page = _page(case, facts)
    shown = {layer for layer, _label in page["layers"]}
    return render_template(
        "labels/criterion.html",
        **page,
        row=row,
        form=form,
        reasons=[reason_text(reason) for reason in reasons],
        revisions=[r for r in grid.revisions(case.id, row.line.id) if r.layer in shown],
    )
