"""Messages quoted or forwarded whole, under a rule or a header block."""

from __future__ import annotations

import pytest

from archive.mail.text.spans import find_spans
from tests.archive.mail.text.reading import own, split


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


BLOCK = "De : Ayu <ayu@example.com>\nEnvoyé : lundi 5 janvier 2015\nÀ : Budi\nObjet : stok"


@pytest.mark.parametrize(
    "block",
    [
        BLOCK.replace("é", "?").replace("À", "?"),
        BLOCK.replace("é", "e").replace("À", "A"),
        BLOCK.replace("é", "\ufffd").replace("À", "\ufffd"),
        "   " + BLOCK.replace("\n", "\n   "),
        BLOCK.replace(" : ", " :\n  "),
        BLOCK.replace("\n", "\n\n"),
        BLOCK.replace("\n", " "),
        "*De :* Ayu\n*Envoyé :* lundi\n*À :* Budi\n*Objet :* stok",
        "*De: *Ayu\n*Envoyé: *lundi\n*À: *Budi\n*Objet: *stok",
        "发件人: Ayu\n发送时间: 2015年1月5日\n收件人: Budi\n主题: stok",
        "보낸 사람: Ayu\n보낸 날짜: 2015년\n받는 사람: Budi\n제목: stok",
        "מאת: Ayu\nנשלח: 2015\nאל: Budi\nנושא: stok",
        "De la: Ayu\nTrimis: luni\nCătre: Budi\nSubiect: stok",
    ],
)
def test_a_header_block_is_known_however_it_was_laid_out_or_spoilt(block: str) -> None:
    text = f"Noté.\n\n{block}\n\nIl vaut mieux deux."
    assert split(text) == [
        ("authored", "Noté."),
        ("attribution", block.strip()),
        ("quoted", "Il vaut mieux deux."),
    ]


@pytest.mark.parametrize("rule", ["________________________________\n", ""])
def test_outlooks_unmarked_quote_goes_on_to_the_end_though_it_holds_marked_lines(rule: str) -> None:
    block = "From: Ayu <ayu@example.com>\nSent: Monday\nTo: Budi\nSubject: stok"
    quote = "> The question is old.\n> It is.\n\nIn lme this would be otherwise."
    assert own(f"Which one?\n\n{rule}{block}\n\n{quote}") == "Which one?"
    # A program that marks quotes leaves room for answers.
    marked = f"Which one?\n\n-----Original Message-----\n{block}\n\n{quote}"
    assert own(marked) == "Which one?\nIn lme this would be otherwise."


@pytest.mark.parametrize(
    "rule",
    [
        "*-------- Original Message --------*",
        "**-------- Original Message --------**",
        "-------- Alkuperäinen viesti --------",
        "-------- Исходное сообщение --------",
        "------------------ 原始邮件 ------------------",
        "-----Urspr?ngliche Nachricht-----",
    ],
)
def test_rules_of_senders_announce_the_message_below(rule: str) -> None:
    text = f"Setuju.\n\n{rule}\nSubject: stok\nFrom: Ayu\nDate: Monday\n\nHarga naik."
    assert own(text) == "Setuju."
    assert own(f"Setuju.\n\n{rule}\n\nHarga naik.") == "Setuju."


@pytest.mark.parametrize(
    "line",
    [
        "Début du message réexpédié :",
        "Vidarebefordrat mejl:",
        "Välitetty viesti alkaa:",
        "Začátek přeposílané zprávy:",
        "Начало переадресованного сообщения:",
        "转发的邮件：",
        "Awal pesan terusan:",
    ],
)
def test_apples_line_over_a_forwarded_message_is_no_own_text(line: str) -> None:
    block = "From: Ayu <ayu@example.com>\nSubject: stok\nDate: 5 January 2015\nTo: Budi"
    assert own(f"Setuju.\n\n{line}\n\n{block}\n\nHarga naik.") == "Setuju."
