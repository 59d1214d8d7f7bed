"""Standing: who is recognised on a topic or text (``pakar-1``), as known at one instant.

The evidence on a query is z = θ (.1 + .9 c) of each answer and A = θ of each
reviewed work, times the ledger's weight; ``reputation.standing.formula`` makes S of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

import numpy as np

from reputation.arrays import Flags, Floats, Integers, numbers_in
from reputation.corpus.post_words import PostTerms
from reputation.corpus.posts import Posts
from reputation.evidence.ledger import Ledger
from reputation.results import Standing
from reputation.standing.authority import authority
from reputation.standing.facts import TopicFacts, topic_facts
from reputation.standing.formula import (
    Evidence,
    Factors,
    active_months,
    all_work,
    authority_gate,
    authority_share,
    factors,
    recognition,
    relevance,
    scale,
    topic_work,
)
from reputation.standing.interval import (
    Draws,
    askers_of,
    intervals,
    poisson_draws,
    resampled_standing,
)
from reputation.standing.levels import level
from reputation.topics.topicality import Query, Topicality, text_weights

__all__ = ["METHOD", "StandingModel", "TopicState", "method_name", "text_weights"]

METHOD: Final = "pakar-1.2"
GATED: Final = "+authority"
DRAWS: Final = 100


def method_name(gated: bool) -> str:
    """The version that answers name, with or without the authority gate."""
    return METHOD + GATED if gated else METHOD


@dataclass(frozen=True, slots=True)
class Scope:
    """The ledger within some lists.

    work: every row (mass: its weight, 0 outside). all_work: W, months: Y of each person.
    documents, posts: which are inside; None for all.
    """

    work: Evidence
    all_work: Floats
    months: Floats
    documents: Flags | None
    posts: Flags | None


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic's evidence: θ of each document, the ledger rows that count, and S's factors.

    query: what was sought; pinned: the documents whose θ is 1 whatever is in them.
    """

    scope: Scope
    theta: Floats
    entries: Integers
    evidence: Evidence
    factors: Factors
    query: Query
    pinned: Integers


