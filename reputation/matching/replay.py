"""Replays an archive's old questions: what the ranker would have known, and who answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Flags, Floats, Integers
from reputation.corpus.posts import Posts
from reputation.matching.features import Query
from reputation.matching.logit import Choices
from reputation.matching.matcher import Matcher
from reputation.matching.measures import average_precision
from reputation.matching.questions import Question, first_list, words_of

LIKELIEST: Final = 70
"""Candidates of a question that are learnt from: the formula's best …"""
OTHERS: Final = 20
"""… and as many drawn from all the rest."""
SEED: Final = 4_711


@dataclass(frozen=True, slots=True)
class Replay:
    """Past questions with their candidates.

    missing: of each question, how many of its answerers had never answered before.
    formula: the value of each candidate by the formula.
    """

    choices: Choices
    missing: Integers
    formula: Floats

    def precisions(self, values: Floats, first: int, last: int) -> list[float]:
        """Average precision of the questions ``first`` to before ``last``, ranked by ``values``."""
        ends = np.append(self.choices.start, len(self.choices.answered))
        found = []
        for question in range(first, last):
            rows = slice(int(ends[question]), int(ends[question + 1]))
            order = np.argsort(-values[rows], kind="stable")
            answered = self.choices.answered[rows][order] > 0
            hits = (np.flatnonzero(answered) + 1).tolist()
            found.append(average_precision(hits, len(hits) + int(self.missing[question])))
        return found


def replay(
    matcher: Matcher,
    posts: Posts,
    terms: tuple[csr_array, csr_array],
    asked: Sequence[Question],
    stop: Callable[[], bool] = lambda: False,
) -> Replay:
    """The questions that somebody answered who had answered before, oldest first.

    Each is seen as of the second before it. stop: whether to end early, with
    the questions so far.
    """
    words = csr_array(terms[0] + terms[1])
    random = np.random.default_rng(SEED)
    names: tuple[str, ...] = ()
    values, answered, formula, missing = [], [], [], []
    for question in asked:
        if stop():
            break
        as_of = int(posts.date[question.row]) - 1
        query = Query(words_of(words, question.row), words_of(terms[0], question.row))
        found = matcher.index.find(query.words, as_of)
        column = first_list(posts, question.row)
        by_formula = matcher.values(found, as_of, column)
        candidates = matcher.features.at(query, found, as_of, column)
        ids = matcher.people[candidates.people]
        right: Flags = np.isin(ids, list(question.gains))
        if not right.any():
            continue
        value = by_formula[candidates.people]
        chosen = _chosen(value, right, random) & (ids != question.asker)
        names = candidates.names
        values.append(candidates.values[chosen].astype(np.float32))
        answered.append(right[chosen].astype(np.float32))
        formula.append(value[chosen])
        missing.append(len(question.gains) - int(right.sum()))
    if not values:
        nothing = np.zeros(0)
        empty = Choices((), np.zeros((0, 0)), nothing, np.zeros(0, dtype=np.int64))
        return Replay(empty, empty.start, nothing)
    lengths = np.array([len(part) for part in answered])
    choices = Choices(
        names, np.concatenate(values), np.concatenate(answered), np.cumsum(lengths) - lengths
    )
    return Replay(choices, np.array(missing), np.concatenate(formula))


def _chosen(value: Floats, right: Flags, random: np.random.Generator) -> Flags:
    chosen = right.copy()
    chosen[np.argsort(-value, kind="stable")[:LIKELIEST]] = True
    chosen[random.integers(0, len(value), OTHERS)] = True
    return chosen
