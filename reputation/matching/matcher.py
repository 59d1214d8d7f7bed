"""Match: who is likely to answer a question now, and which earlier threads answer it already.

The most similar answers vote for their authors (expCombSUM: C. Macdonald, I. Ounis,
Voting for Candidates, CIKM 2006; with decay and the ledger's weights)::

    V(p) = Σ exp(5 s/s_max) · w · 2^(-age/545 d)
    R = .85 · norm(V · N/(N+3)) + .15 · norm(Σ 2^(-age/30 d))
    value = ln(R/R_max + .003) + .64 ln(own-list share + .003)
            + a ln(1 + answers, half-life 90 d) - b ln(days since last answer + .01)

``pakar-1`` uses the best 1000 answers, a = .19 and b = .215; ``pakar-1.1`` uses the
best 500 and a = b = .1. ``pakar-2`` is a linear ranker. The formula chooses the
candidates that the ranker learns from, and ranks where the ranker is no better.
All data is taken as of one instant from columns prepared once. So thousands of old
questions can be replayed without seeing what came after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Floats, Integers, sums
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import Kind, Ledger
from reputation.language.words import tokens
from reputation.matching.features import FeatureIndex, Query
from reputation.matching.likeness import LIKE, LikeAnswers, before_recency, like_answers
from reputation.matching.ranker import Ranker
from reputation.matching.text_features import normed
from reputation.matching.votes import DAY, AnswerIndex, Found
from reputation.matching.weights import total
from reputation.results import Answerer, EvidenceItem, Reason, Record, SimilarThread
from reputation.standing.formula import recognition

FLOOR: Final = 0.003
EVIDENCE_POSTS: Final = 5
SIMILAR_THREADS: Final = 10
SHARED_TERMS: Final = 8
YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Formula:
    """The constants of a version of the formula; half-lives in days.

    documents: how many of the best answers vote.
    answers_weight, recency_weight, list_weight: a, b and .64 of the module's formula.
    """

    name: str
    documents: int
    answers_weight: float
    recency_weight: float
    list_weight: float = 0.64
    sharpness: float = 5.0
    text_share: float = 0.85
    text_half_life: float = 545.0
    activity_half_life: float = 30.0
    answers_half_life: float = 90.0
    list_half_life: float = 365.0


PAKAR_1: Final = Formula("pakar-1", documents=1000, answers_weight=0.19, recency_weight=0.215)
PAKAR_1_1: Final = Formula("pakar-1.1", documents=500, answers_weight=0.1, recency_weight=0.1)
"""Fewer answers vote and mere activity counts less. This is better on nine development windows of
five lists (MAP +.001 to +.043, mean +.016)."""


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The people and earlier threads found for a question, best first, and the method used."""

    experts: tuple[Answerer, ...]
    threads: tuple[SimilarThread, ...]
    method: str


