"""The accessibility statement: one link away from every page, for visitors too."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from casework.roles import Role
from tests.support.world import World

TITLES = {"fr": "Accessibilité", "nl": "Toegankelijkheid", "en": "Accessibility"}


@pytest.mark.parametrize("language", TITLES)
def test_a_visitor_reads_it_and_is_told_where_to_write(world: World, language: str) -> None:
    page = world.client(None).get("/accessibility", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f"<h1>{TITLES[language]}</h1>" in page.text
    assert 'href="mailto:casework@fondation.example?' in page.text
    assert "https://www.unia.be" in page.text


def test_every_kind_of_page_leads_to_it(world: World) -> None:
    partner = world.person(Role.PARTNER_LEAD, world.organisation())
    readers = {
        "/sign-in": None,
        "/nothing-here": None,
        "/mine": partner,
        "/desk": world.person(Role.PROGRAMME_OFFICER),
    }
    for address, reader in readers.items():
        browser: FlaskClient = world.client(reader)
        assert 'href="/accessibility"' in browser.get(address).text, address
        assert browser.get("/accessibility").status_code == 200
