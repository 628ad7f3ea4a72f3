"""The list of cases, one case, its history, its drawing, and starting a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.queries import calls, choices, timeline
from casework.services import cases, events, forms
from casework.services.errors import InvalidError, RefusedError
from casework.web import casepage, kept, listing
from casework.web.base import (
    audiences,
    case_url,
    committing,
    find_case,
    guarded,
    internal,
    lang,
    me,
    not_found,
    sent_id,
    sent_key,
    shown_key,
    side,
    typed,
)
from casework.workflows import diagram, registry
from casework.workflows.engine import Workflow

bp = Blueprint("cases", __name__)


@bp.get("/cases")
@guarded(policy.office)
def index() -> ResponseReturnValue:
    """Show the list of cases."""
    return listing.page()


@bp.get("/cases/<reference>")
@guarded(policy.signed_in)
def show(reference: str) -> ResponseReturnValue:
    """Show a case, in the office's or in the portal's way."""
    case = find_case(reference)
    return render_template(f"{side(case)}/case.html", **casepage.overview(case))


@bp.get("/cases/<reference>/history")
@guarded(policy.signed_in)
def history(reference: str) -> ResponseReturnValue:
    """Show everything that happened to a case, and whether the chain of events holds."""
    case = find_case(reference)
    inside = internal(case)
    return render_template(
        "case/history.html",
        **casepage.frame(case, "history"),
        entries=timeline.entries(
            case,
            cases.workflow_of(case),
            internal=inside,
            audiences=audiences(case),
            limit=1000,
        ),
        faults=events.verify([case.id]) if inside else [],
    )


@bp.get("/cases/<reference>/drawing")
@guarded(policy.signed_in)
def drawing(reference: str) -> ResponseReturnValue:
    """Show the workflow drawn, with the present state lit and the path taken so far."""
    case = find_case(reference)
    taken = timeline.path(case.id)
    inside = internal(case)
    picture = diagram.svg(
        cases.workflow_of(case),
        _,
        now=case.state,
        visited={state for _from, state in taken},
        taken={(a, b) for a, b in taken if a},
        public=not inside,
        tall=not inside,
    )
    return render_template(
        "case/drawing.html",
        **casepage.frame(case, "drawing"),
        picture=picture,
        outline=diagram.outline(cases.workflow_of(case), _, public=not inside),
    )


@bp.get("/new/<workflow_key>")
@guarded(policy.partner)
def new(workflow_key: str) -> ResponseReturnValue:
    """Show what is asked before a case of a workflow begins."""
    workflow, organisations = _startable(workflow_key)
    return _new_page(workflow, _bound(workflow), organisations, ())


@bp.post("/new/<workflow_key>")
@guarded(policy.partner)
def begin(workflow_key: str) -> ResponseReturnValue:
    """Start a case of a workflow for one of the person's organisations."""
    workflow, organisations = _startable(workflow_key)
    wanted = sent_id(request.form.get("organisation_id", ""))
    if wanted not in organisations:
        not_found(str(wanted))
    name = workflow.starting()[0].name
    try:
        with committing():
            done = cases.open_case(workflow, name, me(), wanted, typed(), sent_key(), lang())
            kept.forget()
    except InvalidError as error:
        return _new_page(workflow, error.form, organisations, ()), 422
    except RefusedError as error:
        return _new_page(workflow, _bound(workflow), organisations, error.reasons), 422
    return redirect(case_url(done.reference), code=303)


def _startable(workflow_key: str) -> tuple[Workflow, frozenset[UUID]]:
    """Return a workflow and the organisations for which the person may start it, or answer 404."""
    workflow = next((w for w in registry.current() if w.key == workflow_key), None)
    organisations = policy.may_start(me(), workflow) if workflow else frozenset()
    if workflow is None or not organisations:
        not_found(workflow_key)
    return workflow, organisations


def _bound(workflow: Workflow) -> Any:
    transition = workflow.starting()[0]
    if transition.form is None:
        return None
    return forms.bind(transition.form, kept.form_data(), language=lang())


def _only_open_calls(form: Any) -> None:
    """Offer no call that is closed for this person's organisations."""
    own = {str(call.id) for call in calls.open_now(me(), now())}
    for name, source in getattr(form, "choice_sources", {}).items():
        if source == "calls":
            form[name].choices = [c for c in form[name].choices if not c[0] or c[0] in own]


def _new_page(workflow: Workflow, form: Any, organisations: Any, reasons: Any) -> str:
    _only_open_calls(form)
    own = [c for c in choices.organisations(lang()) if sent_id(c[0]) in organisations]
    return render_template(
        "case/new.html",
        layout="layouts/portal.html",
        workflow=workflow,
        transition=workflow.starting()[0],
        form=form,
        organisations=own,
        reasons=reasons,
        once=shown_key(),
    )
