"""Reading pages in tests: what holds for every page is checked with each one read."""

from __future__ import annotations

from html.parser import HTMLParser

from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from archive.tables import Message
from tests.api.archives import Archive

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ENGLISH = {**BROWSER, "Accept-Language": "en"}
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class Structure(HTMLParser):
    """Checks that tags nest, ids are unique and nothing of the page can run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name.startswith("on") or name == "style" or tag in ("script", "style", "iframe"):
                self.faults.append(f"<{tag} {name}={value}>")
            if name in ("for", "aria-labelledby", "aria-describedby"):
                self.references.extend((value or "").split())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def checked(html: str) -> LexborHTMLParser:
    """The page parsed, after everything that holds for all pages was found to hold."""
    structure = Structure()
    structure.feed(html)
    structure.close()
    assert structure.faults == []
    assert structure.open == []
    assert len(structure.ids) == len(set(structure.ids))
    assert set(structure.references) <= set(structure.ids)
    page = LexborHTMLParser(html)
    assert len(page.css("h1")) == 1
    assert (
        len(page.css("main"))
        == len(page.css("header.masthead"))
        == len(page.css("footer.colophon"))
        == 1
    )
    assert all(table.css_first("caption") for table in page.css("table"))
    labelled = {label.attributes.get("for") for label in page.css("label")}
    for field in page.css("input, textarea, select"):
        assert field.attributes.get("type") == "hidden" or field.attributes.get("id") in labelled
    return page


def read(
    client: TestClient, path: str, status: int = 200, *, language: str = "en"
) -> LexborHTMLParser:
    """One page, checked."""
    answer = client.get(path, headers={**BROWSER, "Accept-Language": language})
    assert answer.status_code == status, (path, answer.text[:500])
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    return checked(answer.text)


def visible(page: LexborHTMLParser) -> str:
    """The text of the page's main part, on one line."""
    main = page.css_first("main")
    assert main is not None
    return " ".join(main.text(separator=" ").split())


def links(page: LexborHTMLParser, selector: str = "a, link") -> list[str]:
    """Every address the page leads to."""
    found = (node.attributes.get("href") for node in page.css(selector))
    return [address for address in found if address]


def thread_of(archive: Archive, message_id: str) -> int:
    with archive.database.session() as session:
        thread = session.scalars(
            select(Message.thread_id).where(Message.message_id == message_id)
        ).one()
    assert thread is not None
    return thread
