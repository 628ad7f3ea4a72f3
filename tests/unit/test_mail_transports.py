"""Transports without a server: the Maildir, and a server that is not there."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from casework.adapters import maildir
from casework.adapters.mail import (
    MaildirTransport,
    ServerAwayError,
    SmtpTransport,
    transport,
)
from casework.config_values import SmtpServer
from tests.support.migrating import settings_for
from tests.support.processes import free_port


def mail(subject: str = "Été", to: str = "nora@people.example") -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, "house@house.example", to
    made["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    made.set_content("Plain: é\n")
    made.add_alternative("<p>HTML: é</p>", subtype="html")
    return made


def test_the_settings_choose_the_transport(tmp_path: Path) -> None:
    to_server = settings_for("sqlite:////nowhere", smtp_url="smtp://mail.example")
    to_folder = replace(to_server, smtp_url=f"maildir://{tmp_path / 'box'}")
    assert isinstance(transport(to_server), SmtpTransport)
    assert isinstance(transport(to_folder), MaildirTransport)


def test_a_mail_in_the_folder_can_be_read_again(tmp_path: Path) -> None:
    box = tmp_path / "deep" / "box"
    with MaildirTransport(box) as way:
        way.send(mail(), "house@house.example", "nora@people.example")
        way.send(mail("Other", "ali@people.example"), "house@house.example", "ali@people.example")
    (found,) = maildir.newest(box, "NORA")
    assert (found.subject, found.to) == ("Été", "nora@people.example")
    whole = maildir.one(box, found.key)
    assert whole is not None
    assert whole.text == "Plain: é\n"
    assert "HTML: é" in whole.html
    assert ("X-Envelope-To", "nora@people.example") in whole.headers
    assert len(maildir.newest(box)) == 2


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "nothing"])
def test_a_key_that_is_none_finds_nothing(tmp_path: Path, key: str) -> None:
    with MaildirTransport(tmp_path / "box") as way:
        way.send(mail(), "house@house.example", "nora@people.example")
    assert maildir.one(tmp_path / "box", key) is None


def test_a_mailbox_that_was_never_used_is_empty(tmp_path: Path) -> None:
    assert maildir.newest(tmp_path / "none") == []
    assert maildir.one(tmp_path / "none", "key") is None


def test_a_folder_that_cannot_be_written_defers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    way = MaildirTransport(tmp_path / "file" / "box")
    with pytest.raises(ServerAwayError):
        way.send(mail(), "house@house.example", "nora@people.example")


@pytest.mark.parametrize("server", [{}, {"tls": True}, {"starttls": True, "user": "u"}])
def test_a_server_that_is_not_there_defers(server: dict[str, object]) -> None:
    way = SmtpTransport(SmtpServer("127.0.0.1", free_port(), **server), patience=2)  # type: ignore[arg-type]
    with pytest.raises(ServerAwayError), way:
        way.send(mail(), "house@house.example", "nora@people.example")
