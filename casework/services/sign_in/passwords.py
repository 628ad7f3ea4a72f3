"""Passwords: hashed by argon2id, checked in even time, held to a few plain rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.db import unlocked
from casework.extensions import db
from casework.folding import folded
from casework.i18n import N_
from casework.models import User

SHORTEST = 12
LONGEST = 200
FEWEST_CHARACTERS = 5
PART_OF_NAME = 4
STAYS = {"key_share": True}
"""How the row of a person is locked who must stay as they are: others may still refer to it."""

_hasher = PasswordHasher()
# What people choose when twelve characters are asked for; the rules below find the rest.
_LIST = """
123456789abc abcdefghijkl abcdefghijklm azertyuiop12 azertyuiop123 azertyuiopqs iloveyou1234
iloveyouforever jetaime12345 jetaimepourtoujours letmeinplease liverpoolfc1 motdepasse12
motdepasse123 motdepasse1234 monmotdepasse mypassword12 mypassword123 mynewpassword p@ssw0rd1234
p@ssword1234 password1234 password12345 password123456 passw0rd1234 q1w2e3r4t5y6 1q2w3e4r5t6y
1qaz2wsx3edc qazwsxedcrfv qwerty123456 qwertyuiop12 qwertyuiop123 qwertyuiopas
qwertyuiopasdfghjkl superman1234 verysecurepassword wachtwoord12 wachtwoord123 wachtwoord1234
mijnwachtwoord welcome12345 welcome123456 welkom123456 bienvenue123 bienvenue2025 bienvenue2026
changeme1234 correcthorsebatterystaple administrator administrator1 football1234 sunshine1234
princess1234 michael12345 trustno1trustno1 casework-demo caseworkcasework
"""
_COMMON = frozenset(_LIST.split())
_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklm",
    "qwertyuiopasdfghjklzxcvbnm",
)


def hashed(password: str) -> str:
    """Return the argon2id hash of a password; slow on purpose."""
    return _hasher.hash(password)


def hashed_unlocked(password: str) -> str:
    """Return the hash of a password while nothing is locked; call it before a unit of work."""
    with unlocked(db.session):
        return hashed(password)


def by_address(email: str) -> User | None:
    """Return the person with this address, whether their account is open or not."""
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))


@dataclass(frozen=True)
class Attempt:
    """What came of trying a password: whose address it was tried with, whether it was right.

    ``against`` is the hash that it was tried with, ``anew`` what replaces one that has become weak.
    """

    user_id: UUID | None
    right: bool = False
    against: str | None = None
    anew: str | None = None


def attempt(email: str, password: str) -> Attempt:
    """Try a password of an open account; takes as long for nobody's.

    It is slow on purpose and must lock nothing: call it before a unit of work, in which
    :func:`owner` then says whose password it is.
    """
    nobodys = _nobodys()  # asked for before anything differs
    with unlocked(db.session):
        user = by_address(email)
        user_id = user.id if user is not None else None
        known = user.password_hash if user is not None and user.active else None
        try:
            _hasher.verify(known or nobodys, password)
        except (VerificationError, InvalidHashError):
            return Attempt(user_id)
        if known is None:
            return Attempt(user_id)
        anew = hashed(password) if _hasher.check_needs_rehash(known) else None
        return Attempt(user_id, right=True, against=known, anew=anew)


@cache
def _nobodys() -> str:
    """Return what a wrong address is checked against, so that it takes as long as a wrong password.

    Made by the first who signs in: a hash takes 64 MB for a moment, and workers sign nobody in.
    """
    return _hasher.hash("nobody has this password")


def owner(tried: Attempt) -> User | None:
    """Return whose password was tried, if it was right and still is; locks their row.

    So a password that is changed at the same moment lets nobody in any more.
    """
    if not tried.right:
        return None
    user = db.session.get(User, tried.user_id, with_for_update=STAYS, populate_existing=True)
    if user is None or not user.active or user.password_hash != tried.against:
        return None
    user.password_hash = tried.anew or user.password_hash
    return user


def fault(password: str, email: str = "", name: str = "") -> str | None:
    """Return what is wrong with a new password, in words to be translated, or None."""
    if len(password) < SHORTEST:
        return N_("Use at least 12 characters: a few words that only you put together will do.")
    if len(password) > LONGEST:
        return N_("Use at most 200 characters.")
    plain = folded(password)
    bare = re.sub(r"[\W_]+", "", plain)
    if password.lower() in _COMMON or bare in _COMMON or _is_pattern(plain) or _is_pattern(bare):
        return N_("This password is one of the first that others would try. Choose another one.")
    if _says_who(bare, email, name):
        return N_("Do not use your name or your address as your password.")
    return None


def _is_pattern(text: str) -> bool:
    """Say whether a text is little more than one piece again and again, or a row of keys."""
    if len(set(text)) < FEWEST_CHARACTERS or re.fullmatch(r"(.{1,6})\1+.{0,3}", text):
        return True
    return any(text in row or text in row[::-1] for row in _ROWS)


def _says_who(bare: str, email: str, name: str) -> bool:
    """Say whether hardly anything is left once the address and the name are taken out."""
    parts = {re.sub(r"[\W_]+", "", folded(text)) for text in (email, email.partition("@")[0], name)}
    parts |= set(re.split(r"[\W_]+", folded(f"{email} {name}")))
    rest = bare
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= PART_OF_NAME:
            rest = rest.replace(part, "")
    return rest != bare and len(rest) < SHORTEST // 2
