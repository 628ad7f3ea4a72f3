"""A marker is planted in every field of a restricted case and looked for as everybody."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from redis import Redis

from casework.extensions import db, settings
from casework.models import Message, MinutesVersion, SearchEntry, sealing
from casework.models.committee.minutes import FORGOTTEN
from casework.services import outbox, sweep
from casework.services.secrecy import keys
from tests.support.cast import Somebody, Stage
from tests.support.marker import ASKED, MARKER, WORDS, keepers, stage_with_it
from tests.support.smtp import SmtpServer
from tests.support.world import World

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


@pytest.fixture
def stage(world: World) -> Stage:
    """Everybody who may ask, and a case in whose every text the marker stands."""
    return stage_with_it(world)


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
