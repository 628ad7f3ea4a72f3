"""Files are looked at by a real clamd before anything is stored."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.extensions import db, settings
from casework.models import DocumentVersion
from casework.roles import Role
from casework.services import documents
from casework.services.documents import InvalidDocumentError
from tests.support import files
from tests.support.clamd import HARMFUL, NAME, PROGRAM, Clamd
from tests.support.world import World

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(PROGRAM is None, reason="clamd is not installed"),
]


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    made = Clamd(tmp_path_factory.mktemp("clamd"))
    made.start()
    yield made
    made.stop()


def scanned_by(app: Flask, url: str) -> None:
    app.extensions["casework"] = replace(settings(), clamd_url=url)


def send(world: World, content: bytes) -> tuple[int, str]:
    """Send a file as a partner; return the status and the page."""
    organisation = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, organisation)
    case_id = world.start("sample", partner, organisation, title="A case")
    reference = world.case(case_id).reference
    db.session.rollback()
    answer = world.client(partner).post(
        f"/cases/{reference}/documents",
        data={"kind": "other", "title": "Kept title", "file": (io.BytesIO(content), "a.pdf")},
    )
    return answer.status_code, answer.get_data(as_text=True)


def stored() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(DocumentVersion)) or 0


def test_a_clean_file_is_taken(app: Flask, world: World, clamd: Clamd):
    scanned_by(app, clamd.url)
    assert send(world, files.PDF)[0] == 303
    assert stored() == 1


def test_a_harmful_file_is_refused_by_name_and_nothing_is_stored(
    app: Flask, world: World, clamd: Clamd
):
    scanned_by(app, clamd.url)
    status, page = send(world, HARMFUL)
    assert status == 422
    assert NAME in page
    assert "Kept title" in page
    assert stored() == 0
    assert list(documents.storage().names()) == []


def test_without_an_answer_no_file_is_taken(app: Flask, world: World, tmp_path: Path):
    scanned_by(app, f"unix://{tmp_path}/nobody.sock")
    status, page = send(world, files.PDF)
    assert status == 422
    assert "Kept title" in page
    assert stored() == 0


def test_a_file_that_is_too_big_to_be_looked_at_is_not_taken(
    app: Flask, world: World, clamd: Clamd
):
    scanned_by(app, clamd.url)
    big = io.BytesIO(files.PDF + b"%" + b" " * 2_000_000)
    with pytest.raises(InvalidDocumentError), documents.arriving(big, "big.pdf"):
        pass
    assert list(documents.storage().names()) == []
