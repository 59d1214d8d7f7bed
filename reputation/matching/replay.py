"""Replay an archive's old questions: what the ranker would have known, and who answered."""

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
"""How many of a question's candidates, the formula's best, are used for training."""
OTHERS: Final = 20
"""How many other candidates, drawn at random, are used for training too."""
SEED: Final = 4_711


@dataclass(frozen=True, slots=True)
class Replay:
    """Old questions with their candidates.

    missing: for each question, how many answerers had never answered before.
    formula: for each candidate, the formula's value.
    """

    choices: Choices
    missing: Integers
    formula: Floats

    def precisions(self, values: Floats, first: int, last: int) -> list[float]:
        """Average precision of each question from ``first`` up to ``last`` (exclusive).

        values: for each candidate, the value by which it is ranked.
        """
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
    """Replay each question as of the second before it.

    Keeps only questions with an answerer who had answered before.
    asked: questions, oldest first.
    stop: returns whether to end early, with the questions replayed so far.
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
