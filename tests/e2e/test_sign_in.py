"""Signing in with a password and the code of an app, as a person does in Chromium."""

from __future__ import annotations

import time

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import addresses, faults_of, overflow, sign_in, visitor
from tests.support.site import Site

pytestmark = pytest.mark.e2e
WHO = "Finance (French)"


def test_password_then_code(browser: Browser, site: Site):
    address, password = addresses(site)[WHO]
    with visitor(browser, site, viewport={"width": 360, "height": 740}) as page:
        sign_in(page, site, WHO, "/account/second-step")
        page.locator("main form[action$=begin] button").click()
        app = pyotp.TOTP((page.locator(".secret-key").text_content() or "").replace(" ", ""))
        _is_well_made(page)
        step = int(time.time()) // 30
        page.locator("#code").fill(app.at(step * 30))
        page.locator("main form button[type=submit]").click()
        expect(page.locator(".recovery-codes li")).to_have_count(10)
        _is_well_made(page)
        recovery = page.locator(".recovery-codes code").first.text_content() or ""
    with visitor(browser, site, viewport={"width": 360, "height": 740}) as page:
        page.goto("/sign-in?next=/account/sessions")
        page.locator("#email").fill(address)
        page.locator("#password").fill(password)
        page.locator(".show-password").click()
        expect(page.locator("#password")).to_have_attribute("type", "text")
        page.locator("#password").press("Enter")
        expect(page.locator("#code")).to_be_visible()
        _is_well_made(page)
        page.locator("#code").fill(app.at((step + 1) * 30))  # the next one: that before is used
        page.locator("#code").press("Enter")
        page.wait_for_url("**/account/sessions")
        _is_well_made(page)
        page.goto("/account/second-step")
        page.locator("#code").fill(recovery)
        page.locator("button[formaction$=off]").click()
        expect(page.locator("main form[action$=begin]")).to_be_attached()


def _is_well_made(page: Page) -> None:
    assert faults_of(page) == []
    assert overflow(page) == 0
