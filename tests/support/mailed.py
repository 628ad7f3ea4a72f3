"""Reading the mails about an account as their recipient does."""

from __future__ import annotations

import re
from datetime import timedelta

from casework.clock import now
from casework.extensions import db
from casework.models import User
from casework.services import outbox
from casework.services.sign_in import passwords
from tests.support.smtp import SmtpServer
from tests.support.world import World

PASSWORD = "orchards grow in rows of nine"


def with_password(world: World, person_id: object, password: str = PASSWORD) -> str:
    """Give a person a password and return their address."""
    with world.writing():
        user = db.session.get_one(User, person_id)
        user.password_hash = passwords.hashed(password)
        return user.email


def whose_password(address: str, password: str) -> User | None:
    """Return the active person with this address and password, or None."""
    user = passwords.owner(passwords.attempt(address, password))
    db.session.rollback()
    return user


def link_in(smtp: SmtpServer, address: str) -> str:
    """Deliver what waits and return the path of the link in this recipient's last mail."""
    text = letters(smtp, address)[-1]
    found = re.search(r"http://127\.0\.0\.1(/link/[\w-]+)", text)
    assert found, text
    return found[1]


def letters(smtp: SmtpServer, address: str) -> list[str]:
    """Deliver what waits and return the texts of this recipient's mails, oldest first."""
    db.session.rollback()
    outbox.deliver_due()
    db.session.rollback()
    return [mail.text() for mail in smtp.mails_to(address)]


def later(**length: float):
    """Return the moment so much later than now."""
    return now() + timedelta(**length)
