"""The proof of the design: a workflow of one module and one template folder works everywhere.

Nothing in the house knows the sample; these tests use it only through a browser, the mail server
and the commands' own functions, as any other workflow would be used.
"""

from __future__ import annotations

import contextvars
import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework.clock import frozen, now
from casework.extensions import db
from casework.models import Case, Message
from casework.services import outbox, preview, sweep
from tests.support.plain import Cast, assemble
from tests.support.smtp import SmtpServer
from tests.support.world import World

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def cast(world: World) -> Iterator[Cast]:
    with frozen(MONDAY):
        yield assemble(world)


def browser(cast: Cast, who: str) -> FlaskClient:
    return cast.world.client(cast.people[who])


def outside(work: Callable[[], TestResponse]) -> TestResponse:
    """Send a request with no application context around it, as a server gets it."""

    def whole() -> TestResponse:
        answer = work()
        answer.get_data()  # what is streamed, too
        return answer

    db.session.rollback()
    return contextvars.Context().run(whole)


def page(cast: Cast, who: str, path: str, code: int = 200) -> str:
    answer = outside(lambda: browser(cast, who).get(path))
    assert answer.status_code == code, answer.text[:2000]
    return answer.text


def post(cast: Cast, who: str, path: str, fields: dict[str, Any]) -> TestResponse:
    return outside(lambda: browser(cast, who).post(path, data=fields))


def at(cast: Cast, case_id: UUID, rest: str = "") -> str:
    return f"/cases/{cast.case(case_id).reference}{rest}"


def send(cast: Cast, who: str, case_id: UUID, name: str, **fields: Any) -> TestResponse:
    path = at(cast, case_id, f"/do/{name}")
    typed = {"version": cast.case(case_id).version, "once": uuid4().hex, **fields}
    return post(cast, who, path, typed)


def deliver_all() -> None:
    """Deliver what waits, as the worker does."""
    db.session.rollback()
    for message_id in outbox.due_messages(now()):
        outbox.deliver(message_id)
    db.session.rollback()


def test_a_partner_starts_a_case_in_the_browser(cast: Cast) -> None:
    text = page(cast, "partner", "/new/sample")
    assert "Ask for something" in text
    once = re.findall(r'name="once" value="([^"]+)"', text)
    assert once
    fields = {"organisation_id": str(cast.organisation), "title": "A shed", "once": once[0]}
    answer = post(cast, "partner", "/new/sample", fields)
    assert answer.status_code == 303
    case = db.session.scalars(sa.select(Case)).one()
    assert (case.workflow_key, case.state) == ("sample", "draft")
    assert answer.location.endswith(f"/cases/{case.reference}")
    again = post(cast, "partner", "/new/sample", fields)
    assert (again.status_code, again.location) == (303, answer.location)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_a_form_with_faults_comes_back_with_what_was_typed(cast: Cast) -> None:
    long = "x" * 201
    fields = {"organisation_id": str(cast.organisation), "title": long, "once": uuid4().hex}
    answer = post(cast, "partner", "/new/sample", fields)
    assert answer.status_code == 422
    assert long in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_nobody_starts_a_case_for_others(cast: Cast) -> None:
    fields = {"organisation_id": str(cast.organisation), "title": "A shed", "once": uuid4().hex}
    assert post(cast, "stranger", "/new/sample", fields).status_code == 404
    page(cast, "officer", "/new/sample", 404)
    page(cast, "partner", "/new/no_such_workflow", 404)


def test_the_case_page_says_what_can_be_done_and_why_not(cast: Cast) -> None:
    case_id = cast.start(title="OH")
    text = page(cast, "partner", at(cast, case_id))
    assert "Your draft" in text  # the public label
    assert "Send the request" in text
    assert "The title has only <b>2</b> letters." in text
    office = page(cast, "lead", at(cast, case_id))
    assert "Draft" in office
    assert "The title shouts." in office


PAGES = ("", "/history", "/drawing", "/documents")


@pytest.mark.parametrize("who", ["partner", "contributor", "officer", "lead", "finance"])
def test_every_page_of_the_case_opens_in_every_state(cast: Cast, who: str) -> None:
    case_id = cast.start()
    moves: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("ask", "partner", {}),
        ("question", "officer", {"reason": "Which?"}),
        ("reply", "partner", {"reason": "This"}),
        ("refuse", "officer", {"reason": "No"}),
        ("reopen", "lead", {"reason": "A mistake"}),
        ("grant", "officer", {}),
        ("grant", "finance", {}),
    )
    for name, actor, data in moves:
        cast.fire(case_id, name, actor, **data)
        for rest in PAGES:
            assert "A shed" in page(cast, who, at(cast, case_id, rest))


