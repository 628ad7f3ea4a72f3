"""Logs: one line an event, with its request's id, ours and the libraries', and no local values."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from casework import logging as logs
from tests.support.migrating import settings_for


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_lines_of_ours_and_of_libraries_carry_the_request_id(capsys: pytest.CaptureFixture[str]):
    logs.configure(settings_for("sqlite:////nowhere.db", log_format="json"))
    request_id = logs.bind_request("from-the-proxy-1", route="/cases")
    structlog.get_logger("casework.test").info("something", count=3)
    logging.getLogger("library").warning("of %s", "theirs")
    ours, theirs = lines(capsys)
    assert request_id == "from-the-proxy-1"
    assert ours["event"] == "something"
    assert ours["count"] == 3
    assert theirs["event"] == "of theirs"
    for line in (ours, theirs):
        assert line["request_id"] == request_id
        assert line["route"] == "/cases"
        assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize(
    "strange", [None, "", "short", "x" * 65, "two\nlines-of-text", 'a"quote"b']
)
def test_a_strange_id_from_outside_is_replaced(strange: str | None):
    assert len({logs.bind_request(strange) for _ in range(5)} - {strange}) == 5


def test_the_next_request_inherits_nothing(capsys: pytest.CaptureFixture[str]):
    logs.configure(settings_for("sqlite:////nowhere.db", log_format="json"))
    logs.bind_request(person="someone")
    logs.bind_request(kind="job")
    structlog.get_logger().info("next")
    (line,) = lines(capsys)
    assert "person" not in line
    assert "request_id" not in line
    assert line["job_id"]


@pytest.mark.parametrize("form", ["json", "plain"])
def test_a_traceback_shows_where_and_never_with_what(form: str, capsys: pytest.CaptureFixture[str]):
    logs.configure(settings_for("sqlite:////nowhere.db", log_format=form))
    password = "hunter" + str(2)  # a local value: the line of code does not show it
    try:
        raise ValueError(str(len(password)))
    except ValueError:
        structlog.get_logger().exception("failed")
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "hunter2" not in written


def test_plain_lines_are_for_people(capsys: pytest.CaptureFixture[str]):
    logs.configure(settings_for("sqlite:////nowhere.db", log_format="plain"))
    structlog.get_logger().warning("look here", where="there")
    written = capsys.readouterr().err
    assert "look here" in written
    assert sys.stderr.isatty() or "\x1b" not in written
