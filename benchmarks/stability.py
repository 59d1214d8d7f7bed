"""Whether topics, rankings and intervals can be relied on, measured on a ranked archive.

1. Topics are suggested for the archive without its last fifth of posts, then
   again for the whole (25 % more mail): the share of threads without a new
   post that keep their first topic.
2. Kendall's τ of the first twenty of each topic, one month on, at four moments.
3. How often the 90 % intervals are right. The askers are drawn into two halves
   at random, which gives everybody two scores that differ by chance alone, each
   with its interval. The difference must lie within what the two intervals
   together allow (G. Zou, A. Donner, Construction of confidence limits about
   effect measures, Statistics in Medicine 27(10), 2008) nine times in ten.

Nothing is timed, and nothing is changed: the store's transaction is taken back.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import delete
from sqlalchemy.orm import Session

from archive.database import Database
from archive.settings import Settings
from reputation.corpus import Corpus, CorpusReader
from reputation.evidence import build_ledger
from reputation.factors import base_rate
from reputation.interval import Draws, quantiles, resampled_standing
from reputation.models import Score, ThreadTopic, Topic, TopicPin, TopicTerm
from reputation.past import mentions_until
from reputation.posts import Flags, Floats, Integers
from reputation.scales import scale
from reputation.standing import TopicState
from reputation.steadiness import steadiness
from reputation.suggesting import refresh_topics
from reputation.thread_topics import threads_of_topics
from reputation.topic_queries import load_topics
from reputation.topicality import Topicality
from reputation.view import ReputationView, load_view

BEFORE = 0.8
"""Of the posts: the rest are a quarter more."""
MOMENTS = (0.25, 0.5, 0.75, 1.0)
FIRST = 20
FEWEST = 5
SPLITS = 20
DRAWS = 100
SEED = 1986


def main() -> None:
    """Print the three figures."""
    options = _options()
    settings = Settings(data_dir=options.data_dir)
    database = Database(settings.database_url)
    view = load_view(database, CorpusReader(database, settings.terms_folder))
    print(f"{view.posts} posts, {len(view.topics)} topics")
    print(_kept(database, view.corpus), flush=True)
    print(_steady(view), flush=True)
    held = np.concatenate(list(_held(view, options.splits)))
    print(f"intervals that are right: {held.mean():.3f} of {len(held)} (nominal 0.900)")


def _kept(database: Database, corpus: Corpus) -> str:
    """The share of unchanged threads that keep their first topic over 25 % more mail."""
    early = _until(corpus, int(BEFORE * len(corpus.posts)))
    with database.session() as session:
        for table in (Score, ThreadTopic, TopicPin, TopicTerm, Topic):
            session.execute(delete(table))
        refresh_topics(session, early)
        before, topics = _first_topics(session, early)
        added = refresh_topics(session, corpus)
        after, _ = _first_topics(session, corpus)
        session.rollback()
    changed = set(corpus.posts.thread[len(early.posts) :].tolist())
    unchanged = [thread for thread in before if thread not in changed]
    same = sum(after.get(thread) == before[thread] for thread in unchanged)
    return (
        f"unchanged threads that keep their first topic: {same / max(1, len(unchanged)):.3f} "
        f"of {len(unchanged)} ({topics} topics, then {added} more)"
    )


def _steady(view: ReputationView) -> str:
    """τ in the thick of the archive as well: at the end of a quiet one little can change."""
    dates, topics = view.corpus.posts.date, list(view.topics.values())
    taus = []
    for share in MOMENTS:
        moment = int(dates[int(share * (len(dates) - 1))])
        tau = steadiness(view.model.as_of(moment), topics).tau
        taus.append(f"{share:.0%}: {'-' if tau is None else f'{tau:.3f}'}")
    return f"Kendall's tau of the first {FIRST}, one month on, after {', '.join(taus)} of the posts"


def _first_topics(session: Session, corpus: Corpus) -> tuple[dict[int, int], int]:
    """Each thread's first topic, and how many topics there are."""
    topics = load_topics(session)
    found: dict[int, int] = {}
    ledger = build_ledger(corpus.posts, corpus.mentions)
    topicality = Topicality(corpus.posts, corpus.terms, ledger, corpus.vocabulary)
    for thread, topic, _ in threads_of_topics(corpus.posts, topicality, topics):
        found.setdefault(thread, topic)
    return found, len(topics)


def _until(corpus: Corpus, rows: int) -> Corpus:
    """The corpus of the first posts only."""
    posts = corpus.posts.until(int(corpus.posts.date[rows - 1]))
    size = len(posts)
    return replace(
        corpus,
        posts=posts,
        terms=corpus.terms.take(np.arange(size)),
        mentions=mentions_until(corpus.mentions, size),
    )


def _held(view: ReputationView, splits: int) -> Iterator[Flags]:
    """Whether the intervals of two halves allow for their difference, for each topic's first."""
    random = np.random.default_rng(SEED)
    people = len(view.ledger.people)
    states = view.topic_states().values()
    for _ in range(splits):
        first = random.random(people) < 0.5
        draws = random.poisson(1.0, size=(people, DRAWS)).astype(np.float32)
        for state in states:
            value = state.factors.value
            shown = np.argsort(-value, kind="stable")[:FIRST]
            shown = np.sort(shown[value[shown] > 0])
            if len(shown) >= FEWEST:
                one = _scored(state, shown, first, draws)
                other = _scored(state, shown, ~first, draws)
                known = (one[0] > 0) & (other[0] > 0)
                yield (_allowed(one, other) & _allowed(other, one))[known]


def _scored(
    state: TopicState, shown: Integers, half: Flags, draws: Draws
) -> tuple[Floats, Floats, Floats]:
    """Score, low and high of the ``shown`` by one half of the askers, as Standing makes them."""
    mask = half[:, None].astype(np.float32)
    point = _resampled(state, shown, mask)[:, 0]
    samples = _resampled(state, shown, draws * mask)
    mean = samples.mean(axis=1)
    centre = np.divide(point, mean, out=np.zeros(len(shown)), where=mean > 0)
    low, high = quantiles(scale(samples * centre[:, None]))
    score = scale(point)
    return score, np.minimum(low, score), np.maximum(high, score)


def _allowed(one: tuple[Floats, Floats, Floats], other: tuple[Floats, Floats, Floats]) -> Flags:
    """Whether ``one`` lies above ``other`` by no more than their intervals allow."""
    within: Flags = one[0] - other[0] <= np.hypot(one[0] - one[1], other[2] - other[0])
    return within


def _resampled(state: TopicState, shown: Integers, draws: Draws) -> Floats:
    return resampled_standing(
        shown,
        evidence=state.evidence,
        work=state.scope.work,
        point=state.factors,
        rate=base_rate(state.factors.on_topic, state.scope.all_work),
        draws=draws,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="data folder of a ranked archive"
    )
    parser.add_argument("--splits", type=int, default=SPLITS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
