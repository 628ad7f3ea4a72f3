"""What the last cycle leaves to the next one: evidence to re-confirm, and what has changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from casework import policy
from casework.forms.referential import RELATION_CHOICES
from casework.models import Case
from casework.queries.labels import last_cycle
from casework.services.errors import RefusedError
from casework.services.labels import renewal, results
from casework.services.referentials import comparing
from casework.web import casepage
from casework.web.base import committing, find_case, go, guarded, me, sent_id, sent_key, shown_key
from casework.web.filters import reason_text
from casework.web.referentials import column_labels

bp = Blueprint("label_renewal", __name__)


@bp.get("/cases/<reference>/last-cycle")
@guarded(policy.signed_in)
def show(reference: str) -> ResponseReturnValue:
    """Show the evidence of the last cycle, and what changed in what is asked."""
    return _page(find_case(reference), ())


@bp.post("/cases/<reference>/last-cycle")
@guarded(policy.signed_in)
def answer(reference: str) -> ResponseReturnValue:
    """Confirm or drop the evidence that is ticked."""
    case = find_case(reference)
    results.facts_for(case)
    chosen = {sent_id(each) for each in request.form.getlist("evidence")}
    said = request.form.get("answer", "")
    try:
        with committing():
            changed = renewal.answer(case.id, me(), chosen, said, sent_key())
    except RefusedError as error:
        return _page(find_case(reference), error.reasons), 422
    told = {
        "confirmed": ngettext(
            "%(num)d piece of evidence confirmed.", "%(num)d pieces of evidence confirmed.", changed
        ),
        "dropped": ngettext(
            "%(num)d piece of evidence dropped.", "%(num)d pieces of evidence dropped.", changed
        ),
    }
    flash(told[said], "good")
    return go("label_renewal.show", reference=reference)


def _page(case: Case, reasons: Any) -> str:
    facts = results.facts_for(case)
    last = last_cycle.find(facts)
    return render_template(
        "labels/last_cycle.html",
        **casepage.frame(case, "grid"),
        facts=facts,
        last=last,
        before=last.case if last and policy.may_see(me(), last.case) else None,
        evidence=last_cycle.evidence(last, case.id) if last else [],
        changes=comparing.succession(last.version_ids, facts.version_ids, last.where_from)
        if last
        else None,
        columns=column_labels(),
        relations=dict(RELATION_CHOICES),
        may_answer=renewal.may_answer(case, me()),
        reasons=[reason_text(reason) for reason in reasons],
        once=shown_key(),
    )
