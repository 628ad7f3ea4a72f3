"""Fixtures that every test may ask for: real databases, a real Valkey, a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from casework.config import Settings
from casework.embedded.valkey import private_folder
from casework.garbage import seldom_collect
from casework.workflows import registry
from tests.support import campaign
from tests.support.compiled import compile_once
from tests.support.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.support.migrating import migrate
from tests.support.postgres import running_postgres
from tests.support.processes import Processes
from tests.support.sample import definition
from tests.support.smtp import SmtpServer
from tests.support.valkey import Valkey
from tests.support.world import World

SECRET = "for tests only, and long enough to be taken"

campaign.register_profiles()
compile_once()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what only `make test-long` runs."""
    if not campaign.WHOLE:
        skip = pytest.mark.skip(reason="make test-long runs it")
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(skip)


def pytest_collection_finish() -> None:
    """Do as the product's processes do once they have loaded everything."""
    seldom_collect()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """The databases of one kind, with a migrated template to copy from."""
    with ExitStack() as stack:
        made: Databases = (
            SqliteDatabases(tmp_path_factory.mktemp("sqlite"))
            if request.param == "sqlite"
            else PostgresDatabases(stack.enter_context(running_postgres()))
        )
        made.prepare(migrate)
        yield made


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database that all tests of this process share, on SQLite and on PostgreSQL."""
    url = databases.copy()
    yield url
    databases.drop(url)


@pytest.fixture
def fresh_database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of the test's own, on SQLite and on PostgreSQL."""
    url = databases.copy()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def valkey_of_process() -> Iterator[Valkey]:
    """The Valkey of this test process; tests ask for `valkey`."""
    with private_folder() as folder:
        server = Valkey(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def valkey(valkey_of_process: Valkey) -> Valkey:
    """A running and empty Valkey; the test may stop or kill it."""
    valkey_of_process.start()
    valkey_of_process.flush()
    return valkey_of_process


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A running SMTP server that records what it gets."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def environment(
    fresh_database_url: str, valkey: Valkey, smtp: SmtpServer, tmp_path: Path
) -> dict[str, str]:
    """The variables of an installation made of the real servers above."""
    return {
        "CASEWORK_DATABASE_URL": fresh_database_url,
        "CASEWORK_REDIS_URL": valkey.url,
        "CASEWORK_SMTP_URL": smtp.url,
        "CASEWORK_SECRET_KEY": SECRET,
        "CASEWORK_BASE_URL": "http://127.0.0.1",
        "CASEWORK_MAIL_FROM": "casework@fondation.example",
        "CASEWORK_DATA_DIR": str(tmp_path / "data"),
        "CASEWORK_TESTING": "1",
        "CASEWORK_SECOND_FACTOR": "optional",
        "CASEWORK_LIMIT_SIGN_IN": "1000 per hour",
        "CASEWORK_LIMIT_MAILS": "1000 per hour",
        "CASEWORK_LIMIT_CLIENT": "5000 per hour",
        "CASEWORK_LIMIT_PUBLIC": "5000 per hour",
    }


@pytest.fixture
def processes(environment: dict[str, str], tmp_path: Path) -> Iterator[Processes]:
    """Starts real processes in that installation and stops them at the end."""
    started = Processes(environment, tmp_path)
    yield started
    started.stop_all()


@pytest.fixture
def app(environment: dict[str, str]) -> Iterator[Flask]:
    """The application on a database of the test's own, with the sample workflow beside ours."""
    from casework.app import create_app
    from casework.extensions import db

    _know_the_sample()
    application = create_app(Settings.from_env(environment))
    application.config["WTF_CSRF_ENABLED"] = False
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """People, organisations and cases for a test."""
    return World(app)


def _know_the_sample() -> None:
    if not any(w.key == "sample" for w in registry.every()):
        registry.register(definition.SAMPLE, Path(str(definition.__file__)).parent / "templates")
