"""Accounts: opened, passwords checked, sessions ended, the language kept."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.models import Grant, User
from casework.roles import HOUSE_ROLES, Role

SHORTEST_PASSWORD = 12

_hasher = PasswordHasher()
# What a wrong address is checked against, so that it takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher.hash(password)


def by_password(email: str, password: str) -> User | None:
    """Return the active person with this address and password, or None."""
    user = db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))
    known = user.password_hash if user is not None and user.active else None
    try:
        _hasher.verify(known or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    if user is None or known is None:
        return None
    if _hasher.check_needs_rehash(known):
        user.password_hash = _hasher.hash(password)
    return user


def give(email: str, password: str, name: str, language: str, roles: Iterable[Role]) -> User:
    """Open an account or give an old one a new password, and add roles in the whole house.

    A new password ends the sessions that are open. Raises ValueError for a role that is held in
    an organisation, and for a password that is too short.
    """
    wanted = set(roles)
    if wanted - HOUSE_ROLES:
        raise ValueError("A partner's role is given on the page of the organisation.")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"A password has at least {SHORTEST_PASSWORD} characters.")
    address, moment = email.strip().lower(), now()
    user = db.session.scalar(sa.select(User).where(User.email == address))
    if user is None:
        user = User(email=address, language=language, created_at=moment, session_epoch=0)
        db.session.add(user)
    user.name = name.strip() or user.name or address
    user.password_hash, user.active = hash_password(password), True
    user.session_epoch += 1
    db.session.flush()
    for role in sorted(wanted - policy.actor_of(db.session, user.id, moment).house_roles):
        db.session.add(Grant(user_id=user.id, role=role, scope="house", starts_at=moment))
    db.session.flush()
    return user


def choose_language(user: User, language: str) -> None:
    """Keep a person's choice of language; their mails follow it."""
    user.language = language
