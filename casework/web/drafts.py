"""Drafts save themselves here while one writes."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from casework import policy
from casework.db import unit_of_work
from casework.extensions import db
from casework.services import drafts
from casework.web import kept
from casework.web.base import guarded, me

bp = Blueprint("drafts", __name__)


@bp.post("/drafts")
@guarded(policy.inside)
def save() -> ResponseReturnValue:
    """Keep the fields of the form whose address is ``place``."""
    person = me().id
    assert person is not None  # noqa: S101 - the guard has seen to it
    fields = {k: v for k, v in request.form.lists() if k not in kept.STEERING}
    try:
        with unit_of_work(db.session):
            saved_at = drafts.keep(person, request.args.get("place", ""), fields).isoformat()
    except drafts.TooLargeError:
        return jsonify(saved=None), 413
    return jsonify(saved=saved_at)


@bp.post("/drafts/drop")
@guarded(policy.inside)
def drop() -> ResponseReturnValue:
    """Forget a draft and show the form as it was stored."""
    person = me().id
    assert person is not None  # noqa: S101 - the guard has seen to it
    place = request.args.get("place", "")
    with unit_of_work(db.session):
        drafts.drop(person, place)
    return redirect(kept.local(place), code=303)
