"""Reading single settings: each reader takes a name, notes a fault in words, returns a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import limits

SHORTEST_SECRET = 32
POSTGRESQL = "postgresql+psycopg"
TRUE, FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class ConfigError(Exception):
    """The settings are not usable; `faults` holds one sentence for each reason."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("The settings are not usable:\n" + "\n".join(f"- {f}" for f in faults))


@dataclass(frozen=True)
class SmtpServer:
    """Where mails are handed over; `tls` from the first byte, or `starttls` after the greeting."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    starttls: bool = False


@dataclass(frozen=True)
class Bucket:
    """A bucket of a store that speaks S3; without a key the machine's own identity is used."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)


class Reader:
    """Reads variables of one environment by their field names and collects the faults."""

    def __init__(self, env: Mapping[str, str], prefix: str) -> None:
        self._env = env
        self._prefix = prefix
        self._faults: list[str] = []

    def fault(self, name: str, words: str) -> None:
        """Note a fault of the variable of field `name`; never put its value into `words`."""
        self._faults.append(f"{self._prefix}{name.upper()} {words}")

    def raise_faults(self) -> None:
        """Raise ConfigError if there was any fault."""
        if self._faults:
            raise ConfigError(self._faults)

    def text(self, name: str, default: str | None = None) -> str:
        """Return the text, without outer spaces; with no default it must be there."""
        value = self._env.get(self._prefix + name.upper(), "").strip()
        if value or default is not None:
            return value or default or ""
        self.fault(name, "is missing")
        return ""

    def secret(self, name: str) -> str:
        """Return a secret that is not too short to be one."""
        value = self.text(name)
        if value and len(value) < SHORTEST_SECRET:
            self.fault(name, f"is too short: at least {SHORTEST_SECRET} characters")
        return value

    def optional_secret(self, name: str) -> str:
        """Return a secret that is not too short to be one, or nothing."""
        return self.secret(name) if self.text(name, "") else ""

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of `choices`."""
        value = self.text(name, default)
        if value not in choices:
            self.fault(name, f"must be one of {', '.join(choices)}")
        return value

    def whole(self, name: str, default: int, least: int) -> int:
        """Return a whole number of at least `least`."""
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and int(value) >= least:
            return int(value)
        self.fault(name, f"must be a whole number of at least {least}")
        return default

    def limit(self, name: str, default: str) -> str:
        """Return how often something may be tried, such as ``10 per 15 minutes``."""
        value = self.text(name, default)
        try:
            limits.parse(value)
        except ValueError:
            self.fault(name, "must say how often and in what time, such as 10 per 15 minutes")
        return value

    def flag(self, name: str) -> bool:
        """Return a yes or a no; not set is no."""
        value = self.text(name, "").lower()
        if value not in TRUE + FALSE:
            self.fault(name, "must be 1 or 0")
        return value in TRUE

    def folder(self, name: str, default: Path) -> Path:
        """Return an absolute path; whether it can be written is seen when it is used."""
        return Path(self.text(name, str(default))).absolute()

    def key_file(self, name: str) -> Path | None:
        """Return the path of a file with a key a line, each long enough; None for no file."""
        value = self.text(name, "")
        if not value:
            return None
        try:
            keys = Path(value).read_text("utf-8").split()
        except (OSError, UnicodeDecodeError):
            self.fault(name, "names a file that cannot be read")
            return None
        if not keys or min(map(len, keys)) < SHORTEST_SECRET:
            self.fault(name, f"must hold keys of at least {SHORTEST_SECRET} characters, one a line")
        return Path(value).absolute()

    def zone(self, name: str, default: str) -> str:
        """Return the name of a time zone that exists."""
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fault(name, "must be the name of a time zone, such as Europe/Brussels")
        return value

    def address(self, name: str) -> str:
        """Return a mail address, with or without a display name."""
        value = self.text(name)
        user, _, host = parseaddr(value)[1].rpartition("@")
        if value and not (user and host):
            self.fault(name, "must be a mail address")
        return value

    def optional_address(self, name: str) -> str:
        """Return a mail address, or nothing."""
        return self.address(name) if self.text(name, "") else ""

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        """Return an address of one of `schemes` that names a host, or a path for ``unix``."""
        value = self.text(name)
        if value:
            parts = self._split(name, value, schemes)
            if parts and not (parts.path if parts.scheme == "unix" else parts.hostname):
                self.fault(name, "names no host" if parts.scheme != "unix" else "names no path")
        return value

    def database_url(self, name: str) -> str:
        """Return the database's address as SQLAlchemy wants it, PostgreSQL by psycopg."""
        value = self.text(name)
        parts = self._split(name, value, ("sqlite", "postgres", "postgresql", POSTGRESQL))
        if not value or not parts:
            return value
        if parts.scheme == "sqlite":
            if not value.startswith("sqlite:////"):
                self.fault(name, "must name a file by its whole path: sqlite:////folder/file.db")
            return value
        return POSTGRESQL + value[len(parts.scheme) :]

    def mail_url(self, name: str) -> str:
        """Return the address of a mail server or of a Maildir."""
        value = self.text(name)
        parts = self._split(name, value, ("smtp", "smtps", "maildir"))
        if not parts:
            return value
        if parts.scheme == "maildir" and not (not parts.netloc and Path(parts.path).is_absolute()):
            self.fault(name, "must name a folder by its whole path: maildir:///folder")
        if parts.scheme != "maildir" and not parts.hostname:
            self.fault(name, "names no host")
        return value

    def storage_url(self, name: str, default: str) -> str:
        """Return the address of a folder or of a bucket that speaks S3."""
        value = self.text(name, default)
        parts = self._split(name, value, ("file", "s3"))
        if not parts:
            return value
        if parts.scheme == "file" and not (not parts.netloc and Path(parts.path).is_absolute()):
            self.fault(name, "must name a folder by its whole path: file:///folder")
        if parts.scheme == "s3":
            self._bucket(name, parts)
        return value

    def _bucket(self, name: str, parts: SplitResult) -> None:
        if not parts.hostname:
            self.fault(
                name, "names no bucket: s3://bucket/prefix?endpoint=https://host&region=name"
            )
        if bool(parts.username) != bool(parts.password):
            self.fault(name, "gives a key without its secret: s3://key:secret@bucket")
        for word, values in parse_qs(parts.query, keep_blank_values=True).items():
            if word not in {"endpoint", "region"}:
                self.fault(name, "knows only endpoint and region after the question mark")
            elif word == "endpoint" and not values[-1].startswith(("http://", "https://")):
                self.fault(name, "has an endpoint that does not begin with https:// or http://")

    def scanner_url(self, name: str) -> str:
        """Return the address of a virus scanner (clamd), empty for none."""
        value = self.text(name, "")
        parts = self._split(name, value, ("tcp", "unix"))
        if parts and not (parts.path if parts.scheme == "unix" else parts.hostname):
            self.fault(name, "names no host" if parts.scheme == "tcp" else "names no path")
        return value

    def _split(self, name: str, value: str, schemes: tuple[str, ...]) -> SplitResult | None:
        if not value:
            return None
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            self.fault(name, "is not a readable address")
            return None
        if parts.scheme in schemes:
            return parts
        self.fault(name, f"must begin with {' or '.join(f'{each}://' for each in schemes)}")
        return None


