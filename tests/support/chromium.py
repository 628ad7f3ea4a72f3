"""The system's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",  # tests may run as root, where Chromium has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find_chromium() -> str | None:
    """Return the path of the browser, named by CHROMIUM or found on the path."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *NAMES)):
        path = shutil.which(name)
        if path:
            return path
    return None


def launch(playwright: Playwright) -> Browser:
    """Start the browser; without one, skip the test, or fail it where REQUIRE_E2E=1."""
    path = find_chromium()
    if path is None:
        if os.environ.get("REQUIRE_E2E") == "1":
            pytest.fail("REQUIRE_E2E=1, and there is no Chromium")
        pytest.skip("there is no Chromium")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)
