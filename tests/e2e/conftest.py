"""A real browser on a real installation with its demonstration data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.chromium import launch
from tests.support.site import Site, Sites

PATIENCE_MS = 15_000
# The few people of the demonstration sign in again with every test; limits have tests of their own.
MANY = "10000 per 15 minutes"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What `make run` starts; started once, and only where there is a browser to use it."""
    folder = tmp_path_factory.mktemp("site")
    sites = Sites(folder)
    try:
        yield sites.start(folder / "data", CASEWORK_LIMIT_SIGN_IN=MANY, CASEWORK_LIMIT_CLIENT=MANY)
    finally:
        sites.stop_all()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A new page of a visitor that the site has never seen; a script error on it is a failure."""
    context = browser.new_context(base_url=site.url, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []
