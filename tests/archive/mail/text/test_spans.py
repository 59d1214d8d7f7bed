from __future__ import annotations

import time

import pytest

from archive.mail.message import SpanKind
from archive.mail.text.quoted_author import quoted_author
from archive.mail.text.spans import find_spans, own_text


def split(text: str, is_reply: bool = True) -> list[tuple[str, str]]:
    """Kind and trimmed text of every span that has text."""
    spans = find_spans(text, is_reply)
    assert "".join(text[span.start : span.end] for span in spans) == text
    parts = [(span.kind.value, text[span.start : span.end].strip()) for span in spans]
    return [part for part in parts if part[1]]


def own(text: str, is_reply: bool = True) -> str:
    """What the author wrote, spans joined by a newline."""
    return own_text(text, find_spans(text, is_reply))


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


def test_signature_ends_where_a_quote_begins() -> None:
    text = "Yes.\n\n-- \nAyu\nKebun Raya\n\nRudi wrote:\n> well?"
    assert [kind for kind, _ in split(text)] == ["authored", "signature", "attribution", "quoted"]


def test_two_signature_separators() -> None:
    text = "Yes.\n\n-- \nAyu\n\n-- \n--[surat-l]------\nMilis ini untuk diskusi.\nHenti Langgan: x"
    assert own(text) == "Yes."


def test_a_bare_separator_before_much_text_is_no_signature() -> None:
    text = "One.\n--\n" + "\n".join(f"line {number}" for number in range(40))
    assert own(text) == text


def test_dashes_inside_a_line_are_no_signature() -> None:
    text = "And here is a fix -- this is no signature.\n\nbye"
    assert own(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my Verizon Wireless BlackBerry",
        "Powered by Telkomsel BlackBerry®",
        "Dikirim dari ponsel saya",
        "Dikirim dari Yahoo Mail di Android",
        "Sent from Mail for Windows",
        "Envoyé de mon iPhone",
        "Von meinem iPad gesendet",
        "Sent from my BlackBerry® smartphone from Sinyal Bagus XL, Nyambung Teruuusss...!",
        "Sent from a magnificent torch of pixels",
    ],
)
@pytest.mark.parametrize("after", ["", "\n\nOn 1/2/2012, at 10:27, Rudi wrote:\n> x"])
def test_device_lines(line: str, after: str) -> None:
    assert own(f"Oke.\n\n{line}{after}") == "Oke."


def test_a_sentence_about_a_phone_is_no_device_line() -> None:
    text = "Hello\n\nSent from my desk, is much easier then my mobile phone."
    assert own(text) == text


@pytest.mark.parametrize(
    "footer",
    [
        (
            "_______________________________________________\nTalk mailing list\ntalk@example.org\n"
            "https://example.org/mailman/listinfo/talk"
        ),
        (
            "---------------------------------------------------------------------\n"
            "To unsubscribe, e-mail: talk-unsubscribe@example.org"
        ),
        (
            "--~--~---------~--~----~------------~-------~--~----~\n"
            "You received this message because you are subscribed to the Google Groups"
        ),
        "-- \nYou received this message because you are subscribed to the Google Groups",
        "Yahoo! Groups Links\n\n<*> To visit your group on the web, go to:",
        "To unsubscribe from this list: send the line x",
        "=====\nMendaftar atau berhenti menerima Mailing List di: http://example.org\n=====",
        "Kirim email ke",
        "\t[[alternative HTML version deleted]]",
        (
            "-------------- next part --------------\nAn HTML attachment was scrubbed...\n"
            "URL: <http://example.org/attachments/1.htm>"
        ),
        (
            "-------------- next part --------------\nA non-text attachment was scrubbed...\n"
            "Name: x.png\nType: image/png\nSize: 12 bytes\nDesc: not available\nUrl : http://x.example"
        ),
        "This message is confidential and intended only for the addressee.\nDelete it.",
        "CONFIDENTIALITY NOTICE: this is private.",
        "No virus found in this incoming message.\nChecked by AVG",
        "-\nTo unsubscribe from this list: send the line x",
    ],
)
def test_footers(footer: str) -> None:
    text = f"Setuju sekali.\n\nAyu\n{footer}"
    assert own(text) == "Setuju sekali.\n\nAyu"


def test_advice_on_unsubscribing_stays_the_authors() -> None:
    text = (
        "Rudi,\n\nplease use the unsubscribe link; the mailing list owner cannot help you.\n\nAyu"
    )
    assert own(text) == text


def test_a_note_on_a_removed_part_is_not_the_authors_where_no_rule_stands_before_it() -> None:
    text = (
        "The raster is too large.\n\nAn embedded and charset-unspecified text was scrubbed...\n"
        "Name: not available\nURL: <https://lists.example.org/attachments/20140811/attachment.pl>"
    )

    assert own(text, is_reply=False) == "The raster is too large."


