"""A person's data: all of it handed to them, and erased by two, with every chain still whole."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.adapters.storage import DamagedError
from casework.clock import frozen, now
from casework.db import announce_write
from casework.extensions import db, house_day
from casework.models import (
    BackgroundWork,
    Draft,
    Erasure,
    Event,
    EventPayload,
    Grant,
    Message,
    SearchEntry,
    SecurityEvent,
    User,
    UserSession,
)
from casework.models.label_audit import RecommendedAction
from casework.roles import Audience, Role
from casework.services import background_files, background_run, cleaning, drafts, events, notes
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.personal_data import erasing, weighing
from tests.support.pages import read
from tests.support.world import World

SAID = "I said this in confidence"
WHY = "We still need a second quotation."


@dataclass
class Files:
    """A closed request, and everybody who had to do with it."""

    world: World
    case_id: UUID
    organisation: UUID
    lead: UUID
    officer: UUID
    first: UUID
    second: UUID

    def user(self, user_id: UUID) -> User:
        return db.session.get_one(User, user_id, populate_existing=True)

    def ask(self, user_id: UUID, by: UUID) -> None:
        with self.world.writing():
            erasing.ask(self.user(user_id), self.world.actor(by))

    def confirm(self, user_id: UUID, by: UUID) -> UUID:
        with self.world.writing():
            return erasing.confirm(self.user(user_id), self.world.actor(by), uuid4().hex).id

    def erase(self, user_id: UUID) -> BackgroundWork:
        self.ask(user_id, user_id)
        work_id = self.confirm(user_id, self.first)
        background_run.do_now(work_id)
        return db.session.get_one(BackgroundWork, work_id, populate_existing=True)


@pytest.fixture
def files(app: Flask, world: World) -> Files:
    organisation = world.organisation()
    world.person(Role.PARTNER_LEAD, organisation)
    lead = world.person(Role.PARTNER_LEAD, organisation, name="Lena Vanbeselaere")
    officer = world.person(Role.PROGRAMME_OFFICER, name="Omar Officer")
    first, second = (world.person(Role.ADMINISTRATOR) for _ in range(2))
    case_id = world.start("sample", lead, organisation, title="A new roof")
    world.fire(case_id, "ask", lead)
    world.fire(case_id, "question", officer, reason="Which roof is it?")
    world.fire(case_id, "reply", lead, reason=WHY)
    with world.writing():
        notes.write(case_id, world.actor(lead), Audience.PARTNER, SAID, "")
        drafts.keep(lead, "/somewhere", {"text": ["half a thought"]})
        stamp = {"created_at": now(), "updated_at": now(), "position": 1}
        advice = {"priority": "high", "due_on": house_day(), "owner": "Lena Vanbeselaere"}
        db.session.add(RecommendedAction(case_id=case_id, **stamp, **advice))
    world.client(lead).get("/account")
    return Files(world, case_id, organisation, lead, officer, first, second)


def held_anywhere(words: str) -> list[str]:
    """Return the tables in which a text still stands somewhere."""
    found = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            if any(words in str(value) for value in row):
                found.append(table.name)
                break
    return found


def test_one_gets_all_that_is_held_about_oneself_in_one_archive(files: Files) -> None:
    browser = files.world.client(files.lead)
    form = read(browser, "/account/personal-data").form("once")
    for _ in range(2):
        sent = browser.post(form.action, data=form.fields)
        assert sent.status_code == 303
    db.session.rollback()
    (work,) = db.session.scalars(sa.select(BackgroundWork))
    work_id = work.id
    background_run.do_now(work_id)
    page = sent.headers["Location"]
    assert "All that we hold about Lena Vanbeselaere" in read(browser, page).text
    got = browser.get(f"{page}/file", buffered=True)
    assert got.status_code == 200
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        data = json.loads(archive.read("data.json"))
        html = archive.read("data.html").decode()
    assert data["notes"][0]["Text"] == SAID
    assert {act["Case"] for act in data["acts"]} == {files.world.case(files.case_id).reference}
    assert data["drafts"][0]["Text"] == {"text": ["half a thought"]}
    assert data["roles"][0]["Role"] == "partner_lead"
    for expected in ("Lena Vanbeselaere", SAID, "half a thought", "Terre en Commun"):
        assert expected in html
    assert "Omar Officer" not in json.dumps(data["account"])
    other = files.world.client(files.first)
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/file").status_code == 404


def test_what_is_erased_is_gone_everywhere_and_the_chain_holds(files: Files) -> None:
    address = files.user(files.lead).email
    assert held_anywhere("Vanbeselaere")
    work = files.erase(files.lead)
    assert work.state == "done", work.error
    user = files.user(files.lead)
    assert not user.active
    assert user.name == f"Former person {user.id.hex[-4:]}"
    for words in ("Vanbeselaere", address, SAID, "half a thought"):
        assert held_anywhere(words) == [], words
    for model, column in (
        (Draft, Draft.user_id),
        (UserSession, UserSession.user_id),
        (Message, Message.recipient_id),
    ):
        assert db.session.scalars(sa.select(model).where(column == files.lead)).all() == []
    grants = db.session.scalars(sa.select(Grant).where(Grant.user_id == files.lead))
    assert all(grant.ends_at is not None for grant in grants)
    assert (
        db.session.scalar(
            sa.select(SearchEntry.id).where(SearchEntry.subject_id == files.lead).limit(1)
        )
        is None
    )
    assert events.verify() == []


def test_decisions_keep_their_words_and_show_another_name(files: Files) -> None:
    files.erase(files.lead)
    text = read(
        files.world.client(files.officer), f"/cases/{files.world.case(files.case_id).reference}"
    ).text
    assert WHY in text
    assert "Former person" in text
    assert "The words of this note were erased." in text
    assert "Vanbeselaere" not in text


def test_words_of_long_closed_cases_go_too(files: Files) -> None:
    with files.world.writing():
        files.world.case(files.case_id).closed_at = now()
    with frozen(now() + timedelta(days=366 * 10)):
        files.erase(files.lead)
    left = db.session.scalars(
        sa.select(EventPayload.text)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.actor_id == files.lead)
    ).all()
    assert left == []
    assert events.verify() == []


def test_the_security_log_says_that_and_by_whom_and_not_what(files: Files) -> None:
    files.erase(files.lead)
    said = db.session.scalars(
        sa.select(SecurityEvent).where(
            SecurityEvent.about_id == files.lead, SecurityEvent.kind.like("eras%")
        )
    ).all()
    assert [(e.kind, e.actor_id, e.params) for e in said] == [
        ("erasure_asked", files.lead, {}),
        ("erased", files.first, {}),
    ]


def test_nobody_confirms_what_they_have_asked_for(files: Files) -> None:
    files.ask(files.lead, files.first)
    with pytest.raises(RefusedError):
        files.confirm(files.lead, files.first)
    with pytest.raises(ForbiddenError):
        files.confirm(files.lead, files.officer)
    files.ask(files.first, files.first)
    with pytest.raises(RefusedError):
        files.confirm(files.first, files.first)
    files.confirm(files.lead, files.second)


def test_only_oneself_or_an_administrator_asks(files: Files) -> None:
    with pytest.raises(ForbiddenError):
        files.ask(files.lead, files.officer)
    with pytest.raises(NotFoundError):
        files.confirm(files.lead, files.first)


def test_open_cases_are_handed_over_first(files: Files) -> None:
    with files.world.writing():
        files.world.case(files.case_id).owner_id = files.officer
    reference = files.world.case(files.case_id).reference
    browser = files.world.client(files.officer)
    text = read(browser, "/account/personal-data").text
    assert reference in text
    assert "Hand them over to somebody else first" in text
    assert browser.post("/account/personal-data/erasure", data={}).status_code == 422
    with files.world.writing():
        files.world.case(files.case_id).owner_id = None
    files.ask(files.officer, files.officer)
    with files.world.writing():
        files.world.case(files.case_id).owner_id = files.officer
    with pytest.raises(RefusedError):
        files.confirm(files.officer, files.first)


def test_the_only_lead_of_open_cases_names_another_first(files: Files) -> None:
    other = sa.select(Grant).where(
        Grant.scope_id == files.organisation, Grant.user_id != files.lead
    )
    with files.world.writing():
        db.session.scalars(other).one().ends_at = now()
    found = list(weighing.obstacles(files.user(files.lead)))
    assert [reason.params for reason in found] == [{"organisation": "Terre en Commun"}]


def test_a_wish_is_taken_back_before_it_is_confirmed(files: Files) -> None:
    browser = files.world.client(files.lead)
    assert browser.post("/account/personal-data/erasure", data={}).status_code == 303
    text = read(browser, "/account/personal-data").text
    assert "Asked for on" in text
    assert browser.post("/account/personal-data/erasure/take-back", data={}).status_code == 303
    db.session.rollback()
    (wish,) = db.session.scalars(sa.select(Erasure))
    assert wish.withdrawn_at is not None
    with pytest.raises(NotFoundError):
        files.confirm(files.lead, files.first)


def test_an_administrator_confirms_on_the_persons_page(files: Files) -> None:
    files.ask(files.lead, files.lead)
    browser = files.world.client(files.first)
    address = f"/people/{files.lead}/erasure"
    page = read(browser, address)
    assert "Words of notes" in page.text
    form = page.form("once")
    assert form.action == f"{address}/confirm"
    sent = browser.post(form.action, data=form.fields)
    assert sent.status_code == 303
    db.session.rollback()
    work = db.session.scalars(
        sa.select(BackgroundWork).where(BackgroundWork.kind == "erase_person")
    ).one()
    background_run.do_now(work.id)
    assert not files.user(files.lead).active


def test_the_files_that_somebody_had_made_are_removed(files: Files) -> None:
    browser = files.world.client(files.lead)
    browser.post("/account/personal-data/archive", data={"once": "a"})
    db.session.rollback()
    work = db.session.scalars(sa.select(BackgroundWork)).one()
    background_run.do_now(work.id)
    sha256 = db.session.get_one(BackgroundWork, work.id, populate_existing=True).file_sha256
    with background_files.storage().open(sha256):
        pass
    files.erase(files.lead)
    with pytest.raises(DamagedError), background_files.storage().open(sha256):
        pass


def test_words_that_had_to_be_kept_go_when_the_years_are_over(files: Files) -> None:
    files.erase(files.lead)
    with files.world.writing():
        files.world.case(files.case_id).closed_at = now()
    own = (
        sa.select(sa.func.count())
        .select_from(EventPayload)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.actor_id == files.lead)
    )
    kept = db.session.scalar(own)
    assert kept
    for years, left in ((9, kept), (11, 0)):
        with frozen(now() + timedelta(days=366 * years)):
            announce_write()
            db.session.rollback()
            cleaning.clean(now())
        assert db.session.scalar(own) == left
    assert events.verify() == []


def test_what_has_come_up_since_the_confirmation_stops_the_erasure(files: Files) -> None:
    files.ask(files.officer, files.officer)
    work_id = files.confirm(files.officer, files.first)
    with files.world.writing():
        files.world.case(files.case_id).owner_id = files.officer
    background_run.do_now(work_id)
    work = db.session.get_one(BackgroundWork, work_id, populate_existing=True)
    assert work.state == "failed"
    assert "Hand them over" in work.error
    assert files.user(files.officer).active
    with files.world.writing():
        files.world.case(files.case_id).owner_id = None
    background_run.do_now(files.confirm(files.officer, files.first))
    assert not files.user(files.officer).active
