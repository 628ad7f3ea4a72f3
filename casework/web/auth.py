"""Signing in and out, asking for a link by mail, and choosing a language."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.db import unit_of_work
from casework.extensions import db
from casework.forms.account import CodeForm, MailForm, SignInForm
from casework.i18n import LANGUAGES
from casework.queries import ethics
from casework.queries.labels import register
from casework.services import accounts, outbox
from casework.services.sign_in import entry, passwords, sessions
from casework.web import entering, kept, limits
from casework.web.base import guarded, log

bp = Blueprint("auth", __name__)

LEFT = "left"
"""In a session: the next page is the first after signing out, and clears what the device keeps."""
PURPOSES = {"link": "sign_in", "password": "reset"}


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
    try:
        limits.spend("sign_in", form.email.data or "")
    except limits.TooManyError as error:
        entering.too_often(form, error.minutes)
        return page(form, next_page, text), 429
    tried = passwords.attempt(form.email.data or "", form.password.data or "")
    with unit_of_work(db.session):
        user = entry.by_password(tried)
        if user is not None:
            return entering.proceed(user, "password", next_page, text)
    log.warning("sign_in_refused")
    form.form_errors.append(_("This address and this password do not belong together."))
    return page(form, next_page, text), 422


@bp.route("/sign-in/code", methods=["GET", "POST"])
@guarded(policy.anyone)
def second() -> ResponseReturnValue:
    """Ask for the code of the app, and take it."""
    form = CodeForm(request.form if request.method == "POST" else None)
    next_page = request.values.get("next", "/")
    text = request.form.get("kept", "")
    with unit_of_work(db.session) if request.method == "POST" else db.session.no_autoflush:
        half = entering.half_way()
        if half is None:
            return redirect(url_for("auth.sign_in", next=kept.local(next_page)), code=303)
        if request.method != "POST":
            return entering.code_page(form, next_page, text)
        if not form.validate():
            return entering.code_page(form, next_page, text), 422
        user, way = half
        try:
            limits.spend("code", str(user.id))
        except limits.TooManyError as error:
            entering.too_often(form, error.minutes)
            return entering.code_page(form, next_page, text), 429
        if entry.by_code(user, form.code.data or ""):
            return entering.let_in(user, way, next_page, text, second_factor=True)
    form.form_errors.append(_("This code is wrong, or was used before. Wait for the next one."))
    return entering.code_page(form, next_page, text), 422


@bp.route("/sign-in/by-mail/<what>", methods=["GET", "POST"])
@guarded(policy.anyone)
def mail(what: str) -> ResponseReturnValue:
    """Mail a ``link`` to sign in or to choose a ``password``; never say who has an account."""
    purpose = PURPOSES.get(what, "sign_in")
    form = MailForm(request.form if request.method == "POST" else None)
    if request.method != "POST":
        return render_template("auth/mail.html", form=form, purpose=purpose)
    if not form.validate():
        return render_template("auth/mail.html", form=form, purpose=purpose), 422
    try:
        limits.spend("mail", form.email.data or "")
    except limits.TooManyError as error:
        entering.too_often(form, error.minutes)
        return render_template("auth/mail.html", form=form, purpose=purpose), 429
    with entry.in_even_time():
        with unit_of_work(db.session):
            entry.mail_link(form.email.data or "", purpose)
        outbox.wake()
    return redirect(url_for("auth.sent"), code=303)


@bp.get("/sign-in/sent")
@guarded(policy.anyone)
def sent() -> ResponseReturnValue:
    """Say that a link is on its way, to whoever has an account."""
    return render_template("auth/sent.html")


@bp.post("/sign-out")
@guarded(policy.anyone)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    if g.session is not None:
        with unit_of_work(db.session):
            sessions.end(g.actor.id, g.session.session_id, "signed_out")
    session.clear()
    session[LEFT] = True
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
        "auth/sign_in.html",
        form=form,
        next_page=kept.local(next_page),
        kept=text,
        matters=ethics.sits(),
        labels=register.is_kept(),
        left=session.pop(LEFT, False),
    )