class StandingModel:
    """Rankings of one archive as known at one instant; prepared once, read by many threads."""

    def __init__(
        self,
        posts: Posts,
        terms: PostTerms,
        ledger: Ledger,
        vocabulary: Mapping[str, int],
        replies: Flags | None = None,
        *,
        previous: StandingModel | None = None,
    ) -> None:
        """Prepare the words of ``posts`` for queries.

        replies: which posts are marked as replies, for what would be without one of them.
        previous: the model of an earlier state, to share what has not changed.
        """
        self.posts, self.ledger, self.replies = posts, ledger, replies
        self.terms, self.vocabulary = terms, vocabulary
        known: Topicality | None = previous.topicality if previous else None
        self.topicality: Topicality = Topicality(posts, terms, ledger, vocabulary, known)
        self.established: Flags = ledger.established()
        self._scopes: dict[bytes, Scope] = {}
        self._draws: Draws | None = None

    def as_of(self, instant: int) -> StandingModel:
        """The model of what was known at ``instant`` (Unix seconds), built anew: keep it."""
        posts = self.posts.until(instant)
        terms = self.terms.take(np.arange(len(posts)))
        replies = None if self.replies is None else self.replies[: len(posts)]
        ledger = self.ledger.until(instant)
        return StandingModel(posts, terms, ledger, self.vocabulary, replies)

    @cached_property
    def author(self) -> Integers:
        """Each post's author, as a number of the ledger."""
        return numbers_in(self.ledger.people, self.posts.person)

    @cached_property
    def since(self) -> Integers:
        """The instant of the first post of each of the ledger's people."""
        first = np.zeros(len(self.ledger.people), dtype=np.int64)
        # Rows are in date order: of repeated assignments the last one stays.
        first[self.author[::-1]] = self.posts.date[::-1]
        return first

    @cached_property
    def rows_of_threads(self) -> tuple[Integers, Integers, Integers]:
        """Where each thread's posts start in the last array, how many they are, and all rows."""
        thread = numbers_in(self.ledger.threads, self.posts.thread)
        order = np.argsort(thread, kind="stable")
        lengths = np.bincount(thread, minlength=len(self.ledger.threads))
        return np.cumsum(lengths) - lengths, lengths, order

    def rank(
        self,
        weights: Mapping[str, float],
        *,
        pinned: Collection[int] = (),
        excluded: Collection[int] = (),
        lists: Sequence[bool] | Flags | None = None,
        draws: int = DRAWS,
        limit: int | None = None,
        gated: bool = False,
    ) -> list[Standing]:
        """People by S, best first; only those with an answer or reviewed work on the topic.

        weights: words sought with their weights; below 0 excludes threads.
        pinned, excluded: thread ids. lists: which columns of ``Posts.lists``
        count (None: all). draws: of the bootstrap; 0 leaves low = high = score.
        gated: scale S by .2 + .8 g/(1+g), the switch against organised gaming.
        """
        state = self.topic(weights, pinned=pinned, excluded=excluded, lists=lists)
        return self.scored(state, draws=draws, limit=limit, gated=gated)

    def topic(
        self,
        weights: Mapping[str, float],
        *,
        pinned: Collection[int] = (),
        excluded: Collection[int] = (),
        lists: Sequence[bool] | Flags | None = None,
    ) -> TopicState:
        """The evidence on a topic and the factors of S; arguments as in ``rank``."""
        scope = self._scope(lists)
        query = self.topicality.query(weights)
        theta = self.topicality.theta(
            query, pinned=pinned, excluded=excluded, allowed=scope.documents
        )
        of_entry = self.entry_theta(theta)
        entries = np.flatnonzero((of_entry > 0) & (scope.work.mass > 0))
        covered, work = self.topicality.coverage(query)[entries], scope.work.take(entries)
        evidence = work.on_topic(relevance(of_entry[entries], covered, work.work))
        return TopicState(
            scope,
            theta,
            entries,
            evidence,
            factors(evidence, scope.all_work, scope.months, scope.all_work.sum()),
            query,
            self.topicality.numbers(pinned),
        )

    def entry_theta(self, theta: Floats) -> Floats:
        """θ of each ledger row's thread."""
        return theta[self.ledger.thread]

    def scored(
        self,
        state: TopicState,
        *,
        draws: int = DRAWS,
        limit: int | None = None,
        gated: bool = False,
    ) -> list[Standing]:
        """The ranking of a topic's state; arguments as in ``rank``."""
        facts = self._facts(state)
        share = self._authority(state.evidence)
        gate = authority_gate(share) if gated else np.ones_like(share)
        value = state.factors.value * gate
        ranked = np.flatnonzero((value > 0) & (facts.answers > 0))
        ranked = ranked[np.argsort(-value[ranked], kind="stable")]
        score = scale(value[ranked])
        best_tenth = float(np.quantile(score, 0.9)) if len(ranked) else 0.0
        ranked, score = ranked[:limit], score[:limit]
        low, high = (
            self._interval(state, ranked, gate, draws) if draws and len(ranked) else (score, score)
        )
        breadth, consistency = state.factors.helped, state.factors.consistency
        return [
            Standing(
                person=int(self.ledger.people[person]),
                rank=place + 1,
                value=float(value[person]),
                score=float(score[place]),
                low=float(low[place]),
                high=float(high[place]),
                authority=float(share[person]),
                recognition=float(recognition(breadth[person])),
                consistency=float(min(1.0, np.sqrt(consistency[person]))),
                presence=float(state.factors.presence[person]),
                posts=int(facts.posts[person]),
                answers=int(facts.answers[person]),
                thanks=int(facts.thanks[person]),
                level=level(
                    float(breadth[person]),
                    int(facts.months[person]),
                    int(facts.built_upon[person]),
                    bool(low[place] >= best_tenth),
                ),
                first=datetime.fromtimestamp(int(facts.first[person]), UTC),
                last=datetime.fromtimestamp(int(facts.last[person]), UTC),
            )
            for place, person in enumerate(ranked.tolist())
        ]

    def _facts(self, state: TopicState) -> TopicFacts:
        return topic_facts(
            self.posts,
            self.ledger,
            entry_theta=self.entry_theta(state.theta),
            post_theta=state.theta[self.topicality.document_of_post],
            counting=state.scope.work.mass > 0,
            inside=state.scope.posts,
        )

    def _authority(self, evidence: Evidence) -> Floats:
        gain = authority(evidence.asker, evidence.person, evidence.mass, self.established)
        return authority_share(gain)

    def _interval(
        self, state: TopicState, ranked: Integers, gate: Floats, draws: int
    ) -> tuple[Floats, Floats]:
        samples = resampled_standing(
            ranked,
            evidence=state.evidence,
            work=state.scope.work,
            point=state.factors,
            draws=self._poisson(draws),
        )
        people = len(self.ledger.people)
        askers = askers_of(state.evidence, people)[ranked]
        gated = gate[ranked]
        return intervals(samples * gated[:, None], state.factors.value[ranked] * gated, askers)

    def _poisson(self, draws: int) -> Draws:
        if self._draws is None or self._draws.shape[1] != draws:
            self._draws = poisson_draws(self.since, draws)
        return self._draws

    def _scope(self, lists: Sequence[bool] | Flags | None) -> Scope:
        mask = None if lists is None else np.asarray(lists, dtype=np.bool_)
        key = b"" if mask is None else mask.tobytes()
        if key not in self._scopes:
            self._scopes[key] = self._make_scope(mask)
        return self._scopes[key]

    def _make_scope(self, mask: Flags | None) -> Scope:
        ledger, people = self.ledger, len(self.ledger.people)
        posts = None if mask is None else (self.posts.lists @ mask.astype(np.int64)) > 0
        work = all_work(ledger, inside=None if posts is None else posts[ledger.row])
        documents: Flags | None = None
        if mask is not None:
            documents = np.zeros(len(self.topicality.threads), dtype=np.bool_)
            documents[ledger.thread[work.mass > 0]] = True
        return Scope(work, topic_work(work, people), active_months(work, people), documents, posts)
