"""The nine baselines that every ranking is compared with.

Activity: ``posts``, ``answers``, ``answers-d30`` (half-life 30 days), ``indegree``
(different people answered), ``zscore`` ((a - q)/√(a + q) for a answers and q
questions). Link analysis of the reply graph: ``pagerank`` (unseeded; J. Zhang et al.,
WWW 2007), ``hits`` (authorities; J. Kleinberg, JACM 46(5), 1999). Text: ``bm25-votes``
(CombSUM) and ``expcombsum`` of the answers found (C. Macdonald, I. Ounis, CIKM 2006).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array

from reputation.arrays import SPAN, Flags, Floats, Integers, joined, numbers_in, sums
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import MONTH_SECONDS, Ledger
from reputation.matching.matcher import PAKAR_1
from reputation.matching.votes import DAY, AnswerIndex, Found
from reputation.standing.authority import page_rank

NAMES: Final = (
    "posts",
    "answers",
    "answers-d30",
    "indegree",
    "zscore",
    "pagerank",
    "hits",
    "bm25-votes",
    "expcombsum",
)
HALF_LIFE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Activity:
    """How active people were up to an instant.

    posts, questions: number of posts and of threads begun, by person number.
    person, asker: for each answer, the numbers of its author and of the asker.
    ages: age of each answer in days.
    """

    posts: Floats
    questions: Floats
    person: Integers
    asker: Integers
    ages: Floats

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.posts)


class Baselines:
    """The baselines over one archive, as of any instant."""

    def __init__(self, posts: Posts, ledger: Ledger, index: AnswerIndex) -> None:
        self._posts, self._ledger, self._index = posts, ledger, index
        self._author = numbers_in(ledger.people, posts.person)
        self._is_root = np.zeros(len(posts), dtype=np.bool_)
        self._is_root[ledger.root] = True
        self._asker = ledger.asker[index.entries]
        self._refreshed = -1
        self._links: dict[str, Floats] = {}

    def at(self, as_of: int, found: Found) -> dict[str, Floats]:
        """The scores of every baseline for each person, over the whole archive at ``as_of``.

        ``pagerank`` and ``hits`` are those at the beginning of the 30-day month.
        """
        rows = np.arange(np.searchsorted(self._posts.date, as_of, side="right"))
        documents = np.arange(found.known)
        month = as_of // MONTH_SECONDS
        if month != self._refreshed:
            before = int(np.searchsorted(self._index.date, month * MONTH_SECONDS, side="left"))
            early = self._activity(rows[:0], np.arange(before), as_of)
            self._links, self._refreshed = _link_scores(early), month
        return {
            **_activity_scores(self._activity(rows, documents, as_of)),
            **self._links,
            **self.text_scores(found),
        }

    def within(self, posts: Flags, as_of: int, found: Found) -> dict[str, Floats]:
        """The same for a topic: link analysis uses only the topic's posts.

        The activity baselines know no topics and stay those of the whole archive.
        posts: a flag for each post that is on the topic.
        """
        rows = np.arange(np.searchsorted(self._posts.date, as_of, side="right"))
        documents = np.arange(found.known)
        on_topic = documents[posts[self._ledger.row[self._index.entries[documents]]]]
        return {
            **_activity_scores(self._activity(rows, documents, as_of)),
            **_link_scores(self._activity(rows[:0], on_topic, as_of)),
            **self.text_scores(found),
        }

    def text_scores(self, found: Found) -> dict[str, Floats]:
        """The two text baselines: votes of the answers found."""
        voter = self._index.person[found.documents]
        best = float(found.scores.max()) if len(found.scores) else 1.0
        people = self._index.people
        return {
            "bm25-votes": sums(voter, found.scores, people),
            "expcombsum": sums(voter, np.exp(PAKAR_1.sharpness * found.scores / best), people),
        }

    def _activity(self, rows: Integers, documents: Integers, as_of: int) -> Activity:
        human = rows[~self._posts.automatic[rows]]
        people = self._index.people
        begun = human[self._is_root[human]]
        return Activity(
            posts=np.bincount(self._author[human], minlength=people).astype(np.float64),
            questions=np.bincount(self._author[begun], minlength=people).astype(np.float64),
            person=self._index.person[documents],
            asker=self._asker[documents],
            ages=(as_of - self._index.date[documents]) / DAY,
        )


def _activity_scores(activity: Activity) -> dict[str, Floats]:
    people = activity.people
    answers = np.bincount(activity.person, minlength=people).astype(np.float64)
    pairs = np.unique(joined(activity.person, activity.asker))
    total = answers + activity.questions
    balance = np.divide(
        answers - activity.questions, np.sqrt(total), out=np.zeros(people), where=total > 0
    )
    return {
        "posts": activity.posts,
        "answers": answers,
        "answers-d30": sums(activity.person, np.exp2(-activity.ages / HALF_LIFE), people),
        "indegree": np.bincount(pairs // SPAN, minlength=people).astype(np.float64),
        # Only people who answered may rank, with a score above 0: the shift keeps their order.
        "zscore": np.where(answers > 0, balance - balance.min(initial=0.0) + 1e-9, 0.0),
    }


def _link_scores(activity: Activity) -> dict[str, Floats]:
    people = activity.people
    ones = np.ones(len(activity.person))
    edges = coo_array((ones, (activity.asker, activity.person)), shape=(people, people)).tocsr()
    seen = np.zeros(people)
    seen[activity.person] = seen[activity.asker] = 1.0
    visits, _ = page_rank(csr_array(edges), seen)
    return {"pagerank": visits, "hits": hits(csr_array(edges))}


def hits(edges: csr_array, steps: int = 100, tolerance: float = 1e-9) -> Floats:
    """Authority scores of Kleinberg's HITS, with sum 1; zeros without an edge.

    edges: n x n, from askers to answerers.
    """
    scores: Floats = np.ones(edges.shape[0])
    backwards = csr_array(edges.T)
    for _ in range(steps):
        following: Floats = backwards @ (edges @ scores)
        total = float(following.sum())
        if total <= 0:
            return np.zeros(edges.shape[0])
        following /= total
        if float(np.abs(following - scores).sum()) < tolerance:
            return following
        scores = following
    return scores
