"""Scoring that goes on from an earlier state: as from nothing, and only what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from archive.lists.audience import WHOLE
from reputation.corpus import postings as growing
from reputation.corpus.mentions import Mentions
from reputation.corpus.post_words import PostTerms
from reputation.corpus.postings import GrowingPostings
from reputation.corpus.reader import Corpus
from reputation.corpus.word_counts import TermCounts
from reputation.epochs.view import EpochInfo, ReputationView
from reputation.results import Ranking
from reputation.standing.model import StandingModel
from reputation.topics.queries import TopicQuery
from reputation.topics.thread_topics import threads_of_topics
from tests.reputation.builders import TOPICS, Archive, lively_archive

QUERIES = [
    TopicQuery(number, slug, slug, dict.fromkeys(words, 1.0), pinned=frozenset({number}))
    for number, (slug, words) in enumerate(
        {
            "kriging": ("kriging", "variogram"),
            "shapefile": ("shapefile", "driver", "layer"),
            "raster": ("raster", "mosaic"),
            "manual": ("manual",),
        }.items(),
        start=1,
    )
]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def view_of(
    archive: Archive, counts: TermCounts, previous: ReputationView | None = None
) -> ReputationView:
    posts = archive.posts()
    terms = PostTerms.of(*counts.rows(posts.message), keys=posts.message)
    corpus = Corpus(posts, Mentions(), terms, counts.vocabulary, WHOLE)
    return ReputationView(EpochInfo(1, "pakar-1", NOW, NOW), corpus, QUERIES, previous=previous)


def rankings(view: ReputationView) -> list[Ranking]:
    return [view.topic_ranking(topic.id) for topic in QUERIES]


def of_threads(model: StandingModel) -> list[tuple[int, int, float]]:
    return threads_of_topics(model.posts, model.topicality, QUERIES)


@given(seed=st.integers(0, 200), steps=st.lists(st.sets(st.integers(0, 79)), max_size=2))
def test_an_epoch_that_follows_others_is_the_one_computed_from_nothing(
    seed: int, steps: list[set[int]]
) -> None:
    """Posts come late, in any order, and go again; each step hides some of them."""
    archive = lively_archive(seed, posts=80, people=8)
    counts = archive.terms()
    view = None
    for hidden in (*steps, set()):
        known = replace(archive, hidden=frozenset(hidden))
        view = view_of(known, counts, view)
        fresh = view_of(known, counts)

        assert rankings(view) == rankings(fresh)
        assert of_threads(view.model) == of_threads(fresh.model)


def test_a_post_leaves_the_rankings_it_has_no_part_in_as_they_were() -> None:
    archive = lively_archive(posts=4_000, people=200)
    counts_before = archive.terms()
    before = view_of(archive, counts_before)
    manuals = {post.thread for post in archive.written if "manual" in post.text}
    shapes = max(
        post.thread
        for post in archive.written
        if post.subject == TOPICS[1][0] and post.thread not in manuals
    )
    soon = archive.written[shapes].day + 0.5
    # Somebody new, so that nobody's other work changes.
    archive.reply(900, soon, shapes, "a shapefile has a driver for each layer")
    counts = archive.terms()

    after = view_of(archive, counts, before)

    kept = [
        one.slug
        for one, old, new in zip(QUERIES, rankings(before), rankings(after), strict=True)
        if old.items is new.items
    ]
    assert kept == ["kriging", "raster", "manual"]
    assert people(after, 1) - people(before, 1) == {900}


def people(view: ReputationView, place: int) -> set[int]:
    return {item.person for item in rankings(view)[place].items}


Tables = st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=12)


@given(Tables, st.data())
def test_postings_that_follow_hold_what_postings_from_nothing_hold(
    rows: list[list[int]], data: st.DataObject
) -> None:
    table = np.array(rows, dtype=np.float32)
    chosen = st.lists(st.integers(0, len(rows) - 1), unique=True)
    postings: GrowingPostings | None = None
    for _ in range(3):
        keys = np.array(data.draw(chosen), dtype=np.int64)

        def counts(places: np.ndarray, keys: np.ndarray = keys) -> csr_array:
            return csr_array(table[keys[places]].reshape(-1, 5))

        fresh = GrowingPostings.of(keys, counts)
        postings = fresh if postings is None else postings.following(keys, counts)
        among = np.array(
            data.draw(st.lists(st.booleans(), min_size=len(keys), max_size=len(keys))),
            dtype=np.bool_,
        )

        assert postings.lengths.tolist() == fresh.lengths.tolist()
        assert postings.frequency(among).tolist() == fresh.frequency(among).tolist()
        for word in range(5):
            assert pairs(postings, word) == pairs(fresh, word)


def pairs(postings: GrowingPostings, word: int) -> list[tuple[int, float]]:
    rows, counts = postings.counted(word)
    return sorted(zip(rows.tolist(), counts.tolist(), strict=True))


def test_many_changes_are_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "REBUILT_FROM", 3)
    asked: list[int] = []

    def counts(places: np.ndarray) -> csr_array:
        asked.append(len(places))
        return csr_array(np.ones((len(places), 2), dtype=np.float32))

    postings = GrowingPostings.of(np.arange(10), counts)
    postings = postings.following(np.arange(12), counts)
    postings.following(np.arange(16), counts)

    assert asked == [10, 0, 2, 16, 0]
