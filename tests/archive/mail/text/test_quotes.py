"""Marked and unmarked quotes, with the lines that announce them."""

from __future__ import annotations

import pytest

from archive.mail.text.spans import find_spans
from tests.archive.mail.text.reading import own, split

ATTRIBUTIONS = [
    "On Tue, 14 Mar 2006 09:12:44 +0700, Rudi Hartanto <rudi@example.com> wrote:",
    "On Tue, 14 Mar 2006 09:12:44 +0700\nRudi Hartanto wrote:",
    "On Dec 16, 2011, at 12:47 PM, Rudi\n<rudi@example.com>\nwrote:",
    "On Tue, Sep 25, 2012 at 8:59 AM, Rudi\n<rudi@example.com>wrote:",
    "On Monday Rudi wrote:",
    "On 2018-07-19 19:07, Pusat Data (pusdata@example.com) wrote:",
    "Rudi Hartanto wrote:",
    "Rudi wrote:",
    "rudi hartanto wrote:",
    "Rudi menulis:",
    "Pada 7 Juli 2006 20:25, Rudi <rudi@example.com> menulis:",
    "Pada tanggal 05/03/09, Rudi <rudi@example.com> menulis:",
    "Pada 03/11/16 08:54, Rudi menulis:",
    "Rudi menulis di 03/11/16 08:54:",
    "--- Pada Jum, 7/7/06, Rudi <rudi@example.com> menulis:",
    "--- On Thu, 8/28/08, Rudi <rudi@example.com> wrote:",
    '--- In kebun@groups.example, "rudi" <rudi@...> wrote:',
    "At 19:28 03/06/14 -0700, Rudi wrote:",
    "2011/5/26 Rudi <rudi@example.com>",
    "Le 14/03/2006 09:12, Rudi a écrit :",
    "Am 14.03.2006 um 09:12 schrieb Rudi:",
    "Am 14.03.2006 09:12, schrieb Rudi Hartanto:",
    "El 14/03/2006 9:12, Rudi escribió:",
    "Il giorno 14/mar/06, alle ore 09:12, Rudi ha scritto:",
    "Em 14/03/2006 09:12, Rudi escreveu:",
    "Op 14 mrt. 2006 om 09:12 schreef Rudi:",
    "Den 14.03.2006 09:12, skrev Rudi:",
    "W dniu 14.03.2006 09:12, Rudi pisze:",
    "14.03.2006, 09:12, «Rudi» <rudi@example.com>:",
    "Quoting Rudi <rudi@example.com>:",
    "[EMAIL PROTECTED] wrote:",
    "Rudi Hartanto <rudi at example.com> writes:",
    "In message <123@example.com>, Rudi writes:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_attributions_before_a_quote(attribution: str, gap: str) -> None:
    text = f"Halo semua,\n\n{attribution}{gap}> coba cek dulu\n\nSudah jalan, mas."
    assert split(text) == [
        ("authored", "Halo semua,"),
        ("attribution", attribution),
        ("quoted", "> coba cek dulu"),
        ("authored", "Sudah jalan, mas."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Kemarin saya menulis mengapa server mati. Ternyata disk penuh.",
        "As Ayu wrote: use the second one.\nIt worked.",
        "Here is what I wrote:\n\n    x <- 1\n\nDoes it help?",
        "Sebagaimana Ayu menulis:\nharga naik terus.\n\nBenarkah?",
        "On the third day he wrote:\n\nNothing came of it.",
        "The following steps are needed:\n1. stop\n2. start",
        "He wrote: yes.",
    ],
)
def test_prose_that_sounds_like_an_attribution_stays_the_authors(text: str) -> None:
    assert split(text) == [("authored", text)]


def test_a_greeting_before_the_attribution_is_no_part_of_it() -> None:
    text = "Hi,\nOn Tue, 2011-03-01 at 18:02 +0530, Rudi wrote:\n> a\n\nb"
    assert split(text)[:2] == [
        ("authored", "Hi,"),
        ("attribution", "On Tue, 2011-03-01 at 18:02 +0530, Rudi wrote:"),
    ]


def test_interleaved_answers_are_kept() -> None:
    text = "Rudi wrote:\n> one?\n\nyes\n\n> two?\n> three?\nno\n> four\n\nbye"
    assert own(text) == "yes\nno\nbye"


def test_a_wrapped_quoted_line_belongs_to_the_quote() -> None:
    long = "> " + "kata " * 14 + "semua yang"
    text = f"Rudi menulis:\n{long}\nmemiliki\n> domain\n\nBetul."
    assert own(text) == "Betul."


def test_a_short_answer_between_quoted_lines_is_no_wrapped_line() -> None:
    assert own("Rudi wrote:\n> do you use it?\nyes, daily\n> and the other?\nno") == (
        "yes, daily\nno"
    )


def test_other_quote_marks_need_an_attribution() -> None:
    assert own("Rudi wrote:\n| old\n| words\n\nnew words") == "new words"
    table = "a | b\n| c | d\n| e | f"
    assert own(table) == table


def test_a_strong_attribution_announces_an_unmarked_quote() -> None:
    text = (
        "Great!\n\nOn Wed, May 18, 2016 at 11:10 PM Rudi <rudi@example.com>\nwrote:\n\n\nIt is out."
    )
    assert own(text) == "Great!"
    assert split(text)[-1] == ("quoted", "It is out.")


def test_an_attribution_that_leads_an_unmarked_post_takes_nothing_with_it() -> None:
    text = "On Tue, 12 Aug 2014, Rudi Hartanto wrote:\n\nThanks for this.\n\n> library(sp)\n> x"
    assert own(text) == "Thanks for this."


def test_snipped_quotes() -> None:
    text = "On Mon, 12 Nov 2007 22:21:08,\nRudi <r@example.com> wrote:\n\n[...]\n\n> No\n\nAh."
    assert own(text) == "Ah."


CONSOLE = "I tried this:\n\n> library(sp)\n> x <- readOGR('.', 'a')\nError in readOGR: no\n\nWhy?"


def test_a_console_in_a_question_is_the_authors() -> None:
    assert own(CONSOLE, is_reply=False) == CONSOLE


def test_typed_lines_above_their_output_are_the_authors_in_a_reply_too() -> None:
    text = "Rudi wrote:\n> does it run?\n\nIt does:\n\n> sum(1, 2)\n[1] 3\n"
    assert own(text) == "It does:\n\n> sum(1, 2)\n[1] 3"


def test_a_reply_without_marks_of_a_reply_is_still_read_as_one() -> None:
    text = "Rudi wrote:\n> library(sp)\n> plot(x)\n\nAdd a title."
    assert own(text, is_reply=False) == "Add a title."
    assert own("> > older\n> old\n\nnew", is_reply=False) == "new"


def test_indented_marks_are_quotes_only_after_an_attribution() -> None:
    assert own("Rudi wrote:\n > old\n > words\n\nnew") == "new"
    text = "I typed\n\n > library(sp)\n > plot(x)\n\nand it fails"
    assert own(text) == text


def test_a_name_with_an_address_opens_no_unmarked_quote_where_others_are_marked() -> None:
    text = "Hi.\n\nRudi <rudi@example.com> wrote:\n\nSee this:\n> old\n\nnew"
    assert own(text).endswith("new")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Quote:\nsemua hilang\n----\nItu tidak benar.", "Itu tidak benar."),
        ("====== (RUDI)\nBegitu.\n======\nTidak begitu.", "Tidak begitu."),
        ("Quote:\nsemua hilang, tanpa akhir", "Quote:\nsemua hilang, tanpa akhir"),
        ("======\nTabel\n======\nisi", "======\nTabel\n======\nisi"),
    ],
)
def test_quotes_between_marks_made_by_hand(text: str, written: str) -> None:
    assert own(text) == written


