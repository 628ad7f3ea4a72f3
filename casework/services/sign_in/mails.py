"""Mails about one's account, as rows of the outbox: compulsory, and never in the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from casework.clock import now
from casework.db import new_id
from casework.models import MailedLink, User
from casework.policy import Holder
from casework.services import outbox

KIND = "account"


def send_link(user: User, link: MailedLink, moment: datetime) -> None:
    """Queue the mail of a link; the link itself is put in when the mail leaves."""
    _queue(user, f"account/link/{link.purpose}", f"link:{link.id}", moment, link_id=str(link.id))


def tell(user: User, notice: str, *, to: str | None = None, **params: Any) -> None:
    """Queue a notice about an account; ``to`` is another address than the person's own."""
    values = {**params, **({"to": to} if to else {})}
    _queue(user, f"account/notice/{notice}", f"account:{new_id()}", now(), **values)


def _queue(user: User, template: str, occasion: str, moment: datetime, **params: Any) -> None:
    outbox.queue(
        [Holder(user.id, user.email, user.name, user.language)],
        occasion=occasion,
        kind=KIND,
        template=template,
        params=params,
        case=None,
        now=moment,
        compulsory=True,
        in_inbox=False,
    )
