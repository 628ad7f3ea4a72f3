"""My second step: the code of an app, set up with a picture, and the codes for a bad day."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import settings
from casework.forms.account import CodeForm
from casework.models import SecondFactor
from casework.queries import sign_in
from casework.services.sign_in import entry, second_factor
from casework.web import entering, limits
from casework.web.base import committing, go, guarded, me, side

bp = Blueprint("second_step", __name__, url_prefix="/account/second-step")


@bp.get("")
@guarded(policy.signed_in)
def show() -> ResponseReturnValue:
    """Show whether the second step is set up, and what can be done."""
    factor = sign_in.second_factor_of(g.user.id)
    return render_template(
        "account/second_step.html",
        side=side(),
        factor=factor,
        left=sign_in.codes_left(g.user.id) if factor else 0,
        required=_required(),
        form=CodeForm(),
    )


@bp.post("/begin")
@guarded(policy.signed_in)
def begin() -> ResponseReturnValue:
    """Make a key for the app."""
    if sign_in.second_factor_of(g.user.id) is None:
        with committing():
            second_factor.begin(g.user, g.session.session_id)
    return go("second_step.set_up")


@bp.route("/set-up", methods=["GET", "POST"])
@guarded(policy.signed_in)
def set_up() -> ResponseReturnValue:
    """Show the key as a picture and as text, and take a first code."""
    form = CodeForm(request.form if request.method == "POST" else None)
    key = second_factor.waiting_key(g.user.id, g.session.session_id)
    if key is None:
        return redirect(url_for("second_step.show"), code=303)
    if request.method != "POST":
        return _set_up_page(form, key)
    if not form.validate():
        return _set_up_page(form, key), 422
    try:
        limits.spend("code", str(g.user.id), g.user.id)
    except limits.TooManyError as error:
        entering.too_often(form, error.minutes)
        return _set_up_page(form, key), 429
    with committing():
        codes = second_factor.confirm(g.user, form.code.data or "", g.session.session_id)
    if codes is None:
        form.form_errors.append(_("This code is wrong. Is the clock of your telephone right?"))
        return _set_up_page(form, key), 422
    return _codes_page(codes)


@bp.post("/codes")
@guarded(policy.signed_in)
def codes() -> ResponseReturnValue:
    """Make new recovery codes, for a code of the app."""
    return _with_code(lambda: _codes_page(second_factor.new_codes(g.user)))


@bp.post("/off")
@guarded(policy.signed_in)
def off() -> ResponseReturnValue:
    """Take the second step away, for a code of the app: to set it up on another telephone."""

    def done() -> ResponseReturnValue:
        second_factor.switch_off(g.user)
        if _required():
            second_factor.begin(g.user, g.session.session_id)
            return go("second_step.set_up")
        flash(_("The second step is switched off."), "good")
        return go("second_step.show")

    return _with_code(done)


def _with_code(act: entering.Act) -> ResponseReturnValue:
    """Do something for which a right code is needed; show the page again for a wrong one."""
    form, factor = CodeForm(request.form), sign_in.second_factor_of(g.user.id)
    if factor is None:
        return go("second_step.show")
    status = 422
    if form.validate():
        try:
            limits.spend("code", str(g.user.id), g.user.id)
        except limits.TooManyError as error:
            entering.too_often(form, error.minutes)
            status = 429
        else:
            with committing():
                if entry.by_code(g.user, form.code.data or ""):
                    return act()
            form.form_errors.append(_("This code is wrong, or was used before."))
    return _page(form, factor), status


def _page(form: CodeForm, factor: SecondFactor | None) -> str:
    left = sign_in.codes_left(g.user.id) if factor else 0
    return render_template(
        "account/second_step.html",
        side=side(),
        factor=factor,
        left=left,
        required=_required(),
        form=form,
    )


def _required() -> bool:
    return me().is_staff and settings().second_factor == "required"


def _set_up_page(form: CodeForm, key: str) -> str:
    import segno

    picture = segno.make(second_factor.uri(key, g.user), error="m")
    grouped = " ".join(key[i : i + 4] for i in range(0, len(key), 4))
    return render_template(
        "account/set_up.html",
        side=side(),
        form=form,
        key=grouped,
        picture=picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        required=_required() and not g.session.second_factor,
    )


def _codes_page(made: list[str]) -> str:
    return render_template("account/codes.html", side=side(), codes=made)
