"""A mail server over TLS that asks for a password, with a certificate that must be known."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from casework.adapters.mail import ServerAwayError, SmtpTransport
from casework.config_values import SmtpServer, smtp_server_of
from tests.support.processes import free_port

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")

USER, PASSWORD = "house", "s3cret/with@signs"


class Taken:
    """Takes every mail of those who have signed in."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.recipients += map(str, envelope.rcpt_tos)
        return "250 Taken"


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
) -> AuthResult:
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, in one file, signed by itself."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    key = file.with_name("key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text("utf-8") + key.read_text("utf-8"), "utf-8")
    return file


@contextmanager
def serving(certificate: Path, *, tls: bool) -> Iterator[tuple[Taken, int]]:
    """Run a server that speaks TLS and knows one password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    taken, port = Taken(), free_port()
    options: dict[str, Any] = {"authenticator": authenticate}
    if tls:  # aiosmtpd counts only STARTTLS as TLS
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "auth_required": True}
    controller = Controller(
        taken, hostname="127.0.0.1", port=port, server_hostname="127.0.0.1", **options
    )
    controller.start()
    try:
        yield taken, port
    finally:
        controller.stop()


def send(server: SmtpServer) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = (
        "Hello",
        "house@house.example",
        "nora@people.example",
    )
    mail.set_content("Hello")
    with SmtpTransport(server, patience=10) as way:
        way.send(mail, "house@house.example", "nora@people.example")


def address(port: int, *, tls: bool, password: str = "s3cret%2Fwith%40signs") -> SmtpServer:
    scheme, query = ("smtps", "") if tls else ("smtp", "?starttls=1")
    return smtp_server_of(f"{scheme}://{USER}:{password}@127.0.0.1:{port}{query}")


@pytest.mark.parametrize("tls", [True, False])
def test_a_server_with_a_known_certificate_takes_our_mail(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(certificate, tls=tls) as (taken, port):
        send(address(port, tls=tls))
    assert taken.recipients == ["nora@people.example"]


@pytest.mark.parametrize("tls", [True, False])
def test_a_wrong_password_defers(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(certificate, tls=tls) as (taken, port), pytest.raises(ServerAwayError):
        send(address(port, tls=tls, password="wrong"))
    assert not taken.recipients


@pytest.mark.parametrize("tls", [True, False])
def test_a_certificate_nobody_knows_gets_no_mail_and_no_password(
    certificate: Path, tls: bool
) -> None:
    with serving(certificate, tls=tls) as (taken, port), pytest.raises(ServerAwayError):
        send(address(port, tls=tls))
    assert not taken.recipients
