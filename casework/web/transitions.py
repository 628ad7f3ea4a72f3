"""One page for every move of every workflow: why it is open or not, its form, and firing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.models import Case
from casework.queries import records
from casework.services import approvals, cases, forms, waivers
from casework.services.errors import ForbiddenError, InvalidError, NotOpenError, RefusedError
from casework.web import casepage, kept
from casework.web.base import (
    case_url,
    committing,
    find_case,
    guarded,
    lang,
    me,
    not_found,
    roles,
    sent_key,
    sent_version,
    shown_key,
    typed,
)
from casework.workflows.declaration import Question, Reason, Transition
from casework.workflows.engine import Option, weigh

bp = Blueprint("transitions", __name__)


@bp.get("/cases/<reference>/do/<name>")
@guarded(policy.signed_in)
def show(reference: str, name: str) -> ResponseReturnValue:
    """Show what the move asks for and what speaks against it."""
    case = find_case(reference)
    option = _option(case, name)
    return _page(case, option, _form(case, option.transition), option.reasons)


@bp.post("/cases/<reference>/do/<name>")
@guarded(policy.signed_in)
def make(reference: str, name: str) -> ResponseReturnValue:
    """Make the move, or say with every reason at once why not."""
    case = find_case(reference)
    transition = _known(case, name)
    form = _form(case, transition)
    if form is not None and forms.changed_rows(form, request.form):
        return _page(case, _option(case, name), form, ())
    try:
        with committing():
            done = cases.fire(
                case.id,
                name,
                me(),
                typed(),
                sent_version(),
                sent_key(),
                request.form.get("override", "")[:2000],
                lang(),
            )
            kept.forget()
    except InvalidError as error:
        return _page(find_case(reference), _option(case, name), error.form, ()), 422
    except RefusedError as error:
        again = find_case(reference)
        return _page(again, _option(again, name), _form(again, transition), error.reasons), 422
    if done.moved:
        flash(_("Done: %(what)s.", what=_(transition.done)), "good")
    else:
        flash(_("Your approval is recorded; the others must still give theirs."), "good")
    return redirect(case_url(reference), code=303)


@bp.post("/cases/<reference>/waive/<name>/<guard>")
@guarded(policy.staff)
def waive(reference: str, name: str, guard: str) -> ResponseReturnValue:
    """Set a warning aside for others, with a written reason."""
    case = find_case(reference)
    try:
        with committing():
            waivers.waive(case.id, name, guard, me(), request.form.get("reason", ""), sent_key())
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
    else:
        flash(_("The warning is set aside; your reason is in the history."), "good")
    return redirect(case_url(reference), code=303)


def _known(case: Case, name: str) -> Transition:
    transition = cases.workflow_of(case).transition_by_name.get(name)
    if transition is None:
        not_found(name)
    return transition


def _option(case: Case, name: str) -> Option:
    """Return the move as this person finds it. Raises ForbiddenError, NotOpenError."""
    transition = _known(case, name)
    held = roles(case)
    if not transition.roles & held:
        raise ForbiddenError(name)
    if case.state not in transition.sources:
        raise NotOpenError(name, case.state)
    waived = approvals.waived(case).get(name, frozenset())
    return weigh(transition, Question(_facts(case), now(), held, None, waived))


def _form(case: Case, transition: Transition) -> Any:
    if transition.form is None:
        return None
    return forms.bind(transition.form, kept.form_data(), facts=_facts(case), language=lang())


def _facts(case: Case) -> Any:
    """Return the facts of the case as the page shows it, loaded once for each version of it."""
    key = (case.id, case.version)
    if g.facts_of != key:
        g.facts_of, g.facts = key, cases.facts_of(case)
    return g.facts


def _page(case: Case, option: Option, form: Any, reasons: tuple[Reason, ...] | list[Reason]) -> str:
    workflow = cases.workflow_of(case)
    held = roles(case)
    answers = [
        (section, rows)
        for section in workflow.sections
        if section.single
        and not section.house_only
        and policy.may_edit(section, held, case.state)
        and not option.transition.form
        and (rows := records.rows(section, case.id))
    ]
    return render_template(
        "case/transition.html",
        **casepage.frame(case, "do"),
        option=option,
        transition=option.transition,
        form=form,
        reasons=reasons,
        answers=answers,
        facts=_facts(case),
        approvals=[a for a in approvals.standing(case) if a.transition == option.transition.name],
        once=shown_key(),
        override=sent.get("override", "") if (sent := kept.form_data()) is not None else "",
    )
