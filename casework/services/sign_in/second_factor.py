"""The second step: codes of an authenticator app, each taken once, and recovery codes."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyotp
import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db, settings
from casework.models import RecoveryCode, SecondFactor, User, UserSession
from casework.policy import Actor
from casework.services.sign_in import mails, security, sessions, tokens

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP_SECONDS = 30
TOLERANCE = 1
"""How many steps the clock of a telephone may be off, to either side."""
CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def begin(user: User, session_id: UUID) -> str:
    """Give a person a key for their app, to be confirmed in this session.

    The one that waits in it, if there is one; one that was begun in another session is worth
    nothing from now on, so that whoever has seen it there holds no key of this person's.
    """
    row = db.session.get(SecondFactor, user.id, with_for_update=True)
    known = _waiting(row, session_id)
    if known is not None:
        return known
    key = pyotp.random_base32()
    if row is None:
        row = SecondFactor(user_id=user.id)
        db.session.add(row)
    elif row.confirmed_at is not None:
        raise ValueError("the second step is set up already")
    row.secret, row.created_at = _vault().encrypt(key.encode()).decode(), now()
    row.begun_in, row.last_step = session_id, None
    db.session.flush()
    return key


def waiting_key(user_id: UUID, session_id: UUID) -> str | None:
    """Return the key that waits to be confirmed in this session, if there is one."""
    return _waiting(db.session.get(SecondFactor, user_id), session_id)


def uri(key: str, user: User) -> str:
    """Return what the QR code tells the app."""
    return pyotp.TOTP(key, interval=STEP_SECONDS).provisioning_uri(
        name=user.email, issuer_name=settings().house_name
    )


def confirm(user: User, code: str, session_id: UUID) -> list[str] | None:
    """Set the second step up with a first code; return the recovery codes, None for a wrong code.

    The session at hand counts as having given it; the others end.
    """
    row = db.session.get(SecondFactor, user.id, with_for_update=True)
    if row is None or _waiting(row, session_id) is None or not _take(row, code):
        return None
    row.confirmed_at, row.begun_in = now(), None
    sessions.gave_second_factor(session_id)
    sessions.end_all(user.id, user.id, "second_factor", but=session_id)
    security.note("second_factor_on", user.id, actor=user.id)
    mails.tell(user, "second_factor_on")
    return _new_codes(user.id)


def check(user: User, code: str) -> bool:
    """Say whether this is a code of the person's app, or a recovery code; either counts once."""
    row = db.session.get(SecondFactor, user.id, with_for_update=True)
    if row is None or row.confirmed_at is None:
        return False
    return _take(row, code) or _take_recovery(user, code)


def new_codes(user: User) -> list[str]:
    """Make new recovery codes; the former ones are worth nothing from now on."""
    security.note("recovery_codes_made", user.id, actor=user.id)
    return _new_codes(user.id)


def switch_off(user: User) -> None:
    """Take the second step away, as its owner asks."""
    _forget(user.id)
    security.note("second_factor_off", user.id, actor=user.id)
    mails.tell(user, "second_factor_off")


def reset(user: User, by: Actor, by_name: str, reason: str) -> None:
    """Take the second step of somebody away who lost it; ends their sessions and tells them."""
    _forget(user.id)
    sessions.end_all(user.id, by.id, "second_factor")
    security.note("second_factor_reset", user.id, actor=by.id, reason=reason)
    mails.tell(user, "second_factor_reset", by=by_name)


def _forget(user_id: UUID) -> None:
    """Take key and codes away; no open session counts as having given a code any more."""
    for model in (RecoveryCode, SecondFactor):
        db.session.execute(sa.delete(model).where(model.user_id == user_id))
    db.session.execute(
        sa.update(UserSession).where(UserSession.user_id == user_id).values(second_factor=False)
    )
    db.session.expire_all()


def _take(row: SecondFactor, code: str) -> bool:
    """Take a code of the app: of a step later than the last one taken, and near the present."""
    key, typed = _key_of(row), "".join(code.split())
    if key is None or not (typed.isascii() and typed.isdigit()):
        return False
    app, step = pyotp.TOTP(key, interval=STEP_SECONDS), _step(now())
    for each in range(step - TOLERANCE, step + TOLERANCE + 1):
        right = secrets.compare_digest(app.generate_otp(each), typed)
        if right and (row.last_step is None or each > row.last_step):
            row.last_step = each
            db.session.flush()
            return True
    return False


def _take_recovery(user: User, code: str) -> bool:
    moment = now()
    done: Any = db.session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _code_hash(user.id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=moment)
    )
    if not done.rowcount:
        return False
    left = db.session.scalar(
        sa.select(sa.func.count()).where(
            RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
        )
    )
    security.note("recovery_code_used", user.id, actor=user.id, left=left)
    mails.tell(user, "recovery_code_used", left=left)
    return True


def _new_codes(user_id: UUID) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    made = [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2))
        for _ in range(CODES)
    ]
    db.session.add_all(
        RecoveryCode(user_id=user_id, code_hash=_code_hash(user_id, code)) for code in made
    )
    db.session.flush()
    return made


def _code_hash(user_id: UUID, code: str) -> str:
    plain = "".join(c for c in code.lower() if c.isalnum())
    return tokens.keyed(f"recovery code {user_id} {plain}").hex()


def _waiting(row: SecondFactor | None, session_id: UUID) -> str | None:
    """Return the key of an app that is being set up in this session."""
    if row is None or row.confirmed_at is not None or row.begun_in != session_id:
        return None
    return _key_of(row)


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _key_of(row: SecondFactor) -> str | None:
    """Return the key of the app; None when it was encrypted under another secret."""
    from cryptography.fernet import InvalidToken

    try:
        return _vault().decrypt(row.secret.encode()).decode()
    except InvalidToken:
        return None


def _vault() -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 32, salt=None, info=b"casework second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings().secret_key.encode())))
