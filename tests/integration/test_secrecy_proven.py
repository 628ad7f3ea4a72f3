"""A marker is planted in every field of a restricted case and looked for as everybody."""

from __future__ import annotations

import io
import logging
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from redis import Redis
from wtforms import StringField, TextAreaField

from casework.clock import now
from casework.db import announce_read
from casework.extensions import db, house_day, settings
from casework.models import Case, Message, MinutesVersion, SearchEntry, sealing
from casework.models.committee.minutes import FORGOTTEN
from casework.roles import Role
from casework.services import cases, documents, drafts, forms, outbox, records, statistics, sweep
from casework.services.committees import (
    agenda,
    deciding,
    interests,
    meetings,
    minutes,
    opinions,
)
from casework.services.committees.meetings import When
from casework.services.secrecy import granting, keys
from casework.workflows import registry
from casework.workflows.declaration import Section
from tests.support import cast as casting
from tests.support.cast import Somebody, Stage
from tests.support.ethics import Ethics
from tests.support.files import PDF
from tests.support.filling import filled
from tests.support.smtp import SmtpServer
from tests.support.world import World

MARKER = "Quetzalcoatlus"
WORDS = f"{MARKER} northropi"
ASKED = "northropi"
"""The word that is searched for, so that a page which repeats it does not repeat the marker."""
PLACES = (
    "/",
    "/desk",
    "/cases",
    "/cases?workflow=ethics_case",
    f"/cases?q={ASKED}",
    "/cases.csv",
    "/board",
    "/board?workflow=ethics_case",
    "/calendar",
    "/calendar?view=week",
    "/deadlines",
    "/dashboard",
    "/dashboard/stages.csv",
    f"/search?q={ASKED}",
    f"/search/suggestions?q={ASKED}",
    "/search?q=CE-",
    "/inbox",
    "/inbox/failed",
    "/reminders",
    "/organisations",
    "/audit",
    "/audit/changes",
    "/security",
    "/work",
    "/administration",
    "/administration/health",
    "/committees",
    "/ethics",
    "/ethics/year",
    "/ethics/published",
    "/mine",
    "/exports/cases",
    "/metrics",
    "/no-such-page",
)


