"""Everything that is answered about expertise at one epoch: immutable, all in memory.

A reader holds one view for a whole answer, so no answer mixes two epochs.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.cache import BoundedCache
from archive.database import Database
from archive.lists.audience import Audience
from reputation.arrays import Flags
from reputation.corpus.past import Past, mentions_until
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.evidence.build import build_ledger
from reputation.history.course import TopicCourse
from reputation.history.histories import HistoryModel
from reputation.history.milestones import Milestone
from reputation.matching.matcher import Matcher
from reputation.matching.ranker import Ranker
from reputation.matching.ranker_rows import load_ranker
from reputation.results import EvidenceItem, History, Match, Ranking, Request, Standing
from reputation.standing.alarms import Alarm, Watch
from reputation.standing.explanation import contributions, overall_contributions
from reputation.standing.fingerprint import fingerprint
from reputation.standing.help_graph import help_graph
from reputation.standing.model import StandingModel, TopicState, method_name
from reputation.tables import Epoch
from reputation.topics.queries import TopicQuery, load_topics
from reputation.topics.topicality import text_weights

_Explained = tuple[Request, int, int]
"""A ranking, a person of it, and how many posts."""

MODELS_KEPT = 3
"""Models of past dates: each is as large as that of today."""
RANKINGS_KEPT = 256
EXPLAINED_KEPT = 4_096
"""People on a topic whose first posts are kept, each some hundred bytes."""


@dataclass(frozen=True, slots=True)
class EpochInfo:
    """Which whole state of the rankings a view shows; id 0: nothing was ever ranked."""

    id: int
    method: str
    computed: datetime
    as_of: datetime


class ReputationView:
    """Rankings, matches, histories and explanations of one epoch."""

    def __init__(
        self,
        epoch: EpochInfo,
        corpus: Corpus,
        topics: Sequence[TopicQuery],
        past: Past | None = None,
        *,
        gated: bool = False,
        ranker: Ranker | None = None,
        previous: ReputationView | None = None,
    ) -> None:
        """``past`` tells the threads of earlier days; without it they are today's.

        gated: scale every standing by authority (``scales.authority_gate``).
        ranker: how questions are matched; by the shipped weights without one.
        previous: the view of an earlier epoch, to share what has not changed.
        """
        self.ranker = ranker or Ranker()
        self.epoch = epoch
        self._past, self._gated = past, gated
        self.corpus = corpus
        self.topics = {topic.id: topic for topic in topics}
        self.ledger = build_ledger(corpus.posts, corpus.mentions)
        self.model: StandingModel = StandingModel(
            corpus.posts,
            corpus.terms,
            self.ledger,
            corpus.vocabulary,
            corpus.mentions.replies,
            previous=previous.model if previous else None,
        )
        self._models = BoundedCache[int, StandingModel](MODELS_KEPT)
        self._states = BoundedCache[Request, TopicState](RANKINGS_KEPT)
        self._rankings = BoundedCache[Request, Ranking](RANKINGS_KEPT)
        self._explained = BoundedCache[_Explained, tuple[EvidenceItem, ...]](EXPLAINED_KEPT)
        # By what they were made of, so the next epoch finds those that a post has no part in.
        self._scored: BoundedCache[tuple[bytes, bool], tuple[Standing, ...]] = (
            previous._scored if previous is not None else BoundedCache(RANKINGS_KEPT)
        )

    @property
    def audience(self) -> Audience:
        """Who may read the posts that the epoch was computed from."""
        return self.corpus.audience

    @property
    def mark(self) -> tuple[str, int]:
        """Tells this view from those of other epochs and audiences."""
        return self.audience.name, self.epoch.id

    @property
    def posts(self) -> int:
        """How many posts the epoch has seen."""
        return len(self.corpus.posts)

    @property
    def answers(self) -> int:
        """How many pieces of evidence the ledger holds."""
        return len(self.ledger)

    @cached_property
    def matcher(self) -> Matcher:
        """Match over the epoch's posts; made when first asked for."""
        return Matcher(
            self.corpus.posts,
            (self.corpus.subject_terms, self.corpus.own_terms),
            self.ledger,
            self.corpus.vocabulary,
            ranker=self.ranker,
        )

    def matching_by(self, ranker: Ranker) -> ReputationView:
        """The same view, with questions matched by another ranker."""
        other = copy.copy(self)
        other.ranker = ranker
        other.__dict__.pop("matcher", None)
        return other

    def prepare(self, as_of: datetime | None) -> None:
        """Make what rankings of a past instant need of the store: before a session is open."""
        self._model(_seconds(as_of))

    def topic_ranking(
        self, topic_id: int, *, list_id: int | None = None, as_of: datetime | None = None
    ) -> Ranking:
        """A topic's ranking; empty for a topic made after this epoch."""
        topic = self.topics.get(topic_id)
        if topic is None:
            return Ranking(as_of or self.epoch.as_of, self.epoch.computed, self.epoch.method, ())
        return self._ranking(_request(topic, list_id, as_of))

    def text_ranking(
        self,
        text: str,
        *,
        list_id: int | None = None,
        as_of: datetime | None = None,
        synonyms: Mapping[str, Sequence[str]] | None = None,
    ) -> Ranking:
        """The ranking of a free text, a topic made on the spot.

        synonyms: words that say the same as one of the text's.
        """
        terms = tuple(sorted(text_weights(text, synonyms).items()))
        return self._ranking(Request(terms, list_id=list_id, as_of=_seconds(as_of)))

    def with_evidence(
        self, ranking: Ranking, items: Sequence[Standing], limit: int = 5
    ) -> tuple[Standing, ...]:
        """``items`` of ``ranking`` with the posts behind each, largest contribution first."""
        request = ranking.request
        if request is None or not items:
            return tuple(items)
        model, state = self._model(request.as_of), self._state(request)

        def posts(person: int) -> tuple[EvidenceItem, ...]:
            return self._explained.get_or_make(
                (request, person, limit), lambda: contributions(model, state, person, limit)
            )

        return tuple(replace(item, evidence=posts(item.person)) for item in items)

    def person_evidence(
        self, person_id: int, topic_id: int | None = None
    ) -> tuple[EvidenceItem, ...]:
        """The posts behind a person's standing on a topic, or behind all of their evidence."""
        if topic_id is None:
            return overall_contributions(self.model, person_id)
        topic = self.topics.get(topic_id)
        if topic is None:
            return ()
        return contributions(self.model, self._state(_request(topic, None, None)), person_id)

    def match(
        self,
        subject: str,
        body: str,
        *,
        list_id: int | None = None,
        as_of: datetime | None = None,
        limit: int = 20,
        asker: int | None = None,
    ) -> Match:
        """Who is likely to answer a question now, and threads that already treat it."""
        moment = as_of or self.epoch.as_of
        found = self.matcher.match(
            subject,
            body,
            list_column=self._list_column(list_id),
            as_of=int(moment.timestamp()),
            limit=limit,
            exclude_person=asker,
        )
        return Match(
            moment,
            found.method,
            found.experts,
            found.threads,
        )

    def history(self, person_id: int, granularity: str) -> History:
        """A person's topic histories and focus."""
        return self._histories.history(person_id, granularity)

    def milestones(self, person_id: int) -> dict[int, tuple[Milestone, ...]]:
        """What marks a person's way, topic (id) by topic."""
        low_shares = {
            topic: one.low / one.score
            for topic in self.topics
            for one in self.topic_ranking(topic).items
            if one.person == person_id and one.score > 0
        }
        return self._histories.milestones(person_id, low_shares)

    def topic_course(self, topic_id: int, granularity: str) -> TopicCourse:
        """Who led a topic when, who rises and returned, on how many people it rests."""
        return self._histories.course(topic_id, granularity)

    def topic_graph(self, topic_id: int) -> nx.DiGraph[Any]:
        """Who helped whom on a topic: edges from asker to answerer."""
        topic = self.topics.get(topic_id)
        if topic is None:
            return nx.DiGraph()
        state = self._state(_request(topic, None, None))
        return help_graph(self.ledger, state.entries, state.evidence.mass)

    def alarms(self, topic_id: int, people: int = 40) -> list[Alarm]:
        """Signs that a place among the topic's first ``people`` may have been made up."""
        topic = self.topics.get(topic_id)
        if topic is None:
            return []
        first = [item.person for item in self.topic_ranking(topic_id).items[:people]]
        return self._watch.look(self._state(_request(topic, None, None)), first)

    def topic_states(self) -> dict[int, TopicState]:
        """The evidence of every topic."""
        return {
            topic.id: self._state(_request(topic, None, None)) for topic in self.topics.values()
        }

    def _ranking(self, request: Request) -> Ranking:
        return self._rankings.get_or_make(request, lambda: self._make_ranking(request))

    def _make_ranking(self, request: Request) -> Ranking:
        model, state = self._model(request.as_of), self._state(request)
        as_of = self.epoch.as_of
        if request.as_of is not None:
            as_of = datetime.fromtimestamp(request.as_of, UTC)
        items = self._scored.get_or_make(
            (fingerprint(model, state), self._gated),
            lambda: tuple(model.scored(state, gated=self._gated)),
        )
        return Ranking(as_of, self.epoch.computed, self.epoch.method, items, request)

    def _state(self, request: Request) -> TopicState:
        return self._states.get_or_make(request, lambda: self._make_state(request))

    def _make_state(self, request: Request) -> TopicState:
        return self._model(request.as_of).topic(
            dict(request.terms),
            pinned=request.pinned,
            excluded=request.excluded,
            lists=self._list_mask(request.list_id),
        )

    def _model(self, as_of: int | None) -> StandingModel:
        posts = self.corpus.posts
        if as_of is None or (len(posts) and as_of >= int(posts.date[-1])):
            return self.model
        return self._models.get_or_make(as_of, lambda: self._past_model(as_of))

    def _past_model(self, as_of: int) -> StandingModel:
        if self._past is None:
            return self.model.as_of(as_of)
        posts = self._past.posts(self.corpus.posts, as_of)
        mentions = mentions_until(self.corpus.mentions, len(posts))
        ledger = build_ledger(posts, mentions)
        terms = self.corpus.terms.take(np.arange(len(posts)))
        return StandingModel(posts, terms, ledger, self.corpus.vocabulary, mentions.replies)

    def _list_mask(self, list_id: int | None) -> Flags | None:
        if list_id is None:
            return None
        mask: Flags = self.corpus.posts.list_ids == list_id
        return mask

    def _list_column(self, list_id: int | None) -> int | None:
        if list_id is None:
            return None
        columns = np.flatnonzero(self.corpus.posts.list_ids == list_id)
        return int(columns[0]) if len(columns) else None

    @cached_property
    def _histories(self) -> HistoryModel:
        return HistoryModel(self.model, self.topic_states())

    @cached_property
    def _watch(self) -> Watch:
        return Watch(self.model)


