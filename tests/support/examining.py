"""What a page must be for everybody: checked on one page that is open in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

from tests.support.browsing import faults_of, overflow

QUESTIONS = Path(__file__).with_name("examining.js")
WIDE: ViewportSize = {"width": 1280, "height": 1024}
NARROW: ViewportSize = {"width": 320, "height": 256}
"""A window of 1280 by 1024 pixels enlarged four times; no telephone is narrower."""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the open page, a line each; leaves it dark, with its text wide."""
    found = [f"made wrong: {fault}" for fault in _ask(page, "shape")]
    found += [f"light: {fault}" for fault in faults_of(page)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {fault}" for fault in faults_of(page, "color-contrast")]
    page.set_viewport_size(NARROW)
    found += _room(page, "narrow")
    _ask(page, "space")
    found += _room(page, "narrow with wide text")
    page.set_viewport_size(WIDE)
    found += _room(page, "wide text")
    return found


def _room(page: Page, how: str) -> list[str]:
    found = [f"{how}: cut off: {part}" for part in _ask(page, "cut")]
    if (over := overflow(page)) > 0:
        found.append(f"{how}: {over} px broader than the window")
    return found


def _ask(page: Page, question: str) -> Any:
    return page.evaluate(f"{QUESTIONS.read_text('utf-8').rstrip()}.{question}()")
