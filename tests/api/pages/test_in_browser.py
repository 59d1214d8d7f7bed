"""The pages in a real browser: phone and desk, light and dark, without a script."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from api.service.app import create_app
from archive.settings import Settings
from tests.api.archives import BUDI, COINS, Archive, fill, post

AWKWARD_ID = "a/b+c%2F=?#&@example.com"
pytestmark = pytest.mark.browser
PATHS = (
    "/",
    f"/lists/{COINS}",
    "/topics",
    "/topics/coin-selection",
    "/messages/a0@example.com",
    "/search?q=coin",
    "/ask",
    "/unanswered",
    "/privacy",
    "/nothing-here",
)
# Contrast of each text with what lies behind it, as WCAG 2.2 section 1.4.3 measures it.
FAINT_TEXTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const part = [r, g, b].map(c => linear(c / 255));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = rgb(getComputedStyle(element).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const seen = element.checkVisibility() && !element.closest('svg, .unseen, .skip');
    if (!texts.currentNode.data.trim() || !seen) continue;
    const levels = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(...levels) + 0.05) / (Math.min(...levels) + 0.05);
    if (contrast < 4.5) faint.push([texts.currentNode.data.trim(), contrast]);
  }
  return faint;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the archive with a story, and one message more."""
    archive = Archive(Settings(data_dir=tmp_path_factory.mktemp("site")))
    fill(archive)
    archive.keep(COINS, post(AWKWARD_ID, BUDI, "Awkward id", "Its text."))
    config = uvicorn.Config(create_app(archive.context), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)
    archive.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", java_script_enabled=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_a_phone(page: Page, site: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(site + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in PATHS:
        page.goto(site + path)
        assert page.evaluate(FAINT_TEXTS) == [], path


def test_pages_load_nothing_from_elsewhere_and_raise_no_complaint(page: Page, site: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in PATHS[:-1]:
        page.goto(site + path)

    assert all(address.startswith(site) for address in asked)
    assert complaints == []


def test_a_reader_gets_from_a_question_to_an_answer_without_scripts(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto(site)
    page.get_by_label("Tanyakan siapa yang tahu").fill("How does coin selection choose?")
    page.get_by_role("button", name="Cari tahu").click()
    page.locator(".hits a").first.click()

    expect(page.locator("article.post").first).to_be_visible()
    page.get_by_role("link", name="Ayu Lestari", exact=True).last.click()
    expect(page.get_by_role("heading", name="Ayu Lestari")).to_be_visible()
    context.close()


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(page: Page, site: str) -> None:
    page.goto(site + "/topics/coin-selection")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    focused = page.evaluate(
        "[document.activeElement.closest('main') !== null,"
        " getComputedStyle(document.activeElement).outlineStyle]"
    )
    assert focused == [True, "solid"]


def test_an_id_with_every_awkward_sign_is_reached_by_its_link(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=awkward")
    page.locator("a.hit-subject").first.click()

    expect(page.get_by_role("heading", name="Awkward id")).to_be_visible()
