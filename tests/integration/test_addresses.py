"""Remembered addresses are the ones that Flask builds."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import flask
import pytest
from flask import Flask
from werkzeug.routing import BuildError

from casework.web.addresses import url_for

ODD = ["plain-1", "with space", "a/b", "100%", "é", "", None, 7, ["x", "y"], "<b>", "-mark-0-"]


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_value_is_written_into_an_address_as_flask_writes_it(app: Flask, value: object):
    with app.test_request_context("/cases"):
        for _again in range(2):
            mine = url_for("cases.index", state=value, page=2)
            assert mine == flask.url_for("cases.index", state=value, page=2)


def test_every_page_has_the_address_that_flask_gives_it(app: Flask):
    with app.test_request_context("/", base_url="http://127.0.0.1/below"):
        for rule in app.url_map.iter_rules():
            values: dict[str, Any] = {
                name: uuid4() if "id" in name else f"{name}-1" for name in rule.arguments
            }
            try:
                wanted = flask.url_for(rule.endpoint, **values)
            except (ValueError, BuildError):
                continue  # its values are figures
            assert url_for(rule.endpoint, **values) == wanted
            assert url_for(rule.endpoint, **values) == wanted  # from memory


def test_two_prefixes_do_not_share_their_addresses(app: Flask):
    for base, start in (("http://127.0.0.1/a", "/a/"), ("http://127.0.0.1/b", "/b/")):
        with app.test_request_context("/", base_url=base):
            assert url_for("cases.index", state="x").startswith(start)
