"""Words and headers of mails, without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel

from casework.adapters.mail import _blames_recipient
from casework.calendar import Length
from casework.roles import Role
from casework.services.outbox import dates, kinds, reminders
from casework.services.outbox.delivery import BACK_OFF
from casework.services.outbox.letters import header_text
from casework.services.outbox.tongue import spoken
from casework.workflows.declaration import DeadlineRule

BRUSSELS = ZoneInfo("Europe/Brussels")
END_OF_THURSDAY = datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC)
RULE = DeadlineRule(
    "letter",
    "Motivated letter",
    Role.PROGRAMME_OFFICER,
    "Send the letter.",
    length=Length.parse("5 wd"),
)


@pytest.fixture(scope="module")
def languages() -> Flask:
    app = Flask("words")
    Babel(app)
    return app


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "jeudi 26 novembre 2026"),
        ("nl", "donderdag 26 november 2026"),
        ("en", "Thursday 26 November 2026"),
    ],
)
def test_a_deadline_is_a_civil_date_of_the_house(language: str, words: str) -> None:
    assert dates.civil(END_OF_THURSDAY, BRUSSELS, language) == words


def test_a_deadline_in_hours_says_the_hour(languages: Flask) -> None:
    moment = datetime(2026, 11, 26, 13, 30, tzinfo=UTC)
    with languages.app_context(), spoken("en"):
        assert dates.civil(moment, BRUSSELS, "en") == "Thursday 26 November 2026 at 14:30"


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime(2026, 11, 25, 22, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 25, 23, 1, tzinfo=UTC), 0),  # past midnight in Brussels
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), -2),
    ],
)
def test_days_are_civil_days_of_the_house(at: datetime, days: int) -> None:
    assert dates.days_between(at, END_OF_THURSDAY, BRUSSELS) == days


@pytest.mark.parametrize(
    ("day", "hour", "escalates", "subject", "line"),
    [
        (25, 9, False, "Due 26 Nov 2026: Motivated letter",
         "Send the letter. By Thursday 26 November 2026: 1 day left."),
        (26, 9, False, "Due 26 Nov 2026: Motivated letter",
         "Send the letter. By Thursday 26 November 2026: that is today."),
        (27, 9, False, "Overdue: Motivated letter",
         "Send the letter. This was due by Thursday 26 November 2026, 1 day ago."),
        (26, 23, False, "Overdue: Motivated letter",
         "Send the letter. This was due by Thursday 26 November 2026, 1 day ago."),
        (28, 9, True, "Passed on to you: Motivated letter",
         "Please step in: “Motivated letter” was due by Thursday 26 November 2026, 2 days ago."),
        (24, 9, True, "Passed on to you: Motivated letter",
         "Please watch over “Motivated letter”: it is due by Thursday 26 November 2026."),
    ],
)  # fmt: skip
def test_a_reminder_says_what_is_asked_and_by_when(
    languages: Flask, day: int, hour: int, escalates: bool, subject: str, line: str
) -> None:
    with languages.app_context(), spoken("en"):
        words = reminders.words(
            RULE,
            own_label="",
            due=END_OF_THURSDAY,
            at=datetime(2026, 11, day, hour, tzinfo=UTC),
            escalates=escalates,
            zone=BRUSSELS,
            language="en",
        )
    assert words == (subject, line)


def test_a_deadline_with_a_name_of_its_own_says_it(languages: Flask) -> None:
    with languages.app_context(), spoken("en"):
        subject, line = reminders.words(
            RULE,
            own_label="Permit",
            due=END_OF_THURSDAY,
            at=datetime(2026, 11, 25, 9, tzinfo=UTC),
            escalates=False,
            zone=BRUSSELS,
            language="en",
        )
    assert subject == "Due 26 Nov 2026: Permit"
    assert line.startswith("Send the letter (Permit). By Thursday")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Potagers\r\nBcc: all@example.org", "Potagers Bcc: all@example.org"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("  Été\u2028 à la ferme ", "Été à la ferme"),
    ],
)
def test_a_header_is_one_clean_line(text: str, safe: str) -> None:
    assert header_text(text) == safe


@pytest.mark.parametrize(
    ("code", "text", "blames"),
    [
        (550, b"5.1.1 No such person", True),
        (550, b"No such person", True),
        (553, b"5.1.3 Bad address", True),
        (552, b"5.2.2 Mailbox full", True),
        (550, b"5.7.1 Not from you", False),
        (554, b"5.7.1 Relay denied", False),
        (554, b"No", False),
        (530, b"Authentication first", False),
        (451, b"4.1.1 Later", False),
    ],
)
def test_only_some_refusals_are_about_the_recipient(code: int, text: bytes, blames: bool) -> None:
    assert _blames_recipient(code, text) is blames


def test_back_off_grows_and_ends_after_five_daily_attempts() -> None:
    minutes = [int(wait.total_seconds() // 60) for wait in BACK_OFF]
    assert minutes == [1, 5, 15, 60, 240, 720, *[1440] * 5]


@pytest.mark.parametrize(
    ("choice", "compulsory", "state"),
    [
        (None, False, "pending"),
        ("daily", False, "digest"),
        ("none", False, "none"),
        ("none", True, "pending"),
    ],
)
def test_what_is_compulsory_always_goes_at_once(
    choice: str | None, compulsory: bool, state: str
) -> None:
    assert kinds.mail_state_for(choice, compulsory=compulsory) == state


def test_a_digest_is_nothing_to_choose() -> None:
    assert kinds.DIGEST not in kinds.KINDS
