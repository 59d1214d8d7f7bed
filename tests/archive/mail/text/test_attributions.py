"""Attributions of all languages and forms: over a marked quote, an unmarked one, and alone."""

from __future__ import annotations

import pytest

from archive.mail.text.attribution import closes_attribution, is_strong
from archive.mail.text.spans import find_spans
from tests.archive.mail.text.reading import own, split

OWN = "Terima kasih, sudah jalan.\n\nBudi"

FORMS = [
    "Den man. 5. jan. 2015 kl. 09:00 skrev Ayu Lestari <ayu@example.com>:",
    "5. jan. 2015 kl. 09:00 skrev Ayu Lestari <ayu@example.com>:",
    "Op 5 januari 2015 09:00 schreef Ayu Lestari <ayu@example.com> het volgende:",
    "Op maandag 5 januari 2015 heeft Ayu Lestari <ayu@example.com> het volgende geschreven:",
    "ma 5. tammik. 2015 klo 9.00 Ayu Lestari (ayu@example.com) kirjoitti:",
    "pon., 5 sty 2015 o 09:00 Ayu Lestari <ayu@example.com> napisał(a):",
    "În lun., 5 ian. 2015 la 09:00, Ayu Lestari <ayu@example.com> a scris:",
    "Στις Δευ, 5 Ιαν 2015 στις 9:00 π.μ., ο χρήστης Ayu Lestari <ayu@example.com> έγραψε:",
    "في 5 يناير 2015، الساعة 9:00 ص، كتب Ayu Lestari <ayu@example.com>:",
    (
        "בתאריך יום ב׳, 5 בינו׳ 2015 ב-9:00 מאת \u202aAyu Lestari\u202c\u200f"
        " <\u202aayu@example.com\u202c\u200f>:\u202c"
    ),
    "Ayu Lestari <ayu@example.com> 于2015年1月5日周一 09:00写道：",
    "2015年1月5日(月) 9:00 Ayu Lestari <ayu@example.com>:",
    "2015/01/05 9:00、Ayu Lestari <ayu@example.com>のメール：",
    "2015년 1월 5일 (월) 오전 9:00, Ayu Lestari <ayu@example.com>님이 작성:",
    "Vào Th 2, 5 thg 1, 2015 vào lúc 09:00 Ayu Lestari <ayu@example.com> đã viết:",
    "пн, 5 янв. 2015 г. в 09:00, Ayu Lestari <ayu@example.com>:",
    "po 5. 1. 2015 v 9:00 odesílatel Ayu Lestari <ayu@example.com> napsal:",
    "Ayu Lestari <ayu@example.com> ezt írta (időpont: 2015. jan. 5., H, 9:00):",
    "Ayu Lestari <ayu@example.com>, 5 Oca 2015 Pzt, 09:00 tarihinde şunu yazdı:",
    "El lun, 5 ene 2015 a las 9:00, Ayu Lestari (<ayu@example.com>) escribió:",
    "Pada Sen, 5 Jan 2015 pukul 09.00 Ayu Lestari <ayu@example.com> menulis:",
    "Missatge de Ayu Lestari <ayu@example.com> del dia dl., 5 de gen. 2015 a les 9:00:",
    "เมื่อ จ. 5 ม.ค. 2015 เวลา 9:00 Ayu Lestari <ayu@example.com> เขียนว่า:",
    "2014-03-20 8:48 GMT+01:00 Ayu Lestari <ayu@example.com>:",
    "2014/3/20 Ayu Lestari <ayu@example.com>",
    "On Mon, Jan 5, 2015 at 9:00 AM, Ayu Lestari <ayu@example.com> wrote",
    "*On Mon, Jan 5, 2015 at 9:00 AM, Ayu Lestari <ayu@example.com> wrote:*",
    "---- On Wed, 24 Feb 2021 14:02:50 +0530 ayu@example.com wrote ----",
    " ---- On Wed, 24 Feb 2021 14:02:50 +0530 Ayu Lestari<ayu@example.com> wrote ----",
    "---- Am Mi, 24 Feb 2021 14:02:50 +0100 Ayu Lestari <ayu@example.com> schrieb ----",
    "---- Pada Rab, 24 Feb 2021 14:02:50 +0700 Ayu Lestari <ayu@example.com> menulis ----",
    "Ayu Lestari <ayu@example.com> schrieb:",
    "Ayu Lestari <ayu@example.com> a écrit :",
    "ayu@example.com schrieb am 5.1.2015 um 9:00:",
    # Wrapped, also before the bracket and where a line looks marked.
    "On Mon, Jan 5,\n2015 at 9:00 AM,\nAyu Lestari\n<ayu@example.com>\nwrote:",
    "On Mon, Jan 5, 2015 at 9:00 AM Ayu Lestari <\nayu@example.com> wrote:",
    "On Mon, Aug 26, 2019 at 4:37 PM The Engine <\na-really-long-address@example.com> wrote:",
    "Op do 3 dec. 2020 om 11:24 schreef Ayu Lestari <ayu@example.com\n>:",
    "On Mon, Jan 5, 2015 at 9:00 AM Ayu Lestari <ayu@example.com\n> wrote:",
    "Le lun. 5 janv. 2015 à 09:00, Ayu Lestari <ayu@example.com> a\nécrit :",
    # Accents lost.
    "Le lun. 5 janv. 2015 ? 09:00, Ayu Lestari <ayu@example.com> a ?crit :",
    "El s?b., 3 ene 2015 a las 9:00, Ayu Lestari <ayu@example.com> escribi\ufffd:",
]


