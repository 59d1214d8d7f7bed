"""Suggested topics: recognisable, stable, and nobody's signature."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from archive.importing.formats.mbox import read_mbox
from archive.importing.formats.source import FoundMessage, open_source
from archive.mail.message import parse_message
from reputation.language.words import tokens
from reputation.topics.factorisation import (
    DRIFT,
    SAME,
    Suggestion,
    cosine,
    match_topics,
    suggest,
    topic_count,
)

THEMES = {
    "kriging": "kriging variogram nugget sill range anisotropy gstat semivariance".split(),
    "kabel": "kabel utp konektor crimping switch patch panel plafon tester".split(),
    "pajak": "pajak faktur npwp ppn pph bukti potong setor masa".split(),
    "buku": "naskah penerbit isbn royalti cetak sampul penyunting bab".split(),
}
FILLER = "kemudian tersebut begitu lapangan catatan kantor besok rapat cuaca jalan".split()


@dataclass(frozen=True)
class Archive:
    """The input of ``suggest``, made from threads of (subject, posts of (author, text))."""

    terms: csr_array
    vocabulary: list[str]
    authors: NDArray[np.int64]
    subjects: list[str]
    roots: list[int]

    def suggest(self, **options: Any) -> list[Suggestion]:
        return suggest(
            self.terms, self.vocabulary, self.authors, self.subjects, self.roots, **options
        )


def _archive(threads: Iterable[tuple[str, Sequence[tuple[int, str]]]]) -> Archive:
    columns: dict[str, int] = {}
    users: dict[str, set[int]] = {}
    rows: list[Counter[str]] = []
    subjects, roots = [], []
    for subject, posts in threads:
        counts: Counter[str] = Counter()
        for position, (author, text) in enumerate(posts):
            words = tokens(text) + (tokens(subject) * 3 if position == 0 else [])
            counts.update(words)
            for word in words:
                users.setdefault(word, set()).add(author)
                columns.setdefault(word, len(columns))
        rows.append(counts)
        subjects.append(subject)
        roots.append(posts[0][0])
    starts = np.cumsum([0, *(len(counts) for counts in rows)])
    indices = [columns[word] for counts in rows for word in counts]
    values = [float(count) for counts in rows for count in counts.values()]
    terms = csr_array((values, indices, starts), shape=(len(rows), len(columns)))
    authors = np.asarray([len(users[word]) for word in columns], dtype=np.int64)
    return Archive(terms, list(columns), authors, subjects, roots)


def _themed(threads: int, *, people: int = 30, seed: int = 1) -> Archive:
    """Threads on four themes in turn, by invented people; person 0 signs every answer alike."""
    chance = random.Random(seed)

    def thread(number: int) -> tuple[str, list[tuple[int, str]]]:
        words = list(THEMES.values())[number % len(THEMES)]
        asker = chance.randrange(1, people) if people > 1 else 0
        question = " ".join(chance.choices(words, k=12) + chance.choices(FILLER, k=6))
        answer = " ".join(chance.choices(words, k=8)) + " salam sejahtera lembah gunung kencana"
        subject = f"{words[0]} {chance.choice(words[1:4])}"
        return subject, [(asker, question), (0, answer)]

    return _archive(thread(number) for number in range(threads))


def test_an_archive_of_four_themes_gives_these_four() -> None:
    suggestions = _themed(200).suggest(count=4)
    assert len(suggestions) == 4
    for words in THEMES.values():
        best = max(suggestions, key=lambda one: sum(one.terms.get(word, 0) for word in words))
        assert len(set(best.keywords[:4]) & set(words)) >= 3
        assert set(best.label.replace(",", " ").split()) <= set(words)


def test_terms_are_bounded_normalised_and_ordered() -> None:
    for suggestion in _themed(200).suggest():
        weights = list(suggestion.terms.values())
        assert 1 <= len(weights) <= 25
        assert weights[0] == 1.0
        assert weights == sorted(weights, reverse=True)
        assert all(0 < weight <= 1 for weight in weights)
        assert suggestion.keywords == tuple(suggestion.terms)[: len(suggestion.keywords)]


def test_a_signature_never_becomes_a_topic() -> None:
    suggestions = _themed(200).suggest()
    signature = {"sejahtera", "lembah", "gunung", "kencana"}
    assert not signature & {term for suggestion in suggestions for term in suggestion.terms}


def test_words_that_no_subject_uses_are_no_matter() -> None:
    suggestions = _themed(200).suggest()
    assert not set(FILLER) & {term for suggestion in suggestions for term in suggestion.terms}


def test_labels_are_distinct() -> None:
    labels = [suggestion.label for suggestion in _themed(200).suggest()]
    assert len(set(labels)) == len(labels)


def test_the_same_archive_gives_the_same_suggestions() -> None:
    assert _themed(150).suggest() == _themed(150).suggest()


def test_nothing_is_suggested_for_an_empty_archive() -> None:
    assert _archive([]).suggest() == []
    empty = csr_array((0, 0), dtype=np.float64)
    assert suggest(empty, [], np.zeros(0, dtype=np.int64), [], []) == []


def test_nothing_is_suggested_for_one_thread() -> None:
    assert _themed(1).suggest() == []


def test_nothing_is_suggested_when_all_mail_is_by_one_author() -> None:
    assert _themed(100, people=1).suggest() == []


def test_threads_without_words_do_no_harm() -> None:
    silent: list[tuple[str, list[tuple[int, str]]]] = [("", [(7, "")])] * 20
    assert _archive(silent).suggest() == []


@pytest.mark.parametrize("threads", [2, 3, 5, 8, 13, 40])
def test_a_small_archive_gives_few_or_no_topics(threads: int) -> None:
    assert len(_themed(threads).suggest()) <= threads // 3


def test_more_topics_than_the_archive_can_have_are_not_made() -> None:
    assert len(_themed(30).suggest(count=500)) <= 30


def test_the_number_of_topics_grows_with_the_archive() -> None:
    assert topic_count(0) == 0
    assert 5 <= topic_count(100) <= 8
    assert 14 <= topic_count(300) <= 18
    assert 38 <= topic_count(8_000) <= 42
    assert topic_count(10**6) == 60
    sizes = [topic_count(threads) for threads in range(0, 20_000, 50)]
    assert sizes == sorted(sizes)


def test_a_warm_start_keeps_standing_topics() -> None:
    standing = [one.terms for one in _themed(160).suggest(count=4)]
    grown = _themed(200).suggest(count=4, warm=standing)
    assert sorted(match_topics(standing, grown), key=str) == [0, 1, 2, 3]
    assert all(max(cosine(old, new.terms) for new in grown) >= SAME for old in standing)


def test_standing_topics_without_a_known_word_are_passed_over() -> None:
    archive = _themed(120)
    assert archive.suggest(warm=[{"unseen": 1.0}, {}]) == archive.suggest()


def _suggestion(**terms: float) -> Suggestion:
    return Suggestion(terms, "label", tuple(terms))


def test_alike_topics_are_matched_and_others_are_new() -> None:
    standing = [{"kriging": 1.0, "gstat": 0.5}, {"kabel": 1.0, "utp": 0.5}]
    suggested = [_suggestion(kabel=1.0, utp=0.4), _suggestion(naskah=1.0), _suggestion(kriging=1.0)]
    assert match_topics(standing, suggested) == [1, None, 0]


def test_a_drifting_topic_is_matched_and_a_faint_likeness_is_not() -> None:
    drifting = _suggestion(kriging=1.0, sampling=1.2)
    faint = _suggestion(kriging=0.3, sampling=1.0)
    assert DRIFT <= cosine({"kriging": 1.0}, drifting.terms) < SAME
    assert match_topics([{"kriging": 1.0}], [drifting]) == [0]
    assert match_topics([{"kriging": 1.0}], [faint]) == [None]


def test_matching_is_one_to_one_and_the_most_alike_goes_first() -> None:
    near = _suggestion(kriging=1.0, gstat=0.1)
    nearest = _suggestion(kriging=1.0)
    assert match_topics([{"kriging": 1.0}], [near, nearest]) == [None, 0]


def test_nothing_matches_nothing() -> None:
    assert match_topics([], [_suggestion(kriging=1.0)]) == [None]
    assert match_topics([{"kriging": 1.0}], []) == []
    assert cosine({}, {"kriging": 1.0}) == 0.0


def test_an_excluded_term_does_not_make_topics_alike() -> None:
    assert cosine({"kriging": 1.0, "gold": -1.0}, {"gold": 1.0}) == 0.0


def _real_archive(path: Path, limit: int) -> Archive:
    """The first human posts of a corpus in threads of one base subject."""
    people: dict[str, int] = {}
    threads: dict[str, list[tuple[int, str]]] = {}
    with open_source(path) as stream:
        for number, found in enumerate(read_mbox(stream, path.name, 1 << 22)):
            if number == limit:
                break
            if isinstance(found, FoundMessage):
                message = parse_message(found.raw)
                author = people.setdefault(message.author.name.lower(), len(people))
                if message.automation is None and message.base_subject:
                    posts = threads.setdefault(message.base_subject, [])
                    posts.append((author, message.own_text))
    return _archive(threads.items())


@pytest.mark.corpus
def test_topics_of_a_real_list_read_as_its_members_would_name_them(shared_data: Path) -> None:
    archive = _real_archive(shared_data / "corpora/r-sig-geo.mbox.xz", 5_000)
    suggestions = archive.suggest(names={"r-sig-geo"})
    text = " | ".join(suggestion.label for suggestion in suggestions)
    for known in ("kriging", "spdep", "shapefile", "grass", "spatstat", "raster"):
        assert known in text, text
    for wrong in ("roger", "edzer", "question", "mailing list", "r-sig-geo", "html"):
        assert wrong not in text, text
