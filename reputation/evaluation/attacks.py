"""Plant attacks on a ranking in a copy of the archive's posts.

A *planted* person answers every question that their *sock puppets* ask, and each puppet
says thanks. The result of an attack is the place that the planted person reaches on the
topic (part 3 of the protocol in ``docs/method.md``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from reputation.arrays import Integers
from reputation.corpus.mentions import Mentions
from reputation.corpus.post_words import PostTerms
from reputation.corpus.posts import Posts
from reputation.evidence.build import build_ledger
from reputation.standing.model import StandingModel, TopicState

Words = Literal["mean", "best"]

PROTOCOL: Final = ((1, 20), (5, 20), (20, 5), (200, 1))
"""Numbers of sock puppets and of questions per puppet, as in the protocol."""
DAY: Final = 86_400
ANSWER_SECONDS: Final = 2 * 3_600
THANKS_SECONDS: Final = DAY
VOUCHING_DAYS: Final = 30
"""An established person answers a puppet at most this long before the puppet's first question."""
OWN_LENGTH: Final = 400


@dataclass(frozen=True, slots=True)
class Attack:
    """A planted person with ``socks`` puppets who ask ``questions`` questions each.

    vouched: before the attack, an established person answers each puppet once.
    days: the questions are spread over this many days before the end of the archive.
    words: where the posts' words come from: ``mean``, a random thread on the topic, so
        that on average they are as topical as the mean thread; ``best``, the topic's
        best thread (copied text).
    """

    socks: int
    questions: int
    vouched: bool = False
    days: int = 30
    words: Words = "mean"


@dataclass(frozen=True, slots=True)
class Attacked:
    """The model of an archive with a planted attack, and the id of the planted person."""

    model: StandingModel
    planted: int


class Attacker:
    """Plants attacks on one topic of an archive; ``weights`` are the topic's words."""

    def __init__(self, model: StandingModel, mentions: Mentions, weights: dict[str, float]) -> None:
        self._model = model
        self._mentions = mentions
        theta = model.topicality.theta(model.topicality.query(weights))
        documents = np.flatnonzero(theta > 0)
        ranked = documents[np.argsort(-theta[documents], kind="stable")]
        self._examples = [pair for one in ranked.tolist() if (pair := self._example(one))]

    def _example(self, document: int) -> tuple[int, int] | None:
        """The rows of a thread's root and of its first answer; None without an answer."""
        ledger = self._model.ledger
        thread = int(document)
        answers = ledger.row[ledger.thread == thread]
        root = int(ledger.root[thread])
        answers = answers[answers != root]
        return (root, int(answers[0])) if len(answers) else None

    def plant(self, attack: Attack, generator: np.random.Generator) -> Attacked:
        """Build the archive with the attack in it.

        Raises ``ValueError`` when no answered thread is on the topic.
        """
        if not self._examples:
            raise ValueError("no answered thread is on this topic")
        posts = self._model.posts
        planted = int(posts.person.max()) + 1
        written = _Written(posts)
        end = int(posts.date[-1])
        for sock in range(attack.socks):
            person = planted + 1 + sock
            dates = np.sort(end - generator.integers(0, attack.days * DAY, attack.questions))
            if attack.vouched:
                self._vouch(written, person, int(dates[0]), generator)
            for date in dates.tolist():
                place = 0 if attack.words == "best" else generator.integers(len(self._examples))
                question, answer = self._examples[int(place)]
                asked = written.add(person, date, question)
                answered = written.add(planted, date + ANSWER_SECONDS, answer, parent=asked)
                written.add(person, date + THANKS_SECONDS, None, parent=answered)
        return Attacked(self._rebuilt(written), planted)

    def _vouch(
        self, written: _Written, sock: int, before: int, generator: np.random.Generator
    ) -> None:
        """Let the puppet ask an honest question that an established person answers."""
        ledger = self._model.ledger
        date = before - int(generator.integers(1, VOUCHING_DAYS * DAY))
        known = ledger.people[ledger.established_at <= date]
        if not len(known):
            return
        example = self._examples[-1]
        asked = written.add(sock, date, example[0])
        written.add(int(generator.choice(known)), date + ANSWER_SECONDS, example[1], parent=asked)

    def _rebuilt(self, written: _Written) -> StandingModel:
        subjects, texts = self._model.terms
        posts, order, copied = written.merged()
        size = len(self._model.posts)
        # The extra last row has no words; thanks and posts without a copied text use it.
        source = np.concatenate([np.arange(size), np.where(copied >= 0, copied, size)])[order]
        nothing = csr_array((1, subjects.shape[1]), dtype=subjects.dtype)
        subjects, texts = (
            csr_array(vstack([table, nothing]))[source] for table in (subjects, texts)
        )
        replies = self._mentions.replies
        mentions = Mentions()
        if replies is not None:
            fake = np.array([parent >= 0 for parent in written.parent], dtype=np.bool_)
            mentions = Mentions(replies=np.concatenate([replies, fake])[order])
        ledger = build_ledger(posts, mentions)
        return StandingModel(posts, PostTerms.of(subjects, texts), ledger, self._model.vocabulary)