def newest_epoch(session: Session, readers: Audience) -> Epoch | None:
    """The last epoch published for an audience."""
    of_readers = select(Epoch).where(Epoch.audience == readers.name)
    return session.scalar(of_readers.order_by(Epoch.id.desc()).limit(1))


def load_view(database: Database, reader: CorpusReader, *, gated: bool = False) -> ReputationView:
    """The view of its audience's newest epoch; of an empty epoch 0 when there is none.

    gated: as in ``ReputationView``.
    """
    with database.session() as session:
        readers = reader.audience(session)
        row = newest_epoch(session, readers)
        topics, ranker = load_topics(session, readers), load_ranker(session)
        if row is None:
            beginning = datetime.fromtimestamp(0, UTC)
            epoch, up_to = EpochInfo(0, method_name(gated), beginning, beginning), 0
        else:
            epoch = EpochInfo(row.id, method_name(gated), row.computed, row.as_of)
            up_to = row.last_message_id
    past = Past(database, up_to, readers)
    return ReputationView(epoch, reader.read(up_to), topics, past, gated=gated, ranker=ranker)


def _request(topic: TopicQuery, list_id: int | None, as_of: datetime | None) -> Request:
    terms = tuple(sorted(topic.terms.items()))
    return Request(terms, topic.pinned, topic.excluded, list_id, _seconds(as_of))


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
