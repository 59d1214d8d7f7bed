"""The protocol of ``reputation.evaluation`` on the user's own archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from archive.database import Database
from archive.errors import UsageError
from archive.models import Address, AddressName
from archive.names import full_name_key
from reputation.baselines import Baselines
from reputation.comparison import Evaluation
from reputation.corpus import CorpusReader
from reputation.evaluation import evaluate_answers, evaluate_recognition
from reputation.evidence import build_ledger
from reputation.judgements import Judgement
from reputation.ledger import MONTH_SECONDS
from reputation.matching import Matcher
from reputation.posts import Posts
from reputation.questions import Question, archive_questions
from reputation.ranker.choice import Training
from reputation.ranker.training import train
from reputation.ranker.weights import shipped
from reputation.standing import StandingModel
from reputation.steadiness import Steadiness, steadiness
from reputation.topic_queries import load_topics

TEST_SHARE = 0.2
"""Without a cutoff the last fifth of the questions is the test."""
MINIMUM_QUESTIONS = 10
"""Fewer questions than this measure nothing."""


@dataclass(frozen=True, slots=True)
class SelfEvaluation:
    """Figures of an archive.

    window: the questions' first and last instant, end excluded.
    training: what the questions before the window taught the ranker.
    recognition: None without judgements about anybody of the archive.
    steadiness: of the standing on the archive's topics.
    unknown: judged people who never wrote to it.
    """

    window: tuple[datetime, datetime]
    training: Training
    answers: Evaluation
    recognition: Evaluation | None
    steadiness: Steadiness
    unknown: tuple[str, ...]


def evaluate_archive(
    database: Database,
    reader: CorpusReader,
    *,
    cutoff: datetime | None = None,
    until: datetime | None = None,
    judgements: Sequence[Judgement] | None = None,
) -> SelfEvaluation:
    """Replay the questions from ``cutoff`` to ``until``; rank for the judged topics.

    Every question is answered with what was known before it, by weights that
    were trained before the window. Raises ``UsageError`` when the archive holds
    too few questions to measure anything.
    """
    corpus = reader.read()
    posts = corpus.posts
    ledger = build_ledger(posts, corpus.mentions)
    terms = (corpus.subject_terms, corpus.own_terms)
    matcher = Matcher(posts, terms, ledger, corpus.vocabulary)
    end = int(until.timestamp()) if until else (int(posts.date[-1]) + 1 if len(posts) else 1)
    every = archive_questions(database, corpus, ledger, (0, end))
    asked, start = _asked(every, posts, cutoff)
    known = _Known(database)
    if judgements and not any(known.find(judgement) is not None for judgement in judgements):
        raise UsageError("the judgements name nobody who wrote to this archive")
    earlier = [one for one in every if posts.date[one.row] + MONTH_SECONDS < start]
    training = train(matcher, posts, terms, earlier)
    rankers = [one for one in (training.weights, shipped()) if one is not None]
    baselines = Baselines(posts, ledger, matcher.index)
    answers = evaluate_answers(
        posts,
        terms,
        matcher,
        baselines,
        asked,
        rankers=rankers,
        method=training.ranker.method(matcher.formula.name),
    )
    recognition = None
    model = StandingModel(posts, corpus.terms, ledger, corpus.vocabulary)
    if judgements:
        recognition = evaluate_recognition(model, matcher, baselines, judgements, known.find)
    with database.session() as session:
        steady = steadiness(model, load_topics(session))
    window = (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
    strangers = [one.person for one in judgements or () if known.find(one) is None]
    return SelfEvaluation(
        window, training, answers, recognition, steady, tuple(dict.fromkeys(strangers))
    )


def _asked(
    every: Sequence[Question], posts: Posts, cutoff: datetime | None
) -> tuple[list[Question], int]:
    """The questions of the window, and its beginning."""
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
    """Finds judged people: by address, else by full name."""

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
        """The person judged; of several of one name, who used it with most addresses."""
        if judgement.email in self._emails:
            return self._emails[judgement.email]
        uses = self._names.get(full_name_key(judgement.person))
        return max(uses, key=lambda person: (uses[person], -person)) if uses else None
