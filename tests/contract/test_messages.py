"""The words that workflows declare for messages: whole, in every language, for every workflow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from casework import checking
from casework.i18n import LANGUAGES
from casework.services.outbox import KINDS
from casework.services.outbox.tongue import gettext, spoken
from casework.services.outbox.words import PLACES
from casework.workflows import registry
from casework.workflows.declaration import Notice

VALUES = {place: f"<{place}>" for place in PLACES}


def notices() -> Iterator[tuple[str, Notice]]:
    for workflow in registry.every():
        for where, notice in checking.notices(workflow):
            yield f"{workflow.key}/{where}", notice


@pytest.fixture(scope="module")
def languages() -> Flask:
    app = Flask("casework")
    Babel(app)
    return app


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_names_only_what_there_is(languages: Flask, language: str) -> None:
    faults = []
    with languages.app_context(), spoken(language):
        for where, notice in notices():
            for text in (notice.subject, notice.line):
                try:
                    _ = gettext(text) % VALUES
                except (KeyError, ValueError, TypeError) as error:
                    faults.append(f"{where}: {error!r} in {gettext(text)!r}")
    assert not faults


def test_every_notice_is_of_a_kind_that_people_may_choose() -> None:
    assert {notice.kind for _, notice in notices()} <= set(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_deadline_asks_for_something_in_a_sentence(languages: Flask, language: str) -> None:
    with languages.app_context(), spoken(language):
        asked = {
            f"{workflow.key}/{rule.key}": gettext(rule.asks)
            for workflow in registry.every()
            for rule in workflow.deadlines
        }
    assert not {where: text for where, text in asked.items() if text[-1:] not in {".", "?", "!"}}
