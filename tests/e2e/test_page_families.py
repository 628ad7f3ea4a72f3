"""Each family of pages: nothing for axe to find, nothing to scroll sideways on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsing import faults_of, overflow, sign_in, speak, visitor
from tests.support.site import Site

pytestmark = pytest.mark.e2e
OFFICE = "Programme lead (French)"
PORTAL = "Partner lead (French)"
HOUSE = "Administrator (English)"

# The case in the addresses is the first on the list of whoever looks.
FAMILIES = {
    OFFICE: [
        "/desk",
        "/cases",
        "{case}",
        "{case}/history",
        "{case}/drawing",
        "{case}/documents",
        "{case}/r/team",
        "{case}/r/budget",
        "{move}",
        "/inbox",
        "/inbox/choices",
        "/reminders",
        "/deadline-settings",
        "/deadline-settings/partner_project/first_answer",
        "/calls",
        "/calls/new",
        "/organisations",
        "{organisation}",
        "/organisations/new",
        "/programmes",
        "/cases/PP-1999-0001",
    ],
    PORTAL: [
        "/mine",
        "/new/partner_project",
        "{case}",
        "{case}/history",
        "{case}/drawing",
        "{case}/documents",
        "{case}/r/idea",
        "{move}",
        "/inbox",
        "/my-organisation",
    ],
    HOUSE: ["/mailbox", "/inbox/failed"],
}
SIZES = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 320, "height": 640}},
}


def pages(page: Page, who: str) -> Iterator[str]:
    """Open each page of the reader's families and yield its address."""
    if who == HOUSE:
        for path in FAMILIES[who]:
            page.goto(path)
            yield path
        return
    page.goto("/mine" if who == PORTAL else "/cases?state=co_creation")
    case = page.locator("main a[href^='/cases/PP-']").first.get_attribute("href") or ""
    page.goto(case)
    moves = page.locator("main a[href*='/do/']")
    organisations = page.locator("main a[href^='/organisations/']")
    move = moves.first.get_attribute("href") if moves.count() else case
    known = {"{case}": case, "{move}": move or case, "{organisation}": "/organisations"}
    if organisations.count():
        known["{organisation}"] = organisations.first.get_attribute("href") or "/organisations"
    for family in FAMILIES[who]:
        path = family
        for name, value in known.items():
            path = path.replace(name, value)
        page.goto(path)
        yield path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", FAMILIES)
def test_every_family_of_pages_is_sound(browser: Browser, site: Site, who: str, size: str):
    found = []
    with visitor(browser, site, **SIZES[size]) as page:
        sign_in(page, site, who)
        if who != HOUSE:
            speak(page, "fr")
        for path in pages(page, who):
            if size != "phone" or path in {"/desk", "/mine"}:
                rules = ["color-contrast"] if size == "dark" else []  # the rest is as in the light
                found += [f"{path}: {fault}" for fault in faults_of(page, *rules)]
            if (over := overflow(page)) > 0:
                found.append(f"{path}: {over} px broader than the window")
    assert found == []


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_a_visitor_are_sound(browser: Browser, site: Site, size: str):
    with visitor(browser, site, locale="fr-BE", **SIZES[size]) as page:
        page.goto("/sign-in")
        page.locator("main button[type=submit]").click()
        assert page.locator("html").get_attribute("lang") == "fr"
        assert faults_of(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_language_is_kept_from_visit_to_visit(browser: Browser, site: Site, language: str):
    who = "Partner lead (Dutch)"
    with visitor(browser, site) as page:
        sign_in(page, site, who, "/mine")
        speak(page, language)
    with visitor(browser, site, locale="de-DE") as page:
        sign_in(page, site, who, "/mine")
        assert page.locator("html").get_attribute("lang") == language
        speak(page, "nl")
