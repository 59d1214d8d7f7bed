"""The features of each candidate for a question, as of an instant, for the linear ranker.

Every count uses the ledger's weights, so sock puppets gain no more than in ``pakar-1``.
These are left out on purpose, because they gain nothing and touch privacy or invite
gaming: who asked whom before, times of day, names in the text, mail domains.
The name of each feature begins with its group; matches are explained by group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Floats, Integers, joined, numbers_in, sums
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import Ledger
from reputation.matching.text_features import FLOOR, Named, TextFeatures, log_share
from reputation.matching.votes import DAY, AnswerIndex, Found
from reputation.standing.formula import PRESENCE_MONTHS, month_of, recognition, topic_consistency
from reputation.topics.topicality import POWER

FEATURES_VERSION: Final = 3
"""Raise this when the features change, because weights for other features are useless then."""
GROUPS: Final = ("text", "activity", "list", "standing")
HALF_LIVES: Final = (7, 30, 90, 365, 1460)
LIST_HALF_LIVES: Final = (90, 365)
FRESHNESS: Final = (3, 30, 365)
LEAST_SHARE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Query:
    """The words of a question with their counts, by column of the term counts.

    words: of the whole question, the subject included.
    subject: of its subject only.
    """

    words: Mapping[int, float]
    subject: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The people who may answer.

    people: k person numbers (places in ``Ledger.people``).
    names: f names of features.
    values: k x f values of these features.
    """

    people: Integers
    names: tuple[str, ...]
    values: Floats


class FeatureIndex:
    """Features over one archive; prepared once, then read by many threads."""

    def __init__(
        self, posts: Posts, terms: tuple[csr_array, csr_array], ledger: Ledger, index: AnswerIndex
    ) -> None:
        """Prepare; ``terms`` are the counts of the posts' subjects and own texts."""
        self._posts, self._ledger, self._index = posts, ledger, index
        self._texts = TextFeatures(posts, terms, ledger, index)
        self._author = numbers_in(ledger.people, posts.person)
        months = joined(index.person, month_of(index.date))
        first = np.sort(np.unique(months, return_index=True)[1])
        self._month_begun: Integers = index.date[first]
        self._month_person: Integers = index.person[first]

    def at(self, query: Query, found: Found, as_of: int, column: int | None) -> Candidates:
        """The features of everybody who had answered something by ``as_of`` (Unix seconds).

        column: the question's list, as a column of ``Posts.lists``; None if unknown.
        """
        last = np.full(self._index.people, np.inf)
        # Answers are in date order, so the assignment of the latest answer remains.
        last[self._index.person[: found.known]] = found.age
        people = np.flatnonzero(np.isfinite(last))
        features = [
            *self._texts.at(query.words, query.subject, found, as_of, people),
            *self._activity(found, as_of, last[people], people),
            *self._lists(found, column, people),
            *self._standing(found, as_of, people),
        ]
        return Candidates(
            people,
            tuple(name for name, _ in features),
            np.stack([values for _, values in features], axis=1),
        )

    def _activity(self, found: Found, as_of: int, last: Floats, people: Integers) -> Named:
        """Features of activity; ``last`` is the days since the last answer of each person."""
        answers = {days: self._decayed(found, days) for days in HALF_LIVES}
        for days, values in answers.items():
            yield f"activity-{days}d", np.log1p(values[people])
        yield "activity-ever", np.log1p(self._decayed(found, None)[people])
        for days in (30, 365):
            yield f"activity-{days}d-share", log_share(answers[days], people)
        yield "activity-answered", np.log(last + 0.01)
        yield "activity-answered-slow", np.log1p(last)
        for days in FRESHNESS:
            yield f"activity-answered-{days}d", np.exp2(-last / days)
        rows = int(np.searchsorted(self._posts.date, as_of, side="right"))
        posted = np.full(self._index.people, np.inf)
        posted[self._author[:rows]] = (as_of - self._posts.date[:rows]) / DAY
        since = posted[people]
        yield "activity-posted", np.log(since + 0.01)
        for days in FRESHNESS[:2]:
            yield f"activity-posted-{days}d", np.exp2(-since / days)
        began = np.zeros(self._index.people)
        began[self._index.person[: found.known][::-1]] = found.age[::-1]
        yield "activity-began", np.log1p(began[people])

    def _lists(self, found: Found, column: int | None, people: Integers) -> Named:
        for days in (*LIST_HALF_LIVES, None):
            everywhere = self._decayed(found, days)
            here = everywhere if column is None else self._decayed(found, days, column)
            share = here[people] / (everywhere[people] + 0.5)
            yield f"list-{days or 'ever'}", np.log(share + FLOOR)

    def _standing(self, found: Found, as_of: int, people: Integers) -> Named:
        """An approximation of S of ``reputation.standing.model``, without its thread weights."""
        breadth = self._index.helped(as_of)[people]
        yield "standing-helped", np.log1p(breadth)
        yield "standing-recognition", recognition(breadth)
        begun = int(np.searchsorted(self._month_begun, as_of, side="right"))
        months = np.bincount(self._month_person[:begun], minlength=self._index.people)[people]
        presence = months / (months + PRESENCE_MONTHS)
        yield "standing-months", np.log1p(months)
        yield "standing-presence", presence
        highest = float(found.scores.max()) if len(found.scores) else 1.0
        on_topic = (found.scores / highest) ** POWER * found.weight[found.documents]
        voter = self._index.person[found.documents]
        topic = sums(voter, on_topic, self._index.people)[people]
        work = self._decayed(found, None)[people]
        total = float(work.sum())
        rate = float(topic.sum()) / total if total > 0 else 0.0
        consistency = topic_consistency(topic, work, rate)
        yield "standing-consistency", np.log(consistency + LEAST_SHARE)
        standing = np.sqrt(topic * consistency) * recognition(breadth) * presence
        yield "standing-topic", log_share(standing, np.arange(len(people)))

    def _decayed(self, found: Found, half_life: float | None, column: int | None = None) -> Floats:
        """For each person, the sum of the decayed ledger weights of the answers.

        half_life: in days; None means no decay.
        column: count only answers on this list.
        """
        weight = found.weight
        if half_life is not None:
            weight = weight * np.exp2(-found.age / half_life)
        if column is not None:
            weight = weight * self._index.on_list(self._posts, column)[: found.known]
        return sums(self._index.person[: found.known], weight, self._index.people)
