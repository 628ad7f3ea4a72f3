"""What people do in a browser, in their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.site import Site

AXE = Path(__file__).resolve().parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
PATIENCE_MS = 15_000


def addresses(site: Site) -> dict[str, tuple[str, str]]:
    """Return the printed sign-ins: what the person is → mail address and password."""
    lines = site.process.output.partition("Sign in as:")[2].splitlines()
    found = {}
    for line in lines:
        words = re.fullmatch(r"  (\S.*?)\s{2,}(\S+@\S+)\s+(\S+)", line.rstrip())
        if words:
            found[words[1]] = (words[2], words[3])
    return found


def sign_in(page: Page, site: Site, who: str, path: str = "/") -> None:
    """Sign in as one of the printed people, and go to a page."""
    address, password = addresses(site)[who]
    page.goto(f"/sign-in?next={path}")
    page.locator("#email").fill(address)
    page.locator("#password").fill(password)
    page.locator("main button[type=submit]").click()
    expect(page.locator("form[data-forget-drafts]")).to_be_attached()
    page.wait_for_load_state()  # its scripts have run


def speak(page: Page, language: str) -> None:
    """Choose the language of the pages."""
    button = page.locator(f".languages button[value={language}]")
    if button.get_attribute("aria-current") is None:
        button.click()
        expect(page.locator("html")).to_have_attribute("lang", language)


@contextmanager
def visitor(browser: Browser, site: Site, **options: Any) -> Iterator[Page]:
    """Give the page of a visitor of their own; a script error on it is a failure."""
    context = browser.new_context(
        base_url=site.url, **{"locale": "en-GB", "reduced_motion": "reduce", **options}
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert faults == []


def tab_to(page: Page, selector: str, most: int = 150) -> None:
    """Press Tab until the element has the focus; AssertionError if it never has, or unseen."""
    wanted = page.locator(selector).first
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert unseen_focus(page) == "", f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"Tab never reaches {selector}")


def unseen_focus(page: Page) -> str:
    """Return what has the focus without a ring of 3 px, or hidden; nothing when it is well seen."""
    found: str = page.evaluate(
        """() => {
          const element = document.activeElement, style = getComputedStyle(element);
          if (element === document.body) return 'nothing has the focus';
          const box = element.getClientRects()[0] || element.getBoundingClientRect();
          const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3;
          const inside = box.bottom > 0 && box.top < innerHeight
            && box.right > 0 && box.left < innerWidth;
          const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
          const top = document.elementFromPoint(Math.min(Math.max(x, 0), innerWidth - 1),
            Math.min(Math.max(y, 0), innerHeight - 1));
          const covered = top && !element.contains(top) && !top.contains(element)
            && !(element.labels && [...element.labels].some((label) => label.contains(top)));
          return ring && inside && !covered ? '' :
            `${ring ? '' : 'no ring '}${inside ? '' : 'outside '}${covered ? 'covered ' : ''}`
            + element.outerHTML.slice(0, 120);
        }"""
    )
    return found


def faults_of(page: Page, *rules: str) -> list[str]:
    """Return what axe finds wrong on the page, one line each; ``rules`` are the only ones asked."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    options = {"resultTypes": ["violations"], **({"runOnly": [*rules]} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{v['id']} ({v['impact']}): {n['html'][:160]} · {' '.join(n['any'][0]['message'].split())}"
        if n["any"]
        else f"{v['id']} ({v['impact']}): {n['html'][:160]}"
        for v in found["violations"]
        for n in v["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many CSS pixels the page is broader than its window."""
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
