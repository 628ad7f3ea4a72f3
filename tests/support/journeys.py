"""What people have begun in a demonstration house, so that the pages half way through stand open.

Pages to which no link leads are reached here: an act on many cases before its yes, an import before
its yes, two records side by side, a code that is asked for, a link in a mail, a guest's visit.
"""

from __future__ import annotations

import re
import time
from email import message_from_binary_file
from email.policy import default

import pyotp
from playwright.sync_api import Browser, Page, expect

from tests.support import arranging
from tests.support.browsing import addresses, sign_in, visitor
from tests.support.site import Site
from tests.support.waiting import wait_until

VISITOR = "somebody who is not signed in"
GROUP = "a guest of the target group"
INVESTOR = "a guest who co-invests"
BY_NO_ACCOUNT = (VISITOR, GROUP, INVESTOR)
INVITED = {GROUP: "guest@voisins.example", INVESTOR: "pierre.lambillotte@ville.example"}
"""To whom the mails with their links go: the first is invited here, the other in the demo."""
WITH_A_CODE = "Partner signatory (Dutch)"
"""Who signs in with the code of an app from here on, so that no other test may be this person."""
WORKED_MS = 60_000
CRITERIA = "field;field_fr;code;kind;text_fr\nJUR;Juridique;JUR-01;M;Les statuts sont à jour\n"
LINES = "name;country;sector\nVoorbeeld vzw;BE;welfare\nWithout a country;XX;welfare\n"


def begin(browser: Browser, site: Site, page: Page, who: str) -> list[str]:
    """Let somebody begin what they may, and return where the walk through the pages starts."""
    if who == VISITOR:
        return [
            "/",
            "/sign-in",
            "/sign-in/sent",
            _asked_for_a_code(browser, site, page),
            _mailed(site, page),
        ]
    if who in INVITED:
        return [_come_as_guest(browser, site, page, who)]
    starts = ["/"]
    if who.startswith("Programme lead"):
        starts += [*_act_on_cases(page), _side_by_side(page), *_import(page)]
        starts.append(_criteria(page))
        starts += _committee(site, page, addresses(site)[who][0])
        starts.append(arranging.work_under_way(site, addresses(site)[who][0]))
    if who.startswith("Administrator"):
        starts += [arranging.somebody_who_left(site), _hand_over(site, page)]
    if who.startswith("Ethics committee secretary"):
        starts.append(arranging.redacted_text(site, *_addresses(site, "Ethics committee")))
    if who.startswith("Partner lead"):
        starts.append(_note(page))
    if who.startswith("Auditor"):
        starts.append(_audit(page))
    if who.startswith("Coach"):
        page.goto("/account/second-step")
        page.locator("main form[action$=begin] button").click()
        starts.append("/account/second-step/set-up")
    return starts


def _audit(page: Page) -> str:
    """Return the grid of the one audit in which its auditors still write."""
    page.goto("/search?q=Les+Mains+Levées")
    path = page.get_by_role("link", name=re.compile("renouvellement")).first.get_attribute("href")
    return f"{path}/grid"


def _act_on_cases(page: Page) -> list[str]:
    """Name who is in charge of some cases: before the yes, after it, and taken back."""
    found = []
    for confirmed in (False, True):
        page.goto("/cases?state=idea_submitted")
        for place in range(4):  # not all of them can be that person's already
            page.locator("[name=case_id]").nth(place).check()
        page.locator("#bulk button").first.click()
        page.wait_for_url(re.compile(r"/bulk/[^/]+$"))
        chosen = page.url.removeprefix(_root(page))
        page.goto(f"{chosen}/assign")
        page.locator("#owner_id").select_option(index=1)
        page.locator("main form .btn-primary").click()
        page.wait_for_url("**/preview")
        found += [f"{chosen}/preview", chosen]
        if confirmed:
            page.locator("main form .btn-primary").click()
            page.wait_for_url("**/result")
            found.append(f"{chosen}/result")
            page.locator("main form[action$='/undo'] button").click()
            page.wait_for_url("**/preview")
            page.locator("main form .btn-primary").click()
            page.wait_for_url("**/result")
    return found


def _committee(site: Site, page: Page, secretary: str) -> list[str]:
    """Found a committee that sits, draw lots for it, and return its pages."""
    committee, college, item = arranging.sitting(site, secretary)
    page.goto(f"/committees/{committee}/draws/new")
    page.locator("[name=college_id]").select_option(college)
    page.locator("[name=places]").fill("1")
    page.locator("[name=entries]").fill("Ann Sax, ann@lots.example\nJo Verne, jo@lots.example")
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile(r"/draws/[0-9a-f-]+$"))
    return [page.url.removeprefix(_root(page)), f"/committees/{committee}", item]


def _hand_over(site: Site, page: Page) -> str:
    """Hand over the only case of somebody to a person who may not see it, and be refused."""
    page.goto(f"/people/{arranging.somebody_in_charge(site)}/hand-over")
    page.locator("#to").select_option(label="Mathias Willems")
    page.locator("#reason").fill("They leave the house.")
    for _step in ("preview", "yes"):
        page.locator("main form .btn-primary").click()
    page.wait_for_url("**/hand-over/work/*")
    return page.url.removeprefix(_root(page))


