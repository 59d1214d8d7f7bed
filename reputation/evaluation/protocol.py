"""The protocol that measures quality on the user's own archive, in four parts.

1. *match*: who answers next.
2. *recognition*: who is an expert, compared with judgements from outside.
3. *manipulation*: which places planted attacks reach.
4. *stability*: rankings one month later, coverage of intervals, tenure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

from sqlalchemy import select

from archive.database import Database
from archive.errors import UsageError
from archive.people.names import full_name_key
from archive.tables import Address, AddressName
from reputation.corpus.posts import Posts
from reputation.corpus.reader import CorpusReader
from reputation.evaluation.baselines import Baselines
from reputation.evaluation.comparison import Evaluation
from reputation.evaluation.coverage import Coverage, coverage
from reputation.evaluation.judgements import Judgement
from reputation.evaluation.quality import evaluate_answers, evaluate_recognition
from reputation.evaluation.resistance import Resistance, resistance
from reputation.evaluation.steadiness import Steadiness, steadiness
from reputation.evidence.build import build_ledger
from reputation.evidence.ledger import MONTH_SECONDS
from reputation.matching.matcher import Matcher
from reputation.matching.questions import Question, archive_questions
from reputation.matching.ranker import Training
from reputation.matching.training import train
from reputation.matching.weights import shipped
from reputation.standing.model import StandingModel
from reputation.topics.queries import TopicQuery, load_topics

TEST_SHARE: Final = 0.2
"""Without a cutoff, the last fifth of the questions is the test."""
MINIMUM_QUESTIONS: Final = 10
"""With fewer questions, nothing can be measured."""
SPLITS: Final = 5
"""How often the askers are split to measure the coverage of intervals. This gives some thousand
cases on an archive of 40 topics."""


class Part(StrEnum):
    """A part of the protocol."""

    MATCH = "match"
    RECOGNITION = "recognition"
    MANIPULATION = "manipulation"
    STABILITY = "stability"


@dataclass(frozen=True, slots=True)
class MatchFigures:
    """The figures of part 1.

    window: first and last date (exclusive) of the questions.
    training: the ranker trained on the questions before the window.
    """

    window: tuple[datetime, datetime]
    training: Training
    answers: Evaluation


@dataclass(frozen=True, slots=True)
class SelfEvaluation:
    """The figures of an archive; None for parts that were not requested.

    recognition: None without judgements.
    coverage: coverage of the intervals, part of *stability* like ``steadiness``.
    unknown: judged people who never wrote to the archive.
    """

    match: MatchFigures | None
    recognition: Evaluation | None
    manipulation: Resistance | None
    steadiness: Steadiness | None
    coverage: Coverage | None
    unknown: tuple[str, ...]


def evaluate_archive(
    database: Database,
    reader: CorpusReader,
    *,
    parts: Collection[Part] = tuple(Part),
    cutoff: datetime | None = None,
    until: datetime | None = None,
    judgements: Sequence[Judgement] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> SelfEvaluation:
    """Measure the ``parts`` on questions from ``cutoff`` to ``until`` and on judged topics.

    Every question is answered with what was known before it, with weights trained
    before the window.
    progress: called with a description of each step.

    Raises ``UsageError`` when the archive has too few questions, or none of the judged
    people.
    """
    known = _Known(database) if judgements else None
    strangers: list[str] = []
    if known is not None:
        strangers = [one.person for one in judgements if known.find(one) is None]
        if len(strangers) == len(judgements):
            raise UsageError("the judgements name nobody who wrote to this archive")
    progress("reading the archive")
    measured = _Archive(database, reader)
    match = recognition = manipulation = steady = covered = None
    if Part.MATCH in parts:
        match = measured.match(cutoff, until, progress)
    if Part.RECOGNITION in parts and known is not None:
        progress("ranking the judged topics")
        recognition = evaluate_recognition(
            measured.model, measured.matcher, measured.baselines, judgements, known.find
        )
    if Part.STABILITY in parts:
        progress("ranking again as of a month ago")
        steady = steadiness(measured.model, measured.topics)
        progress("drawing askers into halves")
        covered = measured.coverage()
    if Part.MANIPULATION in parts:
        progress("planting attacks")
        manipulation = resistance(measured.model, measured.mentions, measured.topics)
    unknown = tuple(dict.fromkeys(strangers))
    return SelfEvaluation(match, recognition, manipulation, steady, covered, unknown)


class _Archive:
    """The data that the parts measure; each is computed when first needed."""

    def __init__(self, database: Database, reader: CorpusReader) -> None:
        self._database = database
        self._corpus = corpus = reader.read()
        self.mentions = corpus.mentions
        self._ledger = build_ledger(corpus.posts, corpus.mentions)
        self._terms = (corpus.subject_terms, corpus.own_terms)
        with database.session() as session:
            self.topics: list[TopicQuery] = load_topics(session)

    @cached_property
    def matcher(self) -> Matcher:
        corpus = self._corpus
        return Matcher(corpus.posts, self._terms, self._ledger, corpus.vocabulary)

    @cached_property
    def model(self) -> StandingModel:
        corpus = self._corpus
        return StandingModel(corpus.posts, corpus.terms, self._ledger, corpus.vocabulary)

    @cached_property
    def baselines(self) -> Baselines:
        return Baselines(self._corpus.posts, self._ledger, self.matcher.index)

    def match(
        self, cutoff: datetime | None, until: datetime | None, progress: Callable[[str], None]
    ) -> MatchFigures:
        """Part 1, with a ranker trained before the window."""
        corpus, posts = self._corpus, self._corpus.posts
        end = int(until.timestamp()) if until else (int(posts.date[-1]) + 1 if len(posts) else 1)
        every = archive_questions(self._database, corpus, self._ledger, (0, end))
        asked, start = _asked(every, posts, cutoff)
        progress("learning from earlier questions")
        earlier = [one for one in every if posts.date[one.row] + MONTH_SECONDS < start]
        training = train(self.matcher, posts, self._terms, earlier)
        progress(f"asking {len(asked)} questions again")
        answers = evaluate_answers(
            posts,
            self._terms,
            self.matcher,
            self.baselines,
            asked,
            rankers=[one for one in (training.weights, shipped()) if one is not None],
            method=training.ranker.method(self.matcher.formula.name),
        )
        window = (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        return MatchFigures(window, training, answers)

    def coverage(self) -> Coverage:
        """Coverage of the intervals on the archive's topics."""
        states = (
            self.model.topic(topic.terms, pinned=topic.pinned, excluded=topic.excluded)
            for topic in self.topics
        )
        return coverage(states, len(self._ledger.people), splits=SPLITS)


