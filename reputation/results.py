"""What the reputation floor answers with: plain frozen values, no database, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A post behind a score. ``message`` is the database id.

    ``contribution`` is the share of the score that would be lost without it, 0 to 1.
    """

    message: int
    kind: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of a ranking: one person's (id) recognition on a topic or text.

    value: S. score, low, high: 0 to 100, the last two a 90 % interval.
    authority, recognition, consistency, presence: 0 to 1.
    posts, answers, thanks: on the topic (``reputation.standing.facts``).
    level: of ``reputation.standing.levels``. first, last: the person's posts there.
    """

    person: int
    rank: int
    value: float
    score: float
    low: float
    high: float
    authority: float
    recognition: float
    consistency: float
    presence: float
    posts: int
    answers: int
    thanks: int
    level: str
    first: datetime
    last: datetime
    evidence: tuple[EvidenceItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a ranking is of.

    terms: the words of a topic or text with their weights. pinned, excluded:
    ids of threads. list_id: the one list that counts, None for all. as_of: the
    instant (Unix seconds) that it is as known at, None for today.
    """

    terms: tuple[tuple[str, float], ...]
    pinned: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    list_id: int | None = None
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """People by recognition, best first, as known at ``as_of``.

    request: what was asked; None where there is nothing to rank.
    """

    as_of: datetime
    computed: datetime
    method: str
    items: tuple[Standing, ...]
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What one group of facts did for a person's place in a match.

    group: ``text`` (answers like the question), ``activity``, ``list``, ``standing``.
    contribution: to the value, above or below the mean of all candidates.
    """

    group: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody had answered by the time of a question.

    questions: how many questions like this one; last: when last, Unix seconds, 0 for never.
    recent: all answers of the last 365 days. here, answers: all answers on the question's
    list and anywhere. helped: different vouched people they answered; since: the first
    answer, Unix seconds.
    """

    questions: int
    last: int
    recent: int
    here: int
    answers: int
    helped: int
    since: int


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody likely to answer a question.

    value: of the method, a logarithm; score: relative to the best, 0 to 100.
    evidence: earlier answers, each with its share of the person's votes.
    """

    person: int
    rank: int
    value: float
    score: float
    record: Record
    evidence: tuple[EvidenceItem, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SimilarThread:
    """An earlier thread that already treats a question.

    score: its BM25 as a share of the most possible, 0 to 1.
    """

    thread: int
    score: float
    shared_terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Who is likely to answer a text now, and what answered the like before."""

    as_of: datetime
    method: str
    experts: tuple[Answerer, ...]
    threads: tuple[SimilarThread, ...]


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """One period of a person's history on a topic.

    period: ``2019-03``, ``2019-Q1`` or ``2019``. ``score`` and ``rank`` are
    those at the end of the period (rank None: no standing yet); ``share`` is the part of the
    topic's evidence of that period which is this person's, 0 to 1. ``depth`` is the
    evidence on the topic (Z) and ``breadth`` the people helped (N) by its end.
    """

    period: str
    posts: int
    answers: int
    thanks: int
    score: float
    rank: int | None
    share: float
    depth: float
    breadth: float


@dataclass(frozen=True, slots=True)
class FocusRecord:
    """Focus in one period, cumulative to its end.

    ``focus`` is 1 minus the normalised entropy of the person's evidence over topics, 0 to 1.
    """

    period: str
    focus: float
    topics: int


@dataclass(frozen=True, slots=True)
class History:
    """A person's topic histories: topic id to its periods, and focus over time."""

    topics: dict[int, tuple[PeriodRecord, ...]]
    focus: tuple[FocusRecord, ...]
