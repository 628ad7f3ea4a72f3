"""Every family of pages, as everybody sees it: axe finds nothing, nothing is cut off when narrow.

Nobody lists the pages here. They are found by following the links of the application, so a new
page is looked at by being there, and a page that nothing leads to is a failure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from casework.app import create_app
from casework.demo import committee, ethics, label_cast, people
from tests.support import journeys
from tests.support.browsing import sign_in, speak, visitor
from tests.support.examining import NARROW, WIDE, faults
from tests.support.families import Answer, Walk, views, walk
from tests.support.journeys import BY_NO_ACCOUNT, VISITOR
from tests.support.migrating import settings_for
from tests.support.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]  # a walk takes minutes

# Views that answer a GET with something else than a page of their own.
NO_PAGES = {
    *("health.alive", "health.deep", "health.ready", "metrics.show"),  # for machines
    *("feed.show", "documents.download", "background.download", "imports.faults"),  # files
    *("guest.document", "meetings.ics", "minutes.pdf"),  # files
    *("dashboard.export", "exports.cases", "imports.template"),  # files
    *("referential_files.export", "referential_files.template"),  # files
    *("label_papers.download", "label_papers.decision", "label_papers.audit_report"),  # files
    *("label_papers.agreement", "label_papers.mission_letter", "label_papers.kit_file"),  # files
    *("label_figures.year_file", "label_figures.renewals_file", "label_kit.download"),  # files
    *("label_grid_file.export", "label_register.as_json", "label_register.as_csv"),  # files
    *("search.suggestions", "background.progress", "listing.counts"),  # parts of a page
    *("home.index", "exports.old_address", "imports.of_work", "bulk.of_work"),  # lead elsewhere
    "organisations.mine",  # leads a person of one organisation to it; here nobody is of several
    "mailbox.html",  # a mail as it was sent
    *("label_field.worker", "label_field.data"),  # for the script of a page
}


def _readers() -> list[str]:
    """Return one printed sign-in a role, the languages in turn, a visitor, and guests."""
    roles = defaultdict(list)
    for shown, _key in (*people.SHOWN, *committee.SHOWN, *ethics.SHOWN, *label_cast.SHOWN):
        roles[shown.partition(" (")[0]].append(shown)
    return [*BY_NO_ACCOUNT, *(names[i % len(names)] for i, names in enumerate(roles.values()))]


@dataclass
class Walks:
    """The walk of each reader through one installation, made when it is first asked for."""

    app: Flask
    browser: Browser
    site: Site
    examined: set[str] = field(default_factory=set)
    """The views of the pages that were examined, and what these are made of."""
    known: dict[str, Walk] = field(default_factory=dict)

    def of(self, who: str) -> Walk:
        """Return what somebody finds."""
        if who not in self.known:
            with visitor(self.browser, self.site, viewport=WIDE) as page:
                self.begin(who, page)
        return self.known[who]

    def begin(self, who: str, page: Page) -> Walk:
        """Let somebody come in on a new page and begin what they may; follow every link once."""
        if who not in BY_NO_ACCOUNT:
            sign_in(page, self.site, who)
        if who not in self.known:
            starts = journeys.begin(self.browser, self.site, page, who)
            self.known[who] = walk(self.app, lambda path: _asked(page, path), starts)
        return self.known[who]


def _asked(page: Page, path: str) -> Answer:
    answer = page.context.request.get(path, max_redirects=0)
    kind = answer.headers.get("content-type", "")
    text = answer.text() if "text/html" in kind else ""
    return Answer(answer.status, answer.headers.get("location", ""), kind, text)


@pytest.fixture(scope="module")
def walks(browser: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Walks:
    """One for all tests of this process; the application is only asked for its addresses."""
    folder: Path = tmp_path_factory.mktemp("addresses")
    settings = settings_for(
        f"sqlite:///{folder / 'none.db'}", data_dir=folder, smtp_url=f"maildir://{folder}/mails"
    )
    return Walks(create_app(settings), browser, site)


@pytest.mark.parametrize("who", _readers())
def test_every_family_of_pages_is_sound(browser: Browser, walks: Walks, who: str):
    wrong = []
    with visitor(browser, walks.site, locale="fr-BE", viewport=WIDE) as page:
        for view, found in walks.begin(who, page).pages.items():
            if not {view, *found.making} <= walks.examined:
                page.emulate_media(color_scheme="light")
                page.goto(found.path)
                wrong += [f"{found.path}: {fault}" for fault in faults(page)]
                walks.examined |= {view, *found.making}
    assert wrong == []


def test_every_view_is_a_family_that_somebody_finds(walks: Walks):
    found: set[str] = set()
    for who in _readers():
        found |= walks.of(who).pages.keys()
    assert views(walks.app) - found - NO_PAGES == set(), "no link leads there"
    assert found & NO_PAGES == set(), "these are pages"


def test_titles_tell_the_pages_apart(walks: Walks):
    alike = []
    for who in _readers():
        pages = defaultdict(list)
        for view, found in walks.of(who).pages.items():
            pages[found.title].append(view)
        alike += [(who, title, found) for title, found in pages.items() if len(found) > 1]
    assert alike == []


@pytest.mark.parametrize("who", [VISITOR, "Programme officer (Dutch)", "Partner lead (French)"])
def test_a_page_that_is_not_there_is_sound_too(browser: Browser, site: Site, who: str):
    with visitor(browser, site, locale="nl-BE", viewport=WIDE) as page:
        if who != VISITOR:
            sign_in(page, site, who)
        page.goto("/nothing-here")
        assert faults(page) == []


def test_a_form_that_says_no_is_sound_too(browser: Browser, site: Site):
    with visitor(browser, site, locale="nl-BE", viewport=WIDE) as page:
        page.goto("/sign-in")
        page.locator("main form button[type=submit]").click()
        expect(page.locator(".error-summary")).to_be_focused()
        assert faults(page) == []


def test_the_menu_of_a_narrow_window_opens_over_the_page(browser: Browser, site: Site):
    with visitor(browser, site, viewport=NARROW) as page:
        sign_in(page, site, "Programme lead (Dutch)", "/desk")
        page.locator(".menu > summary").click()
        assert faults(page) == []


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
