from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from archive.message import SpanKind, parse_message
from archive.quotation import find_spans


def split(text: str, is_reply: bool = True) -> list[tuple[str, str]]:
    """Kind and trimmed text of every span that has text."""
    spans = find_spans(text, is_reply)
    assert "".join(text[span.start : span.end] for span in spans) == text
    parts = [(span.kind.value, text[span.start : span.end].strip()) for span in spans]
    return [part for part in parts if part[1]]


def own(text: str, is_reply: bool = True) -> str:
    """What the author wrote, spans joined by a newline."""
    return "\n".join(part for kind, part in split(text, is_reply) if kind == "authored")


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
@@ -1,3 +1,3 @@
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


@pytest.mark.corpus
def test_indonesian_snippets(shared_data: Path) -> None:
    path = shared_data / "cases" / "indonesian" / "snippets.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    wrong = []
    for row in rows:
        parts = split(row["text"])
        attribution = next((part for kind, part in parts if kind == "attribution"), None)
        expected = row["attribution"].strip() if row["attribution"] else None
        if own(row["text"]) != row["own"].strip() or attribution != expected:
            wrong.append((row["note"], parts))
    assert wrong == []


@pytest.mark.corpus
def test_replies_of_many_clients(shared_data: Path) -> None:
    folder = shared_data / "cases" / "talon" / "tests" / "fixtures" / "standard_replies"
    wrong = []
    for path in sorted(folder.glob("*.eml")):
        written = parse_message(path.read_bytes()).own_text
        if written != "Hello":
            wrong.append((path.name, written))
    assert wrong == []


@pytest.mark.corpus
def test_html_replies_of_many_clients(shared_data: Path) -> None:
    folder = shared_data / "cases" / "talon" / "tests" / "fixtures" / "html_replies"
    wrong = []
    for path in sorted(folder.glob("*.html")):
        raw = b"Content-Type: text/html; charset=utf-8\n\n" + path.read_bytes()
        written = parse_message(raw).own_text
        if "".join(written.split()) != "Hi.Iamfine.Thanks,Alex":
            wrong.append((path.name, written))
    assert wrong == []


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "starts", "ends"),
    [
        ("correct_sig", "this is an email", "-- signature."),
        ("email_1_1", "Hi folks", "-Abhishek Kona"),
        ("email_1_2", "Hi,\n", 'delete them all individually."'),
        ("email_1_3", "Oh thanks.", "-Abhishek Kona"),
        ("email_1_4", "Awesome!", "another problem with it."),
        ("email_1_5", "One: Here's", "on and on\nfor a while."),
        ("email_1_6", "I get proper", "rendering as well."),
        ("email_1_7", ":+1:", ":+1:"),
        ("email_1_8", "I will reply under this one", "and under this."),
        ("email_2_1", "Outlook with a reply", "with a reply"),
        ("email_2_2", "Outlook with a reply", "directly above line"),
        ("email_2_3", "Outlook with a reply", "using unusual format"),
        ("email_BlackBerry", "Here is another email", "another email"),
        ("email_bullets", "test 2", "- and another"),
        ("email_gmail", "This is a test", "github message."),
        ("email_headers_no_delimiter", "And another reply!", "another reply!"),
        ("email_iPhone", "Here is another email", "another email"),
        ("email_multi_word_sent_from_my_mobile_device", "Here is another", "another email"),
        ("email_one_is_not_on", "Thank, this is", "when I run..."),
        ("email_partial_quote_header", "On your remote host", "tunnel is not working."),
        ("email_sent_from_my_not_signature", "Here is another", "then my mobile phone."),
        ("email_sig_delimiter_in_middle_of_line", "Hi there!", "kthxbai"),
        ("greedy_on", "On your remote host", "tunnel is not working."),
        ("pathological", "I think you're onto", "back to a computer."),
    ],
)
def test_reply_parser_emails(shared_data: Path, name: str, starts: str, ends: str) -> None:
    folder = shared_data / "cases" / "email-reply-parser" / "test" / "emails"
    written = own((folder / f"{name}.txt").read_text(encoding="utf-8"))
    assert written.startswith(starts)
    assert written.endswith(ends)