def maildir_of(url: str) -> Path | None:
    """Return the folder of a ``maildir://`` address, None for the address of a mail server."""
    return Path(url.removeprefix("maildir://")) if url.startswith("maildir://") else None


def folder_of(url: str) -> Path | None:
    """Return the folder of a ``file://`` address, None for any other."""
    return Path(unquote(urlsplit(url).path)) if url.startswith("file://") else None


def bucket_of(url: str) -> Bucket:
    """Read an ``s3://key:secret@bucket/prefix?endpoint=...&region=...`` address."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return Bucket(
        name=parts.hostname or "",
        prefix=parts.path.strip("/"),
        endpoint=query.get("endpoint", [""])[-1].rstrip("/"),
        region=query.get("region", [""])[-1],
        key=unquote(parts.username) if parts.username else None,
        secret=unquote(parts.password) if parts.password else None,
    )


def smtp_server_of(url: str) -> SmtpServer:
    """Read an ``smtp://`` or ``smtps://`` address (``?starttls=1`` asks for STARTTLS)."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    starttls = parse_qs(parts.query).get("starttls", [""])[-1]
    return SmtpServer(
        host=parts.hostname or "",
        port=parts.port or (465 if tls else 587 if starttls in TRUE else 25),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
        starttls=not tls and starttls in TRUE,
    )
