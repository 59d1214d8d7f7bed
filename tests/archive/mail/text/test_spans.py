"""Whose words each line is: attributions, quotes, header blocks."""

from __future__ import annotations

import time

import pytest

from archive.mail.message import SpanKind
from archive.mail.text.quoted_author import quoted_author
from archive.mail.text.spans import find_spans
from tests.archive.mail.text.spans_of import own, split

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


@pytest.mark.parametrize(
    "rule",
    [
        "-----Original Message-----",
        "----- Original Message ----- ",
        "-----Pesan Asli-----",
        "-------- Pesan Asli --------",
        "-----Ursprüngliche Nachricht-----",
        "-----Message d'origine-----",
        "________________________________",
        "----------------------------",
    ],
)
@pytest.mark.parametrize(
    "block",
    [
        "From: Rudi <rudi@example.com>\nSent: Monday\nTo: list@example.org\nSubject: RE: stok",
        "Dari: Rudi <rudi@example.com>\nDikirim: Senin\nKepada: list@example.org\nPerihal: stok",
        "Dari: Rudi\nKepada: list@example.org\nTerkirim: Kam, 18 Februari\nJudul: Bls: stok",
        "Von: Rudi\nGesendet: Montag\nAn: list@example.org\nBetreff: stok",
        "De : Rudi\nEnvoyé : lundi\nÀ : list@example.org\nObjet : stok",
        "*From:* Rudi\n*Sent:* Monday\n*To:* list@example.org\n*Subject:* stok",
        (
            "From: list-bounces@example.org\n[mailto:list-bounces@example.org] On Behalf Of\n"
            "rudi\nSent: Monday\nTo: list@example.org\nSubject: stok"
        ),
    ],
)
def test_header_blocks_after_a_rule(rule: str, block: str) -> None:
    text = f"Setuju.\n\n{rule}\n{block}\n\nHarga naik.\n\nRudi"
    assert split(text) == [
        ("authored", "Setuju."),
        ("attribution", f"{rule}\n{block}".strip()),
        ("quoted", "Harga naik.\n\nRudi"),
    ]


def test_a_header_block_without_a_rule_needs_three_kinds_of_field() -> None:
    block = "From: Rudi [mailto:rudi@example.com]\nSent: Monday\nTo: Ayu\nSubject: stok"
    assert own(f"Setuju.\n\n{block}\n\nHarga naik.") == "Setuju."
    prose = "From: Bandung\nTo: Surabaya\n\nThe train takes ten hours."
    assert own(prose) == prose


def test_a_marked_quote_after_a_header_block_leaves_room_for_answers() -> None:
    text = "----- Original Message -----\nFrom: Rudi\nSubject: stok\n> lama\n\nBaru."
    assert own(text) == "Baru."


def test_forwarded_text_is_not_the_authors() -> None:
    text = "FYI\n\n---------- Forwarded message ----------\nFrom: a@example.com\nSubject: x\n\nnews"
    assert split(text) == [
        ("authored", "FYI"),
        (
            "attribution",
            "---------- Forwarded message ----------\nFrom: a@example.com\nSubject: x",
        ),
        ("forwarded", "news"),
    ]


def test_apple_forward() -> None:
    text = "See below.\n\nBegin forwarded message:\n\nFrom: a@example.com\nSubject: x\n\nnews"
    assert own(text) == "See below."


def test_empty_and_blank_texts() -> None:
    assert find_spans("") == ()
    assert [span.kind for span in find_spans("\n \n")] == [SpanKind.AUTHORED]


@pytest.mark.parametrize(
    "unit",
    [
        "On a a a ",
        "On 1/1/2001 10:00 a <a@b> wrote:\n\n",
        "From: a\n",
        "-- \n",
        "Dari: a\n\n\n",
        "> a\nb\n",
        "__________\n",
        "wrote:\n",
        "a wrote:\n| b\n",
        "-----Original Message-----\n> \n",
        "Sent from my iPhone\n",
        "To unsubscribe, x\n",
        "-----BEGIN PGP SIGNATURE-----\n",
        "writes in message ",
        "\n",
        " > a\n\n",
    ],
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    started = time.process_time()
    spans = find_spans(text)
    assert time.process_time() - started < 3
    assert spans[-1].end == len(text)


@pytest.mark.parametrize(
    ("attribution", "author"),
    [
        ("On Tue, 27 Sep 2005 08:57:54 +0700\nS.Hikmat wrote:", "S.Hikmat"),
        ("On Fri, Jul 07, 2006 at 08:25:40PM +0700, Ayu Lestari <a@example.com> wrote:",
         "Ayu Lestari"),
        ("2011/5/26 Budi S <b...@example.com>", "Budi S"),
        ("--- On Thu, 8/28/08, Citra D <c@example.com> wrote:", "Citra D"),
        ('--- In list@example.com, "Dewi" <d@example.com> wrote:', "Dewi"),
        ("At 19:28 03/06/14 -0700, Eko wrote:", "Eko"),
        ("Pada 7 Juli 2006 20:25, Fajar <f@example.com> menulis:", "Fajar"),
        ("Pada Rabu, Ayu menulis:", "Ayu"),
        ("Gita menulis di 7/7/06 20:25:", "Gita"),
        ("Am 01.02.2003 um 10:00 schrieb Hans Huber:", "Hans Huber"),
        ("Le lun. 3 janv. 2022 à 10:00, Paul <p@example.com> a écrit :", "Paul"),
        ("On Thu, Feb 16, 2012 at 3:00 PM, Doe, John <j@example.com> wrote:", "Doe, John"),
        ("In article <x@example.com>, Kim wrote:", "Kim"),
        ("-----Original Message-----\nFrom: Gita <g@example.com>\nSent: Monday", "Gita"),
        ("Dari: Hadi\nDikirim: Senin", "Hadi"),
        ("indra@example.com wrote:", "indra@example.com"),
        ("[EMAIL PROTECTED] wrote:", ""),
    ],
)  # fmt: skip
def test_whose_words_are_quoted(attribution: str, author: str) -> None:
    assert quoted_author(attribution) == author


def test_a_quote_knows_its_author_through_the_answers_between() -> None:
    text = (
        "On 1/2/2003 10:00, Ayu <a@example.com> wrote:\n> one?\nYes.\n> two?\nNo.\n\n"
        "Budi wrote:\n> three?\nPerhaps."
    )
    authors = [span.author for span in find_spans(text) if span.kind is SpanKind.QUOTED]
    assert authors == ["Ayu", "Ayu", "Budi"]


@pytest.mark.parametrize(
    ("quote", "author"),
    [
        ("[EMAIL PROTECTED] wrote:\nold words\nmore of them", ""),
        ("Rudi Hartanto <rudi@example.com> menulis:\n  old words\nmore", "Rudi Hartanto"),
        ("-------- Pesan Diteruskan --------\nJudul: x\nDari: Rudi\nKe: y\n\nold words", "Rudi"),
        ("From: talk@example.org On Behalf Of Rudi\nSent: x\nTo: y\nSubject: z\n\nold", "Rudi"),
    ],
)
def test_an_unmarked_quote_goes_to_the_end(quote: str, author: str) -> None:
    text = f"Setuju sekali.\n\n{quote}"
    assert own(text) == "Setuju sekali."
    assert find_spans(text)[-1].author == author


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
