"""The protocol of quality, parts 1 and 2: who answers next, and who is recognised.

Part 1 replays old questions; each method sees only what was dated before the
question, topics and idf included. Part 2 ranks people for the text of judged
topics. Both return figures beside every baseline.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from archive.errors import UsageError
from reputation.arrays import by_first_appearance
from reputation.baselines import NAMES, Baselines
from reputation.matching import PAKAR_1, Matcher
from reputation.measures import Difference, Measured, mean, measure, paired_difference
from reputation.posts import Flags, Floats, Integers, Posts
from reputation.standing import METHOD, StandingModel, text_weights

MONTH: Final = 30 * 86_400
RANKED: Final = 50
"""Places of a ranking that part 1 looks at."""
THANKED_GAIN: Final = 3.0


@dataclass(frozen=True, slots=True)
class MethodFigures:
    """Means of a method's measures over the queries."""

    name: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of our method, of its earlier version where there is one, and of the baselines.

    queries: how many. ceiling: the share of relevant people who could be ranked
    at all. best_baseline: the one of highest MAP; difference: of average
    precision, ours minus its.
    """

    queries: int
    ceiling: float
    methods: tuple[MethodFigures, ...]
    best_baseline: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the replay: its row, and who answered it with their gains (by person id)."""

    row: int
    asker: int
    gains: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``person`` (a name), or ``email``, is expert on ``topic``; ``grade`` > 0."""

    topic: str
    person: str
    email: str | None
    grade: float


def questions(
    posts: Posts,
    base_subjects: Sequence[str],
    window: tuple[int, int],
    *,
    thanked: Iterable[int] = (),
    replies: Flags | None = None,
) -> list[Question]:
    """The questions dated within ``window`` (Unix seconds, end excluded), oldest first.

    A question is a thread's root, not automatic and not marked as a reply,
    whose base subject nobody else used in the 30 days before, with a reply by
    somebody else within 30 days. thanked: rows of posts that were thanked for.
    """
    _, thread, root = by_first_appearance(posts.thread)
    was_thanked = set(thanked)
    fresh = _fresh_subjects(posts, base_subjects)
    members: dict[int, list[int]] = {}
    for row, number in enumerate(thread.tolist()):
        members.setdefault(number, []).append(row)
    found = []
    for number, row in enumerate(root.tolist()):
        if not window[0] <= posts.date[row] < window[1] or posts.automatic[row]:
            continue
        if not fresh[row] or posts.parent[row] >= 0 or (replies is not None and replies[row]):
            continue
        asker, gains = int(posts.person[row]), dict[int, float]()
        for reply in members[number][1:]:
            person = int(posts.person[reply])
            late = posts.date[reply] - posts.date[row] > MONTH
            if person == asker or late or posts.automatic[reply]:
                continue
            gain = THANKED_GAIN if reply in was_thanked else 1.0
            gains[person] = max(gains.get(person, 0.0), gain)
        if gains:
            found.append(Question(row, asker, gains))
    return found


def _fresh_subjects(posts: Posts, base_subjects: Sequence[str]) -> list[bool]:
    """Whether nobody else used a post's base subject in the 30 days before it."""
    last: dict[str, tuple[int, int]] = {}
    last_by_another: dict[str, tuple[int, int]] = {}
    fresh = []
    for subject, date, person in zip(
        base_subjects, posts.date.tolist(), posts.person.tolist(), strict=True
    ):
        use = last.get(subject)
        if use is not None and use[0] != person:
            last_by_another[subject] = use
        other = last_by_another.get(subject)
        fresh.append(other is None or date - other[1] > MONTH)
        last[subject] = (person, date)
    return fresh


def evaluate_answers(
    posts: Posts,
    terms: tuple[csr_array, csr_array],
    matcher: Matcher,
    baselines: Baselines,
    asked: Sequence[Question],
) -> Evaluation:
    """Part 1: every method ranks candidates for each question as of the second before it."""
    table = _Table(matcher.people, matcher.formula.name)
    words = csr_array(terms[0] + terms[1])
    reachable = relevant = 0
    for question in asked:
        as_of = int(posts.date[question.row]) - 1
        found = matcher.index.find(_columns(words, question.row), as_of)
        column = _first_list(posts, question.row)
        values = matcher.values(found, as_of, column)
        candidates = set(matcher.people[np.isfinite(values)].tolist())
        reachable += sum(person in candidates for person in question.gains)
        relevant += len(question.gains)
        earlier = matcher.values(found, as_of, column, PAKAR_1)
        scores = {matcher.formula.name: np.exp(values), PAKAR_1.name: np.exp(earlier)}
        scores.update(baselines.at(as_of, found))
        table.add(scores, question.gains, skip=question.asker, cutoff=RANKED)
    return table.evaluation(reachable / relevant if relevant else 0.0)


