"""Referentials as files: sent for a draft, shown, taken over on a yes; handed out."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from casework import policy
from casework.forms.messages import Message
from casework.forms.referential import ReferentialFileForm
from casework.services.exporting.sheets import MEDIA_TYPES
from casework.services.importing import reading, sheets
from casework.services.importing.columns import CRITERIA
from casework.services.referentials import comparing, filing
from casework.services.referentials.common import find_version
from casework.web import sending
from casework.web.base import demand_unchanged, guarded, lang, me, not_found, sent_id
from casework.web.referentials import acting, column_labels, of_version

bp = Blueprint("referential_files", __name__)


@bp.get("/referentials/versions/<version_id>.xlsx")
@guarded(policy.label_office)
def export(version_id: str) -> ResponseReturnValue:
    """Send a version as a workbook that can be read again."""
    found = find_version(sent_id(version_id))
    file = io.BytesIO()
    filing.write(found, lang(), file)
    return sending.made(
        file, f"{found.referential.key} {found.version.label}.xlsx", MEDIA_TYPES["xlsx"]
    )


@bp.get("/referentials/template.xlsx")
@guarded(policy.label_office)
def template() -> ResponseReturnValue:
    """Send an empty workbook with the right heads of columns, in the reader's language."""
    file = io.BytesIO()
    sheets.template(CRITERIA, "xlsx", file, lang())
    return sending.made(file, f"{_('Referential')}.xlsx", MEDIA_TYPES["xlsx"])


@bp.route("/referentials/versions/<version_id>/import", methods=["GET", "POST"])
@guarded(policy.label_office)
def receive(version_id: str) -> ResponseReturnValue:
    """Ask for a file for a draft, and read it."""
    found = find_version(sent_id(version_id))
    form: Any = ReferentialFileForm(CombinedMultiDict([request.form, request.files]))
    if request.method == "POST" and form.validate():
        content = form.file.data.stream.read(reading.MOST_BYTES + 1)
        name = form.file.data.filename or ""
        try:
            filing.read(content, name, found)
        except reading.UnreadableError as error:
            form.file.errors = [readable(error)]
        else:
            with acting(form.file) as done:
                made = filing.receive(me(), found.version.id, name, content)
                done(url_for("referential_files.show", referential_file_id=made))
            if done.url:
                return redirect(done.url, code=303)
    elif request.method == "GET":
        form = ReferentialFileForm()
    page = render_template("referentials/import.html", **of_version(found), form=form)
    return page, 422 if request.method == "POST" else 200


@bp.get("/referentials/files/<referential_file_id>")
@guarded(policy.label_office)
def show(referential_file_id: str) -> ResponseReturnValue:
    """Show what a file would change in its draft; every fault by line and column."""
    row = filing.find(me(), sent_id(referential_file_id))
    found = find_version(row.version_id)
    if row.content is None:
        return redirect(url_for("referentials.show", version_id=row.version_id), code=302)
    content = filing.read(row.content, row.filename, found)
    before = comparing.placed(found.version.id)
    return render_template(
        "referentials/file.html",
        **of_version(found),
        row=row,
        faults=content.faults,
        difference=comparing.compare_rows(before, filing.rows_of(content)),
        columns=column_labels(),
    )


@bp.post("/referentials/files/<referential_file_id>/confirm")
@guarded(policy.label_office)
def confirm(referential_file_id: str) -> ResponseReturnValue:
    """Take a file over, whole."""
    row = filing.find(me(), sent_id(referential_file_id))
    version_id = row.version_id
    if request.form.get("seen", "") == "":
        not_found("a yes to nothing that was shown")
    with acting():
        if row.content is not None:
            demand_unchanged(find_version(version_id).version, "stamp")
        filing.confirm(me(), row.id)
        flash(_("The file is taken over."), "good")
    return redirect(url_for("referentials.show", version_id=version_id), code=303)


def readable(error: reading.UnreadableError) -> Message | str:
    """Return in the reader's words why a whole file cannot be read."""
    if "column" in error.params:
        return str(_(error.message, column=_(error.params["column"])))
    return Message(error.message, **error.params)
