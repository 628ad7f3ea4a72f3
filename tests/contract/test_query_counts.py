"""Every page asks the database as often for one row as for many, and never more than 15 times."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.app import create_app
from casework.extensions import db
from casework.models import Case
from casework.roles import Role
from casework.workflows import registry
from tests.conftest import _know_the_sample
from tests.support import cast, crowd
from tests.support.addresses import addresses
from tests.support.cast import Stage
from tests.support.databases import Databases
from tests.support.migrating import settings_for
from tests.support.world import World

MOST = 15
ROWS = 35


@pytest.fixture(scope="module")
def application(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of the module's own, so that the many rows are made once."""
    _know_the_sample()
    url, folder = databases.copy(), tmp_path_factory.mktemp("counts")
    made = create_app(settings_for(url, data_dir=folder))
    made.config["WTF_CSRF_ENABLED"] = False
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="module")
def counts(application: Flask) -> dict[str, tuple[dict[str, list[str]], ...]]:
    """The statements of every page for each reader: with few rows, and with many."""
    stage = cast.build(World(application))
    readers = {"office": _everything_in_the_office(stage), "partner": stage.outsider_id}
    crowd.add(stage, 1)
    _into_co_creation(stage)
    few = {name: _walk(application, stage, reader) for name, reader in readers.items()}
    crowd.add(stage, ROWS)
    many = {name: _walk(application, stage, reader) for name, reader in readers.items()}
    return {name: (few[name], many[name]) for name in readers}


def _everything_in_the_office(stage: Stage) -> UUID:
    person = stage.world.person(Role.PROGRAMME_OFFICER)
    with stage.world.writing():
        for role in (Role.PROGRAMME_LEAD, Role.FINANCE, Role.ADMINISTRATOR):
            stage.world.grant(person, role)
    return person


def _into_co_creation(stage: Stage) -> None:
    """Put the project into the state in which most of its sections are written."""
    with stage.world.writing():
        db.session.execute(
            sa.update(Case)
            .where(Case.id == stage.cases["partner_project"])
            .values(state="co_creation", previous_state="matched")
        )


def _sections(stage: Stage, kind: str) -> list[str]:
    case = stage.case(kind)
    return [s.key for s in registry.get(case.workflow_key, case.workflow_version).sections]


def _walk(application: Flask, stage: Stage, reader: UUID) -> dict[str, list[str]]:
    """Return the statements of each page that this person can open."""
    found: dict[str, list[str]] = {}
    for kind in ("partner_project", "label_audit", "sample"):
        for address in addresses(application, stage, kind, section_key=_sections):
            if address.method != "GET" or address.path in found:
                continue
            browser = stage.world.client(reader)
            db.session.remove()  # or it would know what an earlier page has read
            with crowd.statements(db.engine) as said:
                answer = browser.get(address.path, buffered=True)
            if answer.status_code == 200:
                found[address.path] = said
    return found


@pytest.mark.parametrize("reader", ["office", "partner"])
def test_no_page_asks_more_than_fifteen_times(
    counts: dict[str, tuple[dict[str, list[str]], ...]], reader: str
):
    _few, many = counts[reader]
    over = {path: len(said) for path, said in many.items() if len(said) > MOST}
    assert over == {}


@pytest.mark.parametrize("reader", ["office", "partner"])
def test_a_page_asks_as_often_for_many_rows_as_for_one(
    counts: dict[str, tuple[dict[str, list[str]], ...]], reader: str
):
    few, many = counts[reader]
    assert few.keys() == many.keys()
    grown = {
        path: (len(few[path]), len(said))
        for path, said in many.items()
        if len(said) != len(few[path])
    }
    assert grown == {}


@pytest.mark.parametrize("reader", ["office", "partner"])
def test_the_walk_opens_the_pages_that_matter(
    counts: dict[str, tuple[dict[str, list[str]], ...]], reader: str
):
    _few, many = counts[reader]
    assert len(many) > 25
    own = "/cases" if reader == "office" else "/mine"
    assert {own, "/inbox"} <= many.keys()
