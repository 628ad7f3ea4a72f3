"""The security log, and what an administrator does for somebody who cannot sign in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.forms.account import ResetForm
from casework.models import User
from casework.queries import sign_in
from casework.services.sign_in import invitations, second_factor, security, sessions
from casework.web import limits
from casework.web.base import asked_page, committing, go, guarded, me, not_found, sent_id

bp = Blueprint("security", __name__, url_prefix="/security")

FURTHEST = 1000


@bp.get("")
@guarded(policy.administrator)
def index() -> ResponseReturnValue:
    """Show a page of the log, of everybody or about one person."""
    text = request.args.get("person", "")
    person = _person(text) if text else None
    number = asked_page(FURTHEST)
    entries, more = sign_in.security_log(number, person.id if person else None)
    return render_template(
        "security/index.html",
        entries=entries,
        person=person,
        kinds=security.KINDS,
        pager=_pager(number, text, more=more),
    )


@bp.route("/people/<person_id>", methods=["GET", "POST"])
@guarded(policy.administrator)
def person(person_id: str) -> ResponseReturnValue:
    """Show how somebody signs in; reset their second step, with a reason."""
    found = _person(person_id)
    form = ResetForm(request.form if request.method == "POST" else None)
    if request.method != "POST":
        return _page(found, form)
    if not form.validate():
        return _page(found, form), 422
    with committing():
        second_factor.reset(found, me(), g.user.name, form.reason.data or "")
    flash(_("The second step was reset, and %(name)s is told by mail.", name=found.name), "good")
    return go("security.person", person_id=found.id)


@bp.post("/people/<person_id>/end-sessions")
@guarded(policy.administrator)
def end_sessions(person_id: str) -> ResponseReturnValue:
    """End every session of somebody."""
    found = _person(person_id)
    with committing():
        sessions.end_all(found.id, me().id, "asked")
    flash(_("All sessions of %(name)s have ended.", name=found.name), "good")
    return go("security.person", person_id=found.id)


@bp.post("/people/<person_id>/invite")
@guarded(policy.administrator)
def invite(person_id: str) -> ResponseReturnValue:
    """Send somebody their invitation once more."""
    found = _person(person_id)
    limits.spend("mail", found.email, found.id)
    with committing():
        invitations.resend(found, me())
    flash(_("An invitation is on its way to %(name)s.", name=found.name), "good")
    return go("people.show", person_id=found.id)


@bp.post("/people/<person_id>/withdraw-invitation")
@guarded(policy.administrator)
def withdraw_invitation(person_id: str) -> ResponseReturnValue:
    """Make somebody's invitation useless."""
    found = _person(person_id)
    with committing():
        invitations.withdraw(found, me())
    flash(_("The invitation of %(name)s works no more.", name=found.name), "good")
    return go("people.show", person_id=found.id)


def _person(text: str) -> User:
    found = db.session.get(User, sent_id(text))
    return found if found is not None else not_found(text)


def _page(found: User, form: ResetForm) -> str:
    entries, _more = sign_in.security_log(1, found.id)
    return render_template(
        "security/person.html",
        person=found,
        form=form,
        factor=sign_in.second_factor_of(found.id),
        sessions=sign_in.sessions_of(found.id, now()),
        joined=invitations.has_joined(found),
        entries=entries[:10],
        kinds=security.KINDS,
    )


def _pager(number: int, text: str, *, more: bool) -> dict[str, Any]:
    def url(page: int) -> str:
        return url_for("security.index", page=page, person=text or None)

    return {
        "number": number,
        "has_prev": number > 1,
        "has_next": more,
        "prev_url": url(number - 1),
        "next_url": url(number + 1),
        "total_label": "",
    }
