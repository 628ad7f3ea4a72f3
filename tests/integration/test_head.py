"""Asking for the head of a page answers as the page does: watchdogs and proxies do so."""

from __future__ import annotations

import pytest
from flask import Flask

from casework.roles import Role
from tests.support.world import World


@pytest.mark.parametrize("address", ["/sign-in", "/health", "/desk", "/organisations/new"])
def test_the_head_answers_as_the_page(app: Flask, world: World, address: str) -> None:
    browser = world.client(world.person(Role.PROGRAMME_OFFICER))
    assert browser.head(address).status_code == browser.get(address).status_code == 200
