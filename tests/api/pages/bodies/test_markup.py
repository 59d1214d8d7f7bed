"""Text of mail as HTML: nothing of the mail but its letters reaches the page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from api.pages.bodies.markup import linked, marked, one_line
from tests.api.pages.bodies.reading import shown


def test_web_addresses_become_links_that_vouch_for_nothing() -> None:
    html = linked("See https://example.org/a?b=1&c=2, or (http://example.net/x_(y)).")

    assert re.findall(r'href="([^"]*)"', html) == [
        "https://example.org/a?b=1&amp;c=2",
        "http://example.net/x_(y)",
    ]
    assert html.count('rel="nofollow noopener ugc"') == 2
    assert shown(html) == "See https://example.org/a?b=1&c=2, or (http://example.net/x_(y))."


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "https://", "ftp://example.org", "//example.org"],
)
def test_only_http_addresses_become_links(text: str) -> None:
    assert "<a" not in linked(text)


@given(st.text(alphabet="ab <>&\"'/:.?()hpst\n", max_size=300))
def test_linking_changes_nothing_that_is_read_and_lets_no_other_tag_through(text: str) -> None:
    html = linked(text)

    assert shown(html) == text
    assert re.fullmatch(r'(?:a href="[^"<>]*" rel="nofollow noopener ugc"|/a)*',
                        "".join(re.findall(r"<([^>]*)>", html)))  # fmt: skip


def test_characters_that_would_reorder_or_break_a_line_are_not_shown() -> None:
    assert one_line("safe\u202egnp.exe\x00\x1b[31m\r\n next") == "safegnp.exe[31m next"
    assert one_line("a" * 500, 10) == "a" * 9 + "…"


def test_a_snippet_keeps_its_marks_and_nothing_else() -> None:
    html = marked("1 &lt; 2 <mark>coin</mark> <script>alert(1)</script> <mark>open")

    assert html.count("<mark>") == html.count("</mark>") == 2
    assert "<script" not in html
    assert shown(html) == "1 < 2 coin <script>alert(1)</script> open"


@given(st.text(alphabet="a<>&;lt/mrk \"'", max_size=80))
def test_an_escaped_snippet_reads_as_the_text_it_was_made_from(text: str) -> None:
    assert shown(marked(str(escape(text)))) == text.replace("&#34;", '"')
