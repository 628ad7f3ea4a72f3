"""Documents of a case: the list, adding, replacing, taking back, reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from casework import policy
from casework.adapters import sniff
from casework.adapters.storage import AwayError, DamagedError
from casework.extensions import db, settings
from casework.forms.document import DocumentForm, VersionForm, WithdrawForm
from casework.forms.messages import Message
from casework.models import Case, DocumentVersion
from casework.queries import documents as lists
from casework.queries.documents import Line
from casework.services import cases, documents
from casework.services.documents import ClosedKindError, InvalidDocumentError, requirements
from casework.web import casepage
from casework.web.base import (
    committing,
    find_case,
    go,
    guarded,
    internal,
    me,
    new_key,
    not_found,
    roles,
    sent_id,
    sent_key,
)
from casework.web.errors import error_page

bp = Blueprint("documents", __name__)
log = structlog.get_logger("casework.web")


@bp.get("/cases/<reference>/documents")
@guarded(policy.signed_in)
def index(reference: str) -> ResponseReturnValue:
    """Show the documents of a case, and the form to add one."""
    case = find_case(reference)
    return _page(case, _new_form(case))


@bp.post("/cases/<reference>/documents")
@guarded(policy.signed_in)
def add(reference: str) -> ResponseReturnValue:
    """Add a document."""
    case = find_case(reference)
    form = _new_form(case)
    if not form.validate():
        return _page(case, form), 422
    case_id, key = case.id, sent_key()
    try:
        with _arriving(form) as arrival, committing():
            documents.add(
                case_id,
                me(),
                form.kind.data,
                form.title.data or "",
                bool("house_only" in form and form.house_only.data),
                arrival,
                key,
            )
    except InvalidDocumentError as error:
        _say(form, error)
        return _page(find_case(reference), form), 422
    flash(_("The document is here."), "good")
    return go("documents.index", reference=reference)


@bp.post("/cases/<reference>/documents/<document_id>/versions")
@guarded(policy.signed_in)
def add_version(reference: str, document_id: str) -> ResponseReturnValue:
    """Add a new version of a document."""
    case = find_case(reference)
    wanted = sent_id(document_id)
    form = VersionForm(CombinedMultiDict([request.form, request.files]))
    if not form.validate():
        return _page(case, _new_form(case), wanted, form), 422
    case_id, key = case.id, sent_key()
    try:
        with _arriving(form) as arrival, committing():
            documents.add_version(case_id, me(), wanted, arrival, key)
    except InvalidDocumentError as error:
        _say(form, error)
        case = find_case(reference)
        return _page(case, _new_form(case), wanted, form), 422
    flash(_("The new version is here; earlier ones can still be read."), "good")
    return go("documents.index", reference=reference)


@bp.post("/cases/<reference>/documents/<document_id>/withdraw")
@guarded(policy.signed_in)
def withdraw(reference: str, document_id: str) -> ResponseReturnValue:
    """Take a document back."""
    case = find_case(reference)
    wanted = sent_id(document_id)
    form = WithdrawForm(request.form)
    if not form.validate():
        return _page(case, _new_form(case), wanted, form), 422
    with committing():
        documents.withdraw(case.id, me(), wanted, form.reason.data or "", sent_key())
    flash(_("The document was taken back. That it was here stays in the history."), "good")
    return go("documents.index", reference=reference)


@bp.get("/cases/<reference>/documents/<document_id>/<int(max=99999):number>")
@guarded(policy.signed_in)
def download(reference: str, document_id: str, number: int) -> ResponseReturnValue:
    """Send one version of a document, always as a file to be saved."""
    case = find_case(reference)
    inside = internal(case)
    version = lists.version(case, sent_id(document_id), number, internal=inside)
    if version is None:
        not_found(request.path)
    return sent(case, version)


def sent(case: Case, version: DocumentVersion) -> ResponseReturnValue:
    """Return a version of a document as a file to be saved, never to be opened in the page."""
    name = _name(case, version)
    return stored(version.sha256, version.media_type, name, version.uploaded_at)


def stored(sha256: str, media_type: str, name: str, since: datetime) -> ResponseReturnValue:
    """Return bytes of the store as a file to be saved; ``since`` is when they arrived."""
    try:
        file = documents.storage().open(sha256)
    except DamagedError as error:
        log.critical("document_damaged", path=request.path, error=str(error))
        return error_page(500)
    except AwayError as error:
        log.warning("document_store_away", path=request.path, error=str(error))
        return error_page(503)
    response = send_file(
        file,
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        etag=sha256,
        last_modified=since,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.errorhandler(ClosedKindError)
def closed(error: ClosedKindError) -> ResponseReturnValue:
    """Say why documents of a kind stay as they are, on a page that no longer offers the act."""
    flash(_(error.reason.message, **error.reason.params), "wait")
    case = find_case((request.view_args or {})["reference"])
    return _page(case, _new_form(case)), 422


@contextmanager
def _arriving(form: VersionForm) -> Iterator[documents.Arrival]:
    """Read the file and have it looked at, with nothing locked meanwhile."""
    db.session.rollback()
    file = form.file.data
    with documents.arriving(file.stream, file.filename) as arrival:
        yield arrival


def _new_form(case: Case) -> DocumentForm:
    posted = request.method == "POST" and request.endpoint == "documents.add"
    form = DocumentForm(CombinedMultiDict([request.form, request.files]) if posted else None)
    held = roles(case)
    kinds = [(kind.key, kind.label) for kind in documents.kinds_for(case, held)]
    form.offer(kinds, house=bool(held & documents.KEEPERS))
    return form


def _say(form: VersionForm, error: InvalidDocumentError) -> None:
    form.file.errors = [Message(error.reason.message, **error.reason.params)]


def _page(
    case: Case, form: DocumentForm, document_id: UUID | None = None, faulty: Any = None
) -> str:
    held = roles(case)
    lines = lists.of_case(case, internal=internal(case))
    workflow = cases.workflow_of(case)
    return render_template(
        "case/documents.html",
        **casepage.frame(case, "documents"),
        kinds=[(kind, [a for a in lines if _counts(a, kind.key)]) for kind in workflow.documents],
        withdrawn=[line for line in lines if line.document.withdrawn_at is not None],
        addable={kind.key for kind in documents.kinds_for(case, held)},
        needed=requirements.ahead(case, workflow),
        removable={
            line.document.id
            for line in lines
            if documents.may_withdraw(case, held, me(), line.document.kind, line.uploaders)
        },
        form=form,
        acts={
            a.document.id: _acts(a, faulty if a.document.id == document_id else None) for a in lines
        },
        endings=",".join(sniff.endings()),
        most=settings().max_upload_bytes // documents.MIB or 1,
        once=new_key(),
    )


def _acts(line: Line, faulty: Any) -> tuple[VersionForm, WithdrawForm]:
    """Return the two forms of a document, one of them perhaps with its faults."""
    replacing = faulty if isinstance(faulty, VersionForm) else VersionForm()
    withdrawing = faulty if isinstance(faulty, WithdrawForm) else WithdrawForm()
    for field in (replacing.file, withdrawing.reason):
        field.id = f"{field.short_name}-{line.document.id.hex}"
    return replacing, withdrawing


def _counts(line: Line, kind: str) -> bool:
    return line.document.withdrawn_at is None and line.document.kind == kind


def _name(case: Case, version: DocumentVersion) -> str:
    """Return what a saved file is called: of a restricted case nothing but numbers and the kind."""
    if not case.restricted:
        return version.filename
    ending = PurePosixPath(version.filename).suffix.lower()[:10]
    return f"{case.reference}-{version.sha256[:8]}-{version.number}{ending}"
