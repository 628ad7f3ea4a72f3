"""Bringing a matter to the ethics committee without an account, and coming back to it.

Nothing of who asks is kept: no session is looked at, no address or browser written down. The code
travels in forms and never in an address.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import csrf
from casework.forms.ethics_case.person import BringForm, ReceiptForm
from casework.queries import ethics as queries
from casework.services import forms
from casework.services.errors import NotFoundError, RefusedError
from casework.services.ethics import bringing
from casework.web import limits
from casework.web.base import (
    asked_page,
    committing,
    guarded,
    lang,
    new_key,
    sent_key,
    shown_key,
    typed,
)

bp = Blueprint("ethics_public", __name__, url_prefix="/ethics")
csrf.exempt(bp)  # nobody is signed in here for whom a form could be forged
log = structlog.get_logger("casework.web")


@bp.after_request
def _leave_no_trace(response: Any) -> Any:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/bring")
@guarded(policy.anyone)
def bring() -> ResponseReturnValue:
    """Show the form."""
    return _form(forms.bind(BringForm, None, language=lang()))


@bp.post("/bring")
@guarded(policy.anyone)
def take() -> ResponseReturnValue:
    """Take what was brought, and show the receipt code: this once."""
    limits.spend_veiled()
    form: Any = forms.bind(BringForm, typed(), language=lang())
    if not form.validate():
        return _form(form), 422
    key = sent_key() or new_key()
    try:
        with committing():
            code = bringing.bring(form.what(), form.manner.data, form.who(), lang(), key)
    except RefusedError as error:
        return _form(form, [_(reason.message) for reason in error.reasons]), 422
    return render_template("ethics/code.html", code=code)


@bp.get("/receipt")
@guarded(policy.anyone)
def ask() -> ResponseReturnValue:
    """Ask for the receipt code."""
    return _receipt(forms.bind(ReceiptForm, None, language=lang()))


@bp.post("/receipt")
@guarded(policy.anyone)
def show() -> ResponseReturnValue:
    """Show what the code opens, after adding what was written."""
    limits.spend_veiled()
    form: Any = forms.bind(ReceiptForm, typed(), language=lang())
    if not form.validate():
        return _receipt(form), 422
    if form.text.data:
        try:
            with committing():
                bringing.write(form.code.data, form.text.data, sent_key())
        except NotFoundError:
            return _unknown(form)
    found = bringing.show(form.code.data)
    if found is None:
        return _unknown(form)
    return render_template(
        "ethics/receipt.html",
        found=found,
        code=form.code.data,
        form=forms.bind(ReceiptForm, None, language=lang()),
        sent=bool(form.text.data),
        once=new_key(),
    )


@bp.get("/published")
@guarded(policy.anyone)
def published() -> ResponseReturnValue:
    """Show what the committee has published."""
    return render_template("ethics/published.html", found=queries.published(asked_page()))


def _form(form: Any, refused: list[str] | None = None) -> str:
    return render_template("ethics/bring.html", form=form, refused=refused, once=shown_key())


def _receipt(form: Any) -> str:
    return render_template("ethics/ask.html", form=form, once=shown_key())


def _unknown(form: Any) -> ResponseReturnValue:
    """Answer a code that opens nothing: wrong and purged are the same."""
    log.warning("receipt_code_refused")
    form.code.errors = [_("This code opens nothing. Check each letter.")]
    return _receipt(form), 422
