from __future__ import annotations

import time

import pytest

from archive.mail.parts.markup import enriched_to_text, html_to_text


def test_blocks_become_lines_and_unseen_parts_are_dropped() -> None:
    html = (
        "<html><head><title>T</title><style>p{color:red}</style></head><body>"
        "<p>Hi&nbsp;&amp; all,<br>there</p><script>alert(1)</script>"
        "<div>one</div><div>two</div><!-- no --></body></html>"
    )
    assert html_to_text(html) == "Hi & all,\nthere\n\none\ntwo"


def test_quoted_blocks_are_marked_by_depth() -> None:
    html = "<p>mine</p><blockquote>his<blockquote>hers</blockquote></blockquote><p>mine again</p>"
    lines = html_to_text(html).split("\n")
    assert lines[0] == "mine"
    assert "> his" in lines
    assert ">> hers" in lines
    assert lines[-1] == "mine again"


def test_preformatted_text_keeps_its_space() -> None:
    assert html_to_text("<pre>a  b\n  c</pre>") == "a  b\n  c"


def test_white_space_of_the_source_collapses() -> None:
    assert html_to_text("<p>a\n   b <b> c</b></p>") == "a b c"


def test_lists_and_tables() -> None:
    assert html_to_text("<ul><li>a<li>b</ul>") == "* a\n* b"
    assert html_to_text("<table><tr><td>a<td>b<tr><td>c</table>") == "a b\nc"


def test_pictures_give_words_but_no_file_names() -> None:
    assert html_to_text('x <img alt="🙂"> <img alt="logo.png">') == "x 🙂"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<b><p>" * 50_000,
        "<a href=1><p>" * 50_000,
        "<table><tr><td>" * 40_000,
        "<blockquote>" * 60_000 + "x",
        "<" * 300_000,
        "<!--" * 100_000,
        "<svg><style>" * 30_000,
    ],
)
def test_hostile_markup_takes_bounded_time(html: str) -> None:
    started = time.process_time()
    html_to_text(html)
    assert time.process_time() - started < 2


def test_markup_with_too_many_tags_still_gives_its_words() -> None:
    assert html_to_text("<i>word</i> " * 30_000).startswith("word word")


def test_enriched_text_loses_its_commands() -> None:
    text = "<bold>Now</bold> is\nthe <color><param>red</param>time</color>.\n\nAnd <<this>."
    assert enriched_to_text(text) == "Now is the time.\nAnd <this>."


def test_lists_keep_their_numbers_and_depth() -> None:
    html = (
        "<ol start=3><li>three<li>four<ul><li><p>in</p><li>side</ul><li>five</ol><ul><li>dot</ul>"
    )
    assert html_to_text(html) == "3. three\n4. four\n  * in\n  * side\n5. five\n\n* dot"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('see <a href="https://example.com/a">this</a>.', "see this <https://example.com/a>."),
        ('<a href="https://example.com/relay">relay</a>', "relay <https://example.com/relay>"),
        ('<a href="https://www.example.com/">example.com</a>', "example.com"),
        ('<a href="https://example.com/a">https://example.com/a</a>', "https://example.com/a"),
        ('<a href="mailto:ayu@example.com">Ayu</a>', "Ayu"),
        ('<a href="javascript:alert(1)">go</a>', "go"),
        ('<a href="https://example.com/&#10;x y">go</a>', "go"),
    ],
)
def test_a_link_says_where_it_leads(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none;font-size:1px">{}</div>',
        '<div style="DISPLAY : None">{}</div>',
        '<div style="visibility:hidden">{}</div>',
        "<div hidden>{}</div>",
        '<span style="font-size:0">{}</span>',
        '<span style="color:red;font-size:0px !important">{}</span>',
        '<div style="max-height:0;overflow:hidden">{}</div>',
        '<div style="opacity:0">{}</div>',
        '<div style="position:absolute;left:-9999px">{}</div>',
        "<style>.pre, p.x {{display:none}}</style><div class='a pre'>{}</div>",
    ],
)
def test_what_no_reader_saw_is_no_text(hidden: str) -> None:
    assert html_to_text(hidden.format("teaser") + "<p>The answer.</p>").strip() == "The answer."


@pytest.mark.parametrize(
    "seen",
    [
        '<span style="font-size:0.8em">words</span>',
        '<p style="margin:0;opacity:0.9">words</p>',
        '<div style="max-height:0">words</div>',
        "<style>@media (max-width:3px){.x{display:none}}</style><p class=x>words</p>",
        '<div style="mso-hide:all">words</div>',
    ],
)
def test_what_readers_saw_is_text(seen: str) -> None:
    assert html_to_text(seen) == "words"
