"""What holds for every table, so that a new one is read as it was meant."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator

import pytest

from archive.mail.text.footers import DEVICES
from archive.mail.text.openings import lines_to_look_at, markers_of
from archive.mail.words.language import Labels, Language
from archive.mail.words.openings import HEAD, Openings, in_all_cases
from archive.mail.words.phrases import expression, parse, phrases, segments, words
from archive.mail.words.registry import LANGUAGES

SLOTS = {"device": DEVICES, "work": ("buku",)}


def fields(language: Language) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name, kind and entries of every field."""
    for group in dataclasses.fields(language):
        table = getattr(language, group.name)
        if dataclasses.is_dataclass(table):
            for field in dataclasses.fields(table):
                yield f"{group.name}.{field.name}", str(field.type), getattr(table, field.name)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_entries_are_in_lower_case_and_stand_once(language: Language) -> None:
    for name, kind, entries in fields(language):
        for entry in entries:
            assert entry == entry.lower() == " ".join(entry.split()), (name, entry)
            assert kind == "Phrases" or not set(entry) & set("{}|…"), (name, entry)
            if kind == "Phrases":
                parts = parse(entry, SLOTS)
                line = name.startswith(("endings", "automation", "quoting"))
                assert not (line and any(part.refused for part in parts)), (name, entry)
        assert len(entries) == len(set(entries)), name


def test_every_language_has_a_code_of_its_own() -> None:
    codes = [language.code for language in LANGUAGES]
    assert len(codes) == len(set(codes))
    assert all(code.isalpha() and 2 <= len(code) <= 3 for code in codes)


def test_no_label_names_two_fields() -> None:
    kinds: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for field in dataclasses.fields(Labels):
            for label in getattr(language.labels, field.name):
                kinds.setdefault(label, set()).add(field.name)
    assert {label: found for label, found in kinds.items() if len(found) > 1} == {}


def test_words_and_phrases_of_a_text() -> None:
    assert words("a b_c\n  d") == ("a", "b c", "d")
    text = """
        it|that works|
            worked
        no
            luck
        """
    assert phrases(text) == ("it|that works|worked", "no luck")


def test_segments_are_what_stands_between_gaps() -> None:
    assert segments("sent from|via {my} phone") == [
        ("sent from my phone", "sent from phone", "sent via my phone", "sent via phone")
    ]
    assert segments("powered by … <device> …", {"device": ("x", "y")}) == [
        ("powered by",), ("x", "y"), (),
    ]  # fmt: skip
    with pytest.raises(KeyError):
        segments("sent from <device>")


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("it|that {now} works", "so it now works.", True),
        ("it|that {now} works", "so it works.", True),
        ("it|that {now} works", "bit works", False),
        ("it|that {now} works", "it nowworks", False),
        ("{now} it works", "it works", True),
        ("it works {now}", "it works now", True),
        ("sudah …2 bisa", "sudah bisa", True),
        ("sudah …2 bisa", "sudah saya coba bisa", True),
        ("sudah …2 bisa", "sudah saya coba terus bisa", False),
        ("buku … terbit", 'buku "kebun raya" terbit', True),
        ("buku … terbit", "buku ini? terbit", False),
        ("buku … terbit", "buku ini. terbit", False),
        ("buku …… terbit", "buku ini. terbit", True),
        ("setuju !kalau|jika", "setuju kalau", False),
        ("setuju !kalau|jika", "setuju sekali", True),
        ("buku* saya", "bukunya saya", True),
        ("*n't", "couldn't", True),
        ("* is right", "he is right", True),
    ],
)
def test_expressions_of_phrases(phrase: str, text: str, found: bool) -> None:
    assert (re.search(expression([phrase]), text) is not None) is found


@pytest.mark.parametrize(
    ("line", "matches"),
    [
        ("sent from my phone", True),
        ("sent from phones", True),
        ("sent from a telephone", False),
        ("sent from home, not by phone", False),
        ("sent fromphone", False),
        ("sent", False),
        ("", False),
        ("kutipan", True),
        ("kutipan:", True),
        ("kutipan lain", False),
        ("abwesenheitsnotiz: x", True),
    ],
)
def test_openings_of_lines(line: str, matches: bool) -> None:
    table = Openings(("sent from … phone …", "kutipan", "abwesen*"), stops=",")
    assert table.match(line) is matches
    assert set(table.heads) == {"sent", "kuti", "abwe"}


def test_a_phrase_too_short_to_be_told_by_its_head_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Openings(("an … x",))


def test_what_is_recognised_is_looked_at_however_it_is_written() -> None:
    assert in_all_cases(["ab"]) == {"ab", "Ab", "aB", "AB"}
    for line in ("sEnT fRoM x", "*Sent from x*", "  sent from x", "DaRi: x", "de:x", "De :x"):
        assert lines_to_look_at([line]) == [0]
        assert markers_of(line)
    assert lines_to_look_at(["", "> sent from x", "senta", "words", "+ sent from"]) == [2]
    assert HEAD == 4


@pytest.mark.parametrize("unit", ["sent from ", "sent from x phone ", "a", "sent from aphone"])
def test_openings_take_linear_time(unit: str) -> None:
    table = Openings(("sent from … phone … mail …",), gap=120)
    started = time.process_time()
    for _ in range(100):
        table.match(unit * 10_000)
    assert time.process_time() - started < 0.5
