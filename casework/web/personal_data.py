"""A person's data: the archive of it, and its erasure, asked for here and confirmed by another."""

from __future__ import annotations

from flask import Blueprint, flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework import policy
from casework.extensions import settings
from casework.models import User
from casework.services import background
from casework.services.errors import RefusedError
from casework.services.people import accounts
from casework.services.personal_data import erasing, weighing
from casework.web import filters
from casework.web.base import (
    committing,
    committing_once,
    go,
    guarded,
    lang,
    me,
    new_key,
    sent_id,
    sent_key,
    side,
)

bp = Blueprint("personal_data", __name__)


@bp.get("/account/personal-data")
@guarded(policy.signed_in)
def show() -> ResponseReturnValue:
    """Say what can be done with my data, and what erasing them would mean."""
    return _own_page()


@bp.post("/account/personal-data/archive")
@guarded(policy.signed_in)
def archive() -> Response:
    """Have a worker put all that is held about me into one archive."""
    with committing_once() as sent:
        work = background.begin(me(), "personal_data", {}, sent_key(), lang())
        sent.url = url_for("background.show", work_id=work.id)
    return go("background.show", work_id=work.id)


@bp.post("/account/personal-data/erasure")
@guarded(policy.signed_in)
def ask() -> ResponseReturnValue:
    """Ask that my data be erased."""
    try:
        with committing():
            erasing.ask(g.user, me())
    except RefusedError as error:
        return _own_page(error), 422
    flash(_("An administrator will look at it. You can take it back until then."), "wait")
    return go("personal_data.show")


@bp.post("/account/personal-data/erasure/take-back")
@guarded(policy.signed_in)
def take_back() -> Response:
    """Take my wish for erasure back."""
    with committing():
        erasing.take_back(g.user, me())
    flash(_("Nothing will be erased."), "good")
    return go("personal_data.show")


@bp.get("/people/<person_id>/erasure")
@guarded(policy.administrator)
def person(person_id: str) -> ResponseReturnValue:
    """Show an administrator what erasing somebody's data would mean, and who asked for it."""
    return _page(accounts.find(sent_id(person_id)))


@bp.post("/people/<person_id>/erasure")
@guarded(policy.administrator)
def ask_for(person_id: str) -> ResponseReturnValue:
    """Write down that somebody asked for erasure by other ways; another administrator confirms."""
    found = accounts.find(sent_id(person_id))
    try:
        with committing():
            erasing.ask(found, me())
    except RefusedError as error:
        return _page(found, error), 422
    flash(_("Written down. Another administrator must confirm it."), "wait")
    return go("personal_data.person", person_id=person_id)


@bp.post("/people/<person_id>/erasure/confirm")
@guarded(policy.administrator)
def confirm(person_id: str) -> ResponseReturnValue:
    """Confirm the erasure; a worker does it."""
    found = accounts.find(sent_id(person_id))
    try:
        with committing_once() as sent:
            work = erasing.confirm(found, me(), sent_key())
            sent.url = url_for("background.show", work_id=work.id)
    except RefusedError as error:
        return _page(found, error), 422
    return go("background.show", work_id=work.id)


@bp.post("/people/<person_id>/erasure/turn-down")
@guarded(policy.administrator)
def turn_down(person_id: str) -> Response:
    """Turn a wish for erasure down."""
    found = accounts.find(sent_id(person_id))
    with committing():
        erasing.take_back(found, me())
    flash(_("Nothing will be erased."), "good")
    return go("personal_data.person", person_id=person_id)


def _own_page(refused: RefusedError | None = None) -> str:
    return render_template(
        "account/personal_data.html", side=side(), **_weighed(g.user, refused), person=g.user
    )


def _page(found: User, refused: RefusedError | None = None) -> str:
    return render_template(
        "people/erasure.html", **_weighed(found, refused), person=found, me=me().id
    )


def _weighed(user: User, refused: RefusedError | None) -> dict[str, object]:
    return {
        "weighed": weighing.weigh(user),
        "wish": erasing.waiting(user.id),
        "refused": [filters.reason_text(r) for r in refused.reasons] if refused else [],
        "years": settings().retention_years,
        "once": new_key(),
    }
