"""People: the list of everybody, and the page of one person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import policy
from casework.clock import now
from casework.extensions import house_day
from casework.queries import accounts, handing_over, sign_in
from casework.queries.accounts import Filters
from casework.roles import ROLE_LABELS
from casework.services.people import accounts as acts
from casework.services.sign_in import invitations
from casework.web.base import asked_page, guarded, me, sent_id

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("")
@guarded(policy.lead)
def index() -> ResponseReturnValue:
    """Show everybody who has an account; how they sign in to administrators only."""
    filters = Filters.from_args(request.args)
    page = accounts.page(filters, asked_page(), now())
    return render_template(
        "people/index.html",
        page=page,
        filters=filters,
        states=tuple(accounts.STATES.items()),
        roles=tuple(ROLE_LABELS.items()),
        keeps=policy.administrator(me()),
        joined=invitations.has_joined,
        pager=_pager(page, filters),
    )


@bp.get("/<person_id>")
@guarded(policy.lead)
def show(person_id: str) -> ResponseReturnValue:
    """Show a person: their account and their roles."""
    person, moment = acts.find(sent_id(person_id)), now()
    held = accounts.held_by(person.id, me())
    return render_template(
        "people/show.html",
        person=person,
        held=[h for h in held if not h.over(moment)],
        over=[h for h in held if h.over(moment)],
        keeps=policy.administrator(me()),
        joined=invitations.has_joined(person),
        invitation=sign_in.invitation_of(person.id),
        factor=sign_in.second_factor_of(person.id),
        last_sign_in=accounts.last_sign_in(person.id),
        open_cases=accounts.open_cases(person.id, 0)[1],
        sees=lambda case: policy.may_see(me(), case),
        closing=handing_over.closing_of(person.id),
        today=house_day(moment),
        now=moment,
    )


def _pager(page: accounts.Page, filters: Filters) -> dict[str, Any]:
    def url(number: int) -> str:
        query: dict[str, Any] = filters.query()
        return url_for("people.index", page=number, **query)

    return {
        "number": page.number,
        "has_prev": page.number > 1,
        "has_next": page.has_next,
        "prev_url": url(page.number - 1),
        "next_url": url(page.number + 1),
        "total_label": "",
    }
