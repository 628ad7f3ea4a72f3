"""What comes out of the printer: black on white, without what only a screen needs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsing import faults_of, overflow, sign_in, visitor
from tests.support.site import Site

pytestmark = pytest.mark.e2e
OFFICER = "Programme officer (French)"
PARTNER = "Partner lead (French)"
SHEET = {"width": 672, "height": 986}
"""What an A4 sheet leaves between its margins, in CSS pixels."""
FOR_THE_SCREEN = "nav, button, .btn, input, select, .top, .side, .foot, .skip"


def looks(page: Page) -> list[str]:
    """Return what of a page that is being printed should not be there."""
    shown = page.locator(FOR_THE_SCREEN).locator("visible=true")
    found = [words[:120] for words in shown.evaluate_all("all => all.map(e => e.outerHTML)")]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    found += [] if ground == "rgb(255, 255, 255)" else [f"on {ground}"]
    found += [f"{over} px off the sheet"] if (over := overflow(page)) > 0 else []
    return found + faults_of(page, "color-contrast")


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (OFFICER, "/cases"),
        (OFFICER, "/dashboard"),
        (OFFICER, "/desk"),
        (OFFICER, "{case}"),
        (OFFICER, "{case}/file"),
        (PARTNER, "{case}"),
        (PARTNER, "{case}/file"),
    ],
)
def test_a_page_prints_clean(browser: Browser, site: Site, who: str, path: str):
    with visitor(browser, site, viewport=SHEET, color_scheme="dark") as page:
        sign_in(page, site, who, "/mine" if who == PARTNER else "/cases?state=co_creation")
        case = page.locator("main a[href^='/cases/PP-']").first.get_attribute("href") or ""
        page.goto(path.replace("{case}", case))
        page.emulate_media(media="print", color_scheme="dark")
        assert looks(page) == []
        assert page.locator("h1").is_visible()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
