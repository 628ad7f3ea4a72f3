"""Letters: a message as the mail that one person gets, in plain text and in HTML."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

import sqlalchemy as sa
from flask import current_app

from casework import policy
from casework.extensions import db, settings
from casework.models import Message, User
from casework.services.outbox import account, committees
from casework.services.outbox.kinds import DIGEST
from casework.services.outbox.material import gather
from casework.services.outbox.tongue import gettext, ngettext, spoken
from casework.services.outbox.words import Reader, Words, WordsError, in_mail, path_of


class NotToBeSentError(Exception):
    """The mail must not go (any more); the message is the reason, for the row."""


class UnreachableError(Exception):
    """The recipient's address is no mail address."""


@dataclass(frozen=True)
class Letter:
    """A mail ready to go; ``doubtful`` when an earlier mail to this address came back.

    ``own`` is false when it goes to another address than the one that the person has.
    """

    sender: str
    recipient: str
    mail: EmailMessage
    doubtful: bool
    own: bool = True


def write(message: Message, recipient: User, now: datetime) -> Letter:
    """Return the mail of a message as it reads now.

    Raises:
        NotToBeSentError: the recipient has left, or may not see the case any more.
        WordsError: the words of the message are missing.
        UnreachableError: the recipient's address is no mail address.
    """
    if not recipient.active:
        raise NotToBeSentError("the account is closed")
    if message.kind == account.KIND:
        return _about_account(message, recipient, now)
    reader = Reader(policy.actor_of(db.session(), recipient.id, now), recipient.language, now)
    if message.kind == DIGEST:
        name, values = "digest", _digest_values(message, reader)
    else:
        name, values = "message", _message_values(message, reader)
    return _letter(message, recipient, now, name, values)


def _about_account(message: Message, recipient: User, now: datetime) -> Letter:
    try:
        found = account.ready(message, recipient)
    except account.GoneError as error:
        raise NotToBeSentError(str(error)) from error
    values = {**found.values, "settings_url": None}
    return _letter(message, recipient, now, "account", values, found.to)


def _message_values(message: Message, reader: Reader) -> dict[str, Any]:
    words = in_mail(message, reader, gather([message]))
    if words.hidden:
        raise NotToBeSentError("the recipient may not see the case any more")
    return {
        "subject": words.subject,
        "line": words.line,
        "due": words.due,
        "details": words.details,
        "url": _absolute(words.path) if words.path else None,
        "url_label": words.button,
        "of_case": message.case_id is not None,
    }


def _digest_values(message: Message, reader: Reader) -> dict[str, Any]:
    items = [words for words in _collected(message, reader) if not words.hidden]
    if not items:
        raise NotToBeSentError("the recipient may not see anything of it any more")
    with spoken(reader.language):
        count = len(items)
        return {
            "subject": ngettext(
                "One message: %(first)s",
                "%(num)s messages: %(first)s and more",
                count,
                first=items[0].subject,
            ),
            "line": ngettext(
                "One thing has happened in your cases since your last summary.",
                "%(num)s things have happened in your cases since your last summary.",
                count,
            ),
            "items": [(words, _absolute(words.path) if words.path else None) for words in items],
            "url": _absolute(path_of("inbox.index")),
            "url_label": gettext("Open my messages"),
        }


def _collected(message: Message, reader: Reader) -> list[Words]:
    parts = list(
        db.session.scalars(
            sa.select(Message)
            .where(Message.digest_id == message.id)
            .order_by(Message.created_at, Message.id)
        )
    )
    material = gather(parts)
    words = []
    for part in parts:
        try:
            words.append(in_mail(part, reader, material))
        except WordsError:
            continue  # it stands in the inbox, in general words
    return words


def _letter(
    message: Message,
    recipient: User,
    now: datetime,
    name: str,
    values: dict[str, Any],
    to: str | None = None,
) -> Letter:
    address = to or recipient.email
    known = settings()
    values = {
        "lang": recipient.language,
        "house_name": known.house_name,
        "name": recipient.name,
        "settings_url": _absolute(path_of("inbox.choices")),
        **values,
    }
    with spoken(recipient.language):
        # not render_template: that runs what pages want to know of the request
        text, html = (
            current_app.jinja_env.get_template(f"mail/{name}.{kind}").render(values)
            for kind in ("txt", "html")
        )
    mail = EmailMessage(policy=SMTP)
    house, sender = parseaddr(known.mail_from)
    mail["Subject"] = header_text(values["subject"])
    mail["From"] = Address(header_text(house or known.house_name), addr_spec=sender)
    mail["To"] = _address(recipient.name, address)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message.mail_message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_tidy(text), cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    _attach_invitation(mail, message, recipient.language, sender)
    mail["Content-Language"] = recipient.language  # last: it belongs to the whole, not to a part
    own = address == recipient.email
    return Letter(sender, address, mail, own and _refused_before(recipient), own)


def _refused_before(recipient: User) -> bool:
    """Say whether a server that takes the mail now has refused the address before.

    Not where somebody has read that mails come back later: taking one then says nothing.
    """
    return recipient.address_bounced_at is not None and not recipient.address_bounce_noted


def _attach_invitation(mail: EmailMessage, message: Message, language: str, sender: str) -> None:
    """Bring the invitation along that a message about a meeting's date is about."""
    kind, _, what = message.template.partition("/")
    if kind != "committee" or what not in committees.INVITING:
        return
    title = str(message.params[f"committee_{language}"])
    content = committees.invitation(message.params, title, sender, message.created_at)
    mail.add_attachment(content, "text", "calendar", filename=f"{message.params['number']}.ics")


def _address(name: str, address: str) -> Address:
    try:
        return Address(header_text(name), addr_spec=address)
    except (ValueError, LookupError, MessageError) as error:
        raise UnreachableError("not a mail address") from error


def header_text(text: str) -> str:
    """Return a text that is safe in a header: one line, no control characters."""
    printable = ("" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in _one_line(text))
    return "".join(printable)


def _tidy(text: str) -> str:
    """Return a text whose paragraphs are one empty line apart."""
    return re.sub(r"\n\s*\n", "\n\n", text).strip() + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _absolute(path: str) -> str:
    return settings().base_url + path
