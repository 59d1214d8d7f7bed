"""How stable topics, rankings and intervals are, measured on a ranked archive.

1. Suggests topics for the archive without its last fifth of posts, then for the whole
   archive (25 % more mail): the share of threads without a new post that keep their
   first topic.
2. Kendall's τ of the first twenty of each topic after one month, at four moments.
3. How often the 90 % intervals are right (``reputation.evaluation.coverage``).

Nothing is timed, and nothing is changed: the transaction on the store is rolled back.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sqlalchemy import delete
from sqlalchemy.orm import Session

from archive.database import Database
from archive.settings import Settings
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.epochs.view import ReputationView, load_view
from reputation.evaluation.coverage import SPLITS, coverage
from reputation.evaluation.steadiness import FIRST, steadiness
from reputation.evidence.build import build_ledger
from reputation.tables import Score, ThreadTopic, Topic, TopicPin, TopicTerm
from reputation.topics.queries import load_topics
from reputation.topics.renewal import refresh_topics
from reputation.topics.thread_topics import threads_of_topics
from reputation.topics.topicality import Topicality
from tests.reputation.archives_cut import only

BEFORE = 0.8
"""Share of the posts in the smaller archive; the rest is a quarter as much again."""
MOMENTS = (0.25, 0.5, 0.75, 1.0)


def main() -> None:
    """Print the three figures."""
    options = _options()
    settings = Settings(data_dir=options.data_dir)
    database = Database(settings.database_url)
    view = load_view(database, CorpusReader(database, settings.terms_folder))
    print(f"{view.posts} posts, {len(view.topics)} topics")
    print(_kept(database, view.corpus), flush=True)
    print(_steady(view), flush=True)
    states, people = list(view.topic_states().values()), len(view.ledger.people)
    for seed in range(options.seeds):
        held = coverage(states, people, splits=options.splits, seed=seed)
        print(
            f"intervals that are right: {held.share or 0:.3f} of {held.compared} "
            f"(nominal {held.nominal:.3f})",
            flush=True,
        )


def _kept(database: Database, corpus: Corpus) -> str:
    """The share of unchanged threads that keep their first topic when 25 % more mail arrives."""
    size = len(corpus.posts)
    early = only(corpus, np.arange(size) < int(BEFORE * size))
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
    """τ at four moments, because little can change at the end of an archive that has gone quiet."""
    dates, topics = view.corpus.posts.date, list(view.topics.values())
    taus = []
    for share in MOMENTS:
        moment = int(dates[int(share * (len(dates) - 1))])
        tau = steadiness(view.model.as_of(moment), topics).tau
        taus.append(f"{share:.0%}: {'-' if tau is None else f'{tau:.3f}'}")
    return f"Kendall's tau of the first {FIRST}, one month on, after {', '.join(taus)} of the posts"


def _first_topics(session: Session, corpus: Corpus) -> tuple[dict[int, int], int]:
    """The first topic of each thread, and the number of topics."""
    topics = load_topics(session)
    found: dict[int, int] = {}
    ledger = build_ledger(corpus.posts, corpus.mentions)
    topicality = Topicality(corpus.posts, corpus.terms, ledger, corpus.vocabulary)
    for thread, topic, _ in threads_of_topics(corpus.posts, topicality, topics):
        found.setdefault(thread, topic)
    return found, len(topics)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="data folder of a ranked archive"
    )
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--seeds", type=int, default=1, help="so often are the splits drawn anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()
