"""The main job in a browser: an idea is written, sent, read, and becomes a project."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import sign_in, speak, tab_to, visitor
from tests.support.site import Site

pytestmark = pytest.mark.e2e
PARTNER = "Partner lead (English)"
OFFICER = "Programme officer (French)"
ANSWERS = {
    "challenge": "Neighbours of three streets hardly know each other.",
    "target_group": "Families and older people, who choose the plants themselves.",
    "anchoring_thought": "The neighbourhood committee takes the garden over.",
}


def begin(page: Page, title: str) -> str:
    """Begin an idea and return the address of its case."""
    page.goto("/new/partner_project")
    page.locator("#title").fill(title)
    page.get_by_role("button", name="Begin an idea").click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return page.url


def fill(page: Page, case_url: str) -> None:
    """Fill in the idea's form and save it."""
    page.goto(f"{case_url}/r/idea")
    for name, text in ANSWERS.items():
        page.locator(f"#{name}").fill(text)
    page.locator("#programme_id").select_option(index=1)
    page.locator("#amount_cents").fill("1 200,50")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(case_url)
    page.wait_for_load_state()  # a click on a page that still loads may be lost


def test_an_idea_goes_from_the_partner_to_co_creation(browser: Browser, site: Site):
    title = f"Kitchen garden {uuid4().hex[:6]}"
    with visitor(browser, site) as partner, visitor(browser, site) as officer:
        sign_in(partner, site, PARTNER)
        case_url = begin(partner, title)
        _autosave(partner, case_url)
        fill(partner, case_url)
        _send(partner, case_url)
        _take_up(officer, site, title)
        _told(partner, title)
        _sign_out(partner, case_url)


def _autosave(page: Page, case_url: str) -> None:
    page.goto(f"{case_url}/r/idea")
    page.locator("#challenge").press_sequentially("Half a sen")
    expect(page.locator("[data-draft-status]")).to_have_text("Everything is saved.")
    page.reload()
    expect(page.locator("#challenge")).to_have_value("Half a sen")


def _send(page: Page, case_url: str) -> None:
    page.get_by_role("link", name="Send the idea").first.click()
    for text in ANSWERS.values():
        expect(page.get_by_text(text)).to_be_visible()
    expect(page.get_by_text("€1,200.50")).to_be_visible()
    page.get_by_role("button", name="Send the idea").click()
    expect(page).to_have_url(case_url)
    expect(page.get_by_text("We are reading your idea").first).to_be_visible()


def _take_up(page: Page, site: Site, title: str) -> None:
    sign_in(page, site, OFFICER, "/cases?sort=-updated")
    speak(page, "en")
    page.get_by_role("link", name=title).click()
    case_url = page.url
    expect(page.get_by_text("First answer").first).to_be_visible()
    page.goto(f"{case_url}/r/team")
    page.locator("#officer_id").select_option(label=re.compile("Claire").pattern + " Maréchal")
    page.locator("#coach_id").select_option(index=1)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Open co-creation").first.click()
    page.locator("main").get_by_role("button", name="Open co-creation").click()
    expect(page).to_have_url(case_url)
    expect(page.locator(".page-head").get_by_text("Co-creation")).to_be_visible()
    expect(page.get_by_text("Complete proposal").first).to_be_visible()


def _told(page: Page, title: str) -> None:
    page.goto("/inbox")
    entry = page.locator("main").get_by_text(title).first
    expect(entry).to_be_visible()
    page.goto("/mine")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_text("Complete proposal").first).to_be_visible()


def _sign_out(page: Page, case_url: str) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto(case_url)
    expect(page).to_have_url(re.compile("/sign-in"))


def test_the_keyboard_alone_sends_an_idea(browser: Browser, site: Site):
    title = f"By keyboard {uuid4().hex[:6]}"
    with visitor(browser, site) as page:
        sign_in(page, site, PARTNER)
        page.goto("/new/partner_project")
        tab_to(page, "#title")
        page.keyboard.type(title)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        case_url = page.url
        page.goto(f"{case_url}/r/idea")
        for name, text in ANSWERS.items():
            tab_to(page, f"#{name}")
            page.keyboard.type(text)
            if name == "target_group":
                tab_to(page, "#programme_id")
                page.keyboard.press("ArrowDown")
        tab_to(page, "main form .form-end button")
        page.keyboard.press("Enter")
        expect(page).to_have_url(case_url)
        tab_to(page, "main a.btn-primary[href$='/do/submit_idea']")
        page.keyboard.press("Enter")
        tab_to(page, "main form .form-end button")
        page.keyboard.press("Enter")
        expect(page.get_by_text("We are reading your idea").first).to_be_visible()


def test_everything_works_without_javascript(browser: Browser, site: Site):
    title = f"No script {uuid4().hex[:6]}"
    with visitor(browser, site, java_script_enabled=False) as page:
        sign_in(page, site, PARTNER)
        case_url = begin(page, title)
        page.goto(f"{case_url}/r/idea")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".error-summary")).to_contain_text("Nothing is lost")
        fill(page, case_url)
        _send(page, case_url)


def test_two_tabs_that_decide_at_once(browser: Browser, site: Site):
    title = f"Two tabs {uuid4().hex[:6]}"
    with visitor(browser, site) as first:
        sign_in(first, site, PARTNER)
        case_url = begin(first, title)
        fill(first, case_url)
        second = first.context.new_page()
        for tab in (first, second):
            tab.goto(f"{case_url}/do/submit_idea")
        first.get_by_role("button", name="Send the idea").click()
        expect(first).to_have_url(case_url)
        with second.expect_response(lambda answer: answer.request.method == "POST") as answer:
            second.get_by_role("button", name="Send the idea").click()
        assert answer.value.status == 409
        expect(second.get_by_text("Somebody was faster").first).to_be_visible()
        second.get_by_role("link", name="Open the page afresh").click()
        expect(second).to_have_url(case_url)


def test_an_ended_session_brings_the_text_back(browser: Browser, site: Site):
    title = f"Session {uuid4().hex[:6]}"
    with visitor(browser, site) as page:
        sign_in(page, site, PARTNER)
        case_url = begin(page, title)
        page.goto(f"{case_url}/r/idea")
        page.context.clear_cookies()
        page.locator("#challenge").fill("Written while the session ended.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Your session had ended.").first).to_be_visible()
        _sign_in_again(page, site)
        expect(page).to_have_url(f"{case_url}/r/idea")
        expect(page.locator("#challenge")).to_have_value("Written while the session ended.")


def _sign_in_again(page: Page, site: Site) -> None:
    from tests.support.browsing import addresses

    address, password = addresses(site)[PARTNER]
    page.locator("#email").fill(address)
    page.locator("#password").fill(password)
    page.locator("main button[type=submit]").click()