class Lines(logging.Handler):
    """Keeps every line that is logged, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(f"{record.msg} {record.args} {record.exc_info}")


@pytest.fixture
def lines() -> Any:
    """Everything that is written into the log during the test."""
    handler = Lines()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


def marked(section: Section, facts: Any) -> dict[str, Any]:
    """Return data for a section with the marker in each of its texts."""
    data = filled(section.form, random.Random(1), house_day(), facts)
    form = forms.bind(section.form, None, facts=facts)
    texts = (StringField, TextAreaField)
    for name, field in form._fields.items():
        if isinstance(field, texts) and "Date" not in type(field).__name__:
            data[name] = f"{WORDS} was here, and stays here."
        elif "Date" in type(field).__name__:
            data[name] = house_day().isoformat()
    return data


def plant(committee: Ethics) -> UUID:
    """Bring a case and write the marker into every text that the workflow has."""
    stranger = committee.world.client()
    brought = stranger.post(
        "/ethics/bring",
        data={
            "title": WORDS,
            "summary": f"{WORDS} was here, and stays here.",
            "question": f"What of {WORDS}, then?",
            "manner": "named",
            "name": MARKER,
            "email": f"{MARKER}@example.org",
            "phone": MARKER,
            "link": MARKER,
            "once": "planted",
        },
    )
    code = brought.get_data(as_text=True).partition("<code>")[2].partition("</code>")[0]
    stranger.post("/ethics/receipt", data={"code": code, "text": WORDS, "once": "written"})
    db.session.rollback()
    case_id = next(case.id for case in db.session.scalars(sa.select(Case)) if case.title == WORDS)
    with committee.world.writing():
        member = committee.people["other"]
        granting.admit(cases.lock(case_id), member, Role.COMMITTEE_MEMBER, None, now())
    for section in registry.latest("ethics_case").sections:
        if section.edit_states:
            _write(committee, case_id, section)
    _move(committee, case_id)
    _meet(committee, case_id)
    return case_id


def _write(committee: Ethics, case_id: UUID, section: Section) -> None:
    """Save a record of a section, with the case put where the section is written."""
    who = "chair"
    with committee.world.writing():
        db.session.execute(
            sa.update(Case).where(Case.id == case_id).values(state=section.edit_states[0])
        )
    facts = cases.facts_of(committee.world.case(case_id))
    data = marked(section, facts)
    with committee.world.writing():
        changed = section.single or not section.may_add
        row = records.find(section, case_id, None) if changed else None
        seen = records.stamp(row)
        row_id = row.id if row is not None and not section.single else None
        actor = committee.actor(who)
        records.save(case_id, section.key, row_id, actor, data, seen, uuid4().hex)


def _move(committee: Ethics, case_id: UUID) -> None:
    """Make moves whose forms hold the marker, and add a document that bears it."""
    with committee.world.writing():
        db.session.execute(sa.update(Case).where(Case.id == case_id).values(state="scheduled"))
    committee.fire(case_id, "postpone", cause="other", reason=WORDS)
    committee.fire(case_id, "deliberate", motive=f"{WORDS} was here, and stays here.")
    with (
        documents.arriving(io.BytesIO(PDF), f"{MARKER}.pdf") as arrival,
        committee.world.writing(),
    ):
        actor = committee.actor("chair")
        documents.add(case_id, actor, "evidence", WORDS, False, arrival, uuid4().hex)


def _meet(committee: Ethics, case_id: UUID) -> None:
    """Have the committee meet about it, and write the marker wherever members write of it."""
    said = f"{WORDS} was here, and stays here."
    secretary, other, member = (committee.actor(n) for n in ("secretary", "other", "member"))
    start = now() + timedelta(minutes=5)
    with committee.world.writing():
        when = When(start, start + timedelta(hours=2))
        meeting_id = meetings.plan(secretary, committee.committee_id, when, uuid4().hex)
        item_id = agenda.add_case(secretary, meeting_id, case_id, uuid4().hex)
        agenda.send_papers(secretary, meeting_id)
    with committee.world.writing():
        opinions.give(other, item_id, "for", said, uuid4().hex)
        interests.declare(member, item_id, said, uuid4().hex)
        meetings.begin(secretary, meeting_id, uuid4().hex)
        deciding.postpone(secretary, item_id, "other", said, uuid4().hex)
        meetings.hold(secretary, meeting_id, uuid4().hex)
        draft = db.session.scalars(sa.select(MinutesVersion)).one()
        text = f"{draft.text}\n\n{said}"
        minutes.write(secretary, meeting_id, text, 1, uuid4().hex)
        drafts.keep(member.id or uuid4(), "/committees/items/x", {"text": [said]})


@pytest.fixture
def stage(world: World) -> Stage:
    """Everybody who may ask, and a case in whose every text the marker stands."""
    made = casting.build(world)
    assert made.committee is not None
    made.cases[MARKER] = plant(made.committee)
    statistics.refresh()
    db.session.rollback()
    announce_read()
    return made


def keepers(stage: Stage) -> list[Somebody]:
    assert stage.committee is not None
    people = stage.committee.people
    return [Somebody(n, people[n], sits=True) for n in ("chair", "secretary", "other")]


def pages(stage: Stage, who: Somebody) -> dict[str, str]:
    """Return every page that somebody gets, with its headers."""
    reference = stage.world.case(stage.cases[MARKER]).reference
    browser = stage.world.client(who.user_id)
    found = {}
    own = (f"/cases/{reference}", f"/cases/{reference}/access", f"/cases/{reference}/nowhere")
    for path in (*PLACES, *own):
        answer = browser.get(path, buffered=True)
        found[path] = answer.get_data().decode("utf-8", "replace") + str(answer.headers)
    return found


def test_nobody_without_access_finds_it_anywhere(stage: Stage, lines: Lines) -> None:
    reference = stage.world.case(stage.cases[MARKER]).reference
    sitting = {p.name for p in stage.people if p.sits}
    for who in stage.people:
        if who.name == "ethics secretary":
            continue
        for path, text in pages(stage, who).items():
            assert MARKER not in text, f"{who}: {path}"
            if who.name not in sitting and "/audit" not in path and reference not in path:
                assert reference not in text, f"{who}: {path} names the case"
        answer = stage.world.client(who.user_id).get(f"/cases/{reference}")
        assert answer.status_code in {302, 404}, who
    assert not [line for line in lines.text if MARKER in line]


def test_those_with_access_find_it_in_the_case_and_nowhere_else(stage: Stage) -> None:
    reference = stage.world.case(stage.cases[MARKER]).reference
    for who in keepers(stage):
        for path, text in pages(stage, who).items():
            title = text.partition("<title>")[2].partition("</title>")[0]
            assert MARKER not in title, f"{who}: title of {path}"
            if reference not in path and path != "/inbox":  # messages are read through policy
                assert MARKER not in text, f"{who}: {path}"
    chair = stage.world.client(keepers(stage)[0].user_id)
    assert MARKER in chair.get(f"/cases/{reference}").get_data(as_text=True)


def test_mails_and_their_subjects_hold_nothing_of_it(stage: Stage, smtp: SmtpServer) -> None:
    sweep.sweep()
    db.session.rollback()
    while outbox.deliver_due():
        db.session.rollback()
    case_id = stage.cases[MARKER]
    told = db.session.scalars(sa.select(Message).where(Message.case_id == case_id)).all()
    assert told
    assert not [m for m in told if MARKER in str(m.params) or MARKER in m.template]
    ours = [m for m in smtp.received if "CE-" in str(m.message)]
    assert ours
    for mail in smtp.received:
        assert MARKER not in str(mail.message["Subject"])
        assert MARKER not in mail.text("plain") + mail.text("html")


def test_neither_queue_nor_store_nor_index_nor_files_hold_it(stage: Stage) -> None:
    server = Redis.from_url(settings().redis_url)
    for key in server.scan_iter("*"):
        read: dict[Any, Any] = {
            b"string": server.get,
            b"hash": server.hgetall,
            b"list": lambda k: server.lrange(k, 0, -1),
            b"set": server.smembers,
            b"zset": lambda k: server.zrange(k, 0, -1),
            b"stream": server.xrange,
        }
        kept = read[server.type(key)](key)
        assert MARKER not in repr(key) + repr(kept), key
    entries = db.session.scalars(
        sa.select(SearchEntry).where(SearchEntry.case_id == stage.cases[MARKER])
    ).all()
    assert entries == []
    data = Path(settings().data_dir)
    assert not [path for path in data.rglob("*") if MARKER.lower() in path.name.lower()]


def raw_rows() -> dict[str, str]:
    """Return all that the database holds, table by table, as the database itself writes it."""
    found = {}
    with db.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            quoted = connection.dialect.identifier_preparer.quote(table)
            rows = connection.exec_driver_sql(f"SELECT * FROM {quoted}").all()
            found[table] = "\n".join(str(tuple(row)) for row in rows)
    return found


def test_no_row_of_the_database_holds_it_and_forgetting_the_key_forgets_all_of_it(
    stage: Stage,
) -> None:
    case_id = stage.cases[MARKER]
    found = raw_rows()
    places = ("case_file", "ec_opinion", "committee_opinion", "minutes_version", "draft")
    assert all(found[place] for place in places)
    assert not [t for t, text in found.items() if MARKER.lower() in text.lower()]
    assert MARKER in (stage.world.case(case_id).title)
    assert any(MARKER in m.text for m in db.session.scalars(sa.select(MinutesVersion)))
    with stage.world.writing():
        keys.forget(case_id)
    words = [
        getattr(row, column.key)
        for model in sealing.MODELS
        for row in db.session.scalars(sa.select(model))
        for column in model.__table__.c
        if sealing.is_sealed(column)
    ]
    minutes_kept = db.session.scalars(sa.select(MinutesVersion).order_by(MinutesVersion.version))
    texts = [m.text for m in minutes_kept]
    assert not [text for text in (*words, *texts) if MARKER in str(text)]
    assert all(FORGOTTEN in text and text.startswith("# Minutes of meeting") for text in texts)


def test_a_file_that_is_saved_has_no_telling_name(stage: Stage) -> None:
    case = stage.world.case(stage.cases[MARKER])
    secretary = stage.world.client(keepers(stage)[1].user_id)
    listed = secretary.get(f"/cases/{case.reference}/documents").get_data(as_text=True)
    found = re.search(rf'/cases/{case.reference}/documents/[0-9a-f-]+/1(?=")', listed)
    assert found, listed
    answer = secretary.get(found[0], buffered=True)
    assert answer.status_code == 200
    name = answer.headers["Content-Disposition"]
    assert MARKER not in name
    assert case.reference in name


def test_an_error_under_the_case_says_nothing_of_it(stage: Stage, lines: Lines) -> None:
    case = stage.world.case(stage.cases[MARKER])
    secretary = stage.world.client(keepers(stage)[1].user_id)
    administrator = next(p for p in stage.people if p.administers)
    for browser in (secretary, stage.world.client(administrator.user_id)):
        for path in ("do/nonsense", "r/nonsense", "documents/nonsense", "deadlines/nonsense"):
            answer = browser.get(f"/cases/{case.reference}/{path}", buffered=True)
            assert answer.status_code in {403, 404}, path
            assert MARKER not in answer.get_data(as_text=True)
    stale = secretary.post(
        f"/cases/{case.reference}/do/draft",
        data={"motive": f"{WORDS} was here, and stays here.", "version": "1", "once": "s"},
    )
    assert stale.status_code in {403, 409}
    assert not [line for line in lines.text if MARKER in line]
