"""The development mailbox: every mail that was sent, where a Maildir stands in for a server."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from casework import policy
from casework.adapters import maildir
from casework.extensions import settings
from casework.web.base import guarded, not_found, side

bp = Blueprint("mailbox", __name__)


@bp.get("/mailbox")
@guarded(policy.administrator)
def index() -> ResponseReturnValue:
    """List the mails, newest first; ``to`` narrows the list to one recipient."""
    to = request.args.get("to", "")[:200].strip()
    folder = settings().dev_mailbox
    mails = maildir.newest(folder, to) if folder else []
    return render_template("mailbox/index.html", side=side(), mails=mails, to=to)


@bp.get("/mailbox/<key>")
@guarded(policy.administrator)
def show(key: str) -> ResponseReturnValue:
    """Show one mail: its headers and both of its parts."""
    return render_template("mailbox/show.html", side=side(), mail=_mail(key))


@bp.get("/mailbox/<key>/html")
@guarded(policy.administrator)
def html(key: str) -> ResponseReturnValue:
    """Send the HTML part of a mail alone, to be shown in a frame: nothing in it may run.

    Its links open in a tab of their own.
    """
    page = _mail(key).html.replace("<head>", '<head><base target="_blank">', 1)
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self';"
        " sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return response


def _mail(key: str) -> maildir.Mail:
    folder = settings().dev_mailbox
    mail = maildir.one(folder, key) if folder else None
    if mail is None:
        not_found(key)
    return mail
