"""Bringing a matter without an account: the code, the way back, and what is never kept."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from redis import Redis

from casework.clock import frozen, now
from casework.extensions import db, house_day, settings
from casework.models import Case, EventPayload, Message, Reporter, SecurityEvent
from casework.models.ethics_case import Exchange, Matter, Publication
from casework.services.secrecy import identities
from casework.web import limits
from casework.workflows import registry
from tests.support import crowd, ethics
from tests.support.ethics import MOTIVE, Ethics
from tests.support.world import World

STORY = "They promised it in the meeting, and then did the very opposite of it."
FORM = {"title": "A broken promise", "summary": STORY, "once": "form-1"}
NAMED = {"manner": "named", "name": "Ada Marchetti", "email": "ada@example.org"}
PEER = {"REMOTE_ADDR": "203.0.113.77"}
AGENT = {"User-Agent": "Quokkabrowser/7", "Accept-Language": "en"}


@pytest.fixture
def committee(world: World) -> Ethics:
    return ethics.gather(world)


@pytest.fixture
def stranger(committee: Ethics) -> FlaskClient:
    return committee.world.client()


def bring(stranger: FlaskClient, **data: str) -> str:
    """Bring a matter and return the receipt code that the page shows."""
    answer = stranger.post(
        "/ethics/bring", data={**FORM, **data}, headers=AGENT, environ_overrides=PEER
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True).partition("<code>")[2].partition("</code>")[0]


def come_back(stranger: FlaskClient, code: str, text: str = "", once: str = "x") -> Any:
    return stranger.post(
        "/ethics/receipt", data={"code": code, "text": text, "once": once}, headers=AGENT
    )


def only_case() -> Case:
    db.session.rollback()
    return db.session.scalars(sa.select(Case)).one()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_speaks_three_languages(stranger: FlaskClient, language: str) -> None:
    page = stranger.get("/ethics/bring", headers={"Accept-Language": language})
    said = {"fr": "Aucun compte", "nl": "geen account", "en": "need no account"}
    assert said[language] in page.get_data(as_text=True)
    assert "<script" not in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_named_person_is_known_to_nobody_who_does_not_ask_for_a_reason(
    committee: Ethics, stranger: FlaskClient
) -> None:
    bring(stranger, **NAMED)
    case = only_case()
    assert (case.title, case.restricted) == (FORM["title"], True)
    row = db.session.scalars(sa.select(Reporter)).one()
    assert "Ada" not in row.sealed
    rows = [
        *db.session.scalars(sa.select(EventPayload.text)),
        *map(str, db.session.scalars(sa.select(Message.params))),
        db.session.scalars(sa.select(Matter.summary)).one(),
    ]
    assert not [text for text in rows if "Ada" in text or "ada@" in text]
    with committee.world.writing():
        who = identities.look(case.id, "To write to her.", committee.actor("chair"), "k")
    assert who == {"name": "Ada Marchetti", "email": "ada@example.org"}


@pytest.mark.parametrize(
    ("manner", "kept"),
    [("anonymous", {}), ("pseudonymous", {"pseudonym": "Lark", "email": "ada@example.org"})],
)
def test_only_what_the_chosen_manner_gives_is_kept(
    committee: Ethics, stranger: FlaskClient, manner: str, kept: dict[str, str]
) -> None:
    bring(stranger, **{**NAMED, "manner": manner, "pseudonym": "Lark"})
    with committee.world.writing():
        who = identities.look(only_case().id, "To write to them.", committee.actor("chair"), "k")
    assert (who or {}) == kept


def test_faults_are_said_and_nothing_typed_is_lost(stranger: FlaskClient) -> None:
    for wrong in ({"manner": "named", "name": ""}, {"manner": "nonsense"}, {"summary": "short"}):
        answer = stranger.post("/ethics/bring", data={**FORM, **NAMED, **wrong})
        assert answer.status_code == 422
        assert FORM["title"] in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_the_same_form_sent_twice_opens_one_case_with_one_code(
    committee: Ethics, stranger: FlaskClient
) -> None:
    first, second = bring(stranger, **NAMED), bring(stranger, **NAMED)
    assert first == second
    assert len(first) == 19
    only_case()
    assert bring(stranger, **{**NAMED, "once": "form-2"}) != first


def test_the_code_leads_back_to_state_and_messages_in_both_directions(
    committee: Ethics, stranger: FlaskClient
) -> None:
    code = bring(stranger, **NAMED)
    case_id = only_case().id
    committee.save(case_id, "exchanges", text="We have it, and read it.")
    page = come_back(stranger, code.upper().replace("-", " ")).get_data(as_text=True)
    assert "We have it, and read it." in page
    assert "Received" in page
    assert FORM["title"] not in page
    for _ in range(2):
        sent = come_back(stranger, code, "One more thing.", once="m")
        assert sent.status_code == 200
        assert "One more thing." in sent.get_data(as_text=True)
    db.session.rollback()
    rows = db.session.scalars(sa.select(Exchange).where(Exchange.from_reporter.is_(True))).all()
    assert [row.text for row in rows] == ["One more thing."]
    told = db.session.scalars(
        sa.select(Message).where(Message.case_id == case_id, Message.template == "words")
    ).all()
    keepers = {committee.people["chair"], committee.people["secretary"]}
    assert {m.recipient_id for m in told} == keepers
    inbox = committee.world.client(committee.people["chair"]).get("/inbox")
    assert "Whoever brought it has written" in inbox.get_data(as_text=True)


def test_a_closed_matter_can_be_read_and_no_longer_written_to(
    committee: Ethics, stranger: FlaskClient
) -> None:
    code = bring(stranger, **NAMED)
    committee.fire(only_case().id, "no_action", motive=MOTIVE)
    assert "Closed" in come_back(stranger, code).get_data(as_text=True)
    assert come_back(stranger, code, "Wait!").status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Exchange)) == 0


def test_a_wrong_code_and_a_purged_one_are_answered_alike(
    committee: Ethics, stranger: FlaskClient
) -> None:
    code = bring(stranger, **NAMED)
    case_id = only_case().id
    committee.fire(case_id, "no_action", motive=MOTIVE)
    moment = now().replace(year=now().year + 3, month=6, day=15)
    with frozen(moment):
        assert identities.purge(moment) == 1
    wrong = "aaaa-bbbb-cccc-dddd"
    purged_page, wrong_page = come_back(stranger, code), come_back(stranger, wrong)
    assert purged_page.status_code == wrong_page.status_code == 422
    texts = [p.get_data(as_text=True) for p in (purged_page, wrong_page)]
    assert texts[0].replace(code, "") == texts[1].replace(wrong, "")
    written = [come_back(stranger, c, "Hello?") for c in (code, wrong)]
    texts = [p.get_data(as_text=True) for p in written]
    assert texts[0].replace(code, "") == texts[1].replace(wrong, "")


def test_guessing_is_slowed_down_without_writing_down_who_guesses(
    committee: Ethics, caplog: pytest.LogCaptureFixture
) -> None:
    app = committee.world.app
    known = replace(settings(), limit_sign_in="3 per hour")
    app.extensions["casework"] = known
    limits.init_app(app, known)
    stranger = app.test_client()
    answers = [
        stranger.post(
            "/ethics/receipt",
            data={"code": f"guess-{n}"},
            headers=AGENT,
            environ_overrides=PEER,
        ).status_code
        for n in range(5)
    ]
    assert answers == [422, 422, 422, 429, 429]
    other = stranger.post(
        "/ethics/receipt",
        data={"code": "guess"},
        environ_overrides={"REMOTE_ADDR": "198.51.100.9"},
    )
    assert other.status_code == 422
    logged = [str(r.msg) for r in caplog.records]
    assert [line for line in logged if "too_many_attempts" in line]
    assert not [line for line in logged if "203.0.113.77" in line or "guess-" in line]


def test_neither_address_nor_browser_is_kept_anywhere(
    committee: Ethics, stranger: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        code = bring(stranger, **NAMED)
        stranger.post(
            "/ethics/receipt",
            data={"code": code, "text": "More"},
            headers=AGENT,
            environ_overrides=PEER,
        )
        stranger.post("/ethics/receipt", data={"code": "wrong"}, environ_overrides=PEER)
    server = Redis.from_url(settings().redis_url)
    kept = [repr(k) + repr(server.type(k)) for k in server.scan_iter("*")]
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        kept += [repr(row) for row in db.session.execute(sa.select(table))]
    kept += [str(record.msg) for record in caplog.records]
    for trace in ("203.0.113.77", "Quokkabrowser", code, code.replace("-", "")):
        assert not [text for text in kept if trace in text], trace
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SecurityEvent)) == 0


def published(committee: Ethics) -> UUID:
    """A case that was decided, with a redacted text written by a member."""
    case_id = committee.bring(question="May they do so, after all of this?")
    committee.to_drafting(case_id)
    committee.save(case_id, "opinion", question="May they do so, after this?", text="No.")
    committee.fire(case_id, "adopt_opinion", motive=MOTIVE)
    committee.let_in(case_id, "member")
    committee.let_in(case_id, "other")
    said = {"title": "On promises", "text": "A promise binds.", "consent": "given"}
    committee.save(case_id, "publication", "member", **said)
    return case_id


def step(committee: Ethics, case_id: UUID, who: str, name: str) -> None:
    path = f"/cases/{committee.world.case(case_id).reference}/publication"
    browser = committee.world.client(committee.people[who])
    seen = browser.get(path).get_data(as_text=True)
    stamp = seen.partition('name="seen" value="')[2].partition('"')[0]
    row = db.session.scalars(sa.select(Publication)).one()
    stamp = stamp or row.updated_at.isoformat()
    answer = browser.post(f"{path}/{name}", data={"seen": stamp, "once": f"{who}{name}"})
    assert answer.status_code in {303, 403}, answer.status_code
    db.session.rollback()


def test_a_text_is_published_only_after_a_second_member_has_read_it(
    committee: Ethics, stranger: FlaskClient
) -> None:
    case_id = published(committee)

    def public() -> bool:
        return "A promise binds." in stranger.get("/ethics/published").get_data(as_text=True)

    step(committee, case_id, "secretary", "publish")
    assert not public()
    step(committee, case_id, "member", "read")
    step(committee, case_id, "secretary", "publish")
    assert not public()
    step(committee, case_id, "other", "read")
    step(committee, case_id, "other", "publish")
    assert not public()
    step(committee, case_id, "chair", "publish")
    assert public()
    page = stranger.get("/ethics/published").get_data(as_text=True)
    year = house_day().year
    assert f"AV-{year}-01" in page
    assert committee.world.case(case_id).reference not in page


def test_a_changed_text_is_read_anew(committee: Ethics, stranger: FlaskClient) -> None:
    case_id = published(committee)
    step(committee, case_id, "other", "read")
    step(committee, case_id, "chair", "publish")
    said = {"title": "On promises", "text": "A promise binds us.", "consent": "given"}
    committee.save(case_id, "publication", "other", **said)
    row = db.session.scalars(sa.select(Publication)).one()
    assert (row.read_by_id, row.published_at) == (None, None)
    assert "binds" not in stranger.get("/ethics/published").get_data(as_text=True)


def test_the_committee_knows_numbers_and_opens_only_what_it_may(committee: Ethics) -> None:
    with frozen(datetime(2026, 5, 4, 9, 0, tzinfo=UTC)):
        case_id = committee.take_up("chair", title="Zanzibar")
    reference = committee.world.case(case_id).reference
    for who, opens in (("chair", True), ("member", False)):
        page = committee.world.client(committee.people[who]).get("/ethics").get_data(as_text=True)
        assert reference in page
        assert "Sex work" in page
        assert "Zanzibar" not in page
        assert (f"/cases/{reference}" in page) is opens
    outsider = committee.world.person(None)
    assert committee.world.client(outsider).get("/ethics").status_code == 404


def test_the_committee_opens_a_case_on_its_page(committee: Ethics) -> None:
    browser = committee.world.client(committee.people["member"])
    data = {
        "title": "Zanzibar",
        "noticed_on": house_day().isoformat(),
        "themes": ["sex_work"],
        "sensitivity": "usual",
        "summary": STORY,
        "once": "o",
    }
    wrong = browser.post("/ethics/new/take_up", data={**data, "summary": ""})
    assert wrong.status_code == 422
    for _ in range(2):
        answer = browser.post("/ethics/new/take_up", data=data)
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/ethics"
    assert only_case().title == "Zanzibar"
    assert browser.post("/ethics/new/refer", data=data).status_code == 403
    assert browser.get("/ethics/new/bring").status_code == 403


def test_every_part_of_a_case_opens_for_its_keepers_in_few_statements(committee: Ethics) -> None:
    case_id = published(committee)
    reference = committee.world.case(case_id).reference
    browser = committee.world.client(committee.people["secretary"])
    paths = [f"/cases/{reference}", f"/cases/{reference}/access", "/ethics"]
    sections = registry.latest("ethics_case").sections
    paths += [f"/cases/{reference}/r/{section.key}" for section in sections]
    for path in paths:
        db.session.remove()
        with crowd.statements(db.engine) as said:
            answer = browser.get(path)
        assert answer.status_code == 200, path
        assert len(said) <= 15, (path, len(said))
