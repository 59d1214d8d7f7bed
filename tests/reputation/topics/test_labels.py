"""Names of topics: from what subjects say, never people or list furniture."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.language.stopwords import GENERIC_WORDS
from reputation.topics.labels import Loads, fold, label_topics, labels_by_language
from reputation.topics.queries import slug


def _loads(*topic_of_thread: int) -> Loads:
    loads = np.zeros((len(topic_of_thread), max(topic_of_thread) + 1))
    loads[np.arange(len(topic_of_thread)), topic_of_thread] = 1.0
    return loads


def _label(subjects: list[str], terms: dict[str, float], names: Collection[str] = ()) -> str:
    """The label of a topic that all subjects belong to, each by another author."""
    authors = range(len(subjects))
    return label_topics([terms], _loads(*[0] * len(subjects)), subjects, authors, names=names)[0]


def test_a_phrase_of_several_authors_names_the_topic() -> None:
    subjects = [
        "spatial weights matrix from distances",
        "spatial weights matrix: zero neighbours",
        "how to row standardise a spatial weights matrix",
        "weights for islands",
    ]
    terms = {"weights": 1.0, "matrix": 0.7, "spatial": 0.5, "neighbours": 0.4}
    assert _label(subjects, terms) == "spatial weights matrix"


def test_an_indonesian_phrase_names_the_topic() -> None:
    subjects = [
        "tanya kabel jaringan putus",
        "kabel jaringan di plafon",
        "memilih kabel jaringan",
        "umur kabel jaringan berapa lama",
    ]
    assert _label(subjects, {"kabel": 1.0, "jaringan": 0.6, "plafon": 0.2}) == "kabel jaringan"


def test_a_topic_is_called_in_each_language_what_its_subjects_there_say() -> None:
    indonesian = [
        "tanya kabel jaringan putus",
        "kabel jaringan di plafon",
        "memilih kabel jaringan",
        "umur kabel jaringan berapa lama",
    ]
    english = ["network cable test", "which network cable", "network cable through the wall"]
    subjects = [*indonesian, *english, "cooking rice", "menanak nasi", "nasi uduk"]
    spoken = ["id"] * 4 + ["en"] * 3 + ["en", "id", "id"]
    terms = [{"kabel": 1.0, "jaringan": 0.8, "network": 0.8, "cable": 0.7}, {"nasi": 1.0}]
    loads = _loads(*[0] * 7, *[1] * 3)
    authors = range(10)

    found = labels_by_language(
        terms, loads, subjects, authors, labels=["kabel jaringan", "nasi"], spoken=spoken
    )

    assert found == [{"id": "kabel jaringan", "en": "network cable"}, {}]


def test_an_archive_of_one_language_has_its_labels_in_it() -> None:
    subjects = ["raster stack", "kriging"]
    found = labels_by_language(
        [{"raster": 1.0}, {"kriging": 1.0}],
        _loads(0, 1),
        subjects,
        [1, 2],
        labels=subjects,
        spoken=["en", "en"],
    )

    assert found == [{"en": "raster stack"}, {"en": "kriging"}]


def test_a_phrase_of_one_author_is_not_used() -> None:
    subjects = ["river network routing"] * 8 + ["bridges", "channels", "sediment"]
    loads = _loads(*[0] * len(subjects))
    authors = [1] * 8 + [2, 3, 4]
    (label,) = label_topics(
        [{"river": 1.0, "network": 0.9, "sediment": 0.3}], loads, subjects, authors
    )
    assert "river network" not in label


def test_singular_and_plural_are_one_phrase_in_its_commoner_spelling() -> None:
    subjects = ["contour lines", "contour line", "contour lines in a map", "contour lines export"]
    assert _label(subjects, {"contour": 1.0, "lines": 0.6, "line": 0.5}) == "contour lines"
    assert fold("lines") == fold("line")
    assert fold("queries") == fold("query")
    assert fold("census") == "census"


def test_generic_words_name_nothing_alone() -> None:
    subjects = ["help", "question", "help needed: kriging", "kriging question", "kriging problem"]
    label = _label(subjects, {"kriging": 1.0, "help": 0.9, "question": 0.9, "variogram": 0.5})
    assert "kriging" in label
    assert not set(label.replace(",", " ").split()) & GENERIC_WORDS


def test_names_of_people_are_no_label() -> None:
    subjects = ["selamat pak budi", "untuk pak budi", "pak budi menikah", "jaringan warnet"] * 2
    label = _label(subjects, {"budi": 1.0, "menikah": 0.4, "jaringan": 0.3, "warnet": 0.2})
    assert "budi" not in label


def test_names_given_by_the_caller_are_no_label() -> None:
    subjects = ["lestari asks again"] * 4 + ["kriging", "kriging grid", "kriging variance"]
    terms = {"lestari": 1.0, "kriging": 0.4, "variance": 0.2}
    assert "lestari" in _label(subjects, terms)
    assert "lestari" not in _label(subjects, terms, names={"Lestari"})


def test_list_chrome_is_no_label() -> None:
    subjects = ["html version deleted", "the mailing list", "next part of it", "variogram fit"] * 3
    terms = {"deleted": 1.0, "mailing": 1.0, "next": 1.0, "variogram": 0.4, "fit": 0.2}
    assert _label(subjects, terms) == "variogram fit"


def test_labels_are_distinct() -> None:
    subjects = ["kriging with gstat", "gstat kriging", "kriging in gstat", "more kriging"] * 3
    loads = np.full((len(subjects), 3), 1 / 3)
    topics = [{"kriging": 1.0, "gstat": 0.5}] * 3
    labels = label_topics(topics, loads, subjects, range(len(subjects)))
    assert len(set(labels)) == 3
    assert all(labels)


def test_without_subjects_the_best_words_are_the_label() -> None:
    labels = label_topics([{"kriging": 1.0, "gstat": 0.5}], np.ones((2, 1)), ["", ""], [1, 2])
    assert labels == ["kriging, gstat"]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Coordinate Reference System", "coordinate-reference-system"),
        ("kabel, lan", "kabel-lan"),
        ("résumé & portofolio", "resume-portofolio"),
        ("data.frame", "data-frame"),
        ("日本語", "topic"),
        ("", "topic"),
        ("---", "topic"),
    ],
)
def test_a_slug_is_plain(label: str, expected: str) -> None:
    assert slug(label) == expected


def test_a_long_slug_ends_with_a_whole_word() -> None:
    assert slug("kata " * 40) == "-".join(["kata"] * 12)


@given(st.text(max_size=200))
def test_every_slug_is_short_lower_case_ascii(label: str) -> None:
    made = slug(label)
    assert 1 <= len(made) <= 60
    assert made.isascii()
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-")
    assert not made.endswith("-")


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_any_subjects_give_a_label(subjects: list[str]) -> None:
    assert _label(subjects, {"kriging": 1.0, "gstat": 0.5})
