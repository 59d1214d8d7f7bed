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
WIDE_ID = "w" * 200 + "@example.com"
WIDE_AUTHOR = f"{'Panjang' * 300} <{'p' * 60}@{'d' * 50}.example.net>"
WIDE_BODY = (
    f"{'kata' * 500}\n\n{'p' * 60}@{'d' * 50}.example.net\n\n"
    f"> x <- c({', '.join(map(str, range(300)))})\n[1] {'0.123 ' * 200}\n"
)
WIDE_TABLE = (
    "<table>" + ("<tr>" + "<td>Kabel UTP</td>" * 40 + "</tr>") * 3 + "</table>"
    f"<p>{'kata' * 500}</p>"
)
pytestmark = pytest.mark.browser
PATHS = (
    "/",
    f"/lists/{COINS}",
    "/topics",
    "/topics/coin-selection",
    "/messages/a0@example.com",
    "/messages/a0@example.com?view=plain",
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
    table = post("table@example.com", WIDE_AUTHOR, "T" * 900, WIDE_TABLE, answers=[WIDE_ID])
    archive.keep(
        COINS,
        post(WIDE_ID, WIDE_AUTHOR, "S" * 900, WIDE_BODY),
        table.replace(b"text/plain", b"text/html"),
    )
    archive.rank()
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


def test_no_name_address_word_or_table_makes_a_page_wider_than_a_phone(
    page: Page, site: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in (f"/messages/{WIDE_ID}", "/messages/table@example.com"):
        page.goto(site + path)
        addresses = page.locator("main .page-head a, main .headers a").evaluate_all(
            "nodes => nodes.map(node => node.href)"
        )
        for address in {site + path, *addresses}:
            for view in ("flowing", "plain"):
                page.goto(f"{address.partition('?')[0]}?view={view}")
                assert page.evaluate("document.documentElement.scrollWidth") <= 360, address


def test_the_view_chosen_is_remembered_without_scripts_and_can_be_left(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto(site + "/messages/a0@example.com")
    page.get_by_role("link", name="Seperti dikirim").click()
    expect(page.locator("pre.plain")).to_be_visible()

    page.goto(site + "/messages/soto@example.com")
    expect(page.locator("pre.plain")).to_be_visible()
    assert [(c["name"], c["value"], c["sameSite"]) for c in context.cookies()] == [
        ("view", "plain", "Lax")
    ]
    page.get_by_role("link", name="Mudah dibaca").click()
    expect(page.locator("pre.plain")).to_have_count(0)
    assert context.cookies() == []
    context.close()


def test_a_table_of_html_mail_is_a_table_in_the_page(page: Page, site: str) -> None:
    page.goto(site + "/messages/table@example.com")

    expect(page.locator(".mail table.grid tr")).to_have_count(3)
    expect(page.locator(".mail table.grid td").first).to_have_text("Kabel UTP")


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
