"""A digest of everything that a topic's ranking is made of: the same digest, the same ranking."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reputation.arrays import Flags
from reputation.standing.model import StandingModel, TopicState
from reputation.topics.topicality import ON_TOPIC


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
    # People by id: their numbers move when somebody else turns out to have written earlier.
    who = ledger.people
    yield from (who[evidence.person], who[evidence.asker], evidence.month)
    yield from (evidence.z, evidence.mass, evidence.counted, evidence.work)
    # Of those who helped, all that they did elsewhere; of all who take part, who they are.
    helping = _marked(evidence.person, len(who))
    taking_part = helping | _marked(evidence.asker, len(who))
    yield from (who[taking_part], model.established[taking_part], scope.all_work[helping])
    yield scope.months[helping]
    theirs = helping[scope.work.person]
    askers = scope.work.asker[theirs]
    yield from (who[scope.work.person[theirs]], who[askers], scope.work.mass[theirs])
    yield from (model.since[evidence.asker], model.since[askers])
    yield np.atleast_1d(state.factors.rate)
    # What is counted and shown beside the score.
    shown = (model.entry_theta(state.theta) >= ON_TOPIC) & (scope.work.mass > 0)
    yield from (who[ledger.person[shown]], ledger.date[shown], ledger.thanked()[shown])
    built = shown[ledger.built_entry]
    yield from (who[ledger.person[ledger.built_entry[built]]], who[ledger.built_by[built]])
    posts = state.theta[model.topicality.document_of_post] >= ON_TOPIC
    posts &= ~model.posts.automatic
    if scope.posts is not None:
        posts &= scope.posts
    yield from (model.posts.person[posts], model.posts.date[posts])


def _marked(numbers: NDArray[np.int64], size: int) -> Flags:
    marked = np.zeros(size, dtype=np.bool_)
    marked[numbers] = True
    return marked
