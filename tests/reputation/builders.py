"""Small archives made by hand: posts with their words, in date order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array

from reputation.corpus.mentions import Mentions
from reputation.corpus.post_words import PostTerms
from reputation.corpus.posts import Posts
from reputation.corpus.word_counts import TermCounts
from reputation.evidence.build import build_ledger
from reputation.evidence.ledger import Ledger
from reputation.matching.matcher import Matcher
from reputation.standing.model import StandingModel

DAY = 86_400
START = 1_500_000_000
LONG_ENOUGH = 80


@dataclass(frozen=True, slots=True)
class Written:
    """One post of a small archive; ``parent`` and ``thread`` name earlier posts by place."""

    person: int
    day: float
    parent: int | None
    thread: int
    subject: str
    text: str
    length: int
    thanks: bool = False
    offers: bool = False
    automatic: bool = False
    lists: tuple[int, ...] = (0,)


@dataclass(slots=True)
class Archive:
    """Collects posts; ``build`` sorts them by date."""

    written: list[Written] = field(default_factory=list)
    ends: float = math.inf
    """Day after which nothing is known."""
    hidden: frozenset[int] = frozenset()
    """Places of posts that have not arrived."""

    def ask(
        self, person: int, day: float, subject: str = "a question", text: str = "", **more: object
    ) -> int:
        """A root post; gives its place."""
        return self._write(
            Written(person, day, None, len(self.written), subject, text, LONG_ENOUGH), more
        )

    def reply(self, person: int, day: float, to: int, text: str = "", **more: object) -> int:
        """A reply to the post at a place; gives its own place."""
        parent = self.written[to]
        return self._write(
            Written(person, day, to, parent.thread, parent.subject, text, LONG_ENOUGH), more
        )

    def orphan(self, person: int, day: float, beside: int, text: str = "") -> int:
        """A post of the same thread whose parent was never seen."""
        thread, subject = self.written[beside].thread, self.written[beside].subject
        return self._write(Written(person, day, None, thread, subject, text, LONG_ENOUGH), {})

    def _write(self, plain: Written, more: dict[str, object]) -> int:
        self.written.append(replace(plain, **more))  # type: ignore[arg-type]
        return len(self.written) - 1

    def answered(self, asker: int, helper: int, day: float, text: str = "", **more: object) -> int:
        """A question and its answer a day later; gives the answer's place."""
        question = self.ask(asker, day, **more)  # type: ignore[arg-type]
        return self.reply(helper, day + 1, question, text)

    def establish(self, person: int, start: float, first_asker: int) -> None:
        """Answers to ten strangers over a hundred days: enough to be established."""
        for number in range(10):
            self.answered(first_asker + number, person, start + 10 * number, subject="setting up")

    def order(self) -> list[int]:
        """Places of the known posts, in the order of their rows."""
        # Whole seconds, as the columns have them.
        known = [
            place
            for place, post in enumerate(self.written)
            if place not in self.hidden
            and (math.isinf(self.ends) or round(post.day * DAY) <= round(self.ends * DAY))
        ]
        return sorted(known, key=lambda place: (self.written[place].day, place))

    def until(self, day: float) -> Archive:
        """The archive as it was at the end of a day."""
        return Archive(self.written, day)

    def row(self, place: int) -> int:
        """Row of the post written at ``place``."""
        return self.order().index(place)

    def posts(self) -> Posts:
        """The columns of all posts; message ids are places + 1, thread ids the root's place + 1."""
        order = self.order()
        row: dict[int | None, int] = {place: number for number, place in enumerate(order)}
        posts = [self.written[place] for place in order]
        columns = 1 + max((column for post in posts for column in post.lists), default=0)
        lists = np.zeros((len(posts), columns), dtype=np.bool_)
        for number, post in enumerate(posts):
            lists[number, list(post.lists)] = True
        return Posts(
            message=_integers([place + 1 for place in order]),
            thread=_integers([post.thread + 1 for post in posts]),
            person=_integers([post.person for post in posts]),
            date=_integers([START + round(post.day * DAY) for post in posts]),
            parent=_integers([row.get(post.parent, -1) for post in posts]),
            automatic=np.array([post.automatic for post in posts], dtype=np.bool_),
            own_length=_integers([post.length for post in posts]),
            thanks=np.array([post.thanks for post in posts], dtype=np.bool_),
            offers=np.array([post.offers for post in posts], dtype=np.bool_),
            lists=csr_array(lists),
            list_ids=np.arange(1, columns + 1),
        )

    def terms(self) -> TermCounts:
        """The words of all posts."""
        counts = TermCounts()
        order = self.order()
        counts.add(
            [place + 1 for place in order],
            [self.written[place].subject for place in order],
            [self.written[place].text for place in order],
        )
        return counts

    def words(self) -> PostTerms:
        """The words of all posts, by their row."""
        return PostTerms.of(*self.terms().rows(self.posts().message))

    def ledger(self, mentions: Mentions | None = None) -> Ledger:
        """The ledger of all posts."""
        return build_ledger(self.posts(), mentions)

    def model(self) -> StandingModel:
        """Standing over all posts."""
        posts, terms = self.posts(), self.terms()
        return StandingModel(posts, self.words(), build_ledger(posts), terms.vocabulary)

    def matcher(self) -> Matcher:
        """A matcher over all posts."""
        posts, terms = self.posts(), self.terms()
        return Matcher(posts, terms.rows(posts.message), build_ledger(posts), terms.vocabulary)


def _integers(values: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


TOPICS = (
    ("kriging of rainfall", "the variogram of kriging needs more pairs"),
    ("reading a shapefile", "the shapefile driver wants a layer name"),
    ("raster of elevation", "crop the raster before the mosaic"),
    ("moran test of residuals", "the weights matrix decides the moran statistic"),
)


def lively_archive(seed: int = 7, posts: int = 400, people: int = 30) -> Archive:
    """Threads on four topics with answers, discussion, thanks and offers, drawn at random."""
    random = np.random.default_rng(seed)
    archive = Archive()
    day = 0.0
    while len(archive.written) < posts:
        day += float(random.exponential(2.0))
        subject, text = TOPICS[random.integers(len(TOPICS))]
        asker = int(random.integers(people))
        root = archive.ask(
            asker, day, subject, "how is this done", offers=bool(random.random() < 0.1)
        )
        members, moment = [root], day
        for _ in range(int(random.poisson(2.0))):
            moment += float(random.exponential(3.0)) + 0.01
            # A few people answer most of the questions, as on real lists.
            helper = int(min(random.geometric(0.2) - 1, people - 1))
            to = members[int(random.integers(len(members)))]
            names = text if random.random() < 0.7 else "see the manual"
            members.append(
                archive.reply(
                    helper,
                    moment,
                    to,
                    names,
                    thanks=bool(random.random() < 0.3),
                    length=int(random.choice([5, 90])),
                    automatic=bool(random.random() < 0.03),
                )
            )
    return archive