@pytest.mark.parametrize("attribution", FORMS)
def test_what_follows_an_attribution_is_quoted_and_alone_it_is_no_own_text(
    attribution: str,
) -> None:
    unmarked = split(f"{OWN}\n\n{attribution}\n\nApakah sudah dicoba?\nSaya pakai yang lama.\n")
    assert unmarked == [
        ("authored", OWN),
        ("attribution", attribution.strip()),
        ("quoted", "Apakah sudah dicoba?\nSaya pakai yang lama."),
    ]
    marked = split(f"{OWN}\n\n{attribution}\n> Apakah sudah dicoba?\n\nSudah.")
    assert [kind for kind, _ in marked] == ["authored", "attribution", "quoted", "authored"]
    assert own(f"{OWN}\n\n{attribution}\n") == OWN


@pytest.mark.parametrize(
    ("attribution", "author"),
    [
        ("Le 05/09/2016 ? 10:08, Chandra, Cahya a ?crit :", "Chandra, Cahya"),
        ("Op maandag 5 januari 2015 heeft Ayu Lestari het volgende geschreven:", "Ayu Lestari"),
        ("Il 05/01/2015 09:00, Ayu Lestari ha scritto:", "Ayu Lestari"),
        ("Op do 3 dec. 2020 om 11:24 schreef Ayu <ayu@example.com\n>:", "Ayu"),
    ],
)
def test_the_author_is_named_without_the_words_around_the_verb(
    attribution: str, author: str
) -> None:
    spans = find_spans(f"{OWN}\n\n{attribution}\n> Is independence defined so?")
    assert spans[-1].author == author


@pytest.mark.parametrize(
    "text",
    [
        "Please contact Ayu <ayu@example.com> before 10:30:\n\nshe has the key.",
        "The talk is on 2015-01-05 at 9:00:\n\nhttps://example.com/talk",
        "See the log.\n\n2015-01-05  Ayu Lestari  <ayu@example.com>\n\n\t* main.c: Fix.",
        "See the log.\n\n2015/01/05 10:00:00 [error] 12#0: <x@example.com>\n\nmeans failure",
        "Meeting on Mon, Jan 5, 2015 at 9:00 in room 3:\n\nAgenda follows.",
        "Hari: Senin\nTanggal: 5 Januari 2015\nTempat: Bandung\n\nSampai jumpa.",
        "The author said:\n\nnothing new.",
        "Ask me.\n\nPackage: sf\nMaintainer: Ayu <ayu@example.com>\n\nVersion: 1.0",
    ],
)
def test_prose_lists_and_logs_with_dates_and_addresses_stay_the_authors(text: str) -> None:
    assert split(text) == [("authored", text)]


def test_an_attribution_over_nothing_but_the_lists_footer_leaves_the_footer_one() -> None:
    footer = f"{'_' * 40}\nTalk mailing list\ntalk@example.org"
    text = f"{OWN}\n\n{FORMS[0]}\n\n{footer}"
    assert [kind for kind, _ in split(text)] == ["authored", "attribution", "footer"]


def test_what_was_broken_off_before_a_bracket_needs_the_opened_bracket() -> None:
    assert closes_attribution("On Mon Ayu <ayu@example.com", "> wrote:")
    assert not closes_attribution("On Mon Ayu <ayu@example.com>", "> wrote:")
    assert not closes_attribution("> On Mon Ayu <ayu@example.com", "> wrote:")


def test_a_date_and_a_name_without_an_address_are_too_little_without_a_verb() -> None:
    assert is_strong("On 5 Jan 2015, at 09:00, Ayu wrote:")
    assert not is_strong("On 5 Jan 2015, at 09:00, Ayu:")
