"""The marker is looked for in what leaves the house: feeds, files, invitations, papers, minutes."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from casework.clock import now
from casework.extensions import db
from casework.jobs import background as jobs
from casework.models import Meeting, MeetingItem
from casework.roles import Role
from casework.services import cases, feeds, outbox
from casework.services.secrecy import granting
from tests.support.cast import Stage
from tests.support.marker import MARKER, keepers, stage_with_it
from tests.support.smtp import SmtpServer
from tests.support.world import World


@pytest.fixture
def stage(world: World) -> Stage:
    return stage_with_it(world)


def reference_of(stage: Stage) -> str:
    return stage.world.case(stage.cases[MARKER]).reference


def let_in(stage: Stage) -> UUID:
    """Return somebody of the office who sees the case and is in charge of it."""
    officer = stage.world.person(Role.PROGRAMME_OFFICER)
    with stage.world.writing():
        case = cases.lock(stage.cases[MARKER])
        granting.admit(case, officer, Role.COMMITTEE_MEMBER, None, now())
        case.owner_id = officer
    return officer


def feed_of(stage: Stage, user_id: UUID) -> str:
    with stage.world.writing():
        feeds.renew(user_id)
    live = feeds.live(user_id)
    assert live is not None
    address = f"/calendar/feed/{feeds.token_of(live)}.ics"
    answer = stage.world.client().get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace("\r\n ", "")  # long lines are folded


def test_a_calendar_feed_names_no_case_to_who_may_not_see_it_and_no_title_to_anybody(
    stage: Stage,
) -> None:
    reference = reference_of(stage)
    readers = {let_in(stage), *(who.user_id for who in keepers(stage))}
    seen = 0
    people = [p.user_id for p in stage.people if p.name != "inactive officer"]
    for user_id in filter(None, {*people, *readers}):
        feed = feed_of(stage, user_id)
        assert MARKER not in feed
        if user_id not in readers:
            assert reference not in feed
        seen += reference in feed
    assert seen  # or the case has no deadline, and nothing was tried


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_that_a_worker_makes_names_the_case_only_to_who_sees_it(
    stage: Stage, kind: str
) -> None:
    reference, reader = reference_of(stage), let_in(stage)
    office = {p.user_id for p in stage.people if p.office and p.user_id}
    for user_id in office | {reader}:
        browser = stage.world.client(user_id)
        begun = browser.post("/exports/cases", data={"format": kind, "once": uuid4().hex})
        assert begun.status_code == 303
        assert jobs.do_next() == 1
        with browser.get(f"{begun.location}/file") as answer:
            assert answer.status_code == 200
            text = _unpacked(answer.data) if kind == "xlsx" else answer.data.decode("utf-8-sig")
            assert MARKER not in text + str(answer.headers)
            assert (reference in text) == (user_id == reader)


def _unpacked(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def test_invitations_papers_and_minutes_tell_it_to_nobody_who_may_not_see_it(
    stage: Stage, smtp: SmtpServer
) -> None:
    committee = stage.committee
    assert committee is not None
    item_id, number = db.session.execute(
        sa.select(MeetingItem.id, Meeting.number)
        .join_from(MeetingItem, Meeting)
        .where(MeetingItem.case_id == stage.cases[MARKER])
    ).one()
    here = f"/meetings/{number}"
    written = ("/minutes", "/minutes/print", "/minutes/pdf")
    for name in ("chair", "secretary", "member", "other"):
        browser = stage.world.client(committee.people[name])
        for path in ("", "/invitation", f"/items/{item_id}", *written, "/minutes/edit"):
            answer = browser.get(f"{here}{path}", buffered=True)
            text = _told(answer.mimetype, answer.data) + str(answer.headers)
            writes = path == "/minutes/edit" and name in {"chair", "secretary"}
            reads = name != "member" and path in {*written, "", f"/items/{item_id}"}
            assert (MARKER in text) == (reads or writes), f"{name}: {path}"
            title = text.partition("<title>")[2].partition("</title>")[0]
            assert MARKER not in title, f"{name}: {path}"
    outside = [p for p in stage.people if p.user_id not in committee.people.values()]
    for who in outside:
        for path in ("", "/invitation", *written):
            answer = stage.world.client(who.user_id).get(f"{here}{path}")
            assert answer.status_code in {302, 403, 404}, f"{who}: {path}"
    while outbox.deliver_due():
        db.session.rollback()
    mails = [m for m in smtp.received if number in str(m.message)]
    assert len(mails) >= 8  # four are invited, four get the papers
    for mail in smtp.received:
        parts = [p.get_payload(decode=True) for p in mail.message.walk() if not p.is_multipart()]
        assert MARKER.encode() not in b"".join(p for p in parts if isinstance(p, bytes))
        assert MARKER not in str(mail.message["Subject"])


def _told(mimetype: str | None, body: bytes) -> str:
    """Return what a page or a file says."""
    if mimetype == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return body.decode()
