"""Every form sent twice at the same moment: two answers, and neither is a failure of ours.

Both sendings wait for each other before their first writing statement, where the database lets
both come so far: what they had read by then is what neither of them has written yet.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework.app import create_app
from casework.clock import now
from casework.extensions import db
from casework.models import Case, Message, User
from casework.models.label_audit import TeamMember
from casework.roles import Role
from casework.services import background, bulk, cases
from casework.services.sign_in import links, tokens
from tests.conftest import _know_the_sample
from tests.support import cast
from tests.support.addresses import NOWHERE, Address, addresses
from tests.support.answering import answered, opened
from tests.support.cast import Stage
from tests.support.databases import Databases
from tests.support.migrating import settings_for
from tests.support.pages import Page
from tests.support.world import World

PATIENCE = 0.15
"""Seconds that a sending waits for the other one before it writes; then it waits for a lock."""
KIND = "partner_project"


@pytest.fixture
def application(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of the test's own: its forms change what they find."""
    _know_the_sample()
    url, folder = databases.copy(), tmp_path_factory.mktemp("twice")
    (folder / "mails").mkdir()
    made = create_app(settings_for(url, data_dir=folder, smtp_url=f"maildir://{folder}/mails"))
    made.config["WTF_CSRF_ENABLED"] = False
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@dataclass
class Meeting:
    """Where two sendings wait for each other, each once, before they write."""

    gate: threading.Barrier = field(default_factory=lambda: threading.Barrier(2))
    arrived: threading.local = field(default_factory=threading.local)

    def __call__(self, _c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "BEGIN")) or getattr(self.arrived, "done", True):
            return
        self.arrived.done = True
        try:
            self.gate.wait(PATIENCE)
        except threading.BrokenBarrierError:
            self.gate.reset()


class Failures(logging.Handler):
    """Keeps why an answer was a failure of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        told: Any = record.msg
        if isinstance(told, dict) and told.get("event") == "unexpected_error":
            self.found.append(repr(told.get("exc_info")))


@contextmanager
def failures() -> Iterator[Failures]:
    handler, logger = Failures(), logging.getLogger("casework.web")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def at_once(meeting: Meeting, browsers: list[FlaskClient], path: str, sent: dict[str, Any]):
    """Send a form from two browsers at one moment; return both answers."""
    answers: list[TestResponse] = []

    def send(browser: FlaskClient) -> None:
        meeting.arrived.done = False
        answers.append(browser.post(path, data=opened(sent), buffered=True))

    db.session.remove()
    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == len(browsers), path
    return answers


def everything(stage: Stage) -> UUID:
    """Return somebody who may do almost all there is to do in the office."""
    world = stage.world
    person = world.person(Role.PROGRAMME_OFFICER)
    with world.writing():
        for role in (Role.PROGRAMME_LEAD, Role.FINANCE, Role.ADMINISTRATOR):
            world.grant(person, role)
    return person


def others(stage: Stage, person: UUID) -> dict[str, Any]:
    """Return values for addresses that lead to what is the person's own."""
    world = stage.world

    def act(_stage: Stage, kind: str) -> list[UUID]:
        with world.writing():
            actor = world.actor(person)
            if not actor.is_staff:
                return [NOWHERE]
            made = bulk.choose(actor, [stage.cases[kind]])
            bulk.prepare(made, "assign", data={"owner_id": str(person)})
            return [made.id]

    def work(_stage: Stage, _kind: str) -> list[UUID]:
        with world.writing():
            made = background.begin(world.actor(person), "archive", {"case_id": str(NOWHERE)})
            made.state, made.finished_at = "failed", now()
            return [made.id]

    def token(_stage: Stage, _kind: str) -> list[str]:
        found = []
        for purpose in set(links.LIFETIMES) - {"guest"}:  # a guest's link names its visit
            guest = world.person(Role.PARTNER_CONTRIBUTOR, stage.organisation_id)
            with world.writing():
                address = f"new-{uuid4().hex}@example.org" if purpose == "address" else None
                link = links.issue(db.session.get_one(User, guest), purpose, address=address)
                found.append(tokens.of_link(link.id, purpose))
        return found

    def message(_stage: Stage, _kind: str) -> list[UUID]:
        query = sa.select(Message.id).where(Message.recipient_id == person).limit(1)
        return [db.session.scalars(query).first() or NOWHERE]

    return {"act_id": act, "work_id": work, "token": token, "message_id": message}