def test_inlined_text_after_a_next_part_line_is_kept() -> None:
    text = "See below.\n-------------- next part --------------\nx <- 1\nplot(x)"
    assert own(text) == "See below.\nx <- 1\nplot(x)"


def test_signed_text_loses_its_armour() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nIt is so.\n\n"
        "-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----"
    )
    assert own(text) == "It is so."


PATCH = """Fix the stall.

Signed-off-by: Ayu <ayu@example.com>
---
 drivers/x.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/drivers/x.c b/drivers/x.c
--- a/drivers/x.c
+++ b/drivers/x.c
@@ -1,4 +1,4 @@
 switch (a) {
-case 1:
+case 2:
 default:
 \tbreak;"""


def test_patches_are_the_authors() -> None:
    assert own(PATCH) == PATCH
    assert own(PATCH + "\n-- \n2.25.1") == PATCH


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


# --- code, contact blocks, whose words --------------------------------------------------------


def test_a_patch_is_code_with_its_statistics_and_heads() -> None:
    assert [kind for kind, _ in split(PATCH + "\n-- \n2.25.1")] == ["authored", "code", "signature"]
    code = split(PATCH)[1][1]
    assert code.startswith("---\n drivers/x.c | 2 +-")
    assert code.endswith("break;")


def test_lines_of_a_hunk_are_no_signature_no_quote_and_no_attribution() -> None:
    hunk = "@@ -1,4 +1,4 @@\n-- \n > x\n+Ayu wrote:\n \n-____\n+> y"
    parts = split(f"See:\n\n--- a/t.txt\n+++ b/t.txt\n{hunk}\n\nAyu")
    assert parts == [
        ("authored", "See:"),
        ("code", f"--- a/t.txt\n+++ b/t.txt\n{hunk}"),
        ("authored", "Ayu"),
    ]


def test_a_patch_whose_lines_were_wrapped_is_still_one() -> None:
    text = "Hi\n\n@@ -1,2 +1,2 @@\n-a long line that a mail\nprogram broke\n+b\n c\n\nBye"
    assert [kind for kind, _ in split(text)] == ["authored", "code", "authored"]


def test_fenced_code_is_code() -> None:
    text = "Try:\n```r\n> x <- 1\n-- \n```\nIt works."
    assert split(text) == [
        ("authored", "Try:"),
        ("code", "```r\n> x <- 1\n-- \n```"),
        ("authored", "It works."),
    ]
    assert own(text) == text


def test_a_fence_without_an_end_is_prose() -> None:
    assert split("a\n```\nb") == [("authored", "a\n```\nb")]


def test_a_contact_block_is_a_signature() -> None:
    block = "Rudi Hartanto\nDept. of Geography\nrudi@example.com\nTel. +62 21 555 0100"
    titled = block.replace("Hartanto", "Hartanto, S.T., Ph.D.")
    for end in (block, titled, "Rudi Hartanto\nvia mobile"):
        assert split(f"Use sf.\n\n{end}") == [("authored", "Use sf."), ("signature", end)]
    quoted = f"Use sf.\n\n{block}\n\nOn 1/2/2003 10:00, Ayu <a@example.com> wrote:\n> how?"
    assert split(quoted)[1] == ("signature", block)


@pytest.mark.parametrize(
    "end",
    [
        "Rudi",
        "Salam,\nRudi Hartanto",
        "See\nhttps://example.com/one\nhttps://example.com/two",
        "Ask one of them:\nayu@example.com\nbudi@example.com",
        "x <- c(1, 2)\n5550100\n5550200",
    ],
)
def test_what_only_resembles_a_contact_block_is_the_authors(end: str) -> None:
    assert own(f"Use sf.\n\n{end}") == f"Use sf.\n\n{end}"


def test_a_disclaimer_is_told_from_a_list_footer() -> None:
    text = "Yes.\n\nThis e-mail is confidential and intended only for the addressee."
    assert split(text)[1][0] == "disclaimer"


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


@pytest.mark.parametrize(
    "end",
    [
        "____________________\nDo you Yahoo!?\nYahoo! Mail - more space.",
        "____________________\nSee the new cars at Yahoo! Autos.\nhttp://autos.yahoo.com/",
        "____________________\nExpress yourself with MSN Messenger!",
        "powered by Sinyal Kuat INDOSAT",
        "PESAN INI BERSIFAT RAHASIA dan hanya untuk penerima yang dituju.",
    ],
)
def test_adverts_devices_and_notices_at_the_end_are_not_the_authors(end: str) -> None:
    assert own(f"Sudah bisa.\n\n{end}") == "Sudah bisa."
