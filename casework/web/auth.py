"""Signing in and out, and choosing a language."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from casework import policy
from casework.db import unit_of_work
from casework.extensions import db
from casework.forms.account import SignInForm
from casework.i18n import LANGUAGES
from casework.models import User
from casework.services import accounts
from casework.web import kept
from casework.web.base import guarded, log

bp = Blueprint("auth", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@guarded(policy.anyone)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page, or sign in and go on where one was."""
    form = SignInForm(request.form if request.method == "POST" else None)
    if request.method != "POST":
        return page(form, request.args.get("next", "/"), "")
    next_page, text = request.form.get("next", "/"), request.form.get("kept", "")
    if not form.validate():
        return page(form, next_page, text), 422
    with unit_of_work(db.session):
        user = accounts.by_password(form.email.data or "", form.password.data or "")
        if user is None:
            log.warning("sign_in_refused")
            form.form_errors.append(_("This address and this password do not belong together."))
            return page(form, next_page, text), 422
        _begin_session(user)
        place = kept.bring_back(text, user.id) if text else None
    if place:
        flash(_("You are signed in again, and your text is back. Check it, then send it."), "good")
    return redirect(kept.local(place or next_page), code=303)


@bp.post("/sign-out")
@guarded(policy.anyone)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    session.clear()
    return redirect("/sign-in", code=303)


@bp.post("/language")
@guarded(policy.anyone)
def language() -> ResponseReturnValue:
    """Keep the chosen language and show the page again."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if g.user is not None:
            with unit_of_work(db.session):
                accounts.choose_language(g.user, chosen)
    return redirect(kept.local(request.form.get("next", "/")), code=303)


def page(form: SignInForm, next_page: str, text: str) -> str:
    """Return the sign-in page; ``text`` is a form that waits, signed, for its writer."""
    return render_template(
        "auth/sign_in.html", form=form, next_page=kept.local(next_page), kept=text
    )


def _begin_session(user: User) -> None:
    language_before = session.get("language")
    session.clear()
    session["user_id"], session["epoch"] = str(user.id), user.session_epoch
    if language_before:
        session["language"] = language_before
    g.language = user.language
    refresh()  # what this request still says is said in the person's language
