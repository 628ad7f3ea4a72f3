"""Lists as files: small ones at once, large ones made by a worker."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import policy
from casework.clock import now
from casework.queries.listing import asked, names, pages
from casework.services import background
from casework.services.exporting import cases as exporting
from casework.services.exporting.sheets import MEDIA_TYPES
from casework.web import asking, sending
from casework.web.base import (
    committing_once,
    go,
    guarded,
    lang,
    me,
    not_found,
    sent_key,
)

bp = Blueprint("exports", __name__)


@bp.get("/cases.csv")
@guarded(policy.staff)
def old_address() -> ResponseReturnValue:
    """Lead from the address of earlier versions to the present one."""
    query: dict[str, Any] = {**request.args.to_dict(), "format": "csv"}
    return redirect(url_for("exports.cases", **query), code=301)


@bp.get("/exports/cases")
@guarded(policy.staff)
def cases() -> ResponseReturnValue:
    """Send the list on the screen as a file; when it is long, offer to have it made."""
    kind = _format(request.args.get("format", "csv"))
    found = asking.read(request.args)
    if found.faults:  # the list says what they are, and what it shows instead
        return redirect(f"{url_for('cases.index')}?{request.query_string.decode()}", code=302)
    wish = found.full
    if not pages.is_short(me(), wish, exporting.AT_ONCE):
        return render_template(
            "work/large_export.html",
            query={**wish.query(), "format": kind},
            narrowed=names.in_words(wish, lang()),
            back_url=found.url(),
        )
    file = io.BytesIO()  # a short list
    exporting.write(file, kind, me(), wish, lang())
    file.seek(0)
    return sending.made(file, exporting.file_name(kind, now()), MEDIA_TYPES[kind])


@bp.post("/exports/cases")
@guarded(policy.staff)
def make() -> ResponseReturnValue:
    """Have a worker make the file of a list."""
    kind = _format(request.form.get("format", "csv"))
    wish, _faults = asked.read(request.form)
    with committing_once() as sent:
        params = {"format": kind, "query": wish.query()}
        work = background.begin(me(), "export_cases", params, sent_key(), lang())
        sent.url = url_for("background.show", work_id=work.id)
    return go("background.show", work_id=work.id)


def _format(text: str) -> str:
    if text not in MEDIA_TYPES:
        not_found(f"an export as {text}")
    return text
