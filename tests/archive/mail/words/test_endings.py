"""Every phrase that ends a post, of every language, is told from the author's text."""

from __future__ import annotations

import pytest

from archive.mail.words.phrases import Words
from tests.archive.mail.words.examples import by_language, in_three_cases, kinds, read, ways

ABOVE = ("Sudah bisa.\n\n", "Sudah bisa.\n", "Sudah bisa, mas.\n\nAyu\n")


def check(line: str, kind: str) -> None:
    """``line`` at the end of a text is no part of the author's, whatever its letters."""
    for written in in_three_cases(line):
        for above in ABOVE:
            message = read(f"{above}{written}\n")
            assert message.own_text == above.strip(), written
            assert kinds(message) == ["authored", kind], written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.device_lines))
def test_device_lines(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            check(line, "signature")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.sent_from))
def test_lines_of_devices_nobody_knows(code: str, found: Words) -> None:
    for lead in found:
        check(f"{lead} a magnificent torch", "signature")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.devices))
def test_devices(code: str, found: Words) -> None:
    for device in found:
        check(f"sent from my {device}", "signature")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.device_notes))
def test_notes_under_a_name(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            for written in in_three_cases(line.replace(" xyz", "")):
                message = read(f"Sudah bisa.\n\nAyu Lestari\n{written}")
                assert kinds(message) == ["authored", "signature"], written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.footers))
def test_footers(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            check(line, "footer")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.list_words))
def test_words_of_lists_under_a_rule(code: str, found: Words) -> None:
    for word in found:
        for written in in_three_cases(f"kebun: {word}x"):
            message = read(f"Sudah bisa.\n\n{'_' * 40}\n{written}\n")
            assert kinds(message) == ["authored", "footer"], written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.disclaimers))
def test_disclaimers(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            check(line, "disclaimer")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.removed_parts))
def test_what_stands_for_a_removed_part(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            check(line, "footer")


@pytest.mark.parametrize(
    ("code", "found"), by_language(lambda one: one.endings.removed_part_details)
)
def test_what_is_said_of_a_removed_part(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            check(f"-------------- next part --------------\n{line}", "footer")


@pytest.mark.parametrize(
    "text",
    [
        (
            "I could read it on every phone and in every mail program that people here\n"
            "sent from a telephone."
        ),
        (
            "Ketikkan perintah di bawah ini kalau memang sudah tidak ingin ikut lagi dan\n"
            "untuk berhenti berlangganan."
        ),
        (
            "You only have to write to the other address, which is that of the program,\n"
            "to unsubscribe from it."
        ),
    ],
)
def test_a_wrapped_sentence_is_no_ending(text: str) -> None:
    assert kinds(read(text)) == ["authored"]


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.banners))
def test_banners_over_mail_from_outside(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            for written in in_three_cases(line):
                assert kinds(read(f"{written}\n\nSudah bisa.")) == ["footer", "authored"], written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.endings.closings))
def test_closings_of_letters(code: str, found: Words) -> None:
    for closing in found:
        for written in in_three_cases(closing):
            block = "ayu lestari\nayu@example.com\nhttps://example.com"
            message = read(f"Sudah bisa.\n\n{written},\n\n{block}")
            assert kinds(message) == ["authored", "signature"], written
