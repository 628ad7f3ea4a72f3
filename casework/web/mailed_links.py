"""Mailed links: opening one only shows what it is for, a button does it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db
from casework.forms.account import NewPasswordForm
from casework.services import guests, outbox
from casework.services.sign_in import addresses, entry, links, passwords
from casework.web import device, entering, limits
from casework.web.base import guarded, log

bp = Blueprint("links", __name__)

GONE = 410


@bp.get("/link/<token>")
@guarded(policy.anyone)
def show(token: str) -> ResponseReturnValue:
    """Show what a link is for. Programs that open every link of a mail use nothing up."""
    found = links.find(token)
    if found is None or found.standing is not links.Standing.GOOD:
        return _gone(found, token)
    return _page(found, NewPasswordForm(), token)


@bp.post("/link/<token>")
@guarded(policy.anyone)
def use(token: str) -> ResponseReturnValue:
    """Do what a link is for, once."""
    found = links.find(token)
    if found is None or found.standing is not links.Standing.GOOD:
        return _gone(found, token)
    form = NewPasswordForm(request.form)
    password = _wanted(found, form)
    if form.errors:
        return _page(found, form, token), 422
    fresh = passwords.hashed_unlocked(password) if password is not None else None
    with unit_of_work(db.session):
        answer = _done(found, fresh)
    outbox.nudge()
    return answer if answer is not None else _gone(links.find(token), token)


@bp.post("/link/<token>/again")
@guarded(policy.anyone)
def again(token: str) -> ResponseReturnValue:
    """Mail another link in the place of one that works no more, to the same person."""
    found = links.find(token)
    if found is None:
        return _gone(None, token)
    limits.spend("mail", found.user.email, found.user.id)
    with unit_of_work(db.session):
        if found.link.guest_id is not None:
            guests.renew(found.link, found.user)
        else:
            entry.again(found)
    outbox.nudge()
    return redirect(url_for("auth.sent"), code=303)


def _wanted(found: links.Found, form: NewPasswordForm) -> str | None:
    """Return the password that was chosen, after the rules; None where none is asked for."""
    by_mail = found.link.purpose == "invitation" and "by_mail" in request.form
    if found.link.purpose not in {"reset", "invitation"} or by_mail:
        return None
    if form.validate():
        fault = passwords.fault(form.password.data or "", found.user.email, found.user.name)
        if fault is not None:
            form.password.errors = [fault]
    return form.password.data


def _done(found: links.Found, password_hash: str | None) -> ResponseReturnValue | None:
    """Do what the link is for; None when it was used a moment ago."""
    purpose, user = found.link.purpose, found.user
    if purpose == "address":
        if not addresses.confirm(found):
            return None
        flash(_("Thank you: this is your address from now on."), "good")
        return redirect(url_for("account.show"), code=303)
    if purpose == "guest":
        token = guests.come_in(found.link, user, device.words(request.user_agent.string))
        return entering.let_guest_in(token, user) if token else None
    if purpose == "sign_in":
        done = entry.enter(found)
    elif purpose == "reset":
        done = entry.reset_password(found, password_hash or "")
    else:
        done = entry.accept(found, password_hash)
    way = "link" if purpose == "sign_in" else purpose
    return entering.proceed(user, way, "/", "") if done else None


def _page(found: links.Found, form: NewPasswordForm, token: str) -> str:
    return render_template(
        "auth/link.html",
        link=found.link,
        user=found.user,
        guest=guests.of_link(found.link),
        form=form,
        token=token,
    )


def _gone(found: links.Found | None, token: str) -> ResponseReturnValue:
    """Say that a link works no more (or never did), and what to do."""
    log.info("link_refused", standing=found.standing if found else "unknown")
    may_ask = found is not None and found.link.purpose != "address"
    if found is not None and found.link.purpose == "invitation":
        may_ask = found.standing is not links.Standing.WITHDRAWN
    if found is not None and (guest := guests.of_link(found.link)) is not None:
        may_ask = guests.in_force(guest, now())
    return (
        render_template(
            "auth/gone.html",
            standing=found.standing if found else "unknown",
            purpose=found.link.purpose if found else "",
            may_ask=may_ask,
            token=token,
        ),
        GONE if found else 404,
    )
