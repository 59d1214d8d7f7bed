"""Words of a text that answer a query are found without reading every word of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.search.index import SearchIndex
from archive.search.matches import Sought
from archive.search.stems import indonesian_stems

WORDS = """
    tie tying ties skies sky hope hoping happy happily use uses ads r R the there generation
    generate kirim mengirim dikirimkan pengiriman tulis menulis ditulis pakai memakai sapu menyapu
    tahu penahan menahan naik menaikkan masalah masalah2nya ai menai café CAFÉ naïve Straße İstanbul
    kernel_driver kernel2 server. <server> x86 a1
""".split()
BEGINNINGS = ("mik", "ser", "caf")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return SearchIndex(tmp_path_factory.mktemp("index"))


def sought_for(index: SearchIndex, written: list[str], beginnings: list[str]) -> Sought:
    words = [word for one in written for word in index.words(one)]
    return Sought(
        words,
        beginnings,
        {index.english_stem(word): word for word in words},
        {stem: word for word in words for stem in indonesian_stems(word)},
        fold=lambda word: "".join(index.words(word)),
        english_stem=index.english_stem,
    )


letters = st.text("abdeginkmpsty2é_", min_size=1, max_size=12)
some_words = st.lists(st.sampled_from(WORDS) | letters, max_size=12)


@given(some_words, some_words, st.lists(st.sampled_from(BEGINNINGS), max_size=2))
@example(["tie"], ["tying", "untying"], [])
@example(["r"], ["r", "rs", "for", "R."], [])
@example(["server"], ["İ", "observers", "Server"], ["ser"])
def test_every_word_that_answers_is_found_and_no_other(
    index: SearchIndex, written: list[str], text: list[str], beginnings: list[str]
) -> None:
    sought = sought_for(index, written, beginnings)
    whole = " ".join([*text, *written])

    # Each word looked at by itself.
    expected = [
        (match.span(), form)
        for match in re.finditer(r"[^\W_]+", whole)
        if (form := sought.form(match.group())) is not None
    ]
    assert sought.places(whole) == expected


@pytest.mark.parametrize("word", ["ⓐ", "की", "ⓐb", "a̐b"])
def test_letters_that_only_the_index_knows_are_no_fault(index: SearchIndex, word: str) -> None:
    sought = sought_for(index, [word], [word])

    places = [place for place, _ in sought.places(f"x {word} {word}")]
    assert places == sorted(set(places))


def test_forms_are_told_by_either_language(index: SearchIndex) -> None:
    sought = sought_for(index, ["kirim", "configure"], [])
    forms = {word: sought.form(word) for word in ("Mengirim", "dikirim", "configured", "kira")}
    assert forms == {
        "Mengirim": "kirim",
        "dikirim": "kirim",
        "configured": "configure",
        "kira": None,
    }