def _come_as_guest(browser: Browser, site: Site, page: Page, who: str) -> str:
    """Come by the link of an invitation; the target group's is sent first."""
    if who == GROUP:
        with visitor(browser, site) as officer:
            sign_in(officer, site, "Programme officer (French)", "/cases?state=pilot_running")
            case = officer.locator("main td a[href^='/cases/PP-']").first.get_attribute("href")
            officer.goto(f"{case}/guests")
            officer.locator("#name").fill("A guest")
            officer.locator("#email").fill(INVITED[who])
            officer.locator("#role").select_option("target_group_representative")
            officer.locator("#until").fill(arranging.in_a_month().isoformat())
            officer.locator("#purpose").fill("How do you look back on the pilot?")
            officer.locator("main form[data-draft-url] .btn-primary").click()
            expect(officer.locator("main .error-summary")).to_have_count(0)
    wait_until(lambda: bool(_links(site, INVITED[who])), "the invitation of a guest", 60)
    page.goto(_links(site, INVITED[who])[-1])
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/guest")
    return "/guest"


def _note(page: Page) -> str:
    """Write a note on a case and return the page of its notes."""
    page.goto("/mine")
    case = page.locator("main a[href^='/cases/PP-']").first.get_attribute("href")
    page.goto(f"{case}/notes")
    page.locator("main textarea").first.fill("We meet on Tuesdays from now on.")
    page.locator("main .form-end button").first.click()
    page.wait_for_load_state()
    return f"{case}/notes"


def _side_by_side(page: Page) -> str:
    """Look for another record to join with the first organisation of the list."""
    page.goto("/organisations")
    first = page.locator("main td a[href^='/organisations/']").first.get_attribute("href")
    return f"{first}/join?q=e"


def _criteria(page: Page) -> str:
    """Send a file with criteria for the draft, and return the page that asks for a yes."""
    page.goto("/referentials")
    page.locator("main td a", has_text="v2.0").click()
    page.goto(f"{page.url}/import")
    page.locator("#file").set_input_files(
        {"name": "criteria.csv", "mimeType": "text/csv", "buffer": CRITERIA.encode()}
    )
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile(r"/referentials/files/[0-9a-f-]+$"))
    return page.url.removeprefix(_root(page))


def _import(page: Page) -> list[str]:
    """Send a file with a good line and a bad one, and wait until it is read."""
    page.goto("/imports")
    page.locator("#file").set_input_files(
        {"name": "organisations.csv", "mimeType": "text/csv", "buffer": LINES.encode()}
    )
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/work/**")
    work = page.url.removeprefix(_root(page))
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]+$"), timeout=WORKED_MS)
    return [work, page.url.removeprefix(_root(page))]


def _asked_for_a_code(browser: Browser, site: Site, page: Page) -> str:
    """Give the right password of somebody whose second step is set up, and stop there."""
    with visitor(browser, site) as other:
        sign_in(other, site, WITH_A_CODE, "/account/second-step")
        other.locator("main form[action$=begin] button").click()
        key = (other.locator(".secret-key").text_content() or "").replace(" ", "")
        other.locator("#code").fill(pyotp.TOTP(key).at(int(time.time())))
        other.locator("main form button[type=submit]").click()
        expect(other.locator(".recovery-codes")).to_be_visible()
    address, password = addresses(site)[WITH_A_CODE]
    page.goto("/sign-in")
    page.locator("#email").fill(address)
    page.locator("#password").fill(password)
    page.locator("main button[type=submit]").click()
    expect(page.locator("#code")).to_be_visible()
    return "/sign-in/code"


def _mailed(site: Site, page: Page) -> str:
    """Ask for a link by mail and return where it leads."""
    address, _password = addresses(site)["Partner lead (English)"]
    page.goto("/sign-in/by-mail/link")
    page.locator("#email").fill(address)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/sent")
    wait_until(lambda: bool(_links(site, address)), "a mail with a link", 60)
    return _links(site, address)[-1]


def _links(site: Site, address: str) -> list[str]:
    """Return where the links lead that were mailed to an address, the oldest first."""
    found: list[str] = []
    for file in sorted((site.data_dir / "mailbox").glob("[nc]*/*")):
        with file.open("rb") as stream:
            mail = message_from_binary_file(stream, policy=default)
        body = mail.get_body(("plain",)) if address in str(mail["To"]) else None
        text = body.get_content() if body is not None else ""
        found += re.findall(r"http://127\.0\.0\.1:\d+(/link/[\w-]+)", text)
    return found


def _addresses(site: Site, whose: str) -> list[str]:
    """Return the mail addresses of the printed people whose roles begin so."""
    return [address for who, (address, _p) in addresses(site).items() if who.startswith(whose)]


def _root(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])
