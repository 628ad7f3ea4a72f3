"""What people have begun in a demonstration house, so that the pages half way through stand open.

Pages to which no link leads are reached here: an act on many cases before its yes, an import before
its yes, two records side by side, a code that is asked for, a link in a mail.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_binary_file
from email.policy import default

import pyotp
import sqlalchemy as sa
from flask import current_app
from playwright.sync_api import Browser, Page, expect

from casework.app import create_app
from casework.config import Settings
from casework.extensions import db
from casework.models import User
from casework.services.committees import bodies, meetings
from tests.support.browsing import addresses, sign_in, visitor
from tests.support.council import Council, new
from tests.support.site import Site
from tests.support.waiting import wait_until
from tests.support.world import World

VISITOR = "somebody who is not signed in"
WITH_A_CODE = "Partner signatory (Dutch)"
"""Who signs in with the code of an app from here on, so that no other test may be this person."""
WORKED_MS = 60_000
LINES = "name;country;registry_number\nVoorbeeld vzw;BE;\nWithout a country;XX;12\n"


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
    starts = ["/"]
    if who.startswith("Programme lead"):
        starts += [*_act_on_cases(page), _side_by_side(page), *_import(page)]
        starts += _committee(site, page, addresses(site)[who][0])
    if who.startswith("Administrator"):
        starts.append(_somebody_who_left(site))
    if who.startswith("Partner lead"):
        starts.append(_note(page))
    if who.startswith("Coach"):
        page.goto("/account/second-step")
        page.locator("main form[action$=begin] button").click()
        starts.append("/account/second-step/set-up")
    return starts


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
    """Found a committee with one meeting to come, one under way and one that is over."""
    with _inside(site):
        council = Council(_world(), letters="MB")
        keeper = db.session.scalars(sa.select(User.id).where(User.email == secretary)).one()
        with council.world.writing():
            founder = council.actor(council.lead)
            bodies.name_officer(founder, council.id, "secretary", keeper, council.today, new())
        council.secretary = keeper
        council.put(council.plan(10), council.case("A meadow for all"))
        for over in (False, True):
            meeting = council.plan()
            items = [council.put(meeting, council.case(t)) for t in ("A kiln", "A loom", "A barn")]
            council.papers(meeting)
            council.begin(meeting)
            council.decide(items[0])
            if not over:
                council.poll(items[1])
            else:
                council.decide(items[1])
                council.decide(items[2])
                with council.world.writing():
                    meetings.hold(council.actor(keeper), meeting, new())
        path, college = f"/committees/{council.id}", str(council.college)
    page.goto(f"{path}/draws/new")
    page.locator("[name=college_id]").select_option(college)
    page.locator("[name=places]").fill("1")
    page.locator("[name=entries]").fill("Ann Sax, ann@lots.example\nJo Verne, jo@lots.example")
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile(r"/draws/[0-9a-f-]+$"))
    return [page.url.removeprefix(_root(page)), path]


def _somebody_who_left(site: Site) -> str:
    """Close an account and return its page."""
    with _inside(site):
        world = _world()
        person = world.person(None, name="Somebody who left")
        with world.writing():
            db.session.get_one(User, person).active = False
    return f"/people/{person}"


def _note(page: Page) -> str:
    """Write a note on a case and return the page of its notes."""
    page.goto("/mine")
    case = page.locator("main a[href^='/cases/PP-']").first.get_attribute("href")
    page.goto(f"{case}/notes")
    page.locator("main textarea").first.fill("We meet on Tuesdays from now on.")
    page.locator("main .form-end button").first.click()
    page.wait_for_load_state()
    return f"{case}/notes"


def _world() -> World:
    """Return a world whose people have addresses that nobody in the house has yet."""
    present = db.session.scalar(sa.select(sa.func.count()).select_from(User)) or 0
    db.session.rollback()
    return World(current_app, itertools.count(present + 1))


@contextmanager
def _inside(site: Site) -> Iterator[None]:
    """Work in the database of a running house, beside its own processes."""
    settings = Settings.load({"CASEWORK_DATA_DIR": str(site.data_dir)})
    with create_app(settings).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def _side_by_side(page: Page) -> str:
    """Look for another record to join with the first organisation of the list."""
    page.goto("/organisations")
    first = page.locator("main td a[href^='/organisations/']").first.get_attribute("href")
    return f"{first}/join?q=e"


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
    wait_until(lambda: bool(_links(site)), "a mail with a link", 60)
    return _links(site)[-1]


def _links(site: Site) -> list[str]:
    found: list[str] = []
    for file in sorted((site.data_dir / "mailbox").glob("[nc]*/*")):
        with file.open("rb") as stream:
            body = message_from_binary_file(stream, policy=default).get_body(("plain",))
        text = body.get_content() if body is not None else ""
        found += re.findall(r"http://127\.0\.0\.1:\d+(/link/[\w-]+)", text)
    return found


def _root(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])