def test_apples_attribution_within_the_quote_names_its_author() -> None:
    said = "On 18 Aug 2023, at 07.06, Ayu Lestari <ayu@example.com> wrote:"
    text = f"Yes.\n\n> {said}\n> \n> How?\n\nSo."
    assert own(text) == "Yes.\nSo."
    assert [span.author for span in find_spans(text) if span.author] == ["Ayu Lestari"]
    # Here the quoted one quotes Ayu, and is not named.
    deeper = "> On 18 Aug 2023, at 07.06, Ayu <ayu@example.com> wrote:\n>> How?\n> So.\n\nYes."
    assert not any(span.author for span in find_spans(deeper))


LONG = "> " + "kata " * 13 + "yang"


@pytest.mark.parametrize(
    "quote",
    [
        "> Please view it on the tracker \n<https://example.org/a/commit/bf9d5ce>.\n> \n> Thanks",
        "> at the tracker\n<https://example.org/a/bf9d5ce00f52\nf87a60f3ed#comment>.\n> \n> So",
        f"{LONG}\nsemua itu\n{LONG}\nIndonesia Raya\n> habis",
        f"{LONG}\nsemua itu\n{LONG}\nkemarin sore",
        f"> {LONG}\nsemua\n>> lalu\n> ya",
    ],
)
def test_lines_broken_off_a_quote_belong_to_it(quote: str) -> None:
    assert own(f"Rudi wrote:\n{quote}\n\nBetul.") == "Betul."


@pytest.mark.parametrize("rest", ["<ayu@example.org> \nwrote:", "via Talk\n<ayu@example.org>:"])
def test_the_end_of_apples_attribution_may_have_lost_its_mark(rest: str) -> None:
    text = f"Yes.\n\n> On Oct 6, 2015, at 10:47, Ayu Lestari {rest}\n> \n> Which?\n"
    assert own(text) == "Yes."


def test_a_link_alone_without_brackets_answers_a_quote() -> None:
    text = "Rudi wrote:\n> where?\nhttps://example.org/page\n> and when?\nNow."
    assert own(text) == "https://example.org/page\nNow."


@pytest.mark.parametrize("indent", ["  ", "   ", "\t"])
def test_marks_may_be_indented_below_an_attribution(indent: str) -> None:
    assert own(f"Rudi wrote:\n{indent}> old\n{indent}> words\n\nnew") == "new"


def test_indented_marks_within_an_announced_quote_belong_to_it() -> None:
    text = "Rudi wrote:\n> one\n > \n > two\n> three\n\nnew"
    assert own(text) == "new"
