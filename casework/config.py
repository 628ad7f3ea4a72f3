"""Settings: typed, frozen, read from the environment; nonsense stops the start, all of it at once.

Every field of :class:`Settings` is the variable ``CASEWORK_<FIELD>``. :meth:`Settings.load` also
knows the small installation that ``casework run`` keeps under its data folder, so that every
other command finds it without any variable set.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from zoneinfo import ZoneInfo

from casework.config_values import (
    Bucket,
    ConfigError,
    Reader,
    SmtpServer,
    bucket_of,
    folder_of,
    maildir_of,
    smtp_server_of,
)
from casework.i18n import LANGUAGES

PREFIX = "CASEWORK_"
COUNTRIES = ("BE", "FR", "NL", "LU")
MIB = 1024 * 1024

__all__ = ["ConfigError", "Settings", "SmtpServer", "embedded_environment", "given", "top_level"]


def top_level() -> Path:
    """Return the folder that holds migrations/, worker.py and wsgi.py: checkout or wheel."""
    return _checkout() or Path(__file__).resolve().parent / "_bundled"


def default_data_dir() -> Path:
    """Return ``var`` in the checkout, or under the current folder for an installed wheel."""
    return (_checkout() or Path.cwd()) / "var"


def _checkout() -> Path | None:
    folder = Path(__file__).resolve().parent.parent
    return folder if (folder / "pyproject.toml").is_file() else None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one installation is told from outside; addresses with passwords are not in its repr."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    data_dir: Path
    house_name: str = "Fondation Exemple"
    house_mail: str = ""
    house_zone: str = "Europe/Brussels"
    house_country: str = "BE"
    default_language: str = "fr"
    clock_file: Path | None = None
    storage_url: str = field(default="", repr=False)
    clamd_url: str = ""
    sweep_seconds: int = 120
    max_upload_bytes: int = 25 * MIB
    log_format: str = "json"
    proxies: int = 0
    workflows: str = ""
    second_factor: str = "required"
    session_idle_hours: int = 12
    session_days: int = 14
    limit_sign_in: str = "10 per 15 minutes"
    limit_mails: str = "5 per hour"
    metrics_token: str = field(default="", repr=False)
    limit_client: str = "100 per 15 minutes"
    limit_public: str = "120 per minute"
    vault_keys_file: Path | None = None
    identity_months: int = 24
    retention_years: int = 10
    testing: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings from `env` alone.

        Raises:
            ConfigError: names every missing, wrong or unknown variable.
        """
        read = Reader(env, PREFIX)
        testing = read.flag("testing")
        clock_file = read.text("clock_file", "")
        values = {
            "database_url": read.database_url("database_url"),
            "redis_url": read.url("redis_url", ("redis", "rediss", "unix")),
            "secret_key": read.secret("secret_key"),
            "base_url": read.url("base_url", ("http", "https")).rstrip("/"),
            "smtp_url": read.mail_url("smtp_url"),
            "mail_from": read.address("mail_from"),
            "data_dir": read.folder("data_dir", default_data_dir()),
            "house_name": read.text("house_name", cls.house_name),
            "house_mail": read.optional_address("house_mail"),
            "house_zone": read.zone("house_zone", cls.house_zone),
            "house_country": read.choice("house_country", COUNTRIES, cls.house_country),
            "default_language": read.choice(
                "default_language", tuple(LANGUAGES), cls.default_language
            ),
            "clock_file": Path(clock_file) if clock_file else None,
            "storage_url": read.storage_url("storage_url", ""),
            "clamd_url": read.scanner_url("clamd_url"),
            "sweep_seconds": read.whole("sweep_seconds", cls.sweep_seconds, least=1),
            "max_upload_bytes": read.whole("max_upload_bytes", cls.max_upload_bytes, least=1024),
            "log_format": read.choice("log_format", ("json", "plain"), cls.log_format),
            "proxies": read.whole("proxies", cls.proxies, least=0),
            "workflows": read.text("workflows", cls.workflows),
            "second_factor": read.choice(
                "second_factor", ("required", "optional"), cls.second_factor
            ),
            "session_idle_hours": read.whole("session_idle_hours", cls.session_idle_hours, least=1),
            "session_days": read.whole("session_days", cls.session_days, least=1),
            "limit_sign_in": read.limit("limit_sign_in", cls.limit_sign_in),
            "limit_mails": read.limit("limit_mails", cls.limit_mails),
            "metrics_token": read.optional_secret("metrics_token"),
            "limit_client": read.limit("limit_client", cls.limit_client),
            "limit_public": read.limit("limit_public", cls.limit_public),
            "vault_keys_file": read.key_file("vault_keys_file"),
            "identity_months": read.whole("identity_months", cls.identity_months, least=1),
            "retention_years": read.whole("retention_years", cls.retention_years, least=1),
            "testing": testing,
        }
        if clock_file and not testing:
            read.fault("clock_file", "is for tests: it needs CASEWORK_TESTING=1")
        _refuse_unknown(cls, env, read)
        read.raise_faults()
        return cls(**values)  # type: ignore[arg-type]  # the reader made each of its field's type

    @classmethod
    def load(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from `env` (by default the process's), completed from the data folder.

        Where ``casework run`` has kept its secret in the data folder, what `env` leaves out is
        what ``casework run`` uses.

        Raises:
            ConfigError: names every missing, wrong or unknown variable.
        """
        env = dict(os.environ if env is None else env)
        data_dir = Path(env.get(PREFIX + "DATA_DIR") or default_data_dir()).absolute()
        if (data_dir / "secret").is_file():
            env = {**embedded_environment(data_dir, env.get("PORT")), **given(env)}
        return cls.from_env(env)

    @property
    def migrations_dir(self) -> Path:
        """The folder of the Alembic migrations."""
        return top_level() / "migrations"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the house's civil dates."""
        return ZoneInfo(self.house_zone)

    @property
    def contact(self) -> str:
        """The address that people write to when a page fails them; else the sender of our mails."""
        return parseaddr(self.house_mail or self.mail_from)[1]

    @property
    def dev_mailbox(self) -> Path | None:
        """The Maildir that takes the place of a mail server in development, if that is chosen."""
        return maildir_of(self.smtp_url)

    @property
    def documents_dir(self) -> Path:
        """The folder for the bytes of documents, where they are kept on a disk."""
        return folder_of(self.storage_url) or self.data_dir / "documents"

    @property
    def s3(self) -> Bucket | None:
        """The bucket for the bytes of documents, where they are not kept on a disk."""
        return bucket_of(self.storage_url) if self.storage_url.startswith("s3://") else None

    @property
    def smtp(self) -> SmtpServer | None:
        """The mail server, or None where a development mailbox takes its place."""
        return None if self.dev_mailbox else smtp_server_of(self.smtp_url)


def embedded_environment(data_dir: Path, port: str | None = None) -> dict[str, str]:
    """Return the variables that ``casework run`` gives its processes, for one data folder.

    The address of the running Valkey is read from the file that ``casework run`` leaves while it
    runs; without it the address is that of a server that is not there.
    """
    redis_url = data_dir / "redis-url"
    return {
        PREFIX + "DATA_DIR": str(data_dir),
        PREFIX + "DATABASE_URL": f"sqlite:///{data_dir / 'casework.db'}",
        PREFIX + "REDIS_URL": (
            redis_url.read_text("utf-8").strip()
            if redis_url.is_file()
            else f"unix://{data_dir / 'valkey.sock'}"
        ),
        PREFIX + "SECRET_KEY": (data_dir / "secret").read_text("utf-8").strip(),
        PREFIX + "BASE_URL": f"http://127.0.0.1:{port or 8000}",
        PREFIX + "SMTP_URL": f"maildir://{data_dir / 'mailbox'}",
        PREFIX + "MAIL_FROM": "casework@fondation.example",
        PREFIX + "LOG_FORMAT": "plain",
        PREFIX + "SECOND_FACTOR": "optional",
    }


def given(env: Mapping[str, str]) -> dict[str, str]:
    """Return `env` without the variables of ours that are set to nothing."""
    return {name: value for name, value in env.items() if value or not name.startswith(PREFIX)}


def _refuse_unknown(cls: type[Settings], env: Mapping[str, str], read: Reader) -> None:
    known = [PREFIX + each.name.upper() for each in fields(cls)]
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; is {near[0]} meant?" if near else ""
            read.fault(name.removeprefix(PREFIX).lower(), f"is not a setting{hint}")
