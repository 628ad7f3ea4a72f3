"""Browsers that are signed in without having gone through the sign-in page."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from flask import has_app_context
from flask.testing import FlaskClient

from casework.db import announce_write, new_id, unit_of_work
from casework.extensions import db
from casework.models import Guest, User, UserSession
from casework.services.sign_in import sessions, tokens

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NEVER = datetime(2200, 1, 1, tzinfo=UTC)


def sign_in(browser: FlaskClient, user_id: UUID) -> None:
    """Put a session into a browser that no clock of a test brings to its end.

    The same one for every browser of a person, made anew when it was ended. What the test only
    reads ends here: SQLite would not show it the new row, nor let it be written.
    """
    if has_app_context():
        db.session.rollback()
        token = _session_of(user_id)
    else:
        with browser.application.app_context():
            token = _session_of(user_id)
    with browser.session_transaction() as session:
        session["token"] = token


def _session_of(user_id: UUID) -> str:
    """Return the token of a person's session, after writing its row where it is not there."""
    token = f"a session of {user_id}"
    token_hash = tokens.hashed(token)
    known = sa.select(UserSession.id).where(UserSession.token_hash == token_hash)
    with db.engine.begin() as connection:
        if connection.scalar(known) is None:
            connection.execute(
                sa.insert(UserSession).values(
                    id=new_id(),
                    user_id=user_id,
                    token_hash=token_hash,
                    way="password",
                    device="",
                    second_factor=True,
                    created_at=LONG_AGO,
                    last_seen_at=NEVER,
                    expires_at=NEVER,
                )
            )
    return token


def come_in(browser: FlaskClient, guest_id: UUID) -> None:
    """Put the session of a guest into a browser."""
    announce_write()
    db.session.rollback()
    with unit_of_work(db.session):
        guest = db.session.get_one(Guest, guest_id)
        token = sessions.begin(db.session.get_one(User, guest.user_id), "guest", "", guest=guest)
    with browser.session_transaction() as session:
        session["token"] = token
