"""Settings: what is read, what is refused, and that all faults are said at once."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from casework.config import ConfigError, Settings, SmtpServer

LEAST = {
    "CASEWORK_DATABASE_URL": "sqlite:////data/casework.db",
    "CASEWORK_REDIS_URL": "redis://localhost:6379/0",
    "CASEWORK_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "CASEWORK_BASE_URL": "https://cases.example.org/",
    "CASEWORK_SMTP_URL": "smtp://mail.example.org",
    "CASEWORK_MAIL_FROM": "Fondation <casework@example.org>",
}


def read(**changes: str) -> Settings:
    return Settings.from_env({**LEAST, **{f"CASEWORK_{k.upper()}": v for k, v in changes.items()}})


def faults(env: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        Settings.from_env(env)
    return caught.value.faults


def test_what_must_be_said_is_enough():
    settings = read()
    assert settings.house_name == "Fondation Exemple"
    assert settings.zone.key == "Europe/Brussels"
    assert settings.max_upload_bytes == 25 * 1024 * 1024
    assert settings.sweep_seconds == 120
    assert settings.base_url == "https://cases.example.org"
    assert settings.data_dir.is_absolute()
    assert settings.clock_file is None
    assert not settings.testing


def test_an_empty_environment_names_everything_that_is_missing():
    assert faults({}) == (
        "CASEWORK_DATABASE_URL is missing",
        "CASEWORK_REDIS_URL is missing",
        "CASEWORK_SECRET_KEY is missing",
        "CASEWORK_BASE_URL is missing",
        "CASEWORK_SMTP_URL is missing",
        "CASEWORK_MAIL_FROM is missing",
    )


def test_all_faults_are_said_at_once_and_in_one_text():
    env = {
        **LEAST,
        "CASEWORK_SECRET_KEY": "short",
        "CASEWORK_HOUSE_ZONE": "Europe/Nowhere",
        "CASEWORK_SWEEP_SECONDS": "0",
        "CASEWORK_PROXIES": "-1",
        "CASEWORK_HOUSE_COUNTRY": "XX",
    }
    with pytest.raises(ConfigError) as caught:
        Settings.from_env(env)
    assert len(caught.value.faults) == 5
    assert all(fault in str(caught.value) for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("database_url", "mysql://h/db", "must begin with"),
        ("database_url", "sqlite:///relative.db", "whole path"),
        ("database_url", "sqlite://", "whole path"),
        ("database_url", "postgresql://h:notaport/db", "readable address"),
        ("redis_url", "http://localhost", "must begin with"),
        ("redis_url", "redis://", "names no host"),
        ("redis_url", "unix://", "names no path"),
        ("secret_key", "x" * 31, "too short"),
        ("base_url", "cases.example.org", "must begin with"),
        ("smtp_url", "mail.example.org", "must begin with"),
        ("smtp_url", "smtp://", "names no host"),
        ("smtp_url", "maildir://mailbox", "whole path"),
        ("mail_from", "nobody", "mail address"),
        ("house_mail", "nobody", "mail address"),
        ("house_zone", "../etc/passwd", "time zone"),
        ("default_language", "de", "one of fr, nl, en"),
        ("sweep_seconds", "two", "whole number"),
        ("sweep_seconds", "1.5", "whole number"),
        ("sweep_seconds", "²", "whole number"),
        ("max_upload_bytes", "10", "at least 1024"),
        ("log_format", "xml", "one of json, plain"),
        ("testing", "perhaps", "1 or 0"),
        ("clock_file", "/tmp/clock", "CASEWORK_TESTING=1"),
    ],
)
def test_nonsense_is_refused_in_words(field: str, value: str, words: str):
    (fault,) = faults({**LEAST, f"CASEWORK_{field.upper()}": value})
    assert fault.startswith(f"CASEWORK_{field.upper()} ")
    assert words in fault


def test_a_fault_never_shows_a_secret():
    with pytest.raises(ConfigError) as caught:
        read(
            secret_key="hunter2", smtp_url="ftp://user:hunter2@host", database_url="x://u:hunter2@h"
        )
    assert "hunter2" not in str(caught.value)


def test_a_misspelt_setting_is_refused_with_the_likely_one():
    (fault,) = faults({**LEAST, "CASEWORK_HOUSE_NAM": "Elsewhere"})
    assert fault == "CASEWORK_HOUSE_NAM is not a setting; is CASEWORK_HOUSE_NAME meant?"


def test_foreign_variables_are_none_of_our_business():
    assert Settings.from_env({**LEAST, "PATH": "/bin", "CASE": "x"}) == Settings.from_env(LEAST)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_becomes_the_one_with_our_driver(scheme: str):
    settings = read(database_url=f"{scheme}://u:p@h:5433/db?host=/tmp")
    assert settings.database_url == "postgresql+psycopg://u:p@h:5433/db?host=/tmp"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://h", SmtpServer("h", 25)),
        ("smtp://h:2525", SmtpServer("h", 2525)),
        ("smtp://h?starttls=1", SmtpServer("h", 587, starttls=True)),
        ("smtps://h", SmtpServer("h", 465, tls=True)),
        ("smtps://h?starttls=1", SmtpServer("h", 465, tls=True)),
        (
            "smtp://us%40er:p%3Ass@h:25?starttls=yes",
            SmtpServer("h", 25, "us@er", "p:ss", starttls=True),
        ),
    ],
)
def test_mail_servers(url: str, server: SmtpServer):
    settings = read(smtp_url=url)
    assert settings.smtp == server
    assert settings.dev_mailbox is None


def test_a_maildir_takes_the_place_of_a_mail_server():
    settings = read(smtp_url="maildir:///data/a mailbox")
    assert settings.dev_mailbox == Path("/data/a mailbox")
    assert settings.smtp is None


def test_settings_are_frozen_and_their_repr_shows_no_secret():
    settings = read(database_url="postgresql://u:hunter2@h/db", smtp_url="smtp://u:hunter2@h")
    with pytest.raises(FrozenInstanceError):
        settings.testing = True  # type: ignore[misc]
    assert "hunter2" not in repr(settings)
    assert LEAST["CASEWORK_SECRET_KEY"] not in repr(settings)


def test_a_clock_file_is_for_tests(tmp_path: Path):
    settings = read(clock_file=str(tmp_path / "clock"), testing="1")
    assert settings.clock_file == tmp_path / "clock"


def test_a_command_without_settings_finds_the_small_installation(tmp_path: Path):
    (tmp_path / "secret").write_text("s" * 40 + "\n", "utf-8")
    (tmp_path / "redis-url").write_text("unix:///tmp/cw-1/valkey.sock\n", "utf-8")
    settings = Settings.load({"CASEWORK_DATA_DIR": str(tmp_path), "PORT": "8123"})
    assert settings.database_url == f"sqlite:///{tmp_path}/casework.db"
    assert settings.redis_url == "unix:///tmp/cw-1/valkey.sock"
    assert settings.secret_key == "s" * 40
    assert settings.base_url == "http://127.0.0.1:8123"
    assert settings.dev_mailbox == tmp_path / "mailbox"


def test_the_small_installation_is_found_too_when_it_does_not_run(tmp_path: Path):
    (tmp_path / "secret").write_text("s" * 40, "utf-8")
    settings = Settings.load({"CASEWORK_DATA_DIR": str(tmp_path), "CASEWORK_SMTP_URL": ""})
    assert settings.redis_url == f"unix://{tmp_path}/valkey.sock"
    assert settings.smtp is None


def test_what_is_said_comes_before_what_is_found(tmp_path: Path):
    (tmp_path / "secret").write_text("s" * 40, "utf-8")
    settings = Settings.load(
        {"CASEWORK_DATA_DIR": str(tmp_path), "CASEWORK_SMTP_URL": "smtp://mail.example.org"}
    )
    assert settings.smtp == SmtpServer("mail.example.org", 25)


def test_without_a_small_installation_a_missing_secret_stops_the_start(tmp_path: Path):
    with pytest.raises(ConfigError, match=re.escape("CASEWORK_SECRET_KEY is missing")):
        Settings.load({"CASEWORK_DATA_DIR": str(tmp_path)})


def test_people_write_to_the_house_or_else_to_the_sender_of_its_mails():
    assert Settings.from_env(LEAST).contact == "casework@example.org"
    named = {**LEAST, "CASEWORK_HOUSE_MAIL": "Front desk <desk@example.org>"}
    assert Settings.from_env(named).contact == "desk@example.org"
