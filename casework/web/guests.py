"""The guests of a case, for those who may invite: who comes, until when, sent away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework import policy
from casework.clock import now
from casework.forms.guest import GuestForm
from casework.models import Case
from casework.queries import guests as lists
from casework.queries import records
from casework.services import cases, forms, guests
from casework.services.errors import ForbiddenError, RefusedError
from casework.web import casepage, filters, kept, limits
from casework.web.base import (
    committing,
    find_case,
    go,
    guarded,
    lang,
    me,
    sent_id,
    sent_key,
    shown_key,
    typed,
)
from casework.workflows.declaration import Section

bp = Blueprint("guests", __name__)


@bp.get("/cases/<reference>/guests")
@guarded(policy.signed_in)
def index(reference: str) -> ResponseReturnValue:
    """Show the guests of a case, and the form to invite one."""
    case = _found(reference)
    return _page(case, _form(case, kept.form_data(_place(case))))


@bp.post("/cases/<reference>/guests")
@guarded(policy.signed_in)
def invite(reference: str) -> ResponseReturnValue:
    """Invite a guest by mail."""
    case = _found(reference)
    form = _form(case, typed())
    if not form.validate():
        return _page(case, form), 422
    limits.spend("mail", form.email.data or "")
    try:
        with committing():
            guests.invite(case.id, me(), forms.clean(form), sent_key())
            kept.forget()
    except RefusedError as error:
        form.form_errors.append(_(error.reasons[0].message))
        return _page(_found(reference), form), 422
    flash(_("An invitation is on its way to %(address)s.", address=form.email.data), "good")
    return go("guests.index", reference=reference)


@bp.post("/cases/<reference>/guests/<guest_id>/resend")
@guarded(policy.signed_in)
def resend(reference: str, guest_id: str) -> Response:
    """Mail a guest another link."""
    case, wanted = _found(reference), sent_id(guest_id)
    limits.spend("mail", str(wanted))
    with committing():
        guests.resend(case.id, wanted, me(), sent_key())
    flash(_("A new link is on its way; the former one works no more."), "good")
    return go("guests.index", reference=reference)


@bp.post("/cases/<reference>/guests/<guest_id>/revoke")
@guarded(policy.signed_in)
def revoke(reference: str, guest_id: str) -> Response:
    """Send a guest away."""
    case = _found(reference)
    with committing():
        guests.revoke(case.id, sent_id(guest_id), me(), sent_key())
    flash(_("The visit has ended. What the guest said stays."), "good")
    return go("guests.index", reference=reference)


@bp.post("/cases/<reference>/guests/<guest_id>/documents")
@guarded(policy.signed_in)
def show_documents(reference: str, guest_id: str) -> Response:
    """Show a guest the documents that are ticked, and no others."""
    case, wanted = _found(reference), sent_id(guest_id)
    ticked = {sent_id(each) for each in request.form.getlist("document")}
    with committing():
        guests.show_documents(case.id, wanted, ticked, me(), sent_key())
    flash(_("The guest sees the documents that are ticked, in their newest version."), "good")
    return go("guests.index", reference=reference)


def _found(reference: str) -> Case:
    """Return a case to somebody who may invite guests to it. Raises ForbiddenError."""
    case = find_case(reference)
    if not policy.may_invite(me(), case, cases.workflow_of(case)):
        raise ForbiddenError("guests")
    return case


def _place(case: Case) -> str:
    return url_for("guests.invite", reference=case.reference)


def _form(case: Case, data: Any) -> GuestForm:
    """Return the form with the roles of the workflow, and the records that guests come about."""
    workflow = cases.workflow_of(case)
    form = forms.bind(GuestForm, data, language=lang())
    assert isinstance(form, GuestForm)  # noqa: S101 - for the types: it was bound just now
    about = [section for section in workflow.sections if section.guests and section.one_a_guest]
    offered = [(str(row.id), _name(s, row)) for s in about for row in records.rows(s, case.id)]
    needing = {role for section in about for role in section.guests}
    form.offer(workflow.guest_roles, offered, needing)
    return form


def _name(section: Section, row: Any) -> str:
    return str(filters.cell((section.shown_in or section.form)(), section.columns[0], row))


def _page(case: Case, form: GuestForm) -> str:
    shows = policy.may_show_documents(me(), case, cases.workflow_of(case))
    return render_template(
        "guest/index.html",
        **casepage.frame(case, "guests"),
        lines=lists.of_case(case.id),
        showable=lists.showable(case.id) if shows else [],
        shown=lists.shown_documents(case.id) if shows else {},
        form=form,
        place=_place(case),
        once=shown_key(),
        closed=cases.workflow_of(case).state_by_key[case.state].final,
        moment=now(),
    )
