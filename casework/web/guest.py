"""What a guest sees who has come by a link: one case, and what they may say about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import db
from casework.models import Case, Guest
from casework.queries import guests as lists
from casework.queries.people import named
from casework.services import cases, drafts, forms, guests, records
from casework.services.errors import InvalidError
from casework.web import casepage, kept
from casework.web.base import (
    committing,
    go,
    guarded,
    lang,
    me,
    not_found,
    roles,
    sent_id,
    sent_key,
    shown_key,
    typed,
)
from casework.web.documents import sent
from casework.workflows.declaration import Section

bp = Blueprint("guest", __name__)


@bp.get("/guest")
@guarded(policy.guest)
def show() -> ResponseReturnValue:
    """Show the case, as far as it concerns the guest."""
    guest, case = _visit()
    workflow, held = cases.workflow_of(case), roles(case)
    return render_template(
        "guest/show.html",
        **_frame(guest, case),
        stages=casepage.stages(case, workflow),
        inviter=named(guest.invited_by_id),
        documents=lists.documents(guest),
        parts=[
            (section, _shown(section), rows, policy.may_edit(section, held, case.state))
            for section, rows in lists.shown(guest, case, workflow)
        ],
    )


@bp.get("/guest/documents/<document_id>")
@guarded(policy.guest)
def document(document_id: str) -> ResponseReturnValue:
    """Send the newest version of a document that the guest is shown, as a file to be saved."""
    guest, case = _visit()
    version = lists.document(guest, sent_id(document_id))
    if version is None:
        not_found(document_id)
    return sent(case, version)


@bp.get("/guest/<section_key>/new")
@guarded(policy.guest)
def new(section_key: str) -> ResponseReturnValue:
    """Show an empty form."""
    return _show_form(section_key, None)


@bp.post("/guest/<section_key>/new")
@guarded(policy.guest)
def add(section_key: str) -> ResponseReturnValue:
    """Say something new."""
    return _save(section_key, None)


@bp.get("/guest/<section_key>/<record_id>")
@guarded(policy.guest)
def edit(section_key: str, record_id: str) -> ResponseReturnValue:
    """Show the form about a record that concerns the guest."""
    return _show_form(section_key, sent_id(record_id))


@bp.post("/guest/<section_key>/<record_id>")
@guarded(policy.guest)
def save(section_key: str, record_id: str) -> ResponseReturnValue:
    """Say something about a record that concerns the guest."""
    return _save(section_key, sent_id(record_id))


def _visit() -> tuple[Guest, Case]:
    guest = db.session.get_one(Guest, g.session.guest_id)
    return guest, lists.case_of(guest)


def _frame(guest: Guest, case: Case) -> dict[str, Any]:
    return {"case": case, "guest": guest, "workflow": cases.workflow_of(case)}


def _section(case: Case, key: str, record_id: UUID | None) -> Section:
    """Return a section in which the guest may write now, or answer 404."""
    section = records.section_of(case, key, me())
    new_one = record_id is None
    if not policy.may_edit(section, roles(case), case.state) or (new_one and not section.may_add):
        not_found(key)
    return section


def _show_form(section_key: str, record_id: UUID | None) -> str:
    guest, case = _visit()
    section = _section(case, section_key, record_id)
    return _form_page(guest, case, section, guests.find_record(guest, case, section, record_id))


def _save(section_key: str, record_id: UUID | None) -> ResponseReturnValue:
    guest, case = _visit()
    section = _section(case, section_key, record_id)
    guests.find_record(guest, case, section, record_id)
    seen = request.form.get("seen", "")
    try:
        with committing():
            records.save(case.id, section_key, record_id, me(), typed(), seen, sent_key(), lang())
            kept.forget()
    except InvalidError as error:
        guest, case = _visit()
        row = guests.find_record(guest, case, section, record_id)
        return _form_page(guest, case, section, row, error.form), 422
    flash(_("Thank you: your answer is here."), "good")
    return go("guest.show")


def _shown(section: Section) -> Any:
    return forms.bind(section.shown_in or section.form, None, language=lang())


def _form_page(guest: Guest, case: Case, section: Section, row: Any, faulty: Any = None) -> str:
    person = me().id
    assert person is not None  # noqa: S101 - the guard has seen to it
    draft = drafts.find(person, request.path) if faulty is None else None
    form = faulty or forms.bind(
        section.form,
        drafts.fields(draft) if draft else None,
        facts=cases.facts_of(case),
        obj=row,
        language=lang(),
        roles=roles(case),
    )
    return render_template(
        "guest/form.html",
        **_frame(guest, case),
        section=section,
        row=row,
        form=form,
        fields=_shown(section) if row is not None and section.shown_in else None,
        draft=draft,
        seen=request.form.get("seen") if faulty else records.stamp(row),
        once=shown_key(),
    )
