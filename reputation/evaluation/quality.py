"""Parts 1 and 2 of the protocol: who answers next, and who is recognised.

Part 1 replays old questions; each method sees only what is dated before the question,
topics and idf included. Part 2 ranks people for the text of judged topics. Both return
figures beside those of every baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Floats
from reputation.corpus.posts import Posts
from reputation.evaluation.baselines import Baselines
from reputation.evaluation.comparison import Comparison, Evaluation
from reputation.evaluation.judgements import Judgement, by_topic
from reputation.matching.features import Query
from reputation.matching.likeness import before_recency, like_answers
from reputation.matching.matcher import PAKAR_1, Matcher
from reputation.matching.questions import Question, first_list, words_of
from reputation.matching.votes import Found
from reputation.matching.weights import Weights, total
from reputation.standing.formula import Factors, recognition
from reputation.standing.model import METHOD, StandingModel, text_weights

RANKED: Final = 50
"""How many places of a ranking part 1 examines."""


def evaluate_answers(
    posts: Posts,
    terms: tuple[csr_array, csr_array],
    matcher: Matcher,
    baselines: Baselines,
    asked: Sequence[Question],
    *,
    rankers: Sequence[Weights] = (),
    method: str | None = None,
) -> Evaluation:
    """Part 1: every method ranks candidates for each question as of the second before it.

    rankers: linear rankers to test beside the formulas.
    method: name of our method; None means the matcher's own formula.
    """
    ours = method or matcher.formula.name
    formulas = {formula.name: formula for formula in (matcher.formula, PAKAR_1)}
    versions = [*(ranker.method for ranker in rankers), *formulas]
    table = Comparison(matcher.people, ours, [name for name in versions if name != ours])
    words = csr_array(terms[0] + terms[1])
    reachable = relevant = 0
    for question in asked:
        as_of = int(posts.date[question.row]) - 1
        query = Query(words_of(words, question.row), words_of(terms[0], question.row))
        found = matcher.index.find(query.words, as_of)
        column = first_list(posts, question.row)
        scores = {
            name: np.exp(matcher.values(found, as_of, column, formula))
            for name, formula in formulas.items()
        }
        scores.update(_ranked(matcher, rankers, query, found=found, as_of=as_of, column=column))
        candidates = set(matcher.people[scores[PAKAR_1.name] > 0].tolist())
        reachable += sum(person in candidates for person in question.gains)
        relevant += len(question.gains)
        scores.update(baselines.at(as_of, found))
        name = str(posts.message[question.row])
        table.add(name, scores, question.gains, skip=question.asker, cutoff=RANKED)
    return table.evaluation(reachable / relevant if relevant else 0.0)


def _ranked(
    matcher: Matcher,
    rankers: Sequence[Weights],
    query: Query,
    *,
    found: Found,
    as_of: int,
    column: int | None,
) -> dict[str, Floats]:
    """Odds of each person by each linear ranker; 0 for people who never answered."""
    if not rankers:
        return {}
    candidates = matcher.features.at(query, found, as_of, column)
    like = like_answers(found, matcher.index).of(candidates.people)
    scores = {}
    for ranker in rankers:
        odds = np.zeros(len(matcher.people))
        people, parts = ranker.parts(candidates)
        value = before_recency(total(parts), like)
        # Keep the odds of candidates above 0, because 0 means that somebody never answered.
        odds[people] = np.exp(np.maximum(value - value.max(initial=0.0), -700.0))
        scores[ranker.method] = odds
    return scores


def evaluate_recognition(
    model: StandingModel,
    matcher: Matcher,
    baselines: Baselines,
    judgements: Iterable[Judgement],
    resolve: Callable[[Judgement], int | None],
) -> Evaluation:
    """Part 2: rank people for each topic's text, and compare with the judged experts.

    resolve: returns the person id for a judgement, None for somebody who never wrote.
        Topics without a known expert are left out.

    ``pagerank`` and ``hits`` use the answers of the topic's best threads (θ > 0), the
    text baselines use the topic's text, and the activity baselines use the whole
    archive. S is also ranked without each of its factors.
    """
    table = Comparison(matcher.people, METHOD, tuple(_WITHOUT))
    named = known = 0
    as_of = int(model.posts.date[-1]) if len(model.posts) else 0
    for topic, experts in by_topic(judgements).items():
        resolved = {resolve(judgement): judgement.grade for judgement in experts}
        gains = {person: grade for person, grade in resolved.items() if person is not None}
        if not gains:
            continue
        named, known = named + len(experts), known + len(gains)
        state = model.topic(text_weights(topic))
        theta = state.theta[model.topicality.document_of_post]
        found = matcher.index.find(matcher.columns(topic, ""), as_of)
        ranked = np.isin(matcher.people, [line.person for line in model.scored(state, draws=0)])
        scores = {METHOD: np.where(ranked, state.factors.value, 0.0)}
        for name, without in _WITHOUT.items():
            scores[name] = np.where(ranked, without(state.factors), 0.0)
        table.add(topic, {**scores, **baselines.within(theta > 0, as_of, found)}, gains)
    return table.evaluation(known / named if named else 0.0)


def _product(*parts: Floats) -> Floats:
    product: Floats = np.prod(parts, axis=0)
    return product


_WITHOUT: Final[Mapping[str, Callable[[Factors], Floats]]] = {
    "without steadiness": lambda s: _product(
        np.sqrt(s.consistency), recognition(s.helped), s.presence
    ),
    "without consistency": lambda s: _product(s.steadiness, recognition(s.helped), s.presence),
    "without recognition": lambda s: _product(s.steadiness, np.sqrt(s.consistency), s.presence),
    "without presence": lambda s: _product(
        s.steadiness, np.sqrt(s.consistency), recognition(s.helped)
    ),
}
"""S without one of its factors, by name."""
