"""The daily summary: once a person and civil day, however often it is built."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from casework import policy
from casework.clock import frozen
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Grant
from casework.policy import Holder
from casework.roles import Role
from casework.services import outbox
from casework.services.outbox import Result, inbox
from tests.support import told
from tests.support.smtp import SmtpServer


@pytest.fixture(autouse=True)
def _workflow() -> Iterator[None]:
    with told.registered():
        yield


EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
BEFORE_SEVEN = datetime(2026, 11, 24, 5, 59, tzinfo=UTC)  # 06:59 in Brussels
SEVEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def daily_reader(messages: int = 2, *, restricted: bool = False) -> tuple[Holder, Case]:
    with unit_of_work(db.session):
        about = told.case(restricted=restricted)
        nora = told.person()
        told.grant(nora, Role.PARTNER_LEAD, about)
        told.choose(nora, "case_moved", "daily")
        for _ in range(messages):
            told.tell([nora], about, now=EVENING)
    return nora, about


def build(moment: datetime) -> int:
    with unit_of_work(db.session):
        return outbox.build_digests(moment)


def states(nora: Holder) -> list[str]:
    return sorted(f"{m.kind} {m.mail_state}" for m in told.messages_of(nora))


def test_nothing_is_built_before_seven(app: Flask) -> None:
    nora, _ = daily_reader()
    assert build(BEFORE_SEVEN) == 0
    assert states(nora) == ["case_moved digest"] * 2


def test_a_day_is_one_mail_with_a_message_id_of_its_own(app: Flask, smtp: SmtpServer) -> None:
    nora, about = daily_reader()
    reference = about.reference
    db.session.rollback()
    assert build(SEVEN) == 1
    assert states(nora) == ["case_moved digested"] * 2 + ["digest pending"]
    *parts, digest = told.messages_of(nora)
    assert {part.digest_id for part in parts} == {digest.id}
    with frozen(SEVEN):
        assert outbox.deliver(digest.id) is Result.SENT
    (mail,) = smtp.mails_to(nora.email)
    assert mail.message_id == digest.mail_message_id
    assert mail.message["Subject"] == "2 messages: A question about Potagers d’entraide and more"
    assert mail.text().count(f"http://127.0.0.1/cases/{reference}") == 2
    assert mail.text("html").count("A question about") == 3  # once more in the title


def test_a_second_run_adds_nothing_and_later_news_wait_for_tomorrow(app: Flask) -> None:
    nora, about = daily_reader(messages=1)
    assert build(SEVEN) == 1
    assert build(SEVEN + timedelta(hours=1)) == 0
    with unit_of_work(db.session):
        told.tell([nora], db.session.merge(about), now=SEVEN + timedelta(hours=2))
    assert build(SEVEN + timedelta(hours=3)) == 0
    assert "case_moved digest" in states(nora)
    assert build(SEVEN + timedelta(days=1)) == 1
    assert states(nora) == ["case_moved digested"] * 2 + ["digest pending"] * 2


def test_three_days_without_a_machine_are_one_summary(app: Flask) -> None:
    nora, _ = daily_reader(messages=3)
    assert build(SEVEN + timedelta(days=3)) == 1
    assert states(nora).count("digest pending") == 1


def test_two_at_once_make_one(app: Flask) -> None:
    readers = [daily_reader() for _ in range(3)]
    made: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            start.wait(10)
            made.append(build(SEVEN))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(made) == len(readers)
    for nora, _ in readers:
        assert states(nora) == ["case_moved digested"] * 2 + ["digest pending"]


def test_the_summary_is_no_message_of_the_inbox(app: Flask) -> None:
    nora, _ = daily_reader()
    build(SEVEN)
    actor = policy.actor_of(db.session(), nora.user_id, SEVEN)
    assert len(inbox.page(actor, "en", SEVEN).entries) == 2


def test_what_may_no_longer_be_seen_is_left_out(app: Flask, smtp: SmtpServer) -> None:
    nora, about = daily_reader(messages=1)
    with unit_of_work(db.session):
        other = told.case(title="Cantine solidaire")
        told.grant(nora, Role.PARTNER_LEAD, other)
        told.tell([nora], other, now=EVENING)
    organisation_id = about.organisation_id
    db.session.rollback()
    with unit_of_work(db.session):
        lost = sa.and_(Grant.user_id == nora.user_id, Grant.scope_id == organisation_id)
        db.session.execute(sa.update(Grant).where(lost).values(ends_at=SEVEN))
    build(SEVEN)
    digest = told.messages_of(nora)[-1]
    with frozen(SEVEN):
        outbox.deliver(digest.id)
    (mail,) = smtp.mails_to(nora.email)
    assert mail.message["Subject"] == "One message: A question about Cantine solidaire"
    assert "Potagers" not in mail.text()


def test_a_restricted_case_shows_its_number_only(app: Flask, smtp: SmtpServer) -> None:
    nora, about = daily_reader(messages=1, restricted=True)
    reference = about.reference
    db.session.rollback()
    build(SEVEN)
    with frozen(SEVEN):
        outbox.deliver(told.messages_of(nora)[-1].id)
    (mail,) = smtp.mails_to(nora.email)
    assert reference in mail.text()
    assert "Potagers" not in mail.text() + mail.text("html")


def test_if_nothing_is_left_no_summary_goes(app: Flask, smtp: SmtpServer) -> None:
    nora, _ = daily_reader()
    db.session.rollback()
    with unit_of_work(db.session):
        db.session.execute(
            sa.update(Grant).where(Grant.user_id == nora.user_id).values(ends_at=SEVEN)
        )
    build(SEVEN)
    with frozen(SEVEN):
        assert outbox.deliver(told.messages_of(nora)[-1].id) is Result.DROPPED
    assert not smtp.mails_to(nora.email)