def auditing(stage: Stage) -> UUID:
    """Return somebody of the office who audits the label's case, which is at its audit."""
    world, person, case_id = stage.world, everything(stage), stage.cases["label_audit"]
    with world.writing():
        world.grant(person, Role.AUDITOR, case=case_id)
        moment = {"created_at": now(), "updated_at": now(), "position": 1}
        db.session.add(TeamMember(case_id=case_id, user_id=person, part="lead", **moment))
        db.session.execute(
            sa.update(Case).where(Case.id == case_id).values(state="audit_in_progress")
        )
    return person


def keeping(stage: Stage) -> UUID:
    """Return who keeps the case before the ethics committee."""
    assert stage.committee is not None
    return stage.committee.people["secretary"]


def sections(stage: Stage, kind: str) -> list[str]:
    return list(cases.workflow_of(stage.case(kind)).section_by_key)


SIDES: dict[str, Callable[[Stage], UUID]] = {
    "office": everything,
    "portal": lambda stage: stage.outsider_id,
    "label": auditing,
    "ethics": keeping,
}
CASES = {"label": "label_audit", "ethics": "ethics_case"}
"""Who asks for the pages of one case alone, of which kind: all others were asked for before."""


def of_a_case(
    application: Flask, stage: Stage, side: str, person: UUID, method: str
) -> Iterator[Address]:
    """Yield the addresses that somebody tries: all of them, or those of one case alone.

    Moves come last there: a case that is over takes nothing more.
    """
    kind, more = CASES.get(side, KIND), others(stage, person)
    if side in CASES:
        more["section_key"] = sections
    reference = stage.case(kind).reference
    found = list(addresses(application, stage, kind, **more))
    for address in sorted(found, key=lambda a: side in CASES and a.endpoint == "transitions.make"):
        if address.method == method and (side not in CASES or reference in address.path):
            yield address


def forms_on_pages(
    application: Flask, stage: Stage, side: str, person: UUID
) -> dict[str, dict[str, Any]]:
    """Return the answers to every form that the person finds, by where it is sent."""
    found: dict[str, dict[str, Any]] = {}
    browser = stage.world.client(person)
    for address in of_a_case(application, stage, side, person, "GET"):
        answer = browser.get(address.path, buffered=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in Page(answer).forms:
            path = (form.action or address.path).partition("?")[0]
            sent = answered(form)
            if form.method == "post" and len(sent) > len(found.get(path, {})):
                found[path] = sent
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("side", "keyed"),
    [("office", True), ("office", False), ("portal", False), ("label", False), ("ethics", False)],
)
def test_no_form_fails_when_it_is_sent_twice_at_once(application: Flask, side: str, keyed: bool):
    stage = cast.build(World(application))
    person = SIDES[side](stage)
    known = forms_on_pages(application, stage, side, person)
    meeting, failed, asked = Meeting(), [], 0
    if db.engine.dialect.name == "postgresql":  # SQLite lets one writer in at a time
        sa.event.listen(db.engine, "before_cursor_execute", meeting)
    with failures() as why:
        for address in of_a_case(application, stage, side, person, "POST"):
            sent = {**known.get(address.path, {}), "once": uuid4().hex if keyed else ""}
            browsers = [stage.world.client(person) for _ in range(2)]
            codes = [a.status_code for a in at_once(meeting, browsers, address.path, sent)]
            asked += 1
            if max(codes) >= 500:
                failed.append(f"{address}: {codes} {why.found[-1:]}")
    assert not failed, "\n".join(failed)
    assert asked > (30 if side in CASES else 80)
