"""The product as it runs in production, on one filled database: its settings, its pages, people."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.cast import LEAD, OFFICER
from casework.app import create_app
from casework.config import Settings
from casework.db import new_id
from casework.extensions import db
from casework.models import Case, User, UserSession
from casework.services.sign_in import tokens

SECRET = "for the bench only, and long enough to be taken"  # noqa: S105
LONG_AGO, NEVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass
class Site:
    """The application, and browsers in which the officer and the lead are signed in."""

    app: Flask
    environment: dict[str, str]

    def person(self, email: str) -> UUID:
        """Return who has this address."""
        found = db.session.scalar(sa.select(User.id).where(User.email == email))
        assert found is not None  # noqa: S101 - the bench has made this person
        return found

    def browser(self, email: str) -> FlaskClient:
        """Return a browser in which somebody is signed in, with a session of their own."""
        token, moment = tokens.fresh(), datetime.now(UTC)
        with db.engine.begin() as connection:
            connection.execute(
                sa.insert(UserSession).values(
                    id=new_id(),
                    user_id=self.person(email),
                    token_hash=tokens.hashed(token),
                    way="password",
                    device="",
                    second_factor=True,
                    created_at=moment,
                    last_seen_at=moment,
                    expires_at=NEVER,
                )
            )
        db.session.remove()
        browser = self.app.test_client()
        with browser.session_transaction() as session:
            session["token"] = token
        return browser

    def officer(self) -> FlaskClient:
        """Return the browser of the officer who reads the measured pages."""
        return self.browser(OFFICER)

    def lead(self) -> FlaskClient:
        """Return the browser of the programme lead."""
        return self.browser(LEAD)

    def case_in(self, state: str) -> str:
        """Return a case of the officer that stands in a state."""
        query = sa.select(sa.func.min(Case.reference)).where(
            Case.owner_id == self.person(OFFICER), Case.state == state
        )
        return str(db.session.scalar(query))


def environment(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """Return the variables of an installation as it would run."""
    return {
        "CASEWORK_DATABASE_URL": database_url,
        "CASEWORK_REDIS_URL": redis_url,
        "CASEWORK_SECRET_KEY": SECRET,
        "CASEWORK_BASE_URL": "http://127.0.0.1",
        "CASEWORK_SMTP_URL": f"maildir://{folder / 'mailbox'}",
        "CASEWORK_LIMIT_PUBLIC": "100000 per minute",
        "CASEWORK_MAIL_FROM": "casework@bench.example",
        "CASEWORK_DATA_DIR": str(folder),
    }


def site(variables: dict[str, str]) -> Site:
    """Return the application for these variables."""
    return Site(create_app(Settings.from_env(variables)), variables)


def cookie_kept(browser: FlaskClient) -> Callable[[], None]:
    """Return what puts a browser's session cookie back as it is now.

    Each form leaves a sentence in it for the next page: a browser takes it out there, and without
    that page the cookie would grow with every form, and its signing with it.
    """
    cookie = browser.get_cookie("casework")
    value = cookie.value if cookie else ""
    return lambda: browser.set_cookie("casework", value)


def csrf_token(page: str) -> str:
    """Return the token that a page gives its forms."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    return found[1] if found else ""


def form_key() -> str:
    """Return a key that no form had before."""
    return secrets.token_hex(16)
