"""Who may see a restricted case, and who brought it: pages of those who keep it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.extensions import settings
from casework.forms.access import AccessForm, ReasonedForm
from casework.models import Case
from casework.queries import access as queries
from casework.roles import Role
from casework.services import cases, forms
from casework.services.errors import RefusedError
from casework.services.secrecy import access, identities
from casework.web import casepage, kept
from casework.web.base import (
    committing,
    find_case,
    guarded,
    lang,
    me,
    not_found,
    sent_id,
    sent_key,
    shown_key,
    typed,
)

bp = Blueprint("access", __name__)


@bp.get("/cases/<reference>/access")
@guarded(policy.signed_in)
def index(reference: str) -> ResponseReturnValue:
    """Show who has access, and the form that gives it."""
    case = _kept(reference)
    return _page(case, _form(case, kept.form_data()))


@bp.post("/cases/<reference>/access")
@guarded(policy.signed_in)
def give(reference: str) -> ResponseReturnValue:
    """Give somebody access."""
    case = _kept(reference)
    form = _form(case, typed())
    if not form.validate():
        return _page(case, form), 422
    values = forms.clean(form)
    person = queries.account(values["email"])
    if person is None:
        form.email.errors = [_("Nobody here has an account with this address.")]
        return _page(case, form), 422
    until = _end_of(values["until"]) if values["until"] else None
    with _acting(_("Access is given; the history says so.")):
        access.give(
            case.id, person, Role(values["role"]), until, values["reason"], me(), sent_key()
        )
        kept.forget()
    return redirect(_here(case), code=303)


@bp.post("/cases/<reference>/access/<person_id>/end")
@guarded(policy.signed_in)
def end(reference: str, person_id: str) -> ResponseReturnValue:
    """End somebody's access."""
    case = _kept(reference)
    with _acting(_("Access has ended; the history says so.")):
        access.end(case.id, sent_id(person_id), _reason(), me(), sent_key())
    return redirect(_here(case), code=303)


@bp.post("/cases/<reference>/identity")
@guarded(policy.signed_in)
def look(reference: str) -> ResponseReturnValue:
    """Show who brought the case, after the history has noted who looked and why."""
    case = _kept(reference)
    try:
        with committing():
            who = identities.look(case.id, _reason(), me(), sent_key())
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
        return redirect(_here(case), code=303)
    return render_template("access/identity.html", **casepage.frame(case, "access"), who=who)


def _kept(reference: str) -> Case:
    """Return a restricted case to those who keep it; for others there is no such page."""
    case = find_case(reference)
    if not policy.may_keep(me(), case, cases.workflow_of(case)):
        not_found(reference)
    return case


def _form(case: Case, data: Any) -> AccessForm:
    form: Any = forms.bind(AccessForm, data, language=lang())
    secrecy = cases.workflow_of(case).secrecy
    form.offer(secrecy.admits if secrecy else ())
    found: AccessForm = form
    return found


def _page(case: Case, form: AccessForm) -> str:
    return render_template(
        "access/index.html",
        **casepage.frame(case, "access"),
        grants=queries.of_case(case.id, now()),
        reporter=identities.of_case(case.id),
        form=form,
        reason_form=forms.bind(ReasonedForm, None, language=lang()),
        once=shown_key(),
    )


@contextmanager
def _acting(said: str) -> Iterator[None]:
    """Do one act and say that it is done, or why it is not."""
    try:
        with committing():
            yield
    except RefusedError as error:
        flash(_(error.reasons[0].message), "bad")
    else:
        flash(said, "good")


def _reason() -> str:
    return request.form.get("reason", "")[:500]


def _end_of(day: Any) -> datetime:
    """Return the end of a day in the house's zone."""
    return datetime.combine(day + timedelta(days=1), time(), settings().zone)


def _here(case: Case) -> str:
    return url_for("access.index", reference=case.reference)
