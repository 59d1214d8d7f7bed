"""A digest of everything that a topic's ranking is made of: the same digest, the same ranking."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reputation.factors import base_rate
from reputation.posts import Flags
from reputation.standing import StandingModel, TopicState
from reputation.topic_facts import ON_TOPIC


def fingerprint(model: StandingModel, state: TopicState) -> bytes:
    """Digest of what ``model.scored(state)`` reads.

    Much cheaper than scoring, so that after a new post only the topics are
    scored that it has a part in.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in _parts(model, state):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(part).data)
    return digest.digest()


def _parts(model: StandingModel, state: TopicState) -> Iterator[NDArray[Any]]:
    evidence, ledger, scope = state.evidence, model.ledger, state.scope
    yield from (evidence.person, evidence.asker, evidence.month, evidence.z, evidence.mass)
    yield from (evidence.counted, evidence.work)
    # Of the people who helped: all that they did elsewhere; of all who take part: who they are.
    helping = _marked(evidence.person, len(ledger.people))
    taking_part = helping | _marked(evidence.asker, len(ledger.people))
    yield from (ledger.people[taking_part], model.established[taking_part])
    yield from (scope.all_work[helping], scope.months[helping])
    theirs = helping[scope.work.person]
    yield from (scope.work.person[theirs], scope.work.asker[theirs], scope.work.mass[theirs])
    yield np.array([base_rate(state.factors.on_topic, scope.all_work)])
    # What is counted and shown beside the score.
    shown = (model.entry_theta(state.theta) >= ON_TOPIC) & (scope.work.mass > 0)
    yield from (ledger.person[shown], ledger.date[shown], ledger.thanked()[shown])
    built = shown[ledger.built_entry]
    yield from (ledger.person[ledger.built_entry[built]], ledger.built_by[built])
    posts = state.theta[model.topicality.document_of_post] >= ON_TOPIC
    posts &= ~model.posts.automatic
    if scope.posts is not None:
        posts &= scope.posts
    yield from (model.posts.person[posts], model.posts.date[posts])


def _marked(numbers: NDArray[np.int64], size: int) -> Flags:
    marked = np.zeros(size, dtype=np.bool_)
    marked[numbers] = True
    return marked