class _Written:
    """Posts of an attack, to be merged into those of the archive."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts
        self.person: list[int] = []
        self.date: list[int] = []
        self.copied: list[int] = []
        self.parent: list[int] = []
        self.thread: list[int] = []
        self._next_thread = int(posts.thread.max()) + 1

    def add(self, person: int, date: int, copied: int | None, parent: int = -1) -> int:
        """Add a post with the words of row ``copied`` (None: only thanks); return its number."""
        number = len(self.person)
        if parent < 0:
            self.thread.append(self._next_thread)
            self._next_thread += 1
        else:
            self.thread.append(self.thread[parent])
        self.person.append(person)
        self.date.append(date)
        self.copied.append(-1 if copied is None else copied)
        self.parent.append(parent)
        return number

    def merged(self) -> tuple[Posts, Integers, Integers]:
        """All posts by date; the order that sorts them so; the copied row of each fake post."""
        posts, size, count = self._posts, len(self._posts), len(self.person)
        fake_parent = np.array(self.parent, dtype=np.int64)
        copied = np.array(self.copied, dtype=np.int64)
        date = np.concatenate([posts.date, np.array(self.date, dtype=np.int64)])
        order = np.argsort(date, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        parents = np.concatenate([posts.parent, np.where(fake_parent >= 0, fake_parent + size, -1)])
        parents = np.where(parents >= 0, place[parents], -1)
        # Fake posts go to every list, because an attacker wants to be seen.
        everywhere = csr_array(np.ones((count, posts.lists.shape[1]), dtype=bool))

        def with_fakes(column: NDArray[Any], fakes: object) -> NDArray[Any]:
            added = np.broadcast_to(np.asarray(fakes, dtype=column.dtype), (count,))
            return np.concatenate([column, added])[order]

        first = int(posts.message.max()) + 1
        merged = replace(
            posts,
            message=with_fakes(posts.message, np.arange(first, first + count)),
            thread=with_fakes(posts.thread, self.thread),
            person=with_fakes(posts.person, self.person),
            date=date[order],
            parent=parents[order],
            automatic=with_fakes(posts.automatic, False),
            own_length=with_fakes(posts.own_length, OWN_LENGTH),
            thanks=with_fakes(posts.thanks, copied < 0),
            offers=with_fakes(posts.offers, False),
            lists=csr_array(vstack([posts.lists, everywhere]))[order],
        )
        return merged, order, copied


def place_of(
    model: StandingModel, state: TopicState, person: int, *, gated: bool
) -> tuple[int, int]:
    """A person's place on a topic, from 1, and the last place; unranked is one past the last.

    gated: whether the authority gate is applied.
    """
    ranking = model.scored(state, draws=0, gated=gated)
    place = next((one.rank for one in ranking if one.person == person), len(ranking) + 1)
    return place, len(ranking)
