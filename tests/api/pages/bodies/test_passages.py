"""Passages of a message as pages show them: own words, quotes, small print."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.bodies.markup import linked
from api.pages.bodies.passages import FOLD_LINES, paragraphs, passages
from api.pages.bodies.signs import Shape
from api.schemas import Span
from tests.api.pages.bodies.reading import shown


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
    assert [paragraph.shape for paragraph in paragraphs(items)] == [Shape.LIST]


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
    ("text", "shape"),
    [
        ("    x <- 1\n    y <- 2", Shape.CODE),
        ("name      value     unit\nspeed     12        km/h", Shape.TABLE),
        ("@@ -1,2 +1,3 @@\n+\tint a;\n-\tint b;", Shape.DIFF),
    ],
)
def test_code_tables_and_patches_keep_their_columns(text: str, shape: Shape) -> None:
    (paragraph,) = paragraphs(text)

    assert paragraph.shape is shape
    assert paragraph.fixed
    assert shown(paragraph.html) == text


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


def test_an_item_within_an_item_stays_deeper_on_the_page() -> None:
    text = "1. wires\n  * red\n  * black"
    (passage,) = passages(text, [Span(kind="authored", start=0, end=len(text))])

    assert passage.paragraphs[0].html == text


def test_a_patch_keeps_its_columns_whole() -> None:
    text = "@@ -1,2 +1,2 @@\n-a\n+b\n \n c"
    (passage,) = passages(text, [Span(kind="code", start=0, end=len(text))])

    assert [paragraph.shape for paragraph in passage.paragraphs] == ["code"]
    assert passage.paragraphs[0].html == "@@ -1,2 +1,2 @@\n-a\n+b\n \n c"
