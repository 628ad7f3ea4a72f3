"""The list of cases in a browser: narrowed in place, kept as a view, and worked by keyboard."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import sign_in, speak, visitor
from tests.support.site import Site

pytestmark = pytest.mark.e2e
OFFICER = "Programme officer (French)"


def test_a_list_is_narrowed_in_place_and_kept_as_a_view(browser: Browser, site: Site):
    name = f"Pilots {uuid4().hex[:6]}"
    with visitor(browser, site) as page:
        sign_in(page, site, OFFICER, "/cases?sort=due")
        speak(page, "en")
        page.evaluate("document.body.dataset.same = 'page'")
        _narrow(page)
        _take_away(page)
        page.get_by_role("link", name="Save as a view").click()
        page.locator("#name").fill(name)
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".view-tabs a[aria-current]")).to_have_text(name)
        expect(page.locator(".chip-on")).to_have_count(1)
        page.get_by_role("link", name="As a board").click()
        expect(page.locator(".lane")).to_have_count(1)


def _narrow(page: Page) -> None:
    page.locator("#more-filters").click()
    page.locator("#f-stage").focus()
    page.locator("#f-stage").select_option("pilot")
    expect(page.locator(".chip-on")).to_have_text("Stage: Pilot remove this filter")
    expect(page).to_have_url(re.compile(r"stage=pilot(&filters=open)?$|filters=open&stage=pilot$"))
    expect(page.locator("#f-stage")).to_be_focused()
    page.locator("#f-owner").select_option("none")
    expect(page.locator(".chip-on")).to_have_count(2)


def _take_away(page: Page) -> None:
    page.locator(".chip-on", has_text="In charge").click()
    expect(page.locator(".chip-on")).to_have_count(1)
    expect(page.locator("#f-owner")).to_have_value("")
    expect(page.locator("#found")).to_be_focused()
    page.locator("#sort-title").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Title")
    expect(page.locator("#sort-title")).to_be_focused()
    expect(page.locator(".count-row a[aria-current]")).to_contain_text("Pilot")
    assert page.evaluate("document.body.dataset.same") == "page"  # nothing was loaded anew


def test_the_list_is_worked_by_keyboard(browser: Browser, site: Site):
    with visitor(browser, site) as page:
        sign_in(page, site, OFFICER, "/cases?sort=reference")
        rows = page.locator(".list tbody tr")
        rows.nth(0).locator("a").focus()
        page.keyboard.press("j")
        expect(rows.nth(1).locator("a")).to_be_focused()
        page.keyboard.press("x")
        expect(rows.nth(1).locator("input")).to_be_checked()
        page.keyboard.press("ArrowUp")
        expect(rows.nth(0).locator("a")).to_be_focused()
        rows.nth(4).locator("input").click(modifiers=["Shift"])
        expect(page.locator(".list input:checked")).to_have_count(4)
