"""My account: name and language, password, address, sessions."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from casework import policy
from casework.clock import now
from casework.forms.account import AddressForm, ChangePasswordForm, ProfileForm
from casework.queries import sign_in
from casework.services import accounts, joining, organisations_people
from casework.services.sign_in import addresses, entry, passwords, security, sessions
from casework.web import entering, limits
from casework.web.base import committing, committing_once, go, guarded, me, not_found, sent_id, side

bp = Blueprint("account", __name__, url_prefix="/account")

FRESH = timedelta(minutes=15)
"""How new a session must be where somebody without a password and an app proves who they are."""


@bp.route("", methods=["GET", "POST"])
@guarded(policy.signed_in)
def show() -> ResponseReturnValue:
    """Show my account, and keep how I am called and spoken to."""
    form = ProfileForm(request.form if request.method == "POST" else None, obj=g.user)
    if request.method == "POST":
        if not form.validate():
            return _overview(form), 422
        with committing():
            accounts.rename(g.user, form.name.data or "")
            accounts.choose_language(g.user, form.language.data)
        flash(_("Saved."), "good")
        return go("account.show")
    return _overview(form)


@bp.route("/password", methods=["GET", "POST"])
@guarded(policy.signed_in)
def password() -> ResponseReturnValue:
    """Change my password; my other sessions end."""
    form = ChangePasswordForm(request.form if request.method == "POST" else None)
    if request.method != "POST":
        return _password_page(form)
    if not form.validate():
        return _password_page(form), 422
    try:
        limits.spend("sign_in", g.user.email, g.user.id)
    except limits.TooManyError as error:
        entering.too_often(form, error.minutes)
        return _password_page(form), 429
    fault = passwords.fault(form.password.data or "", g.user.email, g.user.name)
    if fault is not None:
        form.password.errors = [fault]
    tried = passwords.attempt(g.user.email, form.present.data or "")
    if not tried.right:
        form.present.errors = [_("This is not your present password.")]
    if form.errors:
        return _password_page(form), 422
    fresh = passwords.hashed_unlocked(form.password.data or "")
    with committing():
        if passwords.owner(tried) is None:
            raise StaleDataError("the password was changed a moment ago")
        entry.change_password(g.user, fresh, g.session.session_id)
    flash(_("You have a new password. Your other sessions have ended."), "good")
    return go("account.show")


@bp.post("/password/by-mail")
@guarded(policy.signed_in)
def password_by_mail() -> ResponseReturnValue:
    """Mail me a link by which I choose a password."""
    limits.spend("mail", g.user.email, g.user.id)
    with committing():
        entry.mail_link(g.user.email, "reset")
    flash(_("A link is on its way to %(address)s.", address=g.user.email), "good")
    return go("account.show")


@bp.route("/address", methods=["GET", "POST"])
@guarded(policy.signed_in)
def address() -> ResponseReturnValue:
    """Ask for another address; it counts once it was confirmed there."""
    form = AddressForm(request.form if request.method == "POST" else None)
    if request.method != "POST":
        return _address_page(form)
    if not form.validate():
        return _address_page(form), 422
    try:
        limits.spend("sign_in", g.user.email, g.user.id)
        limits.spend("mail", g.user.email, g.user.id)
        if sign_in.second_factor_of(g.user.id) is not None:
            limits.spend("code", str(g.user.id), g.user.id)
    except limits.TooManyError as error:
        entering.too_often(form, error.minutes)
        return _address_page(form), 429
    tried = passwords.attempt(g.user.email, form.password.data or "")
    with entry.in_even_time(), committing():
        _prove(form, tried)
        if not form.errors:
            addresses.ask(g.user, form.email.data or "")
    if form.errors:
        return _address_page(form), 422
    wanted = (form.email.data or "").strip().lower()
    flash(_("Open the link that we sent to %(address)s.", address=wanted), "wait")
    return go("account.show")


@bp.get("/sessions")
@guarded(policy.signed_in)
def list_sessions() -> ResponseReturnValue:
    """Show where I am signed in."""
    return render_template(
        "account/sessions.html",
        side=side(),
        sessions=sign_in.sessions_of(g.user.id, now()),
        present=g.session.session_id,
    )


@bp.post("/sessions/<session_id>/end")
@guarded(policy.signed_in)
def end_session(session_id: str) -> ResponseReturnValue:
    """End one of my sessions."""
    with committing():
        done = sessions.end(me().id or sent_id(session_id), sent_id(session_id))
    if not done:
        not_found(session_id)
    flash(_("The session has ended."), "good")
    return go("account.list_sessions")


@bp.post("/sessions/end-others")
@guarded(policy.signed_in)
def end_other_sessions() -> ResponseReturnValue:
    """End all my sessions but this one."""
    with committing():
        sessions.end_all(g.user.id, g.user.id, "asked", but=g.session.session_id)
    flash(_("Your other sessions have ended."), "good")
    return go("account.list_sessions")


@bp.post("/invitations/<invitation_id>")
@guarded(policy.signed_in)
def answer(invitation_id: str) -> ResponseReturnValue:
    """Say yes or no to an organisation that asks me to join."""
    invitation, yes = sent_id(invitation_id), request.form.get("answer") == "yes"
    with committing_once() as sent:
        sent.url = url_for("account.show")
        if yes:
            joined = organisations_people.join(me(), invitation)
            sent.url = url_for("organisations.show", organisation_id=joined.id)
        else:
            joining.answer(invitation, "declined", user_id=g.user.id)
    flash(_("Welcome.") if yes else _("You have declined. They learn nothing more of you."), "good")
    return redirect(sent.url, code=303)


def _prove(form: AddressForm, tried: passwords.Attempt) -> None:
    """Put into the form what is missing to believe that it is really this person who asks."""
    user, app = g.user, sign_in.second_factor_of(g.user.id) is not None
    if user.password_hash and passwords.owner(tried) is None:
        form.password.errors = [_("This is not your password.")]
    elif app and not entry.by_code(user, form.code.data or ""):
        form.code.errors = [_("This code is wrong, or was used before. Wait for the next one.")]
    elif not user.password_hash and not app and now() - g.session.began_at > FRESH:
        form.form_errors.append(
            _("Sign out, sign in by a mailed link, and change your address within 15 minutes.")
        )


def _overview(form: ProfileForm) -> str:
    return render_template(
        "account/index.html",
        side=side(),
        form=form,
        factor=sign_in.second_factor_of(g.user.id),
        asked=joining.waiting_for(g.user.id),
        events=sign_in.recent_events(g.user.id),
        kinds=security.KINDS,
    )


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("account/password.html", side=side(), form=form)


def _address_page(form: AddressForm) -> str:
    return render_template(
        "account/address.html",
        side=side(),
        form=form,
        app=sign_in.second_factor_of(g.user.id) is not None,
    )
