"""Importing organisations and people: the file, what its lines would do, the yes, the result."""

from __future__ import annotations

import io

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from casework import policy
from casework.forms.imports import KINDS, ImportForm
from casework.forms.messages import Message
from casework.models import BackgroundWork, ImportFile
from casework.queries import background as works
from casework.queries import imports as lists
from casework.services.background import TooMuchWorkError
from casework.services.exporting.sheets import MEDIA_TYPES
from casework.services.importing import columns, reading, sheets, taking
from casework.web import sending
from casework.web.base import (
    asked_page,
    committing_once,
    go,
    guarded,
    lang,
    me,
    not_found,
    sent_id,
    sent_key,
)

bp = Blueprint("imports", __name__)


@bp.route("/imports", methods=["GET", "POST"])
@guarded(policy.keeper)
def index() -> ResponseReturnValue:
    """Ask for a file, and have it read."""
    form = ImportForm(CombinedMultiDict([request.form, request.files]))
    if request.method == "GET":
        return _start(ImportForm())
    if not form.validate():
        return _start(form), 422
    content = form.file.data.stream.read(reading.MOST_BYTES + 1)
    if len(content) > reading.MOST_BYTES:
        most = reading.MOST_BYTES // reading.MIB
        form.file.errors = [Message(reading.TOO_LARGE, most=most)]
        return _start(form), 422
    try:
        with committing_once() as sent:
            name = form.file.data.filename
            work = taking.receive(me(), form.kind.data, name, content, sent_key(), lang())
            sent.url = url_for("background.show", work_id=work.id)
    except TooMuchWorkError:
        form.file.errors = [_("You have much work waiting already. Try again when it is done.")]
        return _start(form), 422
    return redirect(sent.url, code=303)


@bp.get("/imports/work/<work_id>")
@guarded(policy.keeper)
def of_work(work_id: str) -> ResponseReturnValue:
    """Lead from a piece of work to the import that it was for."""
    work: BackgroundWork | None = works.one(me(), sent_id(work_id))
    if work is None or "import_id" not in work.params:
        not_found(work_id)
    return go("imports.show", import_id=work.params["import_id"])


@bp.get("/imports/<import_id>")
@guarded(policy.keeper)
def show(import_id: str) -> ResponseReturnValue:
    """Show what the lines of a file would do, or did; every fault by line and column."""
    row = taking.find(me(), sent_id(import_id))
    counts = lists.counts(row.id)
    wanted = request.args.get("show", "")
    usual = next((o for o in lists.OUTCOMES if counts[o][0]), "new")
    outcome = wanted if wanted in lists.OUTCOMES else usual
    number = asked_page()
    rows, more = lists.lines(row.id, outcome, number)
    labels = _labels(row)
    return render_template(
        "office/import.html",
        row=row,
        counts=counts,
        outcome=outcome,
        rows=rows,
        number=number,
        more=more,
        labels=labels,
        kinds=dict(KINDS),
        form=columns.FORMS[row.kind](),
        words={line.line: sheets.in_words(line.faults, labels) for line, _found in rows},
        refused=_refusal(row),
    )


@bp.post("/imports/<import_id>/confirm")
@guarded(policy.keeper)
def confirm(import_id: str) -> ResponseReturnValue:
    """Take over the lines that were shown."""
    wanted = sent_id(import_id)
    choices = {name: request.form.get(name) == "yes" for name in ("change", "twin")}
    with committing_once() as sent:
        sent.url = url_for("imports.show", import_id=wanted)
        work = taking.confirm(me(), wanted, request.form.get("sha256", ""), choices, lang())
        if work is not None:
            sent.url = url_for("background.show", work_id=work.id)
    return redirect(sent.url, code=303)


@bp.get("/imports/<import_id>/faults.<any(csv, xlsx):ending>")
@guarded(policy.keeper)
def faults(import_id: str, ending: str) -> ResponseReturnValue:
    """Send the lines with faults, each with what is wrong, to be corrected and sent again."""
    row = taking.find(me(), sent_id(import_id))
    file = io.BytesIO()
    sheets.faults(row, lists.faulty(row.id), ending, file)
    return sending.made(file, f"{_('lines to correct')}.{ending}", MEDIA_TYPES[ending])


@bp.get("/imports/template-<any(organisations, people):kind>.<any(csv, xlsx):ending>")
@guarded(policy.keeper)
def template(kind: str, ending: str) -> ResponseReturnValue:
    """Send an empty file with the right heads of columns, in the reader's language."""
    file = io.BytesIO()
    sheets.template(kind, ending, file, lang())
    return sending.made(file, f"{_(dict(KINDS)[kind])}.{ending}", MEDIA_TYPES[ending])


def _start(form: ImportForm) -> str:
    return render_template(
        "office/imports.html", form=form, earlier=lists.newest(me()), kinds=dict(KINDS)
    )


def _labels(row: ImportFile) -> dict[str, str]:
    return {column.key: _(column.label) for column in columns.COLUMNS[row.kind]}


def _refusal(row: ImportFile) -> str:
    """Return why nothing can be done with a file, in the reader's language; empty if it can."""
    if row.fault is None:
        return ""
    params = dict(row.fault["params"])
    if "column" in params:
        params["column"] = _(params["column"])
    return str(_(row.fault["message"], **params))
