"""Own words, an attribution and its quote on one line are told apart."""

from __future__ import annotations

import time

import pytest

from tests.archive.mail.text.reading import own, split

SAID = "On Mon, Jan 5, 2015 at 9:00 AM, Ayu <ayu@example.com> wrote:"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f"Use the second. {SAID}\n> Which one?\n", "Use the second."),
        (f"Use the second. {SAID}\n\nWhich one?\n", "Use the second."),
        (f"Use the second. {SAID} Which one? This?\n", "Use the second."),
        ("Sure. On Mon, Jan 5, 2015 at 9:00 AM, Ayu wrote:\n> well?\n", "Sure."),
        # Yahoo Mail on a phone.
        (
            (
                "Terima kasih pak.\n\nDikirim dari Yahoo Mail di Android\n\nPada Sen, 5 Jan 2015 "
                "pada 9:00, Ayu<ayu@example.com> menulis:   Isi lama\nbaris lama\n"
            ),
            "Terima kasih pak.",
        ),
        (
            (
                "Terima kasih pak.  Pada Sen, 5 Jan 2015 pada 9:00, Ayu<ayu at example.com> "
                "menulis:   Isi lama"
            ),
            "Terima kasih pak.",
        ),
        (
            "Danke.\n\nAm Mo., Jan. 5, 2015 at 9:00 schrieb Ayu<ayu@example.com>:   Hallo,\nalt",
            "Danke.",
        ),
        # HTML in one line.
        (
            (
                "Works now. From: Ayu <ayu@example.com> Sent: Monday, January 5, 2015 9:00 AM "
                "To: talk@example.org Subject: Re: stok Old words here."
            ),
            "Works now.",
        ),
        (
            (
                "Geht.\n\nVon: Ayu <ayu@example.com> Gesendet: Montag, 5. Januar 2015 An: "
                "talk@example.org Betreff: Re: stok Alter Text."
            ),
            "Geht.",
        ),
    ],
)
def test_words_before_an_attribution_stay_and_words_after_it_do_not(
    text: str, written: str
) -> None:
    assert own(text) == written


def test_the_spans_of_one_line_name_its_parts() -> None:
    assert split(f"Use it. {SAID} Which one?") == [
        ("authored", "Use it."),
        ("attribution", SAID),
        ("quoted", "Which one?"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "As agreed on 5 Jan 2015 with Ayu <ayu@example.com>: the second one.",
        "Signed-off-by: Ayu <ayu@example.com>: 2015",
        "Mail ayu@example.com: she wrote the report of 5 Jan 2015 at 9:00.",
    ],
)
def test_a_line_that_only_holds_an_address_and_a_colon_is_left_whole(text: str) -> None:
    assert split(text) == [("authored", text)]


@pytest.mark.parametrize("unit", ["@a: ", f"x. {SAID} ", "On 1 1 ", " at 9:", "wrote:\n", SAID])
def test_hostile_lines_take_linear_time(unit: str) -> None:
    started = time.process_time()
    own(unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 3