def evaluate_recognition(
    model: StandingModel,
    matcher: Matcher,
    baselines: Baselines,
    judgements: Iterable[Judgement],
    resolve: Callable[[Judgement], int | None],
) -> Evaluation:
    """Part 2: people ranked for each topic's text, against who is judged expert on it.

    ``resolve`` gives the id of a judged person, None for one who never wrote;
    topics none of whose experts wrote are left out. ``pagerank`` and ``hits``
    see the answers of the topic's best threads (θ > 0), the text baselines the
    topic's text, the activity baselines the whole archive.
    """
    table = _Table(matcher.people, METHOD)
    named = known = 0
    as_of = int(model.posts.date[-1]) if len(model.posts) else 0
    for topic, experts in _by_topic(judgements).items():
        resolved = {resolve(judgement): judgement.grade for judgement in experts}
        gains = {person: grade for person, grade in resolved.items() if person is not None}
        if not gains:
            continue
        named, known = named + len(experts), known + len(gains)
        state = model.topic(text_weights(topic))
        theta = np.append(state.theta, 0.0)[model.topicality.document_of_post]
        found = matcher.index.find(matcher.columns(topic, ""), as_of)
        ours = np.zeros(len(matcher.people))
        for line in model.scored(state, draws=0):
            ours[matcher.people == line.person] = line.value
        table.add({METHOD: ours, **baselines.within(theta > 0, as_of, found)}, gains)
    return table.evaluation(known / named if named else 0.0)


def parse_judgements(lines: Iterable[str]) -> list[Judgement]:
    """Judgements of a ``topic<TAB>person<TAB>grade or e-mail`` file; ``#`` begins a comment.

    Raises ``UsageError`` naming the line that is none. A missing third column means grade 1.
    """
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        topic, *rest = (part.strip() for part in line.rstrip("\r\n").split("\t"))
        if not topic or not rest or not rest[0] or len(rest) > 2:
            raise UsageError(f"line {number} of the judgements is not topic, person, grade")
        last = rest[1] if len(rest) == 2 else ""
        email, grade = (last.lower(), 1.0) if "@" in last else (None, _grade(last, number))
        if grade > 0:
            found.append(Judgement(topic, rest[0], email, grade))
    return found


def _grade(text: str, number: int) -> float:
    if not text:
        return 1.0
    try:
        grade = float(text)
    except ValueError:
        grade = math.nan
    if not math.isfinite(grade):
        raise UsageError(f"line {number} of the judgements: {text[:40]!r} is no grade or e-mail")
    return grade


class _Table:
    """Measures of every method, query by query."""

    def __init__(self, people: Integers, method: str) -> None:
        self._people, self._method = people, method
        self._lines: dict[str, list[Measured]] = {name: [] for name in (method, *NAMES)}

    def add(
        self,
        scores: Mapping[str, Floats],
        gains: Mapping[int, float],
        *,
        skip: int | None = None,
        cutoff: int | None = None,
    ) -> None:
        """Measures every method's ranking; ``gains``: of the relevant people by id."""
        ideal = list(gains.values())
        for name, values in scores.items():
            ranked = np.flatnonzero(values > 0)
            ranked = ranked[np.argsort(-values[ranked], kind="stable")]
            # Nobody looks further than this, and one place more makes up for the asker's.
            ids = self._people[ranked[: None if cutoff is None else cutoff + 1]].tolist()
            line = [gains.get(person, 0.0) for person in ids if person != skip]
            self._lines.setdefault(name, []).append(measure(line, ideal, cutoff))

    def evaluation(self, ceiling: float) -> Evaluation:
        """The means, and the difference to the best baseline."""
        earlier = [name for name in self._lines if name not in (self._method, *NAMES)]
        figures = {
            name: MethodFigures(name, mean(self._lines[name]))
            for name in (self._method, *earlier, *NAMES)
        }
        best = max(NAMES, key=lambda name: figures[name].measured.average_precision)
        ours = [line.average_precision for line in self._lines[self._method]]
        theirs = [line.average_precision for line in self._lines[best]]
        difference = paired_difference(ours, theirs)
        return Evaluation(len(ours), ceiling, tuple(figures.values()), best, difference)


def _columns(words: csr_array, row: int) -> dict[int, float]:
    run = slice(words.indptr[row], words.indptr[row + 1])
    return dict(zip(words.indices[run].tolist(), words.data[run].tolist(), strict=True))


def _first_list(posts: Posts, row: int) -> int | None:
    columns = posts.lists.indices[posts.lists.indptr[row] : posts.lists.indptr[row + 1]]
    return int(columns[0]) if len(columns) else None


def _by_topic(judgements: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    topics: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        topics.setdefault(judgement.topic, []).append(judgement)
    return topics
