"""Documents of a case: through the pages and through the service, on both databases."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from casework.adapters.storage import path_of
from casework.extensions import db, settings
from casework.models import Case, Document, DocumentVersion, Event, EventPayload
from casework.roles import Role
from casework.services import approvals, documents, events
from casework.services.errors import ForbiddenError, NotFoundError
from tests.support import files
from tests.support.world import World


@dataclass
class Stage:
    """One case with everybody around it."""

    world: World
    partner: UUID
    officer: UUID
    stranger: UUID
    case_id: UUID
    reference: str

    @property
    def url(self) -> str:
        return f"/cases/{self.reference}/documents"

    def client(self, person: UUID) -> FlaskClient:
        return self.world.client(person)

    def send(
        self,
        person: UUID,
        content: bytes = files.PDF,
        name: str = "report.pdf",
        path: str = "",
        **fields: str,
    ) -> TestResponse:
        data: dict[str, Any] = {"kind": "other", "title": "Report", "once": "", **fields}
        data["file"] = FileStorage(io.BytesIO(content), name)
        boundary, body = encode_multipart(data)
        return self.client(person).post(
            self.url + path,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            buffered=True,
        )

    def case(self) -> Case:
        db.session.rollback()
        return self.world.case(self.case_id)

    def documents(self) -> list[Document]:
        db.session.rollback()
        return list(db.session.scalars(sa.select(Document).order_by(Document.id)))

    def versions(self) -> list[DocumentVersion]:
        db.session.rollback()
        return list(db.session.scalars(sa.select(DocumentVersion).order_by(DocumentVersion.id)))

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        db.session.rollback()
        texts = db.session.scalars(
            sa.select(EventPayload.text)
            .join(Event, Event.id == EventPayload.event_id)
            .where(Event.case_id == self.case_id, Event.kind == kind)
            .order_by(Event.seq)
        )
        return [json.loads(text) for text in texts]


@pytest.fixture
def stage(world: World) -> Stage:
    ours, theirs = world.organisation(), world.organisation("Autre ASBL")
    partner = world.person(Role.PARTNER_LEAD, ours)
    case_id = world.start("sample", partner, ours, title="A garden")
    return Stage(
        world,
        partner,
        world.person(Role.PROGRAMME_OFFICER),
        world.person(Role.PARTNER_LEAD, theirs),
        case_id,
        world.case(case_id).reference,
    )


def stored() -> list[Path]:
    return [p for p in (settings().data_dir / "documents").rglob("*") if p.is_file()]


def fetch(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """Get a page or a file, and let go of the file."""
    return client.get(path, headers=headers, buffered=True)


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.msg for record in caplog.records if isinstance(record.msg, dict)]


def page_of(response: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def test_a_document_arrives_with_its_hash_and_an_event(stage: Stage) -> None:
    before = stage.case().version
    assert stage.send(stage.partner, title="  The  report ").status_code == 303
    (document,), (version,) = stage.documents(), stage.versions()
    digest = hashlib.sha256(files.PDF).hexdigest()
    assert (document.title, document.kind, document.house_only) == ("The report", "other", False)
    assert (version.number, version.sha256, version.size) == (1, digest, len(files.PDF))
    assert version.media_type == "application/pdf"
    assert stored() == [path_of(settings().data_dir / "documents", digest)]
    (said,) = stage.payloads("document")
    assert (said["sha256"], said["filename"], said["number"]) == (digest, "report.pdf", 1)
    assert stage.case().version == before + 1
    assert events.verify([stage.case_id]) == []


@pytest.mark.parametrize("side", ["partner", "officer"])
def test_both_sides_see_the_list_and_read_the_file(stage: Stage, side: str) -> None:
    stage.send(stage.officer, files.word(), "Rapport d’été.docx", title="")
    client = stage.client(getattr(stage, side))
    listed = client.get(stage.url)
    assert listed.status_code == 200
    assert "Rapport d’été" in page_of(listed)
    address = re.findall(rf'href="({stage.url}/[0-9a-f-]+/1)"', listed.text)[0]
    got = fetch(client, address)
    assert got.data == files.word()
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    disposition = got.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert 'filename="Rapport dete.docx"' in disposition or "filename=" in disposition
    assert "filename*=UTF-8''Rapport%20d%E2%80%99%C3%A9t%C3%A9.docx" in disposition
    assert disposition.isascii()
    etag = got.headers["ETag"]
    assert etag == f'"{hashlib.sha256(files.word()).hexdigest()}"'
    assert fetch(client, address, **{"If-None-Match": etag}).status_code == 304


BAD = {
    "a program named pdf": (files.EXE, "report.pdf", "its content is something else"),
    "a program": (files.EXE, "setup.exe", "Files of the type .exe are not taken"),
    "nothing in it": (b"", "report.pdf", "This file is empty"),
    "a page": (b"<html>", "page.html", "Files of the type .html are not taken"),
    "a drawing": (b"<svg/>", "drawing.svg", "Files of the type .svg are not taken"),
    "too much inside": (
        files.word(**{"word/zeros": bytes(30 * 1024 * 1024)}),
        "report.docx",
        "unpacks to far more",
    ),
    "no file": (b"", "", "Choose the file that you want to send"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gets_advice_and_what_was_typed_stays(stage: Stage, case: str) -> None:
    content, name, advice = BAD[case]
    answer = stage.send(stage.partner, content, name, title="My own title")
    assert answer.status_code == 422
    assert advice in page_of(answer)
    assert 'value="My own title"' in answer.text
    assert stage.documents() == []
    assert stored() == []


def test_a_file_that_is_too_big_gets_advice(stage: Stage) -> None:
    limit = settings().max_upload_bytes
    answer = stage.send(stage.partner, files.PDF + b" " * limit)
    assert answer.status_code == 422
    assert "bigger than 25 MB" in page_of(answer)
    assert stored() == []
    much_more = stage.send(stage.partner, files.PDF + b" " * (limit + 2 * 1024 * 1024))
    assert much_more.status_code == 413
    assert stage.documents() == []


@pytest.mark.parametrize("title", ["x" * 1_000_000, "x" * 201])
def test_a_title_that_is_too_long_is_refused(stage: Stage, title: str) -> None:
    answer = stage.send(stage.partner, title=title)
    assert answer.status_code == 422
    assert "at most 200 characters" in page_of(answer)


def test_a_kind_that_is_not_offered_is_refused(stage: Stage) -> None:
    assert stage.send(stage.partner, kind="nonsense").status_code == 422
    assert stage.documents() == []


@pytest.mark.parametrize("name", ["../../../etc/cron.pdf", "..\\..\\boot.pdf", "/tmp/x.pdf"])
def test_a_name_leads_nowhere(stage: Stage, name: str) -> None:
    assert stage.send(stage.partner, name=name).status_code == 303
    (version,) = stage.versions()
    assert re.fullmatch(r"\w+\.pdf", version.filename)
    assert all((settings().data_dir / "documents") in path.parents for path in stored())


def test_the_same_click_twice_adds_once(stage: Stage) -> None:
    assert stage.send(stage.partner, once="k1").status_code == 303
    assert stage.send(stage.partner, once="k1").status_code == 303
    assert len(stage.documents()) == 1
    document = stage.documents()[0].id
    for _ in range(2):
        stage.send(stage.partner, name="new.pdf", path=f"/{document}/versions", once="k2")
    assert [v.number for v in stage.versions()] == [1, 2]


def test_another_organisation_finds_nothing_and_the_attempt_is_logged(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.send(stage.partner)
    document = stage.documents()[0].id
    client = stage.client(stage.stranger)
    answers = [
        client.get(stage.url),
        client.get(f"{stage.url}/{document}/1"),
        stage.send(stage.stranger),
        stage.send(stage.stranger, path=f"/{document}/versions"),
        client.post(f"{stage.url}/{document}/withdraw", data={"reason": "because"}),
    ]
    assert [a.status_code for a in answers] == [404] * 5
    refused = [line for line in logged(caplog) if line["event"] == "address_refused"]
    assert len(refused) >= 5
    assert {line["user"] for line in refused} == {str(stage.stranger)}
    assert len(stage.versions()) == 1


def test_a_document_cannot_be_reached_through_another_case(stage: Stage) -> None:
    stage.send(stage.partner)
    document = stage.documents()[0].id
    theirs = stage.world.case(stage.case_id).organisation_id
    assert theirs is not None
    other = stage.world.start("sample", stage.partner, theirs, title="Another one")
    reference = stage.world.case(other).reference
    client = stage.client(stage.partner)
    assert client.get(f"/cases/{reference}/documents/{document}/1").status_code == 404
    for wrong in (f"{document}/2", f"{UUID(int=7)}/1", "nonsense/1"):
        assert client.get(f"{stage.url}/{wrong}").status_code == 404


def test_what_is_for_the_house_only_is_not_there_for_the_partner(stage: Stage) -> None:
    stage.send(stage.officer, title="Our own view", house_only="y")
    document = stage.documents()[0]
    assert document.house_only
    partner, officer = stage.client(stage.partner), stage.client(stage.officer)
    assert "Our own view" in page_of(officer.get(stage.url))
    for path in (stage.url, f"/cases/{stage.reference}", f"/cases/{stage.reference}/history"):
        assert "Our own view" not in partner.get(path).text
    assert partner.get(f"{stage.url}/{document.id}/1").status_code == 404
    assert stage.send(stage.partner, path=f"/{document.id}/versions").status_code == 404


def test_a_partner_cannot_hide_a_document_from_the_partner(stage: Stage) -> None:
    stage.send(stage.partner, house_only="y")
    assert not stage.documents()[0].house_only


def test_a_new_version_keeps_the_old_one_and_voids_approvals(stage: Stage) -> None:
    stage.send(stage.partner)
    stage.world.fire(stage.case_id, "ask", stage.partner)
    assert not stage.world.fire(stage.case_id, "grant", stage.officer).moved
    assert len(approvals.standing(stage.case())) == 1
    document, version = stage.documents()[0].id, stage.case().version
    answer = stage.send(stage.partner, files.word(), "v2.docx", path=f"/{document}/versions")
    assert answer.status_code == 303
    assert approvals.standing(stage.case()) == []
    assert stage.case().version == version + 1
    client = stage.client(stage.partner)
    assert fetch(client, f"{stage.url}/{document}/1").data == files.PDF
    assert fetch(client, f"{stage.url}/{document}/2").data == files.word()
    assert [p["number"] for p in stage.payloads("document")] == [1, 2]


def test_a_bad_new_version_shows_its_fault_beside_the_document(stage: Stage) -> None:
    stage.send(stage.partner)
    document = stage.documents()[0].id
    answer = stage.send(stage.partner, files.EXE, "v2.pdf", path=f"/{document}/versions")
    assert answer.status_code == 422
    assert f'href="#file-{document.hex}"' in answer.text
    assert answer.text.count(f'id="file-{document.hex}"') == 1
    assert len(stage.versions()) == 1


def test_taking_back_needs_a_reason_and_hides_it_from_the_partner(stage: Stage) -> None:
    stage.send(stage.partner)
    document = stage.documents()[0].id
    client, officer = stage.client(stage.partner), stage.client(stage.officer)
    path = f"{stage.url}/{document}/withdraw"
    assert client.post(path, data={"reason": " "}).status_code == 422
    assert client.post(path, data={"reason": "The wrong file"}).status_code == 303
    assert "Report" not in page_of(client.get(stage.url)).partition("Add a document")[0]
    assert client.get(f"{stage.url}/{document}/1").status_code == 404
    assert "1 document was taken back" in page_of(officer.get(stage.url))
    assert fetch(officer, f"{stage.url}/{document}/1").data == files.PDF
    assert stage.payloads("document_withdrawn")[0]["reason"] == "The wrong file"
    assert stage.send(stage.officer, path=f"/{document}/versions").status_code == 404


def test_a_partner_takes_back_only_what_nobody_else_has_touched(stage: Stage) -> None:
    stage.send(stage.officer)
    document = stage.documents()[0].id
    answer = stage.client(stage.partner).post(
        f"{stage.url}/{document}/withdraw", data={"reason": "I do not like it"}
    )
    assert answer.status_code == 403
    assert stage.documents()[0].withdrawn_at is None


def test_after_the_end_only_the_house_adds(stage: Stage) -> None:
    stage.world.fire(stage.case_id, "ask", stage.partner)
    stage.world.fire(stage.case_id, "refuse", stage.officer, reason="Not for us.")
    actor = stage.world.actor(stage.partner)
    with (
        documents.arriving(io.BytesIO(files.PDF), "a.pdf") as arrival,
        stage.world.writing(),
        pytest.raises(ForbiddenError),
    ):
        documents.add(stage.case_id, actor, "other", "", False, arrival, "k")
    assert "Add a document" not in page_of(stage.client(stage.partner).get(stage.url))
    assert stage.send(stage.officer).status_code == 303


def test_somebody_recused_adds_nothing(stage: Stage) -> None:
    with stage.world.writing():
        stage.world.grant(stage.officer, Role.PROGRAMME_OFFICER, case=stage.case_id, denies=True)
    assert stage.send(stage.officer).status_code == 404
    with stage.world.writing(), pytest.raises(NotFoundError):
        documents.withdraw(
            stage.case_id, stage.world.actor(stage.officer), UUID(int=1), "because", ""
        )


def test_bytes_changed_behind_our_back_are_not_sent(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.send(stage.partner)
    document = stage.documents()[0].id
    stored()[0].write_bytes(files.PDF.replace(b"obj", b"bad"))
    answer = stage.client(stage.partner).get(f"{stage.url}/{document}/1")
    assert answer.status_code == 500
    assert b"%PDF" not in answer.data
    assert "document_damaged" in {line["event"] for line in logged(caplog)}


def test_the_page_asks_as_much_for_forty_documents_as_for_one(stage: Stage) -> None:
    def asked() -> int:
        count = 0

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            nonlocal count
            count += statement.startswith("SELECT")

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert stage.client(stage.officer).get(stage.url).status_code == 200
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return count

    stage.send(stage.partner)
    one = asked()
    for number in range(40):
        stage.send(stage.partner, files.PDF + str(number).encode(), title=f"Report {number}")
    assert asked() == one
    assert one <= 15
