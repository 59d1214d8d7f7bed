"""Every word and phrase of every language's table says what the table has it say."""

from __future__ import annotations

import pytest

from archive.mail.words.language import Language
from archive.mail.words.phrases import Words
from archive.mail.words.registry import LANGUAGES
from reputation.language.mentions import agrees, asked_names
from reputation.language.thanks import thanks
from reputation.language.works import credited, works
from tests.archive.mail.words.examples import by_language, in_three_cases, ways

WORK = {"work": ("buku",)}
CLOSED = "Sudah saya ganti kabelnya dan lampunya menyala hijau di kedua ujung.\n\n"
"""What makes bare thanks after it a formal close."""


def misspelt(word: str) -> str:
    """One letter in the middle of a word left out."""
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_words_that_thank(language: Language) -> None:
    table = language.thanks
    for word in (*table.words, *table.pairs, *map(misspelt, table.misspelt)):
        for written in in_three_cases(word):
            assert thanks(f"{written}!"), written
            assert thanks(f"{written}, Rudi. Itu menarik."), written
            assert not thanks(f"{CLOSED}{written},\nBudi"), written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.thanks.received))
def test_what_only_an_answer_brings(code: str, found: Words) -> None:
    for word in found:
        for written in in_three_cases(word):
            assert thanks(f"{CLOSED}Thanks {written},\nBudi"), written


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_thanks_for_help_to_come(language: Language) -> None:
    table = language.thanks
    for word in (*table.advance, *map(misspelt, table.advance_misspelt)):
        for written in in_three_cases(word):
            assert not thanks(f"Thanks {written}!"), written
    for word in table.strong_requests:
        for written in in_three_cases(word):
            assert not thanks(f"{written} xyz thanks!"), written
    for word in table.requests:
        for written in in_three_cases(word):
            assert not thanks(f"{written} xyz. Thanks!"), written


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_words_of_thanks_that_say_something_else(language: Language) -> None:
    table = language.thanks
    for words in table.not_after:
        for word in (*table.words, *table.pairs):
            if word not in table.hoped:
                assert not thanks(f"{word} {words} xyz."), (word, words)
    for word in table.not_before:
        assert not thanks(f"{word} thanks."), word
    for word in table.hoping:
        for hoped in table.hoped:
            assert not thanks(f"xyz {word} {hoped} xyz."), (word, hoped)


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.thanks.greetings))
def test_greetings_are_not_read(code: str, found: Words) -> None:
    for phrase in found:
        for way in ways(phrase):
            for written in in_three_cases(way.replace("*", "")):
                assert not thanks(f"{written} Thanks,\n\nkata"), written
                assert thanks(f"{written} Rudi,\n\nthanks!"), written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.success.solved))
def test_reports_of_success(code: str, found: Words) -> None:
    for phrase in found:
        for way in ways(phrase):
            for written in in_three_cases(way):
                assert thanks(f"{written}."), written
                assert not thanks(f"{written}?"), written


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_reports_of_success_that_are_none(language: Language) -> None:
    table = language.success
    for word in table.negations:
        for phrase in table.solved:
            written = f"{word.replace('*', 'could')} {next(ways(phrase))}."
            assert not thanks(written), written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.success.unsolved))
def test_reports_of_failure(code: str, found: Words) -> None:
    for phrase in found:
        for way in ways(phrase):
            for written in in_three_cases(way):
                assert not thanks(f"Thanks, {written}."), written


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_announced_works(language: Language) -> None:
    table = language.works
    for phrase in table.announcements:
        for way in ways(phrase, WORK):
            for written in in_three_cases(way):
                assert works("", f"{written}."), written
                assert not works("", f"{written}?"), written
    for phrase in table.talks:
        for way in ways(phrase, WORK):
            assert works("", f"{way}.")[0].kind == "talk", way
    for word in table.not_out:
        assert not works("", f"my package xyz {word} xyz is available."), word


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_kinds_of_works(language: Language) -> None:
    table = language.works
    kinds = (("book", table.books), ("article", table.articles), ("code", table.code))
    for kind, found in kinds:
        for word in found:
            for written in (word.replace("*", ""), word.replace("*", "nya")):
                text = f"I am pleased to announce our {written} in print."
                assert works("", text)[0].kind == kind, written


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_subjects_that_announce(language: Language) -> None:
    table = language.works
    for phrase in table.announcing_subjects:
        for way in ways(phrase):
            for written in in_three_cases(way):
                assert works(f"[kebun] {written} Rumput 1.0", "kata"), written
    for phrase in table.announced_subjects:
        for way in ways(phrase):
            assert works(f"[kebun] Rumput 1.0 {way}", "kata"), way
    for word in (*table.events, *table.adverts):
        assert not works(f"Announcing {word.replace('*', '')} Rumput", "kata"), word


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_names_of_packages(language: Language) -> None:
    table = language.works
    for phrase in table.before_packages:
        for way in ways(phrase):
            assert works(f"[ANN] {way} Rumput", "kata")[0].title == "Rumput", way
    for word in table.after_packages:
        assert works(f"[ANN] Rumput {word}", "kata")[0].title == "Rumput", word
    for word in table.not_names:
        assert works(f"[ANN] package {word}", "kata")[0].title != word


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.works.credits))
def test_makers_of_works(code: str, found: Words) -> None:
    for phrase in found:
        for way in ways(phrase):
            names = [maker for _, maker in credited(f'buku "Kebun Raya" {way} Rudi Hartanto.')]
            assert names == ["Rudi Hartanto"], way


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_who_is_asked(language: Language) -> None:
    table = language.address
    for title in (*table.titles, *table.kin_titles, *table.salutations):
        for written in in_three_cases(title):
            assert asked_names(f"{written} Rudi, xyz?") == ("Rudi",), written
    for title in table.titles:
        assert asked_names(f"xyz {title} Rudi xyz?") == ("Rudi",), title
    for word in table.joins:
        assert asked_names(f"Rudi {word} Sari, xyz?") == ("Rudi", "Sari"), word
    for word in table.asking_whether:
        for written in in_three_cases(word):
            assert asked_names(f"xyz {written} Rudi xyz?") == ("Rudi",), written
    for word in table.requests:
        assert asked_names(f"Rudi, {word} xyz.") == ("Rudi",), word
    for word in table.nobody:
        assert asked_names(f"{word.capitalize()}, xyz?") == (), word


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_agreement(language: Language) -> None:
    for phrase in language.address.agreement:
        for way in ways(phrase):
            for written in in_three_cases(way.replace("*", "rudi")):
                assert agrees(f"{written} xyz"), written
                for word in language.address.denials:
                    assert not agrees(f"{word} {written} xyz"), (word, written)
