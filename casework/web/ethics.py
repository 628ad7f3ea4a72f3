"""The ethics committee's own pages: its cases by number, opening one, publishing a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import db
from casework.forms.ethics_case.choices import ANSWERS, MONTHS, PROGRESS, THEMES
from casework.models import Case
from casework.queries import ethics as queries
from casework.roles import COMMITTEE_ROLES
from casework.services import cases, forms, records
from casework.services.errors import ForbiddenError, InvalidError, RefusedError
from casework.services.ethics import publishing
from casework.web import casepage, kept
from casework.web.base import (
    asked_page,
    case_url,
    committing,
    find_case,
    guarded,
    lang,
    me,
    not_found,
    roles,
    sent_key,
    shown_key,
    side,
    typed,
)
from casework.workflows import registry
from casework.workflows.declaration import Transition

bp = Blueprint("ethics", __name__)


@bp.get("/ethics")
@guarded(policy.signed_in)
def index() -> ResponseReturnValue:
    """Show all cases by their numbers, and what the reader may open."""
    _ours()
    found = queries.known_cases(me(), asked_page())
    return render_template(
        "ethics/index.html",
        layout=f"layouts/{side()}.html",
        found=found,
        states=registry.latest(queries.WORKFLOW).state_by_key,
        themes=dict(THEMES),
        openings=_openings(),
    )


@bp.get("/ethics/follow-up")
@guarded(policy.signed_in)
def follow_up() -> ResponseReturnValue:
    """Show what was recommended in the cases that the reader sees, and what became of it."""
    _ours()
    return render_template(
        "ethics/follow_up.html",
        layout=f"layouts/{side()}.html",
        found=queries.follow_up(me(), asked_page()),
        answers=dict(ANSWERS),
        progress=dict(PROGRESS),
        months=MONTHS,
    )


@bp.get("/ethics/new/<way>")
@guarded(policy.signed_in)
def new(way: str) -> ResponseReturnValue:
    """Show what is asked before the committee opens a case."""
    transition = _opening(way)
    return _new_page(transition, forms.bind(_form(transition), kept.form_data(), language=lang()))


@bp.post("/ethics/new/<way>")
@guarded(policy.signed_in)
def begin(way: str) -> ResponseReturnValue:
    """Open a case."""
    transition = _opening(way)
    workflow = registry.latest(queries.WORKFLOW)
    try:
        with committing():
            done = cases.open_case(workflow, way, me(), None, typed(), sent_key(), lang())
            kept.forget()
    except InvalidError as error:
        return _new_page(transition, error.form), 422
    except RefusedError as error:
        form = forms.bind(_form(transition), typed(), language=lang())
        return _new_page(transition, form, error.reasons), 422
    flash(_("%(reference)s is open. Its chair and its secretary see it.", reference=done.reference))
    seen = policy.may_see(me(), db.session.get_one(Case, done.case_id))
    return redirect(case_url(done.reference) if seen else url_for("ethics.index"), code=303)


@bp.get("/cases/<reference>/publication")
@guarded(policy.signed_in)
def publication(reference: str) -> ResponseReturnValue:
    """Show the redacted text with who wrote and who read it, and what can be done with it."""
    case, row = _publication(reference)
    return render_template(
        "ethics/publication.html",
        **casepage.frame(case, "publication"),
        row=row,
        mine=row.written_by_id == me().id,
        keeps=policy.may_keep(me(), case, cases.workflow_of(case)),
        stamp=records.stamp(row),
    )


@bp.post("/cases/<reference>/publication/<step>")
@guarded(policy.signed_in)
def publish(reference: str, step: str) -> ResponseReturnValue:
    """Confirm the text as its second reader, publish it, or take it back."""
    case, _row = _publication(reference)
    steps: dict[str, Callable[[], None]] = {
        "read": lambda: publishing.confirm(case.id, me(), _seen(), sent_key()),
        "publish": lambda: publishing.publish(case.id, me(), _seen(), sent_key()),
        "withdraw": lambda: publishing.withdraw(case.id, me(), sent_key()),
    }
    if step not in steps:
        not_found(step)
    try:
        with committing():
            steps[step]()
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
    else:
        flash(_("Done; the history says so."), "good")
    return redirect(url_for("ethics.publication", reference=reference), code=303)


def _seen() -> str:
    return request.form.get("seen", "")


def _publication(reference: str) -> tuple[Case, Any]:
    """Return a case and its redacted text, to the committee; for others there is no such page."""
    case = find_case(reference)
    section = cases.workflow_of(case).section_by_key.get(publishing.SECTION)
    if section is None or not roles(case) & COMMITTEE_ROLES:
        not_found(reference)
    row = records.find(section, case.id, None)
    if row is None:
        not_found(reference)
    return case, row


def _ours() -> None:
    """Answer 404 to whoever does not sit in an ethics committee."""
    if not queries.committees_of(me()):
        not_found(request.path)


def _openings() -> list[Transition]:
    """Return the ways in which the person may open a case."""
    held = {h.role for h in me().held if h.scope_id in queries.committees_of(me())}
    return [t for t in registry.latest(queries.WORKFLOW).starting() if t.roles & held]


def _opening(way: str) -> Transition:
    _ours()
    found = next((t for t in registry.latest(queries.WORKFLOW).starting() if t.name == way), None)
    if found is None or found.form is None:
        not_found(way)
    if found not in _openings():
        raise ForbiddenError(way)
    return found


def _form(transition: Transition) -> Any:
    return transition.form


def _new_page(transition: Transition, form: Any, reasons: Any = ()) -> str:
    return render_template(
        "ethics/new.html",
        layout=f"layouts/{side()}.html",
        transition=transition,
        form=form,
        reasons=reasons,
        once=shown_key(),
    )
