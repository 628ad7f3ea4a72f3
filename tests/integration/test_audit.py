"""The audit trail: acts without their words, secrets by their reference only, chains verified."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.clock import frozen, now
from casework.extensions import db
from casework.jobs import background as jobs
from casework.models import BackgroundWork, Message, User
from casework.roles import Role
from casework.services import background_kinds, verifying
from tests.support.world import World


@pytest.fixture
def browser(world: World) -> FlaskClient:
    return world.client(world.person(Role.ADMINISTRATOR, name="Elif"))


@pytest.fixture
def case_id(world: World) -> UUID:
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own, name="Nora")
    case_id = world.start("sample", lead, own, title="A very special title")
    world.fire(case_id, "ask", lead)
    return case_id


def reference(world: World, case_id: UUID) -> str:
    db.session.rollback()
    return world.case(case_id).reference


def test_acts_are_told_without_their_words(
    world: World, browser: FlaskClient, case_id: UUID
) -> None:
    page = browser.get("/audit").text
    assert reference(world, case_id) in page
    assert "Request sent" in page
    assert "Nora" in page
    assert "very special" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("person=nora", True),
        ("person=NORA&kind=transition", True),
        ("person=%25", False),
        ("kind=note", False),
        ("reference=sa-2026-0001", True),
        ("reference=sa-2026", False),
        ("since=2026-01-05&until=2026-01-05", True),
        ("since=2026-01-06", False),
        ("until=2026-01-04", False),
    ],
)
def test_acts_are_found_by_person_reference_kind_and_day(
    world: World, query: str, found: bool
) -> None:
    from datetime import UTC, datetime

    with frozen(datetime(2026, 1, 5, 22, 59, tzinfo=UTC)):  # still that day in Brussels
        own = world.organisation()
        world.start("sample", world.person(Role.PARTNER_LEAD, own, name="Nora"), own, title="One")
        browser = world.client(world.person(Role.ADMINISTRATOR))
        assert ("SA-2026-0001</td>" in browser.get(f"/audit?{query}").text) is found


def test_of_a_confidential_case_only_its_reference_is_told(
    world: World, browser: FlaskClient, case_id: UUID
) -> None:
    with world.writing():
        world.case(case_id).restricted = True
    name = reference(world, case_id)
    page = browser.get("/audit").text
    assert name in page
    assert "an act on a confidential case" in page
    assert "Nora" not in page
    assert "Request sent" not in page
    assert name in browser.get(f"/audit?reference={name}").text
    for query in ("person=nora", "kind=transition"):  # nor can one find out by asking
        assert name not in browser.get(f"/audit?{query}").text


def test_nonsense_days_are_said_to_be_nonsense(browser: FlaskClient, case_id: UUID) -> None:
    page = browser.get("/audit?since=tomorrow&person=<script>").text
    assert "“tomorrow” is no day" in page
    assert "<script>" not in page.replace('<script type="module"', "").replace("<script defer", "")
    assert "comes after" in browser.get("/audit?since=2026-02-02&until=2026-01-01").text
    assert browser.get("/audit/changes?since=x&page=99999999").status_code == 200


def test_changes_outside_cases_are_told(world: World, browser: FlaskClient) -> None:
    own = world.organisation("Old name")
    officer = world.person(Role.PROGRAMME_OFFICER, name="Claire")
    editor = world.client(officer)
    assert "Claire" not in browser.get("/audit/changes").text
    from casework.models import Organisation
    from casework.services import changes

    with world.writing():
        row = db.session.get_one(Organisation, own)
        changes.record(row, {"town": "Namur"}, {"town": "Liège"}, officer)
    page = browser.get("/audit/changes?person=claire&kind=organisation").text
    assert "Old name" in page
    assert "Liège" in page
    assert editor.get("/audit/changes").status_code == 403


def test_all_chains_are_verified_and_the_answer_is_kept(
    world: World, browser: FlaskClient, case_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "BATCH", 1)
    own = world.organisation()
    world.start("sample", world.person(Role.PARTNER_LEAD, own), own, title="Another")
    browser.post("/audit/verify")
    jobs.do_next()
    assert "2 cases, and every chain holds" in browser.get("/audit").text
    with world.writing():
        world.case(case_id).state = "granted"  # past the product
    name = reference(world, case_id)
    with frozen(now() + timedelta(days=20)):
        assert jobs.remove_old() == 0  # kept longer than an export
        browser.post("/audit/verify", data={"once": "again"})
        jobs.do_next()
        page = browser.get("/audit").text
    assert f"{name}: the case stands in granted, its events say asked" in page
    work = db.session.scalars(
        sa.select(BackgroundWork).order_by(BackgroundWork.created_at.desc())
    ).first()
    assert work is not None
    assert (work.done, work.result["number_of_faults"]) == (2, 1)
    assert background_kinds.KINDS["verify_log"].kept > background_kinds.KEPT


def test_the_landing_page_leads_to_what_one_may_open(world: World, browser: FlaskClient) -> None:
    person = world.person(Role.PARTNER_LEAD, world.organisation())
    lead = world.client(world.person(Role.PROGRAMME_LEAD))
    with world.writing():
        db.session.get_one(User, person).address_bounced_at = now()
    page = browser.get("/administration").text
    assert "/audit" in page
    assert "/inbox/failed" in page
    assert "1 person refuses our mails" in page
    seen = lead.get("/administration").text
    assert "/deadline-settings" in seen or "deadline" in seen
    assert "/inbox/failed" not in seen


def test_failed_mails_are_sent_again_all_at_once(world: World, browser: FlaskClient) -> None:
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own)
    officers = [world.person(Role.PROGRAMME_OFFICER) for _ in range(2)]
    world.fire(world.start("sample", lead, own, title="One garden"), "ask", lead)
    with world.writing():
        db.session.execute(sa.update(Message).values(mail_state="failed", attempts=9))
        db.session.get_one(User, officers[0]).address_bounced_at = now()
    assert "Send all again" in browser.get("/inbox/failed").text
    browser.post("/inbox/failed/all")
    db.session.rollback()
    states = {
        row.recipient_id: row.mail_state
        for row in db.session.execute(sa.select(Message.recipient_id, Message.mail_state))
    }
    assert states == {officers[0]: "failed", officers[1]: "pending"}


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "since=soon"])
def test_a_day_of_no_calendar_gets_a_sentence(browser: FlaskClient, query: str) -> None:
    for path in ("/audit", "/audit/changes"):
        answer = browser.get(f"{path}?{query}")
        assert answer.status_code == 200
        assert "is no day" in answer.text
