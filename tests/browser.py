"""Chromium for the tests of the pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright


def chromium_path() -> Path | None:
    """The installed Chromium; None when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


@contextmanager
def launched(executable: Path) -> Iterator[Browser]:
    """A headless browser; it may open loopback addresses only."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[
                # The sandbox needs rights that containers and root do not give.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                # A page of the archive must never reach for anything outside of it.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ],
        )
        try:
            yield browser
        finally:
            browser.close()
