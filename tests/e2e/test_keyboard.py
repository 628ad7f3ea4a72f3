"""The daily work with the keyboard alone: the focus is always in sight and is never lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import addresses, sign_in, speak, tab_to, unseen_focus, visitor
from tests.support.site import Site

pytestmark = pytest.mark.e2e
OFFICER = "Programme officer (French)"
PARTNER = "Partner lead (French)"
PHONE = {"width": 360, "height": 740}
STOPS = 40


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    """Return the id of what has the focus."""
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_sign_in_skip_the_menu_and_sign_out(browser: Browser, site: Site):
    address, password = addresses(site)[OFFICER]
    with visitor(browser, site) as page:
        page.goto("/sign-in?next=/desk")
        tab_to(page, "#email")
        page.keyboard.type(address)
        tab_to(page, "#password")
        page.keyboard.type(password)
        press(page, "Enter")
        page.wait_for_url(f"{site.url}/desk")
        press(page, "Tab")
        expect(page.locator(".skip")).to_be_focused()
        assert unseen_focus(page) == ""
        press(page, "Enter")
        assert focused(page) == "main"
        press(page, "Tab")
        assert page.locator("main :focus").count() == 1, "the skip link leads past the menu"
        page.reload()
        tab_to(page, "form[data-forget-drafts] button")
        press(page, "Enter")
        page.wait_for_url("**/sign-in")


def test_find_a_case_in_the_list_and_correct_a_move(browser: Browser, site: Site):
    with visitor(browser, site) as page:
        sign_in(page, site, OFFICER, "/cases?state=idea_submitted")
        speak(page, "en")
        tab_to(page, "main td a[href^='/cases/']")
        press(page, "Enter")
        page.wait_for_url(re.compile(r"/cases/PP-[\d-]+$"))
        tab_to(page, "main a[href$='/do/ask_info']")
        press(page, "Enter")
        page.wait_for_url("**/do/ask_info")
        tab_to(page, "main .form-end button")
        press(page, "Enter")
        expect(page.locator(".error-summary")).to_be_focused()
        assert unseen_focus(page) == ""
        tab_to(page, ".error-summary a", most=1)
        press(page, "Enter")
        expect(page.locator("#items-0-item")).to_be_focused()
        assert unseen_focus(page) == ""
        page.keyboard.type("The articles of the association")
        press(page, "Tab")
        page.keyboard.type("We must know who may sign for it.")
        tab_to(page, "main .form-end button")
        press(page, "Enter")
        page.wait_for_url(re.compile(r"/cases/PP-[\d-]+$"))
        expect(page.locator("[role=status] .notice-good")).to_be_visible()


def test_narrow_a_list_tick_cases_and_come_to_the_preview(browser: Browser, site: Site):
    with visitor(browser, site) as page:
        sign_in(page, site, "Programme lead (French)", "/cases")
        speak(page, "en")
        tab_to(page, "#more-filters")
        press(page, "Enter")
        expect(page.locator("#more-filters")).to_be_focused()
        tab_to(page, "main select[name=state]")
        page.keyboard.type("Co-creation")
        page.wait_for_url("**state=co_creation**")  # by itself, where htmx runs
        expect(page.locator("select[name=state]")).to_be_focused()
        tab_to(page, "main [name=case_id]")
        press(page, "Space")
        expect(page.locator("[name=case_id]").first).to_be_checked()
        tab_to(page, "#bulk button", most=400)
        press(page, "Enter")
        page.wait_for_url("**/bulk/**")
        tab_to(page, "main a[href$='/assign']")
        press(page, "Enter")
        tab_to(page, "#owner_id")
        press(page, "ArrowDown")
        tab_to(page, "main .form-end button")
        press(page, "Enter")
        page.wait_for_url("**/preview")


def test_search_from_anywhere_and_leave_it_again(browser: Browser, site: Site):
    with visitor(browser, site) as page:
        sign_in(page, site, OFFICER, "/organisations")
        tab_to(page, "main form button")
        before = page.evaluate_handle("document.activeElement")
        press(page, "/")
        expect(page.locator("#search-box")).to_be_focused()
        assert unseen_focus(page) == ""
        page.keyboard.type("buurtoven")
        expect(page.locator("[data-search-list] [role=option]").first).to_be_visible()
        press(page, "ArrowDown")
        chosen = page.locator("#search-box").get_attribute("aria-activedescendant")
        expect(page.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
        press(page, "Escape")
        expect(page.locator("[data-search-list]")).to_be_hidden()
        expect(page.locator("#search-box")).to_be_focused()
        press(page, "Escape")
        assert page.evaluate("before => before === document.activeElement", before)
        press(page, "Control+k", "Enter")
        page.wait_for_url("**/search?**")
        tab_to(page, "main a[href^='/organisations/']")
        press(page, "Enter")
        page.wait_for_url("**/organisations/*")


def test_the_menu_of_a_phone_opens_and_closes(browser: Browser, site: Site):
    with visitor(browser, site, viewport=PHONE) as page:
        sign_in(page, site, OFFICER, "/desk")
        tab_to(page, ".menu > summary")
        press(page, "Enter")
        expect(page.locator(".menu > nav")).to_be_visible()
        tab_to(page, ".menu a", most=1)
        press(page, "Escape")
        expect(page.locator(".menu > summary")).to_be_focused()
        expect(page.locator(".menu > nav")).to_be_hidden()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (OFFICER, "/desk"),
        (OFFICER, "/cases"),
        (OFFICER, "/calendar"),
        (OFFICER, "/organisations"),
        (PARTNER, "/mine"),
        (PARTNER, "/new/partner_project"),
        (PARTNER, "/inbox"),
    ],
)
def test_the_focus_goes_down_the_page_as_the_eye_does(
    browser: Browser, site: Site, who: str, path: str
):
    with visitor(browser, site, viewport=PHONE) as page:
        sign_in(page, site, who, path)
        page.wait_for_load_state("networkidle")  # the list's counts come after the page
        page.locator("#main").focus()
        highest = -1.0
        unseen: list[str] = []
        for _ in range(STOPS):
            press(page, "Tab")
            if not page.locator("#main :focus").count():
                break
            unseen += filter(None, [unseen_focus(page)])
            place: float = page.evaluate(
                "document.activeElement.getBoundingClientRect().top + scrollY"
            )
            stop = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            assert place >= highest - 60, f"the focus jumps up to {stop}"
            highest = max(highest, place)
        assert highest > 0
        assert unseen == []


@pytest.mark.parametrize(
    ("pressed", "wanted"),
    [("main form.filters button", "main form.filters button"), ("main th a", "#main")],
    ids=["what is there again", "what is gone"],
)
def test_a_part_that_is_replaced_gives_the_focus_back(
    browser: Browser, site: Site, pressed: str, wanted: str
):
    with visitor(browser, site) as page:
        sign_in(page, site, OFFICER, "/organisations")
        page.wait_for_load_state()
        page.evaluate(
            """() => {
              for (const part of document.querySelectorAll("main form.filters, main th a")) {
                part.setAttribute("hx-boost", "true");
                part.setAttribute("hx-target", "#main");
                part.setAttribute("hx-select", "#main");
                part.setAttribute("hx-swap", "outerHTML");
                htmx.process(part);
              }
              document.getElementById("main").dataset.old = window.stayed = "yes";
            }"""
        )
        tab_to(page, pressed)
        press(page, "Enter")
        expect(page.locator("#main[data-old]")).to_have_count(0)
        expect(page.locator(wanted)).to_be_focused()
        assert page.evaluate("window.stayed"), "the page was loaded anew"
