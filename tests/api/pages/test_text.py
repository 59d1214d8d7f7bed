"""Mail text, subjects and conversations as pages show them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from api.pages.prose import FOLD_LINES, Shape, linked, marked, one_line, paragraphs, passages
from api.pages.subjects import ListTags, heading
from api.pages.turns import DEEPEST_INDENT, anchor, turns
from api.schemas import Span, Thread, ThreadMessage

TAG = re.compile(r"<[^>]*>")


def shown(html: Markup) -> str:
    """What a reader sees of some HTML."""
    return Markup(TAG.sub("", html)).unescape()


# Mail text


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


@given(st.text(max_size=400))
def test_any_text_comes_out_as_paragraphs_without_tags_of_its_own(text: str) -> None:
    for paragraph in paragraphs(text):
        assert "<script" not in paragraph.html
        assert "\x00" not in paragraph.html


def test_a_hard_wrapped_paragraph_is_prose_and_a_list_keeps_its_lines() -> None:
    wrapped = "This paragraph was wrapped by the program that the writer used\nto send it."
    items = "- " + "a long first item that fills the line of the mail almost up to here" + "\n- b"

    assert [paragraph.shape for paragraph in paragraphs(wrapped)] == [Shape.PROSE]
    assert "\n" not in paragraphs(wrapped)[0].html
    assert [paragraph.shape for paragraph in paragraphs(items)] == [Shape.VERSE]


def test_only_breaks_that_a_mail_program_made_are_undone() -> None:
    text = (
        "Hi Hugo,\n"
        "Many thanks for the reply. I do not think that it is the same, though\n"
        "the weighted one comes close.\n"
        "Cheers,\n"
        "Paulo"
    )

    (paragraph,) = paragraphs(text)

    assert paragraph.shape is Shape.VERSE
    assert paragraph.html.split("\n")[0] == "Hi Hugo,"
    assert paragraph.html.split("\n")[1].endswith("though the weighted one comes close.")
    assert paragraph.html.split("\n")[2:] == ["Cheers,", "Paulo"]


@pytest.mark.parametrize(
    "text",
    [
        "    x <- 1\n    y <- 2",
        "name      value     unit\nspeed     12        km/h",
        "@@ -1,2 +1,3 @@\n+\tint a;\n-\tint b;",
    ],
)
def test_code_tables_and_patches_keep_their_columns(text: str) -> None:
    assert [paragraph.shape for paragraph in paragraphs(text)] == [Shape.CODE]


def span(kind: str, text: str, part: str) -> Span:
    start = text.index(part)
    return Span(kind=kind, start=start, end=start + len(part))


def test_long_quotes_are_folded_and_led_by_who_wrote_them() -> None:
    quote = "".join(f"> line {number}\n" for number in range(FOLD_LINES + 1))
    text = f"Ayu wrote:\n{quote}\nThank you.\n-- \nBudi\n"
    spans = [
        span("attribution", text, "Ayu wrote:\n"),
        span("quoted", text, quote),
        span("authored", text, "\nThank you.\n"),
        span("signature", text, "-- \nBudi\n"),
    ]

    found = passages(text, spans)

    assert [passage.kind for passage in found] == ["quoted", "authored", "signature"]
    assert found[0].folded
    assert found[0].lead == "Ayu wrote:"
    assert found[0].lines == FOLD_LINES + 1
    assert found[0].paragraphs[0].html.startswith("line 0")
    assert found[2].paragraphs[0].html == "Budi"


def test_a_short_quote_stays_open() -> None:
    found = passages("> one\n> two\n", [Span(kind="quoted", start=0, end=12)])

    assert not found[0].folded


@given(
    st.text(max_size=120),
    st.lists(
        st.tuples(
            st.sampled_from(["authored", "quoted", "signature", "no such kind"]),
            st.integers(-5, 130),
            st.integers(-5, 130),
        ),
        max_size=6,
    ),
)
def test_no_word_is_lost_whatever_the_spans_say(
    text: str, spans: list[tuple[str, int, int]]
) -> None:
    text = "".join(letter for letter in text if letter.isalnum() or letter == " ")
    found = passages(text, [Span(kind=k, start=s, end=e) for k, s, e in spans])
    seen = "".join(shown(p.html) for passage in found for p in passage.paragraphs)

    assert seen.replace(" ", "").replace("\n", "") == text.replace(" ", "")


def test_text_of_a_megabyte_is_shown_in_time_linear_in_it() -> None:
    hostile = [
        "> " * 500_000,
        "http://" * 150_000,
        "(" * 1_000_000,
        "\n" * 1_000_000,
        "- " * 400_000,
    ]

    started = time.perf_counter()
    for text in hostile:
        passages(text, [])
        linked(text[:200_000])
    assert time.perf_counter() - started < 10


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


# Subjects


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: [Coins] Fee rates", "Fee rates"),
        ("[coins] RE: Bls: Re[2]: Fee rates", "Fee rates"),
        ("[PATCH v2 1/3] [Coins] Fee rates", "[PATCH v2 1/3] [Coins] Fee rates"),
        ("Re: [PATCH] Fee rates", "[PATCH] Fee rates"),
        ("Re:", "Re:"),
        ("", ""),
    ],
)
def test_headings_lose_reply_marks_and_the_list_s_tag_only(subject: str, expected: str) -> None:
    assert heading(subject, {"coins"}) == expected


def test_a_subject_of_ten_thousand_reply_marks_is_read_in_no_time() -> None:
    started = time.perf_counter()
    heading("Re: " * 10_000 + "[" * 10_000, {"coins"})
    assert time.perf_counter() - started < 0.5


def test_list_tags_are_asked_for_once_a_minute() -> None:
    answers = iter([{"coins"}, {"kitchen"}])
    tags = ListTags(lambda: next(answers))

    assert tags() == {"coins"}
    assert tags() == {"coins"}


# Conversations


def message(
    name: str, *children: ThreadMessage, parent: str | None = None, depth: int = 0
) -> ThreadMessage:
    return ThreadMessage(
        message_id=name,
        parent=parent,
        parent_source=None,
        ghost=False,
        depth=depth,
        children=list(children),
    )


def conversation(*roots: ThreadMessage) -> Thread:
    day = datetime(2024, 1, 1, tzinfo=UTC)
    return Thread(
        id=1,
        subject="Fee rates",
        lists=[],
        topics=[],
        first=day,
        last=day,
        people=1,
        posts=1,
        url="/threads/1",
        total=len(roots),
        messages=list(roots),
    )


def test_a_conversation_reads_depth_first_and_knows_whom_each_answers() -> None:
    thread = conversation(
        message("b", message("c", parent="b", depth=8), parent="a", depth=1),
        message("d", parent="a", depth=1),
    )

    found = turns(thread)

    assert [(turn.message.message_id, turn.depth) for turn in found] == [
        ("b", 1), ("c", DEEPEST_INDENT), ("d", 1)
    ]  # fmt: skip
    # What an earlier part holds is reached by its own page.
    assert [turn.parent_link for turn in found] == [
        "/messages/a", f"#{anchor('b')}", "/messages/a"
    ]  # fmt: skip


def test_an_item_within_an_item_stays_deeper_on_the_page() -> None:
    text = "1. wires\n  * red\n  * black"
    (passage,) = passages(text, [Span(kind="authored", start=0, end=len(text))])

    assert passage.paragraphs[0].html == "1. wires\n\u2003* red\n\u2003* black"


def test_a_patch_keeps_its_columns_whole() -> None:
    text = "@@ -1,2 +1,2 @@\n-a\n+b\n \n c"
    (passage,) = passages(text, [Span(kind="code", start=0, end=len(text))])

    assert [paragraph.shape for paragraph in passage.paragraphs] == ["code"]
    assert passage.paragraphs[0].html == "@@ -1,2 +1,2 @@\n-a\n+b\n \n c"
