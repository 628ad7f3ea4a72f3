"""Mails about one's account: what is asked comes first, and the link is made as the mail leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from casework.clock import now
from casework.extensions import db, settings
from casework.i18n import N_, written_time
from casework.models import Case, Guest, MailedLink, Message, User
from casework.services.outbox import dates
from casework.services.outbox.tongue import gettext, spoken
from casework.services.outbox.words import WordsError, path_of
from casework.services.sign_in import tokens

KIND = "account"


@dataclass(frozen=True)
class Text:
    """The declared words of one mail: subject, first line, what else to know, the button."""

    subject: str
    line: str
    further: tuple[str, ...] = ()
    button: str = N_("Open my account")


@dataclass(frozen=True)
class Ready:
    """A mail about an account: its address where that is not the person's, and its values."""

    to: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


class GoneError(Exception):
    """The mail has become pointless: its link cannot be used any more."""


_NOT_YOU = N_("If this was not you, choose a new password at once and tell us.")
_NO_LINK_NO_ENTRY = N_("If you did not ask for this, do nothing: nobody gets in without this link.")

LINKS: dict[str, Text] = {
    "sign_in": Text(
        N_("Your link to sign in"),
        N_("Sign in with this link. It works once, until %(time)s."),
        (_NO_LINK_NO_ENTRY,),
        N_("Sign in"),
    ),
    "reset": Text(
        N_("Choose a new password"),
        N_("Choose a new password with this link. It works once, until %(time)s."),
        (N_("If you did not ask for this, do nothing: your password stays as it is."),),
        N_("Choose a new password"),
    ),
    "invitation": Text(
        N_("Your account at %(house)s"),
        N_("Open your account with this link, by %(date)s."),
        (
            N_("%(inviter)s made an account for you, so that we can work together."),
            N_("You choose a password, or have us mail you a link each time you sign in."),
        ),
        N_("Open my account"),
    ),
    "address": Text(
        N_("Confirm your new e-mail address"),
        N_("Confirm that this is your address with this link, by %(date)s."),
        (N_("Until then we go on writing to your former address."),),
        N_("Confirm my address"),
    ),
    "guest": Text(
        N_("You are invited: %(title)s"),
        N_("Look at “%(title)s” and say what you think of it, with this link, by %(date)s."),
        (
            N_("%(inviter)s asks you: %(purpose)s"),
            N_("You need no account. You may come back until %(until)s."),
            N_("Did you not expect this mail? Then do nothing."),
        ),
        N_("Open the project"),
    ),
}
NOTICES: dict[str, Text] = {
    "address_asked": Text(
        N_("Your e-mail address is about to change"),
        N_("Somebody who is signed in as you asked us to write to %(address)s from now on."),
        (_NOT_YOU,),
    ),
    "asked_to_join": Text(
        N_("Will you join %(organisation)s?"),
        N_("Say on the page of your account whether you join: %(by)s asks you to."),
        (N_("Until you say yes, they see nothing of you but the address that they typed."),),
    ),
    "address_asked_for": Text(
        N_("Your e-mail address is about to change"),
        N_("%(by)s asked us to write to you at %(address)s from now on."),
        (
            N_("It changes once the link that we sent there was opened."),
            N_("If this is not what you want, tell us at once."),
        ),
    ),
    "address_changed": Text(
        N_("Your e-mail address was changed"),
        N_("From now on you sign in with %(address)s, and we write to you there."),
        (_NOT_YOU,),
    ),
    "password_changed": Text(
        N_("Your password was changed"),
        N_("Your password was changed, and your other sessions were ended."),
        (_NOT_YOU,),
    ),
    "password_reset": Text(
        N_("You have a new password"),
        N_("A new password was chosen by mailed link, and all your sessions were ended."),
        (_NOT_YOU,),
    ),
    "second_factor_on": Text(
        N_("The second step is set up"),
        N_("From now on, signing in asks for a code of your app as well."),
        (_NOT_YOU,),
    ),
    "second_factor_off": Text(
        N_("The second step is switched off"),
        N_("Signing in no longer asks for a code of your app."),
        (_NOT_YOU,),
    ),
    "second_factor_reset": Text(
        N_("Your second step was reset"),
        N_("Sign in and set up the code of your app anew: %(by)s has reset it."),
        (N_("All your sessions were ended. If you did not ask for this, tell us at once."),),
    ),
    "recovery_code_used": Text(
        N_("A recovery code was used"),
        N_("Somebody signed in as you with a recovery code. You have %(left)s left."),
        (_NOT_YOU,),
    ),
}


def ready(message: Message, recipient: User) -> Ready:
    """Return what is in the mail of a message about an account.

    Raises GoneError when its link is of no use any more, WordsError when its words are missing.
    """
    with spoken(recipient.language):
        try:
            _, kind, name = message.template.split("/")
            if kind == "link":
                return _link(message, LINKS[name], recipient)
            values = {**message.params, "house": settings().house_name}
            return Ready(
                message.params.get("to"),
                {**_values(NOTICES[name], values, path_of("account.show")), "invited_by": ""},
            )
        except (LookupError, ValueError, TypeError) as error:
            raise WordsError(f"{message.template}: {error!r}") from error


def _link(message: Message, text: Text, recipient: User) -> Ready:
    link = db.session.get(MailedLink, UUID(message.params["link_id"]))
    if link is None or link.used_at or link.withdrawn_at or link.expires_at <= now():
        raise GoneError("the link cannot be used any more")
    zone, language = settings().zone, recipient.language
    inviter = db.session.get(User, link.by_id) if link.by_id else None
    values = {
        "house": settings().house_name,
        "time": written_time(link.expires_at.astimezone(zone).time(), language),
        "date": dates.civil(link.expires_at, zone, language),
        "inviter": inviter.name if inviter else settings().house_name,
        **(_of_guest(link.guest_id, zone, language) if link.guest_id else {}),
    }
    path = path_of("links.show", token=tokens.of_link(link.id, link.purpose))
    said = _values(text, values, path)
    return Ready(link.address, {**said, "invited_by": values["inviter"] if link.guest_id else ""})


def _of_guest(guest_id: UUID, zone: ZoneInfo, language: str) -> dict[str, str]:
    """Return what is said of a guest's visit. Guests never come to a restricted case."""
    guest = db.session.get_one(Guest, guest_id)
    return {
        "title": db.session.get_one(Case, guest.case_id).title,
        "purpose": guest.purpose,
        "until": dates.civil(guest.ends_at, zone, language),
    }


def _values(text: Text, values: dict[str, Any], path: str) -> dict[str, Any]:
    return {
        "subject": gettext(text.subject) % values,
        "line": gettext(text.line) % values,
        "further": [gettext(each) % values for each in text.further],
        "url": settings().base_url + path,
        "url_label": gettext(text.button),
    }
