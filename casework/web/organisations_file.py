"""The long parts of an organisation's file: what happened, documents, messages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from casework import policy
from casework.clock import now
from casework.queries import organisations_file as lists
from casework.queries.organisations_file import Page
from casework.services import organisations
from casework.services.outbox import inbox
from casework.web.base import asked_page, guarded, lang, me, sent_id, side

bp = Blueprint("organisation_file", __name__)


@bp.get("/organisations/<organisation_id>/timeline")
@guarded(policy.signed_in)
def timeline(organisation_id: str) -> ResponseReturnValue:
    """Show what happened on all its cases, newest first."""
    found = organisations.find(me(), sent_id(organisation_id))
    return _page("timeline", found, lists.happenings(me(), found.id, asked_page()))


@bp.get("/organisations/<organisation_id>/documents")
@guarded(policy.signed_in)
def documents(organisation_id: str) -> ResponseReturnValue:
    """Show the documents of all its cases, newest first."""
    found = organisations.find(me(), sent_id(organisation_id))
    return _page("documents", found, lists.documents(me(), found.id, asked_page()))


@bp.get("/organisations/<organisation_id>/messages")
@guarded(policy.staff)
def messages(organisation_id: str) -> ResponseReturnValue:
    """Show the messages that were sent about its cases, newest first."""
    found = organisations.find(me(), sent_id(organisation_id))
    page = lists.messages(me(), found.id, asked_page())
    words = inbox.as_read(me(), [message for message, _user in page.rows], lang(), now())
    return _page("messages", found, page, words=words)


def _page(part: str, found: Any, page: Page, **values: Any) -> str:
    return render_template(
        "case/organisation_part.html",
        layout=f"layouts/{side()}.html",
        organisation=found,
        part=part,
        page=page,
        internal=me().is_staff,
        **values,
    )
