"""``pakar demo``: what a newcomer sees, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.service import Service, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("demo"), command="demo") as service:
        yield service


@pytest.fixture
def page(browser: Browser, demo: Service) -> Iterator[Page]:
    opened = browser.new_page(locale="en-GB", base_url=demo.http)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", lambda request: complaints.append(request.url))
    yield opened
    opened.close()
    assert complaints == []


def test_a_newcomer_goes_from_the_first_page_to_the_posts_behind_a_name(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Topics").first.click()
    page.get_by_role("link", name="Networking").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Networking")
    first = page.locator("main ol > li").first
    expect(first).to_contain_text("Wayan Sudarsana")

    first.get_by_role("link", name="Wayan Sudarsana").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wayan Sudarsana")
    expect(page.locator("main svg").first).to_be_visible()
    expect(page.get_by_text("Jaringan Kecil yang Sehat").first).to_be_visible()

    page.locator("main a[href^='/messages/']").first.click()
    page.locator("main a[href^='/threads/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("article").first).to_be_visible()


def test_the_pages_speak_indonesian_to_an_indonesian_browser(
    browser: Browser, demo: Service
) -> None:
    opened = browser.new_page(locale="id-ID", base_url=demo.http)
    opened.goto("/topics")

    expect(opened.locator("html")).to_have_attribute("lang", "id")
    expect(opened.get_by_role("link", name="Jaringan").first).to_be_visible()
    opened.close()


@pytest.mark.parametrize("path", ["/", "/topics", "/search?q=wifi", "/ask", "/privacy"])
def test_no_page_is_wider_than_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto(path)

    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_a_screenshot_of_a_ranking_is_not_empty(page: Page, tmp_path: Path) -> None:
    page.goto("/topics")
    page.get_by_role("link", name="Networking").first.click()
    shot = tmp_path / "ranking.png"

    page.screenshot(path=shot, full_page=True)

    # A blank page of this size compresses to a few kilobytes.
    assert shot.stat().st_size > 40_000
