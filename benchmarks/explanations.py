"""Check whether a score really loses a post's contribution when the post is gone.

Takes the first ten people of the ten topics with the most ranked people, and for each
person the posts that answers show beside the score. Removes each post from the archive,
computes ledger, threads' texts and standing again from the rest, and compares the share
of S that is lost with the ``contribution`` that was shown. Nothing is timed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from archive.database import Database
from archive.settings import Settings
from reputation.corpus.reader import CorpusReader
from reputation.epochs.view import ReputationView, load_view
from reputation.evidence.build import build_ledger
from reputation.standing.formula import scale
from reputation.standing.model import StandingModel
from reputation.topics.queries import TopicQuery
from tests.reputation.archives_cut import only

TOPICS = 10
PEOPLE = 10
POSTS = 5
BAR = 0.01


def main() -> None:
    """Print the differences between what is shown and what happens."""
    options = _options()
    settings = Settings(data_dir=options.data_dir)
    database = Database(settings.database_url)
    view = load_view(database, CorpusReader(database, settings.terms_folder))
    topics = sorted(view.topics, key=lambda one: (-len(view.topic_ranking(one).items), one))
    gaps = []
    for topic in topics[:TOPICS]:
        found = np.array(list(_of_topic(view, view.topics[topic], options.posts)))
        gaps.append(found)
        print(
            f"{view.topics[topic].slug:40} {len(found):4} posts, said less lost: "
            f"mean {found[:, 0].mean():+.4f}, at most {np.abs(found[:, 0]).max():.4f}; "
            f"points of score at most {found[:, 1].max():.2f}",
            flush=True,
        )
    every = np.abs(np.concatenate(gaps)[:, 0])
    print(
        f"{len(every)} posts: {(every <= BAR).mean():.1%} within {BAR:.0%} of S, "
        f"median {np.median(every):.5f}, at most {every.max():.4f}"
    )
    database.close()


def _of_topic(view: ReputationView, topic: TopicQuery, posts: int) -> Iterator[tuple[float, float]]:
    """For each post: contribution minus the share of S lost, and the error in points of score."""
    ranking = view.topic_ranking(topic.id)
    state = view.topic_states()[topic.id]
    ids = view.ledger.people
    for line in view.with_evidence(ranking, ranking.items[:PEOPLE], posts):
        value = float(state.factors.value[np.flatnonzero(ids == line.person)[0]])
        for item in line.evidence:
            left = _without(view, topic, item.message, line.person)
            said = value * (1 - item.contribution)
            # If removing a post would raise S, its contribution is shown as 0.
            happens = min(left, value)
            points = scale(np.array([said, happens]))
            yield (happens - said) / value, abs(float(points[0] - points[1]))


def _without(view: ReputationView, topic: TopicQuery, message: int, person: int) -> float:
    """S of a person in the archive without a message."""
    corpus = only(view.corpus, view.corpus.posts.message != message)
    ledger = build_ledger(corpus.posts, corpus.mentions)
    terms = corpus.terms
    model = StandingModel(corpus.posts, terms, ledger, corpus.vocabulary, corpus.mentions.replies)
    state = model.topic(topic.terms, pinned=topic.pinned, excluded=topic.excluded)
    return float(state.factors.value[ledger.people == person].sum())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="data folder of a ranked archive"
    )
    parser.add_argument("--posts", type=int, default=POSTS, help="of each person on each topic")
    return parser.parse_args()


if __name__ == "__main__":
    main()