@pytest.mark.parametrize("who", ["stranger", "administrator", "coach"])
def test_others_find_no_such_case(cast: Cast, who: str) -> None:
    case_id = cast.start(title="Secret shed")
    for rest in (*PAGES, "/do/ask"):
        assert "Secret shed" not in page(cast, who, at(cast, case_id, rest), 404)


def test_a_move_is_made_in_the_browser(cast: Cast) -> None:
    case_id = cast.start()
    text = page(cast, "partner", at(cast, case_id, "/do/ask"))
    assert f'name="version" value="{cast.case(case_id).version}"' in text
    answer = send(cast, "partner", case_id, "ask")
    assert (answer.status_code, answer.location) == (303, at(cast, case_id))
    assert cast.case(case_id).state == "asked"
    text = page(cast, "officer", at(cast, case_id))
    assert "Request sent" in text


def test_a_second_click_leads_to_the_same_place(cast: Cast) -> None:
    case_id = cast.start()
    fields = {"version": cast.case(case_id).version, "once": uuid4().hex}
    for _ in range(2):
        answer = send(cast, "partner", case_id, "ask", **fields)
        assert (answer.status_code, answer.location) == (303, at(cast, case_id))
    assert [e.name for e in cast.events(case_id)] == ["start", "ask"]


def test_a_stale_page_is_answered_with_409_and_what_has_changed(cast: Cast) -> None:
    case_id = cast.asked()
    stale = cast.case(case_id).version - 1
    answer = send(cast, "officer", case_id, "refuse", version=stale, reason="Kept words")
    assert answer.status_code == 409
    assert "Request sent" in answer.text  # what has changed meanwhile
    assert cast.case(case_id).state == "asked"


def test_faults_and_refusals_are_answered_with_422(cast: Cast) -> None:
    case_id = cast.asked()
    answer = send(cast, "officer", case_id, "refuse", reason="x" * 5001)
    assert answer.status_code == 422
    assert "x" * 5001 in answer.text
    short = cast.start(title="OH")
    answer = send(cast, "partner", short, "ask")
    assert answer.status_code == 422
    assert "The title has only <b>2</b> letters." in answer.text
    assert "The title shouts." in answer.text


def test_what_is_not_open_or_not_for_this_role_is_refused(cast: Cast) -> None:
    case_id = cast.asked()
    for who, name, code in (
        ("partner", "refuse", 403),
        ("finance", "refuse", 403),
        ("officer", "lapse", 403),
        ("stranger", "refuse", 404),
        ("officer", "no_such_move", 404),
        ("partner", "ask", 409),
    ):
        answer = send(cast, who, case_id, name, reason="No")
        assert answer.status_code == code, (who, name, answer.status_code)
    assert cast.case(case_id).state == "asked"


def test_two_approvals_in_the_browser(cast: Cast) -> None:
    case_id = cast.asked()
    assert send(cast, "officer", case_id, "grant").status_code == 303
    assert cast.case(case_id).state == "asked"
    assert "Given:" in page(cast, "finance", at(cast, case_id, "/do/grant"))
    assert send(cast, "officer", case_id, "grant").status_code == 422
    assert send(cast, "finance", case_id, "grant").status_code == 303
    assert cast.case(case_id).state == "granted"


def test_a_warning_is_waived_or_overridden_in_the_browser(cast: Cast) -> None:
    case_id = cast.start(title="A SHED")
    assert send(cast, "partner", case_id, "ask").status_code == 422
    path = at(cast, case_id, "/waive/ask/shouting")
    answer = post(cast, "lead", path, {"reason": "It is their name.", "once": uuid4().hex})
    assert answer.status_code == 303
    assert send(cast, "partner", case_id, "ask").status_code == 303
    other = cast.start(title="A SHED")
    assert send(cast, "lead", other, "ask", override=" ").status_code == 422
    assert send(cast, "lead", other, "ask", override="It is their name.").status_code == 303


