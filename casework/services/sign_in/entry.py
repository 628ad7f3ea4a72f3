"""Getting in: what has to be given, what is written down, how a way in ends in a session."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from casework.extensions import db
from casework.models import User
from casework.queries.sign_in import second_factor_of
from casework.services.sign_in import (
    addresses,
    links,
    mails,
    passwords,
    second_factor,
    security,
    sessions,
    tokens,
)

EVEN_SECONDS = 0.25


@contextmanager
def in_even_time() -> Iterator[None]:
    """Let what is done inside take as long for an unknown address as for a known one."""
    end = time.monotonic() + EVEN_SECONDS
    try:
        yield
    finally:
        time.sleep(max(0.0, end - time.monotonic()))


def by_password(tried: passwords.Attempt) -> User | None:
    """Return the person whose password was tried; a wrong one is written down."""
    user = passwords.owner(tried)
    if user is None and tried.user_id is not None:
        security.note("sign_in_refused", tried.user_id)
    return user


def needs_code(user: User) -> bool:
    """Say whether a person must give a code of their app."""
    return second_factor_of(user.id) is not None


def mark(user: User) -> str:
    """Return a mark of a person that changes with their password and with their address.

    A sign-in that was begun under another one is not gone on with.
    """
    return tokens.keyed(f"half way {user.id} {user.email} {user.password_hash}").hex()


def by_code(user: User, code: str) -> bool:
    """Say whether the code is right; a wrong one is written down."""
    right = second_factor.check(user, code)
    if not right:
        security.note("code_refused", user.id)
    return right


def mail_link(email: str, purpose: str) -> None:
    """Mail a link to sign in or to choose a password, if this address has an open account."""
    user = passwords.by_address(email)
    if user is None or not user.active:
        return
    security.note("link_sent" if purpose == "sign_in" else "reset_asked", user.id)
    links.issue(user, purpose)


def again(found: links.Found) -> None:
    """Mail another link for what an old one was for, to the same person.

    Somebody who has joined since is sent a link to sign in instead of an invitation.
    """
    link, user = found.link, found.user
    if link.purpose == "invitation" and not (user.joined_at or user.password_hash):
        if found.standing is links.Standing.WITHDRAWN:
            return
        links.issue(user, "invitation", by=link.by_id)
        security.note("invited", user.id)
    elif link.purpose in {"sign_in", "reset", "invitation"}:
        mail_link(user.email, "reset" if link.purpose == "reset" else "sign_in")


def change_password(user: User, password_hash: str, session_id: UUID | None) -> None:
    """Give a person the password that they chose; their other sessions and open links end."""
    user.password_hash = password_hash
    links.withdraw(user.id, "sign_in", "reset", "invitation")
    sessions.end_all(user.id, user.id, "password", but=session_id)
    security.note("password_changed", user.id, actor=user.id)
    mails.tell(user, "password_changed")


def reset_password(found: links.Found, password_hash: str) -> bool:
    """Give a person a new password by their link; False when the link was used meanwhile."""
    user = found.user
    if not links.use(found.link):
        return False
    user.password_hash = password_hash
    links.withdraw(user.id, "sign_in", "reset", "invitation")
    sessions.end_all(user.id, user.id, "password")
    security.note("password_reset", user.id, actor=user.id)
    mails.tell(user, "password_reset")
    return True


def accept(found: links.Found, password_hash: str | None) -> bool:
    """Open the account of somebody who was invited; no password means a link each time."""
    if not links.use(found.link):
        return False
    if password_hash is not None:
        found.user.password_hash = password_hash
    links.withdraw(found.user.id, "sign_in", "reset", "invitation")
    addresses.is_reachable(found.user)
    security.note("joined", found.user.id, actor=found.user.id)
    db.session.flush()
    return True


def enter(found: links.Found) -> bool:
    """Use a link to sign in up; False when it was used meanwhile."""
    return links.use(found.link)
