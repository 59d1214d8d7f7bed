"""Every word by which replies name whom they quote, of every language, is understood."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from archive.mail.message import parse_message
from archive.mail.words.language import Language
from archive.mail.words.phrases import Words
from archive.mail.words.registry import LANGUAGES
from tests.archive.mail.words.examples import by_language, in_three_cases, kinds, read, ways

NAME = "Rudi Hartanto"
ABOVE = ("", "Sudah bisa.\n\n", "Sudah bisa.\n")


def check(attribution: str, author: str | None = NAME, quote: str = "\n> kata") -> None:
    """``attribution`` is one, before a quote, at the top and below text."""
    for above in ABOVE:
        message = read(f"{above}{attribution}{quote}\n")
        assert kinds(message) == [*["authored"] * bool(above), "attribution", "quoted"], attribution
        assert author is None or message.spans[-1].author == author, attribution


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.verbs))
def test_verbs(code: str, found: Words) -> None:
    for verb in found:
        for written in in_three_cases(verb):
            check(f"{NAME} <rudi@example.com> {written}:")
            check(f"14.03.2006 09:12, {NAME} {written}:")
            check(f"14.03.2006 09:12, {written} {NAME}:")
            check(f"{NAME} {written}:")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.joined_verbs))
def test_verbs_written_onto_the_name(code: str, found: Words) -> None:
    for verb in found:
        check(f"2006/03/14 09:12, 鈴木{verb}:", None)


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.openers))
def test_what_leads_to_a_date_announces_an_unmarked_quote(code: str, found: Words) -> None:
    for lead in found:
        for written in in_three_cases(lead):
            message = read(f"Sudah bisa.\n\n{written} 14/03/2006 09:12, {NAME} wrote:\n\nkata")
            assert kinds(message) == ["authored", "attribution", "quoted"], written


@pytest.mark.parametrize(
    ("code", "found"), by_language(lambda one: one.quoting.days + one.quoting.short_days)
)
def test_days(code: str, found: Words) -> None:
    for day in found:
        for written in in_three_cases(day):
            check(f"{written}, 14/03/2006 09:12, {NAME} wrote:")
            check(f"On {written}, {NAME} wrote:")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.months))
def test_months(code: str, found: Words) -> None:
    for month in found:
        for written in in_three_cases(month):
            check(f"Am Freitag, 26. {written} 2016, 09:12 schrieb {NAME}:")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.citing))
def test_attributions_without_a_verb(code: str, found: Words) -> None:
    for lead in found:
        for written in in_three_cases(lead):
            check(f"{written} {NAME} <rudi@example.com>:")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.before_names))
def test_words_between_date_and_name(code: str, found: Words) -> None:
    for word in found:
        for written in in_three_cases(word):
            check(f"14/03/2006 {written} {NAME} wrote:")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.references))
def test_msg_ids_before_the_name_and_after_the_verb(code: str, found: Words) -> None:
    for lead in found:
        for written in in_three_cases(lead):
            check(f"{written} <1@example.com>, {NAME} wrote:")
            check(f"{NAME} wrote {written} <1@example.com>:", None)


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.sentence_words))
def test_sentences_are_no_attributions(code: str, found: Words) -> None:
    for word in found:
        assert kinds(read(f"kata {word} wrote:\n> kata"))[0] == "authored"


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.on_behalf))
def test_who_is_written_for(code: str, found: Words) -> None:
    for words in found:
        for written in in_three_cases(words):
            check(
                f"From: kebun@example.org {written} {NAME}\nSent: x\nSubject: y", quote="\n\nkata"
            )


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.through))
def test_who_writes_through_a_list(code: str, found: Words) -> None:
    for word in found:
        for written in in_three_cases(word):
            mail = EmailMessage()
            mail["From"] = f"{NAME} {written} Kebun <kebun@example.org>"
            mail["List-Post"] = "<mailto:kebun@example.org>"
            assert parse_message(mail.as_bytes()).author.name == NAME
            check(f"On 1/2/2003 10:00, {NAME} {written} Kebun <kebun@example.org> wrote:")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.original))
@pytest.mark.parametrize("rule", ["-----{}-----", "----- {} ----- ", "-------- {} --------", "{}"])
def test_rules_over_a_quoted_message(code: str, found: Words, rule: str) -> None:
    for phrase in found:
        for written in in_three_cases(phrase):
            block = f"{rule.format(written)}\nFrom: {NAME}\nSubject: stok"
            check(block, quote="\n\nkata")
            check(block)


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.forwarded))
@pytest.mark.parametrize("rule", ["---------- {} ----------", "-------- {} --------", "{}:"])
def test_rules_over_a_forwarded_message(code: str, found: Words, rule: str) -> None:
    for phrase in found:
        for line in ways(phrase):
            for written in in_three_cases(line):
                block = f"{rule.format(written)}\nFrom: {NAME}\nSubject: stok"
                message = read(f"FYI\n\n{block}\n\nkata")
                assert kinds(message) == ["authored", "attribution", "forwarded"], written
                assert message.spans[-1].author == NAME


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.by_hand))
def test_quotes_between_marks_made_by_hand(code: str, found: Words) -> None:
    for word in found:
        for written in in_three_cases(word):
            for mark in (written, f"{written}:", f"{written} :"):
                text = f"Begini.\n\n{mark}\nsemua hilang\n----\nItu tidak benar."
                assert read(text).own_text == "Begini.\nItu tidak benar.", mark


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.cuts))
def test_what_stands_for_a_cut(code: str, found: Words) -> None:
    for word in found:
        for written in in_three_cases(word):
            head = f"On 1/2/2003 10:00, {NAME} <rudi@example.com> wrote:"
            assert read(f"{head}\n\n[{written}]\n\n> lama\n\nBaru.").own_text == "Baru."


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
@pytest.mark.parametrize("form", ["{}: ", "{} : ", "*{}:* ", "    {}: "])
def test_labels_of_header_fields(language: Language, form: str) -> None:
    shown = {"sender": "From", "sent": "Sent", "recipient": "To", "subject": "Subject"}
    values = {"sender": NAME, "sent": "1/2/2003", "recipient": "Ayu", "subject": "stok"}
    for kind in (*shown, "other"):
        # The label comes first, where a block may begin with it.
        first = kind if kind in ("sender", "sent", "subject") else "sender"
        for label in getattr(language.labels, kind):
            for written in in_three_cases(label):
                labels = shown | {kind: written}
                order = sorted(labels, key=lambda one: one != first)
                lines = (form.format(labels[one]) + values.get(one, "x") for one in order)
                check("\n".join(lines), quote="\n\nkata")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.short_months))
def test_short_months(code: str, found: Words) -> None:
    for month in found:
        for written in in_three_cases(month):
            check(f"On Monday, 26. {written} 2016, 09:12, {NAME} <rudi@example.com> wrote:")


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.quoting.after_names))
def test_words_between_name_and_verb(code: str, found: Words) -> None:
    for word in found:
        for written in in_three_cases(word):
            check(f"14/03/2006 09:12, {NAME} {written} wrote:")