def test_the_list_finds_the_case_by_workflow_stage_and_state(cast: Cast) -> None:
    case_id = cast.asked()
    reference = cast.case(case_id).reference
    for query, found in (
        ("", True),
        ("?workflow=sample", True),
        ("?workflow=partner_project", False),
        ("?workflow=sample&stage=asking", True),
        ("?workflow=sample&stage=answer", False),
        ("?state=asked", True),
        ("?state=granted", False),
        ("?owner=none", True),
        (f"?organisation={cast.organisation}", True),
        (f"?organisation={cast.stranger_organisation}", False),
        ("?organisation=nonsense", True),  # left out, with a sentence
    ):
        text = page(cast, "officer", f"/cases{query}")
        assert (reference in text) is found, query
    assert reference in page(cast, "partner", "/mine") or reference in page(cast, "partner", "/")


def test_the_list_is_exported_exactly(cast: Cast) -> None:
    case_id = cast.asked(title="=1+1")
    cast.start(title="Another")
    db.session.rollback()
    for query, number in (("", 2), ("&state=asked", 1), ("&state=granted", 0)):
        text = page(cast, "officer", f"/exports/cases?format=csv{query}").removeprefix("\ufeff")
        assert len(list(csv.DictReader(io.StringIO(text)))) == number
    chosen = "columns=reference,title,workflow,state,due"
    text = page(cast, "officer", f"/exports/cases?format=csv&state=asked&{chosen}")
    text = text.removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["Title"] == "'=1+1"
    assert row["Workflow"] == "Sample requests"
    assert row["State"] == "Asked"
    assert row["Next deadline"] == "2026-12-07"
    assert row["Reference"] == cast.case(case_id).reference
    page(cast, "partner", "/exports/cases?format=csv", 404)


def test_a_move_tells_by_mail_and_in_the_inbox(cast: Cast, smtp: SmtpServer) -> None:
    cast.asked()
    deliver_all()
    (mail,) = smtp.received
    assert mail.message["Subject"] == "Terre en Commun asks: A shed"
    assert "Look at the request of Terre en Commun." in mail.text()
    assert "A shed" in mail.text("html")
    assert "Terre en Commun asks: A shed" in page(cast, "officer", "/inbox")


def test_reminders_escalate_and_the_case_lapses_by_itself(cast: Cast, smtp: SmtpServer) -> None:
    case_id = cast.asked()
    until = MONDAY + timedelta(days=20)
    told = [(u.audience, u.what) for u in preview.upcoming(until) if u.case_id == case_id]
    assert told == [("programme_officer", "-3 wd"), ("programme_lead", "+1 wd")]
    for day in range(21):
        with frozen(MONDAY + timedelta(days=day)):
            sweep.sweep()
            deliver_all()
    subjects = [str(m.message["Subject"]) for m in smtp.received]
    assert len(subjects) == 3  # the request, the reminder, the escalation
    assert all("A shed" in s for s in subjects)
    with frozen(until + timedelta(days=1)):
        cast.fire(case_id, "question", "officer", reason="Which?")
    for day in range(22, 50):
        with frozen(MONDAY + timedelta(days=day)):
            sweep.sweep()
    case = cast.case(case_id)
    assert (case.state, cast.events(case_id)[-1].name) == ("lapsed", "lapse")
    assert cast.faults(case_id) == []


def test_the_office_sees_what_will_be_sent(cast: Cast) -> None:
    case_id = cast.asked()
    text = page(cast, "officer", "/reminders?until=2026-12-31")
    assert cast.case(case_id).reference in text


def test_the_drawing_shows_where_the_case_stands_and_came_from(cast: Cast) -> None:
    case_id = cast.asked()
    assert "<svg" in page(cast, "officer", at(cast, case_id, "/drawing"))
    text = page(cast, "partner", at(cast, case_id, "/drawing"))
    assert "Sent to us" in text
    assert "Asked" not in text.replace("Asked by", "")


def test_its_deadlines_can_be_tuned(cast: Cast) -> None:
    text = page(cast, "lead", "/deadline-settings")
    assert "Sample requests" in text or "sample" in text


def test_my_desk_holds_what_waits_for_me(cast: Cast) -> None:
    case_id = cast.asked()
    with frozen(MONDAY + timedelta(days=9)):
        assert cast.case(case_id).reference in page(cast, "officer", "/desk")


def test_messages_are_those_of_the_declaration(cast: Cast) -> None:
    case_id = cast.asked()
    cast.fire(case_id, "question", "officer", reason="Which?")
    rows = db.session.execute(
        sa.select(Message.template, Message.recipient_id).order_by(Message.created_at, Message.id)
    ).all()
    assert [tuple(r) for r in rows] == [
        ("transition/ask/0", cast.people["officer"]),
        ("transition/question/0", cast.people["partner"]),
    ]
