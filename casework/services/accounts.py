"""Accounts: opened from the command line, the name and the language kept."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.extensions import db, settings
from casework.models import Grant, User
from casework.roles import HOUSE_ROLES, Role
from casework.services.sign_in import links, passwords, second_factor, security, sessions

SHORTEST_PASSWORD = passwords.SHORTEST
hash_password = passwords.hashed


def give(email: str, password: str, name: str, language: str, roles: Iterable[Role]) -> User:
    """Open an account or give an old one a new password, and add roles in the whole house.

    A new password ends the sessions that are open. Raises ValueError for a role that is held in
    an organisation, and for a password that is too short or too easily guessed.
    """
    wanted = set(roles)
    if wanted - HOUSE_ROLES:
        raise ValueError("A partner's role is given on the page of the organisation.")
    if (fault := passwords.fault(password, email, name)) is not None:
        raise ValueError(fault)
    address, moment = email.strip().lower(), now()
    user = db.session.scalar(sa.select(User).where(User.email == address))
    if user is None:
        user = User(email=address, language=language, created_at=moment)
        db.session.add(user)
    user.name = name.strip() or user.name or address
    user.password_hash, user.active = hash_password(password), True
    db.session.flush()
    links.withdraw(user.id)
    sessions.end_all(user.id, None, "password")
    security.note("password_given", user.id)
    for role in sorted(wanted - policy.actor_of(db.session, user.id, moment).house_roles):
        db.session.add(Grant(user_id=user.id, role=role, scope="house", starts_at=moment))
    db.session.flush()
    return user


def forget_second_step(user: User) -> None:
    """Take the second step away from somebody whom no administrator is left to help."""
    second_factor.reset(user, policy.SYSTEM, settings().house_name, "casework person")


def choose_language(user: User, language: str) -> None:
    """Keep a person's choice of language; their mails follow it."""
    user.language = language


def rename(user: User, name: str) -> None:
    """Keep how a person is called."""
    user.name = name.strip()
