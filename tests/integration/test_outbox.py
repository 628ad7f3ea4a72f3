"""Message rows: written once an occasion, as people chose, and read through the policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from casework import policy
from casework.adapters import queue
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Grant, Message
from casework.roles import Role
from casework.services import outbox
from casework.services.outbox import inbox
from tests.support import told
from tests.support.told import DUE, NOW
from tests.support.valkey import Valkey


@pytest.fixture(autouse=True)
def _workflow() -> Iterator[None]:
    with told.registered():
        yield


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that are executed inside."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def the_inbox(holder: policy.Holder, *, only_unread: bool = False) -> inbox.Page:
    actor = policy.actor_of(db.session(), holder.user_id, NOW)
    return inbox.page(actor, holder.language, NOW, only_unread=only_unread)


def test_one_occasion_is_told_once_a_person(app: Flask) -> None:
    with unit_of_work(db.session):
        about = told.case()
        nora, ali = told.person(), told.person("Ali")
        told.tell([nora, nora], about, occasion="event:1:0")
        told.tell([nora, ali], about, occasion="event:1:0")
    assert len(told.messages_of(nora)) == 1
    assert len(told.messages_of(ali)) == 1


def test_a_message_is_forgotten_with_its_transaction(app: Flask) -> None:
    with unit_of_work(db.session):
        nora = told.person()
    told.tell([nora], told.case())
    db.session.rollback()
    assert not told.messages_of(nora)


@pytest.mark.parametrize(
    ("choice", "compulsory", "state"),
    [
        (None, False, "pending"),
        ("now", False, "pending"),
        ("daily", False, "digest"),
        ("none", False, "none"),
        ("daily", True, "pending"),
        ("none", True, "pending"),
    ],
)
def test_people_choose_how_they_hear_of_things(
    app: Flask, valkey: Valkey, choice: str | None, compulsory: bool, state: str
) -> None:
    with unit_of_work(db.session):
        nora = told.person()
        if choice:
            told.choose(nora, "case_moved", choice)
            told.choose(nora, "reminder", "now")
        told.tell([nora], told.case(), compulsory=compulsory)
    outbox.nudge()  # a worker is woken for a mail, and for nothing else
    outbox.nudge()
    with valkey.client() as client:
        assert client.llen(f"rq:queue:{queue.MAIL}") == (state == "pending")
    message = told.message_of(nora)
    assert message.mail_state == state
    assert message.in_inbox
    assert (message.next_attempt_at is not None) == (state == "pending")


def test_choices_are_kept_and_wrong_ones_refused(app: Flask) -> None:
    with unit_of_work(db.session):
        nora = told.person()
        outbox.choose(nora.user_id, {"reminder": "daily"})
    with unit_of_work(db.session):
        outbox.choose(nora.user_id, {"reminder": "none", "case_moved": "daily"})
    assert outbox.choices_of(nora.user_id) == {
        "case_moved": "daily",
        "reminder": "none",
        "escalation": "now",
        "note": "now",
        "committee": "now",
        "label": "now",
    }
    with pytest.raises(ValueError, match="sometimes"):
        outbox.choose(nora.user_id, {"reminder": "sometimes"})
    with pytest.raises(ValueError, match="digest"):
        outbox.choose(nora.user_id, {"digest": "none"})


def test_many_recipients_cost_no_more_statements_than_one(app: Flask) -> None:
    with unit_of_work(db.session):
        about = told.case()
        few, many = [told.person()], [told.person() for _ in range(120)]
        with counted() as for_one:
            told.tell(few, about)
        with counted() as for_many:
            told.tell(many, about)
    assert len(for_one) == len(for_many) == 3


def test_a_message_of_a_restricted_case_keeps_no_text(app: Flask) -> None:
    with unit_of_work(db.session):
        secret = told.case(restricted=True)
        nora = told.person()
        told.tell([nora], secret, params={"title": "Secret", "words": "text", "due": DUE})
    assert told.message_of(nora).params == {"due": DUE}


def test_the_inbox_speaks_each_readers_words_and_language(app: Flask) -> None:
    with unit_of_work(db.session):
        about = told.case()
        nora, claire = told.person(), told.person("Claire Maréchal")
        told.grant(nora, Role.PARTNER_LEAD, about)
        told.grant(claire, Role.PROGRAMME_OFFICER)
        told.tell([nora, claire], about, params={"due": NOW.isoformat(), "partner_due": DUE})
        late = told.person("Samir Haddad")
        told.grant(late, Role.PARTNER_LEAD, about)
        told.tell([late], about, params={"partner_due": (NOW - timedelta(days=1)).isoformat()})
    partner, officer = the_inbox(nora), the_inbox(claire)
    assert partner.entries[0].words.subject == "A question about Potagers d’entraide"
    assert "Les Jardins ASBL (Waiting for you)" in partner.entries[0].words.line
    assert "(Waiting for the partner)" in officer.entries[0].words.line
    assert partner.entries[0].words.path == f"/cases/{about.reference}"
    assert partner.entries[0].words.due == "Thursday 26 November 2026"
    assert officer.entries[0].words.due is None  # the officer has nothing to do
    assert the_inbox(late).entries[0].words.due is None  # nor anybody anything by yesterday


def test_who_may_no_longer_see_a_case_reads_nothing_of_it(app: Flask) -> None:
    nora, about, _ = told.partner_told()
    with unit_of_work(db.session):
        db.session.execute(
            sa.update(Grant).where(Grant.user_id == nora.user_id).values(ends_at=NOW)
        )
    words = the_inbox(nora).entries[0].words
    assert words.hidden
    assert words.path is None
    assert about.title not in f"{words}"
    assert about.reference not in f"{words}"


def test_a_message_whose_words_are_gone_still_leads_to_its_case(app: Flask) -> None:
    nora, about, _ = told.partner_told(template="transition/of_old/3")
    words = the_inbox(nora).entries[0].words
    assert words.subject == f"News about {about.reference}"
    assert words.path == f"/cases/{about.reference}"


def test_the_inbox_pages_counts_and_marks(app: Flask) -> None:
    with unit_of_work(db.session):
        about = told.case()
        nora = told.person()
        told.grant(nora, Role.PARTNER_LEAD, about)
        for _ in range(inbox.PAGE_SIZE + 1):
            told.tell([nora], about)
    actor = policy.actor_of(db.session(), nora.user_id, NOW)
    first = inbox.page(actor, "en", NOW)
    last = inbox.page(actor, "en", NOW, 99)
    assert (len(first.entries), first.pages, first.unread) == (inbox.PAGE_SIZE, 2, 26)
    assert (len(last.entries), last.number) == (1, 2)
    db.session.rollback()
    with unit_of_work(db.session):
        assert inbox.open_message(actor, first.entries[0].id, "en", NOW)
    assert inbox.page(actor, "en", NOW).unread == 25
    assert inbox.page(actor, "en", NOW, only_unread=True).pages == 1
    db.session.rollback()
    with unit_of_work(db.session):
        inbox.mark_all_read(actor, NOW)
    assert the_inbox(nora).unread == 0
    assert not the_inbox(nora, only_unread=True).entries


def test_another_persons_message_does_not_exist(app: Flask) -> None:
    _, _, message_id = told.partner_told()
    db.session.rollback()
    with unit_of_work(db.session):
        ali = told.person("Ali")
    actor = policy.actor_of(db.session(), ali.user_id, NOW)
    assert inbox.open_message(actor, message_id, "en", NOW) is None


def test_the_inbox_asks_no_more_for_fifty_than_for_one(app: Flask) -> None:
    with unit_of_work(db.session):
        nora = told.person()
        for _ in range(inbox.PAGE_SIZE):
            about = told.case()
            told.grant(nora, Role.PARTNER_LEAD, about)
            told.tell([nora], about)
    actor = policy.actor_of(db.session(), nora.user_id, NOW)
    with counted() as statements:
        assert len(inbox.page(actor, "en", NOW).entries) == inbox.PAGE_SIZE
    assert len(statements) <= 4


def test_a_failed_message_is_sent_again_on_demand(app: Flask) -> None:
    nora, _, message_id = told.partner_told()
    with unit_of_work(db.session):
        db.session.execute(
            sa.update(Message)
            .where(Message.id == message_id)
            .values(mail_state="failed", attempts=12, last_error="550 no")
        )
    assert message_id not in outbox.due_messages(NOW)
    db.session.rollback()
    with unit_of_work(db.session):
        assert outbox.retry(message_id, NOW)
        assert not outbox.retry(message_id, NOW)
    assert message_id in outbox.due_messages(NOW)
    assert told.message_of(nora).attempts == 0
