"""Accounts as an administrator keeps them: invited, corrected, closed and opened again."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import User
from casework.policy import Actor
from casework.roles import Role
from casework.services import accounts, changes
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.people import last_administrator, roles
from casework.services.people.places import Place
from casework.services.sign_in import addresses, invitations, links, security, sessions
from casework.workflows.declaration import Reason

KNOWN = N_("There is an account with this address already.")
NOT_YOURSELF = N_("Nobody closes their own account here: ask another administrator.")
CLOSED_ALREADY = N_("This account is closed already.")
OPEN_ALREADY = N_("This account is open already.")


def by_address(address: str) -> User | None:
    """Return the person with this address."""
    return db.session.scalar(sa.select(User).where(User.email == address.strip().lower()))


def find(person_id: UUID) -> User:
    """Return a person. Raises NotFoundError."""
    found = db.session.get(User, person_id)
    if found is None:
        raise NotFoundError(str(person_id))
    return found


def invite(
    actor: Actor, name: str, email: str, language: str, role: Role, place: Place, reason: str
) -> User:
    """Make a colleague's account with a first role, and have them invited.

    Raises ForbiddenError, RefusedError (the address has an account).
    """
    _demand_administrator(actor)
    if by_address(email) is not None:
        raise RefusedError("invite", [Reason(KNOWN)])
    address = email.strip().lower()
    user = User(email=address, name=name.strip(), language=language, created_at=now())
    db.session.add(user)
    db.session.flush()
    roles.give(actor, user, role, place, roles.Span(), reason)
    invitations.invite(user, actor)
    return user


def correct(actor: Actor, by_name: str, user: User, name: str, language: str, email: str) -> str:
    """Write how a person is called and spoken to; return the address that waits for their yes.

    Who has joined confirms the address at the new place. Who has not is invited there anew.
    Raises ForbiddenError, RefusedError (somebody has the address).
    """
    _demand_administrator(actor)
    wanted = email.strip().lower()
    moves = wanted != user.email
    if moves and addresses.taken(wanted):
        raise RefusedError("address", [Reason(KNOWN)])
    before = changes.values_of(user, ("name", "language"))
    accounts.rename(user, name)
    accounts.choose_language(user, language)
    changes.record(user, before, changes.values_of(user, ("name", "language")), actor.id)
    if not moves:
        return ""
    if invitations.has_joined(user):
        addresses.ask_for(user, wanted, actor.id, by_name)
        return wanted
    addresses.correct(user, wanted, actor.id)
    invitations.resend(user, actor)
    return ""


def mails_come_back(actor: Actor, user: User, come_back: bool) -> None:  # noqa: FBT001
    """Write down whether mails to somebody come back. Raises ForbiddenError."""
    _demand_administrator(actor)
    (addresses.comes_back if come_back else addresses.arrives)(user, actor.id)


def close(actor: Actor, user: User, reason: str) -> None:
    """Close an account: all sessions end, nothing is mailed there any more.

    Raises ForbiddenError, RefusedError (oneself, the last administrator, closed already).
    """
    _demand_administrator(actor)
    if user.id == actor.id:
        raise RefusedError("close", [Reason(NOT_YOURSELF)])
    close_for(actor.id, user, reason)


def close_for(by: UUID | None, user: User, reason: str) -> None:
    """Close an account as an administrator has decided. Raises RefusedError."""
    last_administrator.demand_another(user_id=user.id)
    db.session.refresh(user, with_for_update=True)
    if not user.active:
        raise RefusedError("close", [Reason(CLOSED_ALREADY)])
    user.active = False
    sessions.end_all(user.id, by, "closed")
    links.withdraw(user.id)
    security.note("account_closed", user.id, actor=by, reason=reason)


def reopen(actor: Actor, user: User, reason: str) -> None:
    """Open a closed account again, with the roles that have not ended meanwhile.

    Raises ForbiddenError, RefusedError (open already).
    """
    _demand_administrator(actor)
    db.session.refresh(user, with_for_update=True)
    if user.active:
        raise RefusedError("reopen", [Reason(OPEN_ALREADY)])
    user.active = True
    security.note("account_opened", user.id, actor=actor.id, reason=reason)


def _demand_administrator(actor: Actor) -> None:
    if not policy.administrator(actor):
        raise ForbiddenError("people")
