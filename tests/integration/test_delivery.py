"""Delivery to a real mail server: what is sent, and what happens when it does not work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.clock import frozen
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Grant, Message, User
from casework.policy import Holder
from casework.roles import Role
from casework.services import outbox
from casework.services.outbox import Result
from casework.services.outbox.delivery import BACK_OFF, LEASE
from tests.support import told
from tests.support.smtp import SmtpServer
from tests.support.told import DUE, NOW
from tests.support.waiting import wait_until


@pytest.fixture(autouse=True)
def _workflow() -> Iterator[None]:
    with told.registered():
        yield


def bounced(holder: Holder) -> bool:
    db.session.rollback()
    found = db.session.scalar(sa.select(User.address_bounced_at).where(User.id == holder.user_id))
    db.session.rollback()
    return found is not None


def test_a_mail_is_whole(app: Flask, smtp: SmtpServer) -> None:
    nora, about, message_id = told.partner_told(params={"partner_due": DUE})
    reference = about.reference
    db.session.rollback()
    with frozen(NOW + timedelta(minutes=1)):
        assert outbox.deliver(message_id) is Result.SENT
    (mail,) = smtp.mails_to(nora.email)
    message = told.message_of(nora)
    assert (message.mail_state, message.attempts) == ("sent", 1)
    assert message.sent_at == NOW + timedelta(minutes=1)
    assert mail.message["Subject"] == "A question about Potagers d’entraide"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["To"] == f"Nora Vandenberghe <{nora.email}>"
    assert mail.message["From"] == "Fondation Exemple <casework@fondation.example>"
    assert "List-Unsubscribe" not in mail.message
    assert mail.message_id == message.mail_message_id
    assert mail.message_id.endswith("@fondation.example>")
    assert parsedate_to_datetime(mail.message["Date"]) == NOW + timedelta(minutes=1)
    link = f"http://127.0.0.1/cases/{reference}"
    first, *rest = mail.text().splitlines()
    assert first.endswith(
        "has a question about Potagers d’entraide of Les Jardins ASBL (Waiting for you)."
    )
    assert "By Thursday 26 November 2026" in rest
    assert link in rest
    assert "http://127.0.0.1/inbox/choices" in rest
    assert f'href="{link}"' in mail.text("html")


def test_each_reads_their_own_language(app: Flask, smtp: SmtpServer) -> None:
    with unit_of_work(db.session):
        about = told.case()
        people = [told.person(language=language) for language in ("fr", "nl", "en")]
        for person in people:
            told.grant(person, Role.PARTNER_LEAD, about)
        told.tell(
            people, about, template="reminder/reply/-3 wd", kind="reminder", params={"due": DUE}
        )
    with frozen(NOW):
        assert outbox.deliver_due() >= len(people)
    dates = ["jeudi 26 novembre 2026", "donderdag 26 november 2026", "Thursday 26 November 2026"]
    for person, date in zip(people, dates, strict=True):
        (mail,) = smtp.mails_to(person.email)
        assert mail.message["Content-Language"] == person.language
        assert date in mail.text()
        assert f'<html lang="{person.language}">' in mail.text("html")


@pytest.mark.parametrize(
    ("moment", "first_line"),
    [
        (NOW, "Answer our question. By Thursday 26 November 2026: 3 days left."),
        (
            NOW + timedelta(days=3),
            "Answer our question. By Thursday 26 November 2026: that is today.",
        ),
        (
            NOW + timedelta(days=5),
            "Answer our question. This was due by Thursday 26 November 2026, 2 days ago.",
        ),
    ],
)
def test_a_reminder_says_what_and_by_when_as_of_now(
    app: Flask, smtp: SmtpServer, moment: object, first_line: str
) -> None:
    nora, _, message_id = told.partner_told(
        template="reminder/reply/-3 wd", kind="reminder", params={"due": DUE}
    )
    with frozen(moment):  # type: ignore[arg-type]
        assert outbox.deliver(message_id) is Result.SENT
    assert smtp.mails_to(nora.email)[0].text().splitlines()[0] == first_line


def test_an_escalation_asks_to_step_in(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told(
        template="reminder/reply/+1 wd", kind="escalation", params={"due": DUE}
    )
    with frozen(NOW + timedelta(days=4)):
        outbox.deliver(message_id)
    (mail,) = smtp.mails_to(nora.email)
    assert mail.text().startswith("Please step in: “The partner's answer” was due by")
    assert str(mail.message["Subject"]).startswith("Passed on to you:")


def test_a_restricted_case_is_named_by_its_number_only(app: Flask, smtp: SmtpServer) -> None:
    with unit_of_work(db.session):
        secret = told.case(restricted=True, title="Whistle")
        nora = told.person()
        told.grant(nora, Role.PARTNER_LEAD, secret)
        with pytest.raises(ValueError, match="nobody has declared"):
            told.tell([nora], secret, params={"subject": "Whistle", "line": "Whistle"})
        told.tell([nora], secret)
        reference = secret.reference
    with frozen(NOW):
        assert outbox.deliver(told.message_of(nora).id) is Result.SENT
    (mail,) = smtp.mails_to(nora.email)
    assert mail.message["Subject"] == f"A confidential case ({reference})"
    whole = mail.message.as_string() + mail.text() + mail.text("html")
    assert "Whistle" not in whole
    assert "Jardins" not in whole


def test_who_lost_the_right_gets_no_mail(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told()
    db.session.rollback()
    with unit_of_work(db.session):
        db.session.execute(
            sa.update(Grant).where(Grant.user_id == nora.user_id).values(ends_at=NOW)
        )
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.DROPPED
    message = told.message_of(nora)
    assert (message.mail_state, message.in_inbox) == ("none", True)
    assert message.last_error
    assert not smtp.mails_to(nora.email)


@pytest.mark.parametrize("title", ["Potagers\r\nBcc: all@example.org", "Jardin\x00\x1b[31m"])
def test_no_title_gets_into_the_headers(app: Flask, smtp: SmtpServer, title: str) -> None:
    with unit_of_work(db.session):
        about = told.case(title=title.replace("\x00", ""))  # PostgreSQL takes no null byte
        nora = told.person(name="Nora\r\nCc: eve@example.org")
        told.grant(nora, Role.PARTNER_LEAD, about)
        told.tell([nora], about)
    with frozen(NOW):
        assert outbox.deliver(told.message_of(nora).id) is Result.SENT
    (mail,) = smtp.mails_to(nora.email)
    assert mail.recipients == (nora.email,)
    assert mail.message["Bcc"] is None
    assert mail.message["Cc"] is None
    assert str(mail.message["Subject"]).isprintable()


def test_a_server_that_is_gone_gets_it_when_it_is_back(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told()
    smtp.stop()
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.AWAY
    message = told.message_of(nora)
    assert message.mail_state == "pending"
    assert message.next_attempt_at == NOW + BACK_OFF[0]
    assert message.last_error
    smtp.start()
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.NOT_DUE
    with frozen(NOW + timedelta(hours=1)):
        assert outbox.deliver(message_id) is Result.SENT
    assert smtp.mails_to(nora.email)[0].message_id == message.mail_message_id


def test_a_server_that_is_gone_costs_few_attempts(app: Flask, smtp: SmtpServer) -> None:
    with unit_of_work(db.session):
        about = told.case()
        people = [told.person() for _ in range(10)]
        for person in people:
            told.grant(person, Role.PARTNER_LEAD, about)
        told.tell(people, about)
    smtp.stop()
    with frozen(NOW):
        assert outbox.deliver_due() == 0
    attempts = [told.message_of(person).attempts for person in people]
    assert sum(attempts) <= 3
    smtp.start()
    with frozen(NOW + timedelta(hours=1)):
        outbox.deliver_due()
    assert all(len(smtp.mails_to(person.email)) == 1 for person in people)


@pytest.mark.parametrize("answer", ["451 4.3.0 Try later", "554 5.7.1 Not from you", "421 Bye"])
def test_a_server_that_refuses_everything_is_asked_again(
    app: Flask, smtp: SmtpServer, answer: str
) -> None:
    nora, _, message_id = told.partner_told()
    smtp.refuse(answer)
    moment = NOW
    for wait in BACK_OFF[:4]:
        with frozen(moment):
            assert outbox.deliver(message_id) in {Result.DEFERRED, Result.AWAY}
        message = told.message_of(nora)
        assert message.next_attempt_at == moment + wait
        moment += wait
    assert not bounced(nora)
    smtp.accept()
    with frozen(moment):
        assert outbox.deliver(message_id) is Result.SENT
    assert told.message_of(nora).mail_state == "sent"


def test_after_five_days_in_vain_a_message_has_failed(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told()
    smtp.refuse()
    moment = NOW
    results = []
    for wait in (*BACK_OFF, timedelta()):
        with frozen(moment):
            results.append(outbox.deliver(message_id))
        moment += wait
    assert results == [Result.DEFERRED] * len(BACK_OFF) + [Result.FAILED]
    assert timedelta(days=5) < moment - NOW < timedelta(days=6)
    assert told.message_of(nora).mail_state == "failed"
    assert not bounced(nora)


def test_a_recipient_that_does_not_exist_fails_and_is_flagged(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told()
    smtp.refuse("550 5.1.1 No such person", recipient=nora.email)
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.FAILED
    message = told.message_of(nora)
    assert message.mail_state == "failed"
    assert "No such person" in message.last_error
    assert bounced(nora)
    smtp.accept()
    with unit_of_work(db.session):
        assert outbox.retry(message_id, NOW)
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.SENT
    assert not bounced(nora)


def test_an_address_that_is_none_fails_and_is_flagged(app: Flask, smtp: SmtpServer) -> None:
    with unit_of_work(db.session):
        about = told.case()
        nora = told.person(email="no address")
        told.grant(nora, Role.PARTNER_LEAD, about)
        told.tell([nora], about)
    with frozen(NOW):
        assert outbox.deliver(told.message_of(nora).id) is Result.FAILED
    assert bounced(nora)


def test_who_dies_after_the_yes_sends_the_same_mail_again(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told()
    with frozen(NOW):
        outbox.deliver(message_id)
    with unit_of_work(db.session):  # the mark was never written
        db.session.execute(
            sa.update(Message)
            .where(Message.id == message_id)
            .values(mail_state="sending", claimed_until=NOW + LEASE, sent_at=None)
        )
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.NOT_DUE
    with frozen(NOW + LEASE):
        assert message_id in outbox.due_messages(NOW + LEASE)
        db.session.rollback()
        assert outbox.deliver(message_id) is Result.SENT
    first, second = smtp.mails_to(nora.email)
    assert first.message_id == second.message_id
    assert len(told.messages_of(nora)) == 1


def test_a_message_that_kills_every_worker_is_given_up(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told()
    with unit_of_work(db.session):
        db.session.execute(
            sa.update(Message)
            .where(Message.id == message_id)
            .values(mail_state="sending", claimed_until=NOW, attempts=len(BACK_OFF) + 1)
        )
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.FAILED
    assert not smtp.mails_to(nora.email)


def test_two_workers_send_a_mail_once(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told()
    smtp.hold()
    results: list[Result] = []

    def work() -> None:
        with app.app_context():
            results.append(outbox.deliver(message_id))

    with frozen(NOW):
        first = threading.Thread(target=work)
        first.start()
        wait_until(lambda: smtp.waiting, "a mail on its way")
        work()
        assert results == [Result.NOT_DUE]
        smtp.accept()
        first.join(30)
    assert results == [Result.NOT_DUE, Result.SENT]
    assert len(smtp.mails_to(nora.email)) == 1


def test_words_that_are_gone_are_looked_for_again(app: Flask, smtp: SmtpServer) -> None:
    nora, _, message_id = told.partner_told(template="transition/of_old/3")
    with frozen(NOW):
        assert outbox.deliver(message_id) is Result.DEFERRED
    assert told.message_of(nora).last_error == "WordsError"
    assert not smtp.mails_to(nora.email)
