"""What a post may end with: which blocks can become a signature, and what is stored of them."""

from __future__ import annotations

import time

import pytest

from archive.mail.fingerprints import MARK_OCTETS, signature_mark
from archive.mail.message import ParsedMessage, SpanKind, parse_message
from archive.mail.repeated_blocks import (
    candidates,
    choice,
    chosen_mark,
    known_mark,
    read_repeated,
    stored_marks,
    with_chosen,
)
from tests.archive.messages import mail

OFFICE = "Ayu Lestari\nLaboratorium Peta, Universitas Contoh"


def post(text: str) -> ParsedMessage:
    return parse_message(mail("one@example.org", text=text))


def longest_taken_out(text: str) -> str:
    """The own text when the longest block is known to be the signature."""
    parsed = post(text)
    stored = stored_marks(parsed)
    assert stored is not None
    return read_repeated(parsed, with_chosen(stored, candidates(stored)[-1])).own_text


@pytest.mark.parametrize(
    "block",
    [
        OFFICE,
        "Ayu\n\nAyu Lestari\nLaboratorium Peta",
        "Ayu Lestari, Universitas Contoh",
        "ayu.lestari at example.org",
        "Laboratorium Peta\nJalan Contoh 5\nTelp: 021 555 1234",
        "-----\nAyu Lestari\nLaboratorium Peta",
        "Ayu\nhttps://ayu.example.org/",
    ],
)
def test_a_block_that_names_its_author_or_says_how_to_reach_somebody_may_be_one(block: str) -> None:
    assert longest_taken_out(f"Pakai sf saja.\n\n{block}") == "Pakai sf saja."


@pytest.mark.parametrize(
    "end",
    [
        "Thanks in advance",
        "Thanks in advance,\nAyu",
        "Any help would be appreciated.\n\nAyu",
        "Looking forward to your answers,\nAyu Lestari",
        "Ayu",
        "Ayu Lestari",
        "Terima kasih sebelumnya,\nAyu Lestari",
        "Reviewed-by: Ayu Lestari <ayu@example.org>",
        "R version 2.10.1\nlocale: C",
        "Ayu wrote this:\nplot(x)\nx <- 3",
        "Ayu\n\n[1] https://files.example.org/ayu",
        "> Ayu Lestari\n> Laboratorium Peta",
        "You find all of it and the data in my folder at http://files.example.org/",
        "--- a/ayu.c\n+++ b/ayu.c\n@@ -1 +1 @@\n-Ayu Lestari\n+Ayu L.",
    ],
)
def test_a_sentence_thanks_code_or_a_name_alone_is_none_however_often_it_comes(end: str) -> None:
    stored = stored_marks(post(f"Pakai sf saja.\n\n{end}"))
    assert stored is None or len(stored) == MARK_OCTETS


def test_a_post_that_says_nothing_else_keeps_its_words() -> None:
    assert stored_marks(post(OFFICE)) is None


def test_a_closing_and_what_stands_above_stays_the_authors() -> None:
    text = f"Pakai sf.\n\nSalam,\n{OFFICE}\n\nOn Mon, Budi wrote:\n> putus"
    assert longest_taken_out(text) == "Pakai sf.\n\nSalam,"


def test_a_block_has_the_mark_it_would_have_below_a_separator() -> None:
    bare, separated = post(f"Pakai sf.\n\n{OFFICE}"), post(f"Pakai sf.\n\n-- \n{OFFICE}")
    stored = stored_marks(bare)
    assert stored is not None
    assert known_mark(stored) is None
    assert candidates(stored) == (signature_mark(separated),)
    assert stored_marks(separated) == signature_mark(separated)


def test_what_is_chosen_can_be_told_and_taken_back() -> None:
    parsed = post(f"Pakai sf.\n\n{OFFICE}\n\nKantor Pusat\nTelp: 021 555 1234")
    stored = stored_marks(parsed)
    assert stored is not None
    short, long = candidates(stored)
    for number, mark in enumerate((short, long), 1):
        chosen = with_chosen(stored, mark)
        assert (choice(chosen), chosen_mark(chosen), known_mark(chosen)) == (number, mark, mark)
    assert with_chosen(stored, None) == with_chosen(stored, b"another!") == stored
    assert choice(stored) == 0
    assert read_repeated(parsed, stored) is parsed
    assert read_repeated(parsed, None) is parsed
    assert read_repeated(post("Lain."), with_chosen(stored, short)) == post("Lain.")


def test_spans_cover_the_text_when_a_block_is_taken_out() -> None:
    parsed = post(f"> putus\n\nPakai sf.\n\n{OFFICE}\n\n> lagi")
    stored = stored_marks(parsed)
    assert stored is not None
    spans = read_repeated(parsed, with_chosen(stored, candidates(stored)[-1])).spans
    assert "".join(parsed.text[one.start : one.end] for one in spans) == parsed.text
    assert [one.kind for one in spans].count(SpanKind.SIGNATURE) == 1


@pytest.mark.parametrize("line", [f"{OFFICE}\n", "Ayu ", "ayu@example.org\n", "-", "\n", "a.b@c "])
def test_a_megabyte_of_such_lines_takes_no_second(line: str) -> None:
    parsed = post("x\n\n" + line * (1_000_000 // len(line)))
    start = time.process_time()
    stored_marks(parsed)
    assert time.process_time() - start < 1
