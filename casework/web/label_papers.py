"""What comes out of a label audit: the certificate, as long as there is a right to it."""

from __future__ import annotations

import io

from flask import Blueprint, flash, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.models import Case
from casework.queries.labels import register
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.labels import certificate, results
from casework.services.labels.certificate import Sheet
from casework.web import casepage
from casework.web.base import find_case, go, guarded, me

bp = Blueprint("label_papers", __name__)


@bp.get("/cases/<reference>/label")
@guarded(policy.signed_in)
def show(reference: str) -> ResponseReturnValue:
    """Show what a cycle has brought forth: the label, and the papers that go with it."""
    case = _audit(reference)
    found = register.of_case(case.id)
    entry = found[0] if found else None
    return render_template(
        "labels/papers.html",
        **casepage.frame(case, "label"),
        entry=entry,
        certified=entry is not None and policy.may_have_certificate(me(), case, entry.status),
    )


@bp.get("/cases/<reference>/label/certificate")
@guarded(policy.signed_in)
def download(reference: str) -> ResponseReturnValue:
    """Send the certificate, while the right to the mark lasts."""
    case = _audit(reference)
    try:
        sheet = certificate.of_case(me(), case)
    except (ForbiddenError, NotFoundError):
        flash(_("There is no right to the mark now, and so no certificate."), "wait")
        return go("label_papers.show", reference=reference)
    return _sent(sheet)


def _audit(reference: str) -> Case:
    case = find_case(reference)
    results.facts_for(case)
    return case


def _sent(sheet: Sheet) -> ResponseReturnValue:
    answer = send_file(
        io.BytesIO(sheet.content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=sheet.name,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
