"""The brand kit of a scheme: kept by leads and administrators, downloaded by who bears the mark."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from casework import policy
from casework.adapters import sniff
from casework.extensions import db, settings
from casework.forms.label_audit.kit import KitForm
from casework.forms.messages import Message
from casework.models import Scheme
from casework.models.label_audit import KitFile
from casework.services import documents
from casework.services.documents import InvalidDocumentError
from casework.services.labels import kit
from casework.services.referentials.common import find_scheme
from casework.web.base import (
    committing,
    go,
    guarded,
    lang,
    me,
    sent_id,
    sent_key,
    shown_key,
)
from casework.web.documents import stored

bp = Blueprint("label_kit", __name__)


@bp.get("/referentials/schemes/<scheme_id>/kit")
@guarded(policy.lead)
def index(scheme_id: str) -> ResponseReturnValue:
    """Show the files of a brand kit, and the form to add one."""
    return _page(find_scheme(sent_id(scheme_id)), KitForm())


@bp.post("/referentials/schemes/<scheme_id>/kit")
@guarded(policy.lead)
def add(scheme_id: str) -> ResponseReturnValue:
    """Add a file."""
    scheme = find_scheme(sent_id(scheme_id))
    form: Any = KitForm(CombinedMultiDict([request.form, request.files]))
    if not form.validate():
        return _page(scheme, form), 422
    wanted, key = scheme.id, sent_key()
    db.session.rollback()  # nothing is locked while the file is read and looked at
    try:
        arriving = documents.arriving(form.file.data.stream, form.file.data.filename)
        with arriving as arrival, committing():
            kit.add(me(), wanted, form.title.data or "", arrival, key)
    except InvalidDocumentError as error:
        form.file.errors = [Message(error.reason.message, **error.reason.params)]
        return _page(find_scheme(wanted), form), 422
    flash(_("The file is in the kit."), "good")
    return go("label_kit.index", scheme_id=scheme_id)


@bp.post("/referentials/schemes/<scheme_id>/kit/<kit_file_id>/withdraw")
@guarded(policy.lead)
def withdraw(scheme_id: str, kit_file_id: str) -> ResponseReturnValue:
    """Take a file back."""
    with committing():
        kit.withdraw(me(), sent_id(scheme_id), sent_id(kit_file_id))
    flash(_("The file was taken out of the kit."), "good")
    return go("label_kit.index", scheme_id=scheme_id)


@bp.get("/referentials/schemes/<scheme_id>/kit/<kit_file_id>")
@guarded(policy.lead)
def download(scheme_id: str, kit_file_id: str) -> ResponseReturnValue:
    """Send a file to those who keep the kit."""
    return sent(kit.find(sent_id(scheme_id), sent_id(kit_file_id)))


def sent(row: KitFile) -> ResponseReturnValue:
    """Return a file of a kit as a file to be saved."""
    return stored(row.sha256, row.media_type, row.filename, row.uploaded_at)


def _page(scheme: Scheme, form: Any) -> str:
    return render_template(
        "labels/kit.html",
        scheme=scheme,
        title=scheme.name(lang()),
        files=kit.files(scheme.id),
        form=form,
        endings=",".join(sniff.endings()),
        most=settings().max_upload_bytes // documents.MIB or 1,
        once=shown_key(),
    )
