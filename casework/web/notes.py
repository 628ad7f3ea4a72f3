"""The conversation on a case: reading it, writing a note, correcting or withdrawing one's own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework import policy
from casework.forms.note import CorrectionForm, NoteForm
from casework.models import Case
from casework.queries import notes as lists
from casework.roles import Audience
from casework.services import cases, notes
from casework.web import casepage, kept
from casework.web.base import (
    asked_page,
    audiences,
    committing,
    find_case,
    go,
    guarded,
    me,
    sent_id,
    sent_key,
    shown_key,
)

bp = Blueprint("notes", __name__)


@bp.get("/cases/<reference>/notes")
@guarded(policy.signed_in)
def index(reference: str) -> ResponseReturnValue:
    """Show the conversation, newest first, and the form for a note."""
    return _page(find_case(reference), None)


@bp.post("/cases/<reference>/notes")
@guarded(policy.signed_in)
def write(reference: str) -> ResponseReturnValue:
    """Write a note."""
    case = find_case(reference)
    form = _form(case)
    if not form.validate():
        return _page(case, form), 422
    (only,) = audiences(case) if "audience" not in form else (form.audience.data,)
    with committing():
        notes.write(case.id, me(), Audience(only), form.text.data or "", sent_key())
        kept.forget()
    flash(_("Your note is here."), "good")
    return go("notes.index", reference=reference)


@bp.get("/cases/<reference>/notes/<note_id>")
@guarded(policy.signed_in)
def edit(reference: str, note_id: str) -> ResponseReturnValue:
    """Show a note of one's own in a form."""
    case = find_case(reference)
    note = notes.find(case.id, sent_id(note_id), me(), audiences(case))
    line = lists.one(note)
    if line.text is None:
        return go("notes.index", reference=reference)
    return _correction_page(case, line, CorrectionForm(kept.form_data(), text=line.text))


@bp.post("/cases/<reference>/notes/<note_id>")
@guarded(policy.signed_in)
def correct(reference: str, note_id: str) -> ResponseReturnValue:
    """Give a note of one's own other words."""
    case = find_case(reference)
    note = notes.find(case.id, sent_id(note_id), me(), audiences(case))
    form = CorrectionForm(request.form)
    if not form.validate():
        return _correction_page(case, lists.one(note), form), 422
    seen = request.form.get("seen", "")
    with committing():
        notes.correct(case.id, note.id, me(), form.text.data or "", seen, sent_key())
        kept.forget()
    flash(_("The note was corrected; what it said before can still be read."), "good")
    return go("notes.index", reference=reference)


@bp.post("/cases/<reference>/notes/<note_id>/withdraw")
@guarded(policy.signed_in)
def withdraw(reference: str, note_id: str) -> Response:
    """Withdraw a note of one's own."""
    case = find_case(reference)
    with committing():
        notes.withdraw(case.id, sent_id(note_id), me(), sent_key())
    flash(_("The note was withdrawn."), "good")
    return go("notes.index", reference=reference)


def _form(case: Case) -> NoteForm:
    form = NoteForm(kept.form_data())
    own = audiences(case)
    if len(own) == 1:
        del form.audience
    else:
        form.offer(own if cases.workflow_of(case).agendas else own - {Audience.COMMITTEE})
    return form


def _page(case: Case, faulty: NoteForm | None) -> str:
    page = lists.page(case, audiences(case), asked_page(1000))
    return render_template(
        "case/notes.html",
        **casepage.frame(case, "notes"),
        form=faulty or _form(case),
        page=page,
        me=me().id,
        once=shown_key(),
        pager=_pager(case, page),
    )


def _correction_page(case: Case, line: lists.Line, form: CorrectionForm) -> str:
    return render_template(
        "case/note.html",
        **casepage.frame(case, "notes"),
        form=form,
        line=line,
        seen=request.form.get("seen") or notes.stamp(line.note),
        once=shown_key(),
    )


def _pager(case: Case, page: lists.Page) -> dict[str, Any]:
    def url(number: int) -> str:
        return url_for("notes.index", reference=case.reference, page=number)

    return {
        "number": page.number,
        "has_prev": page.number > 1,
        "has_next": page.has_next,
        "prev_url": url(page.number - 1),
        "next_url": url(page.number + 1),
        "total_label": "",
    }
