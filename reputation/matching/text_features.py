"""Text features of the linear ranker: who wrote answers that are similar to the question.

Five indexes are searched: that of ``Match`` (each answer with its thread's question),
the answers alone, the questions alone, the subjects of the questions, and the reviewed
works. The last one is used because somebody who offered similar work can probably help.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import SPAN, Floats, Integers, joined, sums
from reputation.corpus.bm25 import DatedBm25
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import Kind, Ledger
from reputation.matching.votes import DAY, AnswerIndex, Found
from reputation.standing.formula import recognition

FLOOR: Final = 0.003
SHARPNESS: Final = 5.0
HALF_LIFE: Final = 545.0
BEST: Final = (1000, 500, 200, 50)
HALF_LIVES: Final = (None, 180.0, HALF_LIFE, 1500.0)
OTHER_SHARPNESS: Final = (2.0, 10.0)
COUNTED: Final = (10, 50, 200, 1000)
THREADS: Final = (20, 50)
YEAR: Final = 365 * DAY
ACTIVITY_HALF_LIFE: Final = 30.0
LONG_AGO: Final = 10_000.0
"""Days since the last similar answer, for people who gave none."""

Named = Iterator[tuple[str, Floats]]


def log_share(values: Floats, people: Integers) -> Floats:
    """ln(v / v_max + .003) for the candidates ``people``."""
    mine = values[people]
    best = float(mine.max()) if len(mine) else 0.0
    shares: Floats = np.log((mine / best if best > 0 else np.zeros_like(mine)) + FLOOR)
    return shares


class Documents(NamedTuple):
    """Documents found, oldest first, with their scores."""

    documents: Integers
    scores: Floats


class WorkIndex:
    """The reviewed works of a ledger as documents, in the order in which they were reviewed."""

    def __init__(self, ledger: Ledger, subjects: csr_array, texts: csr_array) -> None:
        entries = np.flatnonzero(ledger.kind == Kind.WORK)
        self.ledger = ledger
        self.entries: Integers = entries[np.argsort(ledger.known_at[entries], kind="stable")]
        self.known_at: Integers = ledger.known_at[self.entries]
        self.date: Integers = ledger.date[self.entries]
        self.person: Integers = ledger.person[self.entries]
        rows = ledger.row[self.entries]
        self.index = DatedBm25(csr_array(subjects[rows] + texts[rows]))


class TextFeatures:
    """The text features; prepared once, then read by many threads."""

    def __init__(
        self, posts: Posts, terms: tuple[csr_array, csr_array], ledger: Ledger, index: AnswerIndex
    ) -> None:
        subjects, texts = terms
        self._index = index
        self._thread: Integers = ledger.thread[index.entries]
        self._begun: Integers = posts.date[ledger.root]
        roots = ledger.root[self._thread]
        self._answers = DatedBm25(csr_array(texts[ledger.row[index.entries]]))
        self._questions = DatedBm25(csr_array(subjects[roots] + texts[roots]))
        self._subjects = DatedBm25(csr_array(subjects[roots]))
        self._works = WorkIndex(ledger, subjects, texts)

    def at(
        self,
        words: Mapping[int, float],
        subject: Mapping[int, float],
        found: Found,
        as_of: int,
        people: Integers,
    ) -> Named:
        """The text features of ``people``, by name.

        words: words of the whole question, by column; ``subject``: those of its
            subject.
        """
        yield from self._votes(found, as_of, people)
        yield from self._counts(found, people)
        yield from self._recent(found, as_of, people)
        yield from self._distinct(words, as_of, people)
        yield from self._offered(found.terms, as_of, people)
        counts = np.array([words[term] for term in found.terms.tolist()], dtype=np.float64)
        line = np.array(sorted(subject), dtype=np.int64)
        uses = np.array([subject[term] for term in line.tolist()], dtype=np.float64)
        known = found.known
        others = (
            ("answers", self._answers.scores(found.terms, counts, known)),
            ("questions", self._questions.scores(found.terms, counts, known)),
            ("subjects", self._subjects.scores(line, uses, known)),
            ("by-subject", self._index.scores(line, uses, known)),
        )
        for name, scores in others:
            best = _best(scores, 500)
            for half_life in (None, HALF_LIFE):
                votes = self._vote(best, found, half_life)
                yield f"text-{name}-{_word(half_life)}", log_share(votes, people)
            few = _best(scores, 50)
            total = sums(self._index.person[few.documents], found.weight[few.documents], self._size)
            yield f"text-{name}-count", np.log1p(total[people])

    @property
    def _size(self) -> int:
        return self._index.people

    def _votes(self, found: Found, as_of: int, people: Integers) -> Named:
        active = sums(
            self._index.person[: found.known],
            found.weight * np.exp2(-found.age / ACTIVITY_HALF_LIFE),
            self._size,
        )
        breadth = recognition(self._index.helped(as_of))
        for count in BEST:
            best = found.best(count)
            documents = Documents(best.documents, best.scores)
            for half_life in HALF_LIVES:
                votes = self._vote(documents, found, half_life)
                yield f"text-{count}-{_word(half_life)}", log_share(votes, people)
                if half_life == HALF_LIFE and count >= 500:
                    mixed = 0.85 * normed(votes * breadth) + 0.15 * normed(active)
                    yield f"text-{count}-mixed", log_share(mixed, people)
            if count == 500:
                for sharpness in OTHER_SHARPNESS:
                    votes = self._vote(documents, found, HALF_LIFE, sharpness)
                    yield f"text-{count}-sharp-{sharpness:.0f}", log_share(votes, people)

    def _vote(
        self,
        best: Documents,
        found: Found,
        half_life: float | None,
        sharpness: float = SHARPNESS,
    ) -> Floats:
        if not len(best.documents):
            return np.zeros(self._size)
        votes = np.exp(sharpness * best.scores / best.scores.max()) * found.weight[best.documents]
        if half_life is not None:
            votes *= np.exp2(-found.age[best.documents] / half_life)
        return sums(self._index.person[best.documents], votes, self._size)

    def _counts(self, found: Found, people: Integers) -> Named:
        highest = float(found.scores.max()) if len(found.scores) else 1.0
        for count in COUNTED:
            best = found.best(count)
            voter, weight = self._index.person[best.documents], found.weight[best.documents]
            yield f"text-{count}-count", np.log1p(sums(voter, weight, self._size)[people])
            closeness = sums(voter, best.scores / highest * weight, self._size)
            yield f"text-{count}-sum", log_share(closeness, people)
        closest = np.zeros(self._size)
        near = found.scores / highest * found.weight[found.documents]
        np.maximum.at(closest, self._index.person[found.documents], near)
        yield "text-closest", closest[people]

    def _distinct(self, words: Mapping[int, float], as_of: int, people: Integers) -> Named:
        """Votes when each word counts once, because a long question repeats unimportant words."""
        found = self._index.find(dict.fromkeys(words, 1.0), as_of)
        for count in BEST[::2]:
            best = found.best(count)
            documents = Documents(best.documents, best.scores)
            for half_life in (None, HALF_LIFE):
                votes = self._vote(documents, found, half_life)
                yield f"text-distinct-{count}-{_word(half_life)}", log_share(votes, people)
        near = found.best(50).documents
        total = sums(self._index.person[near], found.weight[near], self._size)
        yield "text-distinct-count", np.log1p(total[people])

    def _offered(self, terms: Integers, as_of: int, people: Integers) -> Named:
        """Votes by works that are similar to the question, with each word counted once."""
        works = self._works
        known = int(np.searchsorted(works.known_at, as_of, side="right"))
        person = works.person[:known]
        weight = works.ledger.weight(as_of)[works.entries[:known]]
        age = np.maximum(as_of - works.date[:known], 0) / DAY
        best = _best(works.index.scores(terms, np.ones(len(terms)), known), 200)
        for half_life in (None, HALF_LIFE):
            votes = np.zeros(self._size)
            if len(best.documents):
                each = np.exp(SHARPNESS * best.scores / best.scores.max()) * weight[best.documents]
                if half_life is not None:
                    each *= np.exp2(-age[best.documents] / half_life)
                votes = sums(person[best.documents], each, self._size)
            yield f"text-works-{_word(half_life)}", log_share(votes, people)
        recent = sums(person, weight * np.exp2(-age / 365), self._size)
        yield "text-works-recent", log_share(recent, people)

    def _recent(self, found: Found, as_of: int, people: Integers) -> Named:
        for count in (50, 200):
            last = np.full(self._size, LONG_AGO)
            near = found.best(count).documents
            near = near[found.weight[near] > 0]
            # Answers are in date order, so the assignment of the latest answer remains.
            last[self._index.person[near]] = found.age[near]
            yield f"text-{count}-last", np.log1p(last[people])
        recent = self._begun[self._thread[found.documents]] >= as_of - YEAR
        order = np.argsort(-found.scores[recent], kind="stable")
        documents, scores = found.documents[recent][order], found.scores[recent][order]
        threads, first, place = np.unique(
            self._thread[documents], return_index=True, return_inverse=True
        )
        rank = np.argsort(np.argsort(first))[place] if len(threads) else place
        for count in THREADS:
            near = np.flatnonzero(rank < count)
            pairs, pair = np.unique(
                joined(self._index.person[documents[near]], place[near]), return_inverse=True
            )
            share = np.zeros(len(pairs))
            np.maximum.at(share, pair, found.weight[documents[near]])
            closeness = scores[first][pairs % SPAN]
            total = float(np.sort(scores[first])[::-1][:count].sum())
            given = sums(pairs // SPAN, share * closeness, self._size)[people]
            yield f"text-year-{count}", given / total if total > 0 else given


def _best(scores: Floats, count: int) -> Documents:
    documents = np.flatnonzero(scores > 0)
    if len(documents) > count:
        best = np.argpartition(-scores[documents], count)[:count]
        documents = np.sort(documents[best])
    return Documents(documents, scores[documents])


def _word(half_life: float | None) -> str:
    return "ever" if half_life is None else f"{half_life:.0f}d"


def normed(values: Floats) -> Floats:
    """Each value divided by the greatest; all 0 if that is not positive."""
    best = float(values.max()) if len(values) else 0.0
    shares: Floats = values / best if best > 0 else np.zeros_like(values)
    return shares