def _asked(
    every: Sequence[Question], posts: Posts, cutoff: datetime | None
) -> tuple[list[Question], int]:
    """The questions of the window, and its beginning (Unix seconds)."""
    if cutoff is not None:
        start = int(cutoff.timestamp())
    else:
        start = int(posts.date[every[int(len(every) * (1 - TEST_SHARE))].row]) if every else 0
    chosen = [question for question in every if posts.date[question.row] >= start]
    if len(chosen) < MINIMUM_QUESTIONS:
        raise UsageError(
            f"only {len(chosen)} answered questions in the window; "
            f"at least {MINIMUM_QUESTIONS} are needed"
        )
    return chosen, start


class _Known:
    """Finds judged people by address, else by full name."""

    def __init__(self, database: Database) -> None:
        with database.session() as session:
            addresses = session.execute(select(Address.id, Address.email, Address.person_id)).all()
            names = session.execute(select(AddressName.name, AddressName.address_id)).all()
        person_of = {address: person for address, _, person in addresses}
        self._emails = {email: person for _, email, person in addresses if email}
        self._names: dict[str, dict[int, int]] = {}
        for name, address in names:
            key = full_name_key(name)
            if key:
                uses = self._names.setdefault(key, {})
                person = person_of[address]
                uses[person] = uses.get(person, 0) + 1

    def find(self, judgement: Judgement) -> int | None:
        """Person id of the judged person.

        If several people have the name, the one who used it with most addresses.
        """
        if judgement.email in self._emails:
            return self._emails[judgement.email]
        uses = self._names.get(full_name_key(judgement.person))
        return max(uses, key=lambda person: (uses[person], -person)) if uses else None