class Matcher:
    """Matches questions in one archive; prepared once, then read by many threads."""

    def __init__(
        self,
        posts: Posts,
        terms: tuple[csr_array, csr_array],
        ledger: Ledger,
        vocabulary: Mapping[str, int],
        *,
        formula: Formula = PAKAR_1_1,
        ranker: Ranker | None = None,
    ) -> None:
        """Prepare a matcher.

        terms: the rows of ``TermCounts`` for the posts (subjects, own texts).
        ranker: says which weights rank at an instant; None means that the formula
            ranks.
        """
        self.formula, self.ranker = formula, ranker
        self._posts, self._ledger, self._vocabulary = posts, ledger, vocabulary
        self._terms = terms
        self._words: list[str] = list(vocabulary)
        self._columns = terms[0].shape[1]
        self.index = AnswerIndex(ledger, *terms)
        self.people: Integers = ledger.people

    @property
    def method(self) -> str:
        """Name of the method that ranks today's questions."""
        return self.formula.name if self.ranker is None else self.ranker.method(self.formula.name)

    @cached_property
    def features(self) -> FeatureIndex:
        """The features of the linear ranker; computed when first used."""
        return FeatureIndex(self._posts, self._terms, self._ledger, self.index)

    def match(
        self,
        subject: str,
        body: str,
        *,
        list_column: int | None = None,
        as_of: int | None = None,
        limit: int = 20,
        exclude_person: int | None = None,
    ) -> MatchResult:
        """Find who is likely to answer, as of an instant (Unix seconds; None: the last post).

        list_column: the question's list, as a column of ``Posts.lists``; None prefers
            no list.
        exclude_person: person id of the asker.
        """
        if not len(self.index.date):
            return MatchResult((), (), self.formula.name)
        instant = int(self._posts.date[-1]) if as_of is None else as_of
        weights = self.ranker.at(instant) if self.ranker is not None else None
        query = Query(self.columns(subject, body), self.columns(subject, ""))
        found = self.index.find(query.words, instant)
        like = like_answers(found, self.index)
        if weights is None:
            people, parts = self._formula_parts(found, instant, list_column, self.formula)
        else:
            people, parts = weights.parts(self.features.at(query, found, instant, list_column))
        values = before_recency(total(parts), like.of(people))
        if list_column is None or self._posts.lists.shape[1] == 1:
            # With only one list, answers on that list say no more than activity does.
            parts["activity"] = parts["activity"] + parts.pop("list")
        candidates = self.people[people] != exclude_person
        people, values = people[candidates], values[candidates]
        parts = {name: part[candidates] for name, part in parts.items()}
        found = found.best(self.formula.documents)
        method = self.formula.name if weights is None else weights.method
        record = self._records(like, found.known, instant, list_column)
        experts = self._experts(found, people, values, parts, record=record, limit=limit)
        return MatchResult(experts, self._threads(found), method)

    def columns(self, subject: str, body: str) -> dict[int, float]:
        """The known words of a question, as columns, with their counts."""
        counts = Counter(tokens(subject) + tokens(body))
        return {
            self._vocabulary[word]: float(count)
            for word, count in counts.items()
            if self._vocabulary.get(word, self._columns) < self._columns
        }

    def values(
        self, found: Found, as_of: int, list_column: int | None, formula: Formula | None = None
    ) -> Floats:
        """The formula's value for each person number; -inf for those without an answer by then.

        formula: another version than the matcher's own.
        """
        people, parts = self._formula_parts(found, as_of, list_column, formula or self.formula)
        result = np.full(self.index.people, -np.inf)
        result[people] = total(parts)
        return result

    def _formula_parts(
        self, found: Found, as_of: int, list_column: int | None, formula: Formula
    ) -> tuple[Integers, dict[str, Floats]]:
        """Person numbers of all who had answered by then, and what each group adds to a value."""
        index = self.index
        found = found.best(formula.documents)
        votes = sums(index.person[found.documents], _document_votes(found, formula), index.people)
        text = normed(votes * recognition(index.helped(as_of)))
        active = normed(index.decayed(found, formula.activity_half_life))
        mixed = normed(formula.text_share * text + (1 - formula.text_share) * active)
        last = np.full(index.people, np.inf)
        # Answers are in date order, so the assignment of the latest answer remains.
        last[index.person[: found.known]] = found.age
        people = np.flatnonzero(np.isfinite(last))
        answers = index.decayed(found, formula.answers_half_life)
        share = self._list_share(found, list_column, formula)
        return people, {
            "text": np.log(mixed[people] + FLOOR),
            "list": formula.list_weight * np.log(share[people] + FLOOR),
            "activity": formula.answers_weight * np.log1p(answers[people])
            - formula.recency_weight * np.log(last[people] + 0.01),
        }

    def _list_share(self, found: Found, column: int | None, formula: Formula) -> Floats:
        half_life = formula.list_half_life
        everywhere = self.index.decayed(found, half_life)
        here = everywhere
        if column is not None:
            on_list = self.index.on_list(self._posts, column)[: found.known]
            here = self.index.decayed(found, half_life, on_list)
        share: Floats = here / (everywhere + 0.5)
        return share

    def _experts(
        self,
        found: Found,
        people: Integers,
        values: Floats,
        parts: Mapping[str, Floats],
        *,
        record: Callable[[int], Record],
        limit: int,
    ) -> tuple[Answerer, ...]:
        """The best of ``people``; ``parts`` holds what each group adds to each person's value."""
        means = {name: float(part.mean()) for name, part in parts.items() if len(part)}
        order = np.argsort(-values, kind="stable")[: max(0, limit)].tolist()
        votes = _document_votes(found, self.formula)
        voter = self.index.person[found.documents]
        return tuple(
            Answerer(
                person=int(self.people[people[place]]),
                rank=rank,
                value=float(values[place]),
                score=float(100.0 * np.exp(values[place] - values[order[0]])),
                evidence=self._evidence(found, votes, np.flatnonzero(voter == people[place])),
                record=record(int(people[place])),
                reasons=tuple(
                    Reason(name, float(part[place]) - means[name]) for name, part in parts.items()
                ),
            )
            for rank, place in enumerate(order, 1)
        )

    def _records(
        self, like: LikeAnswers, known: int, as_of: int, list_column: int | None
    ) -> Callable[[int], Record]:
        """A function that gives the record of a person number, by the answers known then."""
        index = self.index
        person, date = index.person[:known], index.date[:known]
        helped = index.helped(as_of)
        here = np.ones(known)
        if list_column is not None:
            here = index.on_list(self._posts, list_column)[:known]

        def record(number: int) -> Record:
            mine = np.flatnonzero(person == number)
            return Record(
                questions=int(like.questions[number]),
                last=int(like.last[number]),
                recent=int((date[mine] > as_of - YEAR_DAYS * DAY).sum()),
                here=int(here[mine].sum()),
                answers=len(mine),
                helped=int(helped[number]),
                since=int(date[mine[0]]),
            )

        return record

    def _evidence(
        self, found: Found, votes: Floats, mine: np.ndarray[tuple[int], np.dtype[np.intp]]
    ) -> tuple[EvidenceItem, ...]:
        total = float(votes[mine].sum())
        if total <= 0:
            return ()
        # What is told of like answers must be there to read, however old they are.
        like = mine[found.scores[mine] >= LIKE * found.scores.max()]
        mine = like if len(like) else mine
        best = mine[np.argsort(-votes[mine], kind="stable")][:EVIDENCE_POSTS]
        entries = self.index.entries[found.documents[best]]
        return tuple(
            EvidenceItem(
                message=int(self._posts.message[self._ledger.row[entry]]),
                kind=Kind(int(self._ledger.kind[entry])).word,
                contribution=float(votes[place]) / total,
            )
            for place, entry in zip(best.tolist(), entries.tolist(), strict=True)
        )

    def _threads(self, found: Found) -> tuple[SimilarThread, ...]:
        """The threads of the best documents, each with the score of its best document."""
        chosen: dict[int, tuple[float, int]] = {}
        for place in np.argsort(-found.scores, kind="stable").tolist():
            document = int(found.documents[place])
            thread = int(self._ledger.thread[self.index.entries[document]])
            chosen.setdefault(thread, (float(found.scores[place]), document))
            if len(chosen) == SIMILAR_THREADS:
                break
        rarest = found.terms[np.argsort(-found.gains, kind="stable")].tolist()
        return tuple(
            SimilarThread(
                thread=int(self._ledger.threads[thread]),
                score=min(1.0, score / found.ceiling),
                shared_terms=self._shared(rarest, self.index.words_of(document)),
            )
            for thread, (score, document) in chosen.items()
        )

    def _shared(self, rarest: list[int], words: set[int]) -> tuple[str, ...]:
        return tuple(self._words[term] for term in rarest if term in words)[:SHARED_TERMS]


def _document_votes(found: Found, formula: Formula) -> Floats:
    """What each document found adds to V."""
    if not len(found.documents):
        return np.zeros(0)
    closeness = np.exp(formula.sharpness * found.scores / found.scores.max())
    fresh = np.exp2(-found.age[found.documents] / formula.text_half_life)
    votes: Floats = closeness * found.weight[found.documents] * fresh
    return votes
