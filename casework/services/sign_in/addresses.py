"""The address of an account: asked for, confirmed at the new place, told at the former one."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import User
from casework.services.sign_in import links, mails, security


def ask(user: User, address: str) -> None:
    """Mail a link to the new address, unless somebody has it, and tell the present one.

    Whether somebody has it is not said: the page answers the same.
    """
    wanted = address.strip().lower()
    if wanted == user.email:
        return
    security.note("address_asked", user.id, actor=user.id)
    if taken(wanted):
        return
    links.issue(user, "address", by=user.id, address=wanted)
    mails.tell(user, "address_asked", to=user.email, address=wanted)


def ask_for(user: User, address: str, by: UUID | None, by_name: str) -> None:
    """Mail a link to the address that an administrator wrote down, and tell the present one."""
    security.note("address_asked", user.id, actor=by)
    links.issue(user, "address", by=by, address=address)
    mails.tell(user, "address_asked_for", to=user.email, address=address, by=by_name)


def correct(user: User, address: str, by: UUID | None) -> None:
    """Write down another address for somebody who has not joined yet: nobody has to confirm it."""
    links.withdraw(user.id)
    user.email = address
    is_reachable(user)
    db.session.flush()
    security.note("address_changed", user.id, actor=by)


def confirm(found: links.Found) -> bool:
    """Make the address of a link the person's own; False when it cannot be any more."""
    link, user = found.link, found.user
    if not link.address or link.address_before != user.email or taken(link.address):
        return False
    if not links.use(link):
        return False
    links.withdraw(user.id)
    before, user.email = user.email, link.address
    is_reachable(user)
    db.session.flush()
    security.note("address_changed", user.id, actor=user.id)
    for each in (before, user.email):
        mails.tell(user, "address_changed", to=each, address=user.email)
    return True


def is_reachable(user: User) -> None:
    """Note that a mail to a person's address has arrived."""
    user.address_bounced_at, user.address_bounce_noted = None, False


def comes_back(user: User, by: UUID | None) -> None:
    """Write down that somebody has read that mails to a person come back, until they say else."""
    user.address_bounced_at, user.address_bounce_noted = now(), True
    security.note("address_bounced", user.id, actor=by)


def arrives(user: User, by: UUID | None) -> None:
    """Write down that mails to a person arrive again."""
    is_reachable(user)
    security.note("address_reachable", user.id, actor=by)


def taken(address: str) -> bool:
    """Say whether an account has this address."""
    return db.session.scalar(sa.select(User.id).where(User.email == address)) is not None
