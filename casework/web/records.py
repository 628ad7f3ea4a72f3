"""Pages for the records of every section: list, form, history, taking away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from casework import policy
from casework.models import Case
from casework.queries import records as lists
from casework.queries import timeline
from casework.services import cases, drafts, forms, records
from casework.services.errors import ForbiddenError, InvalidError
from casework.web import casepage, kept
from casework.web.base import (
    case_url,
    committing,
    find_case,
    guarded,
    lang,
    me,
    new_key,
    roles,
    sent_id,
    sent_key,
    shown_key,
    typed,
)
from casework.workflows.declaration import Section

bp = Blueprint("records", __name__)


@bp.get("/cases/<reference>/r/<section_key>")
@guarded(policy.signed_in)
def index(reference: str, section_key: str) -> ResponseReturnValue:
    """Show a section: its list, or the form of its only record."""
    case = find_case(reference)
    section = records.section_of(case, section_key, me())
    rows = lists.rows(section, case.id)
    editable = policy.may_edit(section, roles(case), case.state)
    if section.single and editable:
        return _form_page(case, section, rows[0] if rows else None, None)
    return render_template(
        "case/section.html",
        **casepage.frame(case, section_key),
        section=section,
        fields=_shown(section, case),
        rows=rows,
        editable=editable,
        removable={r.id for r in rows if policy.may_change(section, r, roles(case))},
        missing=casepage.missing(case, section_key) if editable else [],
        entries=timeline.record_history(case.id, section_key, None),
        stamp=records.stamp,
        once=new_key(),
    )


@bp.post("/cases/<reference>/r/<section_key>")
@guarded(policy.signed_in)
def save_single(reference: str, section_key: str) -> ResponseReturnValue:
    """Save the only record of a section."""
    return _save(reference, section_key, None)


@bp.get("/cases/<reference>/r/<section_key>/new")
@guarded(policy.signed_in)
def new(reference: str, section_key: str) -> ResponseReturnValue:
    """Show an empty form."""
    case = find_case(reference)
    section = _editable(case, section_key)
    if not section.may_add:
        raise ForbiddenError(section_key)
    return _form_page(case, section, None, None)


@bp.post("/cases/<reference>/r/<section_key>/new")
@guarded(policy.signed_in)
def add(reference: str, section_key: str) -> ResponseReturnValue:
    """Save a new record."""
    return _save(reference, section_key, None)


@bp.get("/cases/<reference>/r/<section_key>/<record_id>")
@guarded(policy.signed_in)
def edit(reference: str, section_key: str, record_id: str) -> ResponseReturnValue:
    """Show a record in its form, or only its words where it may not be written."""
    case = find_case(reference)
    section = records.section_of(case, section_key, me())
    row = records.find(section, case.id, sent_id(record_id))
    held = roles(case)
    if policy.may_edit(section, held, case.state) and policy.may_change(section, row, held):
        return _form_page(case, section, row, None)
    return render_template(
        "case/record.html",
        **casepage.frame(case, section_key),
        section=section,
        fields=_shown(section, case),
        row=row,
        entries=timeline.record_history(case.id, section_key, row.id),
    )


@bp.post("/cases/<reference>/r/<section_key>/<record_id>")
@guarded(policy.signed_in)
def save(reference: str, section_key: str, record_id: str) -> ResponseReturnValue:
    """Save a changed record."""
    return _save(reference, section_key, sent_id(record_id))


@bp.post("/cases/<reference>/r/<section_key>/<record_id>/remove")
@guarded(policy.signed_in)
def remove(reference: str, section_key: str, record_id: str) -> ResponseReturnValue:
    """Take a record away."""
    case = find_case(reference)
    with committing():
        records.remove(
            case.id, section_key, sent_id(record_id), me(), request.form.get("seen", ""), sent_key()
        )
    flash(_("Taken away. What it said stays in the history."), "good")
    return redirect(casepage.section_url(case, section_key), code=303)


def _editable(case: Case, section_key: str) -> Section:
    section = records.section_of(case, section_key, me())
    if not policy.may_edit(section, roles(case), case.state):
        raise ForbiddenError(section_key)
    return section


def _save(reference: str, section_key: str, record_id: UUID | None) -> ResponseReturnValue:
    case = find_case(reference)
    section = _editable(case, section_key)
    try:
        with committing():
            records.save(
                case.id,
                section_key,
                record_id,
                me(),
                typed(),
                request.form.get("seen", ""),
                sent_key(),
                lang(),
            )
            kept.forget()
    except InvalidError as error:
        again = find_case(reference)
        row = records.find(section, again.id, record_id) if record_id or section.single else None
        return _form_page(again, section, row, error.form), 422
    flash(_("Saved."), "good")
    target = case_url(reference) if section.single else casepage.section_url(case, section_key)
    return redirect(target, code=303)


def _shown(section: Section, case: Case) -> Form:
    """Return the form whose fields name and format what is shown of a record."""
    form = forms.bind(section.shown_in or section.form, None, language=lang())
    casepage.name_documents(form, case)
    return form


def _form_page(case: Case, section: Section, row: Any, faulty: Any) -> str:
    draft = drafts.find(me().id, request.path) if faulty is None else None  # type: ignore[arg-type]
    form = faulty or forms.bind(
        section.form,
        drafts.fields(draft) if draft else None,
        facts=cases.facts_of(case),
        obj=row,
        language=lang(),
        roles=roles(case),
    )
    return render_template(
        "case/record_form.html",
        **casepage.frame(case, section.key),
        section=section,
        row=row,
        form=form,
        fields=_shown(section, case) if section.shown_in and row else None,
        draft=draft,
        seen=request.form.get("seen") if faulty else records.stamp(row),
        once=shown_key(),
        draft_url=url_for("drafts.save", place=request.path),
        drop_url=url_for("drafts.drop", place=request.path),
        entries=timeline.record_history(case.id, section.key, row.id) if row else [],
    )
