"""Term counts on disk and in memory, and BM25 over them."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reputation.arrays import rounded
from reputation.corpus import word_counts as terms
from reputation.corpus.bm25 import Bm25, DatedBm25, is_common, sought
from reputation.corpus.postings import GrowingPostings
from reputation.corpus.word_counts import MANIFEST, MAXIMUM_SEGMENTS, TermCounts
from reputation.language.words import TEXT_VERSION, tokens

SUBJECTS = ["Kriging of rainfall", "", "raster raster mosaic"]
TEXTS = ["variogram model for kriging", "shapefile", "crop the raster"]


def filled(first: int = 1) -> TermCounts:
    counts = TermCounts()
    counts.add([first, first + 1, first + 2], SUBJECTS, TEXTS)
    return counts


def words_of(counts: TermCounts, message: int) -> tuple[dict[str, int], dict[str, int]]:
    """Subject and own words of a message with their counts, read back from the rows."""
    names = list(counts.vocabulary)
    tables = counts.rows(np.array([message]))
    return tuple(  # type: ignore[return-value]
        {names[term]: int(count) for term, count in zip(table.indices, table.data, strict=True)}
        for table in tables
    )


def test_rows_hold_the_words_of_the_analyser_with_their_counts() -> None:
    counts = filled()

    subject, own = words_of(counts, 3)

    assert dict(Counter(tokens(SUBJECTS[2]))) == subject
    assert dict(Counter(tokens(TEXTS[2]))) == own
    assert subject["raster"] == 2


def test_rows_follow_the_order_asked_for_and_are_empty_for_a_message_never_added() -> None:
    subjects, own = filled().rows(np.array([3, 99, 1]))

    assert subjects.shape == own.shape == (3, len(filled().vocabulary))
    assert own[[1]].nnz == 0
    assert own[[0]].nnz == len(set(tokens(TEXTS[2])))


def test_missing_names_what_was_never_added() -> None:
    assert filled().missing(np.array([5, 2, 4, 1])).tolist() == [5, 4]


def test_the_later_counts_of_a_message_win() -> None:
    counts = filled()
    counts.add([2], ["new subject"], ["geodesic"])

    _, own = words_of(counts, 2)

    assert own == {"geodesic": 1}
    assert len(counts) == 3


def test_texts_and_ids_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="as many"):
        TermCounts().add([1, 2], ["one"], ["one"])


def test_a_saved_store_comes_back_whole(tmp_path: Path) -> None:
    counts = filled()
    counts.save(tmp_path / "terms")

    read = TermCounts.load(tmp_path / "terms")

    assert read.vocabulary == counts.vocabulary
    for message in (1, 2, 3):
        assert words_of(read, message) == words_of(counts, message)


def test_saving_again_writes_only_what_is_new(tmp_path: Path) -> None:
    counts = filled()
    counts.save(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    counts.add([9], ["late"], ["arrival"])
    counts.save(tmp_path)

    added = {path.name for path in tmp_path.iterdir()} - before

    assert len(added) == len(terms.COLUMNS) + 1
    assert words_of(TermCounts.load(tmp_path), 9) == ({"late": 1}, {"arrival": 1})


def test_many_small_additions_are_merged_without_loss(tmp_path: Path) -> None:
    counts = TermCounts()
    for message in range(1, MAXIMUM_SEGMENTS + 5):
        counts.add([message], [f"subject{message}"], [f"word{message} common"])
        counts.save(tmp_path)
    counts.add([2], ["changed"], ["changed"])
    # A folder that is new to the store gets it whole, as one segment.
    counts.save(tmp_path / "copy")

    read = TermCounts.load(tmp_path / "copy")
    manifest = json.loads((tmp_path / MANIFEST).read_text())

    assert len(manifest["segments"]) <= MAXIMUM_SEGMENTS
    assert len(read) == MAXIMUM_SEGMENTS + 4
    assert words_of(read, MAXIMUM_SEGMENTS)[1] == {f"word{MAXIMUM_SEGMENTS}": 1, "common": 1}
    assert words_of(read, 2) == ({"changed": 1}, {"changed": 1})


@pytest.mark.parametrize("victim", ["own_terms.npy", "words", "messages.npy", "own_start.npy"])
def test_a_torn_folder_is_noticed_and_counted_anew(tmp_path: Path, victim: str) -> None:
    counts = filled()
    counts.save(tmp_path)
    torn = next(path for path in tmp_path.iterdir() if path.name.endswith(victim))
    torn.write_bytes(torn.read_bytes()[:-3])

    read = TermCounts.load(tmp_path)

    assert read.missing(np.array([1, 2, 3])).tolist() == [1, 2, 3]
    read.add([1, 2, 3], SUBJECTS, TEXTS)
    read.save(tmp_path)
    assert words_of(TermCounts.load(tmp_path), 1) == words_of(counts, 1)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe"])
def test_a_broken_manifest_counts_as_no_store(tmp_path: Path, content: bytes) -> None:
    filled().save(tmp_path)
    (tmp_path / MANIFEST).write_bytes(content)

    assert len(TermCounts.load(tmp_path)) == 0


def test_words_of_an_older_analyser_are_not_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled().save(tmp_path)
    monkeypatch.setattr(terms, "TEXT_VERSION", TEXT_VERSION + 1)

    assert len(TermCounts.load(tmp_path)) == 0


def test_an_absent_folder_is_an_empty_store(tmp_path: Path) -> None:
    read = TermCounts.load(tmp_path / "nothing")

    subjects, own = read.rows(np.array([1, 2]))

    assert len(read) == 0
    assert subjects.shape == own.shape == (2, 0)


Documents = st.lists(
    st.dictionaries(st.integers(0, 7), st.integers(1, 5), max_size=5), min_size=1, max_size=14
)


def table_of(documents: list[dict[int, int]]) -> csr_array:
    table = np.zeros((len(documents), 8), dtype=np.float32)
    for row, document in enumerate(documents):
        for term, count in document.items():
            table[row, term] = count
    return csr_array(table)


def plain_bm25(documents: list[dict[int, int]], query: dict[int, float]) -> list[float]:
    """The formula as it stands in the literature, one document at a time."""
    size = len(documents)
    mean = float(rounded(sum(sum(document.values()) for document in documents) / size))
    scores = []
    for document in documents:
        score = 0.0
        for term, weight in query.items():
            frequency = sum(term in other for other in documents)
            count = document.get(term, 0)
            if not count:
                continue
            idf = math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
            norm = 1.2 * (0.25 + 0.75 * sum(document.values()) / mean)
            score += weight * idf * count * 2.2 / (count + norm)
        scores.append(score)
    return scores


@given(Documents, st.dictionaries(st.integers(0, 7), st.floats(0.1, 3), min_size=1, max_size=4))
def test_bm25_of_fixed_documents_is_the_formula(
    documents: list[dict[int, int]], query: dict[int, float]
) -> None:
    table = table_of(documents)
    postings = GrowingPostings.of(np.arange(len(documents)), lambda rows: csr_array(table[rows]))
    index = Bm25(postings, np.ones(len(documents), dtype=np.bool_))

    scores = index.scores(np.array(list(query)), np.array(list(query.values())))

    assert scores == pytest.approx(plain_bm25(documents, query), rel=1e-4, abs=1e-6)


@given(Documents, st.data())
def test_bm25_as_of_a_day_sees_only_the_documents_of_that_day(
    documents: list[dict[int, int]], data: st.DataObject
) -> None:
    known = data.draw(st.integers(1, len(documents)))
    terms_asked = np.arange(8)
    ones = np.ones(8)

    dated = DatedBm25(table_of(documents)).scores(terms_asked, ones, known)
    alone = DatedBm25(table_of(documents[:known])).scores(terms_asked, ones, known)

    assert dated == pytest.approx(alone, rel=1e-5)


def test_words_in_over_a_quarter_of_many_documents_are_common() -> None:
    assert is_common(np.array([250.0, 251.0]), 1000).tolist() == [False, True]


def test_among_few_documents_a_shared_word_is_not_common() -> None:
    assert is_common(np.array([50.0, 51.0]), 60).tolist() == [False, True]


def test_where_every_word_is_common_the_rarest_is_looked_up() -> None:
    idf, common = np.array([0.0, 0.3, 0.7, 2.0]), np.array([False, True, True, False])

    assert sought(idf, common).tolist() == [False, False, False, True]
    assert sought(idf[:3], common[:3]).tolist() == [False, False, True]
    assert sought(idf[:1], common[:1]).tolist() == [False]


def test_what_was_counted_of_an_older_reading_is_missing_until_it_is_counted_again(
    tmp_path: Path,
) -> None:
    counts = TermCounts()
    counts.add([1, 2], ["vpn", "vpn"], ["> lama", "> lama"], [1, 1])
    counts.add([2], ["vpn"], ["baru"], [2])
    counts.save(tmp_path)
    read = TermCounts.load(tmp_path)
    messages = np.array([1, 2, 3])

    assert read.missing(messages, np.array([2, 2, 2])).tolist() == [1, 3]
    assert read.missing(messages).tolist() == [3]
    assert words_of(read, 2) == ({"vpn": 1}, {"baru": 1})
