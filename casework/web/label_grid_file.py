"""A cooperative's self-assessment as a workbook: handed out, and taken back filled in."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import CombinedMultiDict

from casework import policy
from casework.forms.label_audit.result import GridFileForm
from casework.models import Case
from casework.queries.labels import grid
from casework.services.errors import ForbiddenError
from casework.services.exporting.sheets import MEDIA_TYPES
from casework.services.importing import reading
from casework.services.labels import grid_file, results
from casework.web import casepage, sending
from casework.web.base import committing, find_case, go, guarded, lang, me, roles, sent_key
from casework.web.referential_files import readable
from casework.workflows.label_audit.facts import LabelFacts

bp = Blueprint("label_grid_file", __name__)


@bp.get("/cases/<reference>/self-assessment.xlsx")
@guarded(policy.signed_in)
def export(reference: str) -> ResponseReturnValue:
    """Send the self-assessment as a workbook."""
    case = find_case(reference)
    facts, file = results.facts_for(case), io.BytesIO()
    grid_file.write(case, facts, grid.groups(facts, case.id), lang(), file)
    name = f"{case.reference} {_('Self-assessment')}.xlsx"
    return sending.made(file, name, MEDIA_TYPES["xlsx"])


@bp.route("/cases/<reference>/self-assessment/file", methods=["GET", "POST"])
@guarded(policy.signed_in)
def receive(reference: str) -> ResponseReturnValue:
    """Ask for a filled-in workbook, and take it over whole."""
    case = find_case(reference)
    facts = results.facts_for(case)
    if request.method == "GET":
        return _page(case, facts, GridFileForm())
    if grid_file.LAYER not in results.layers_for(case, roles(case)):
        raise ForbiddenError(grid_file.LAYER)
    form: Any = GridFileForm(CombinedMultiDict([request.form, request.files]))
    if not form.validate():
        return _page(case, facts, form), 422
    content = form.file.data.stream.read(reading.MOST_BYTES + 1)
    name = form.file.data.filename or ""
    try:
        with committing():
            changed = grid_file.take_over(case.id, me(), content, name, sent_key())
    except reading.UnreadableError as error:
        form.file.errors = [readable(error)]
        return _page(find_case(reference), facts, form), 422
    except grid_file.FaultyFileError as error:
        form.file.errors = [_(grid_file.FAULTY)]
        return _page(find_case(reference), facts, form, error.faults), 422
    flash(ngettext("%(num)d result changed.", "%(num)d results changed.", changed), "good")
    return go("label_grid.show", reference=reference)


def _page(case: Case, facts: LabelFacts, form: Any, faults: Any = ()) -> str:
    return render_template(
        "labels/grid_file.html",
        **casepage.frame(case, "grid"),
        facts=facts,
        form=form,
        faults=faults,
        columns=grid_file.labels(),
        may_write=grid_file.LAYER in results.layers_for(case, roles(case)),
    )
