"""What S would be if one post had never been written, worked out from its thread alone.

Without the post its thread is another conversation: who replied to it replies
to what it answered, its author's later posts there move up (n_thread), as do
later answers to the same asker elsewhere (n_pair); the thread has fewer words,
hence another θ, and where it was the topic's best one all others are measured
against the next. What stays as it was: who is established, how rare words are,
how long threads are on average, and what other people did.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import Flags, Floats, Integers, ordinals, rounded, spread, sum_rows
from reputation.corpus.posts import Posts
from reputation.evidence.endorsement import full_at
from reputation.evidence.ledger import DISCUSSION_WEIGHT, NEVER, UNVOUCHED_WEIGHT, Kind, Ledger
from reputation.evidence.thread_facts import Conversation, read_conversation
from reputation.standing.formula import (
    Evidence,
    active_months,
    helped,
    month_of,
    on_topic_work,
    presence,
    standing,
    steadiness,
    topic_consistency,
)
from reputation.standing.model import UNNAMED_SHARE, StandingModel, TopicState
from reputation.topics.topicality import POWER


def standing_without(
    model: StandingModel, state: TopicState, who: int, entries: Integers
) -> Floats:
    """S of a person (by number) on the topic without the post of each of ``entries`` in turn.

    entries: rows of the ledger that are the person's, in threads on the topic.
    """
    removed = _without(model, state, who, entries)
    rows, thread, pinned = _rows_of(model, state, who)
    values = np.zeros(len(entries))
    for place, entry in enumerate(entries.tolist()):
        inside = thread == model.ledger.thread[entry]
        factor = float(removed.others[place])
        old = replace(rows, z=np.where(pinned, rows.z, rows.z * factor))
        first, last = np.searchsorted(removed.copy, (place, place + 1)).tolist()
        now = _joined(old, inside, removed.rows.take(slice(first, last)))
        values[place] = _standing(state, who, now, factor)
    return values


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of evidence of one person.

    row: of the post. month, asker, z, counted, work: as in ``Evidence``.
    weight: w. pair: how many answers to the asker came before it.
    """

    row: Integers
    month: Integers
    asker: Integers
    z: Floats
    weight: Floats
    pair: Integers
    counted: Flags
    work: Flags

    def take(self, places: Integers | slice) -> _Rows:
        return _Rows(*(getattr(self, name)[places] for name in _COLUMNS))

    def and_those_of(self, *others: _Rows) -> _Rows:
        every = (self, *others)
        return _Rows(
            *(np.concatenate([getattr(rows, name) for rows in every]) for name in _COLUMNS)
        )


_COLUMNS: Final = tuple(column.name for column in fields(_Rows))


class _Removed(NamedTuple):
    """Threads without a post of the person's: what is the person's in each.

    rows: their weights, and ``pair``, are those of a first answer to the asker.
    copy: the place of the post that each of them lacks, ascending. others: for
    each post, the factor of θ of all threads that are not pinned.
    """

    rows: _Rows
    copy: Integers
    others: Floats


def _rows_of(model: StandingModel, state: TopicState, who: int) -> tuple[_Rows, Integers, Flags]:
    """All rows of a person, with their threads and whether these are pinned to the topic."""
    ledger, work = model.ledger, state.scope.work
    own = np.flatnonzero(ledger.person == who)
    mine = state.evidence.person == who
    z = np.zeros(len(own))
    z[np.searchsorted(own, state.entries[mine])] = state.evidence.z[mine]
    pair = np.zeros(len(own), dtype=np.int64)
    answer = ~work.work[own]
    pair[answer] = ordinals(ledger.asker[own[answer]])
    rows = _Rows(
        row=ledger.row[own],
        month=work.month[own],
        asker=ledger.asker[own],
        z=z,
        weight=work.mass[own],
        pair=pair,
        counted=work.counted[own],
        work=work.work[own],
    )
    pinned = np.isin(ledger.thread[own], state.pinned)
    return rows, ledger.thread[own], pinned


def _joined(old: _Rows, inside: Flags, new: _Rows) -> _Rows:
    """The rows outside of the thread with the new ones in it, their n_pair counted anew."""
    askers = np.concatenate([old.asker[inside], new.asker])
    same = ~inside & ~old.work & np.isin(old.asker, askers)
    untouched, counted = old.take(np.flatnonzero(~inside & ~same)), old.take(np.flatnonzero(same))
    answer = ~new.work
    counted = counted.and_those_of(new.take(np.flatnonzero(answer)))
    order = np.argsort(counted.row)
    pair = np.empty_like(order)
    pair[order] = ordinals(counted.asker[order])
    weight = counted.weight * ((counted.pair + 1) / (pair + 1)) ** 0.25
    counted = replace(counted, weight=weight)
    return untouched.and_those_of(counted, new.take(np.flatnonzero(new.work)))


def _standing(state: TopicState, who: int, rows: _Rows, others: float) -> float:
    """S of a person who has these rows; others: what θ of other people's threads is times."""
    mass = rows.z * rows.weight
    nobody = np.zeros(len(rows.row), dtype=np.int64)
    evidence = Evidence(nobody, rows.asker, rows.month, rows.z, mass, rows.counted, rows.work)
    point, all_work = state.factors, state.scope.all_work
    mine, weight = on_topic_work(evidence, 1), float(rows.weight.sum())
    everybody = float(all_work.sum()) - float(all_work[who]) + weight
    on_topic = others * (float(point.on_topic.sum()) - float(point.on_topic[who])) + mine
    rate = rounded(on_topic / everybody) if everybody > 0 else np.zeros(1)
    active = np.flatnonzero((rows.counted | rows.work) & (rows.weight > 0))
    months = active_months(nobody[active], rows.month[active], 1)
    return float(
        standing(
            steadiness(evidence, 1),
            topic_consistency(mine, np.array([weight]), rate),
            helped(evidence, 1),
            presence(months),
        )[0]
    )


def _without(model: StandingModel, state: TopicState, who: int, entries: Integers) -> _Removed:
    """The threads of ``entries``, each without the entry's post, read anew."""
    ledger, posts = model.ledger, model.posts
    removed = ledger.row[entries]
    starts, lengths, order = model.rows_of_threads
    threads = ledger.thread[entries]
    row = order[spread(starts[threads], lengths[threads])]
    copy = np.repeat(np.arange(len(entries)), lengths[threads])
    kept = row != removed[copy]
    row, copy = row[kept], copy[kept]
    facts = _read(model, row, copy, removed)
    author = facts.people[facts.person]
    answers = facts.useful & (facts.person != facts.asker)
    mine = np.flatnonzero(answers & (author == who))
    work = _works(model, facts, row, answers)
    work = work[author[work] == who]
    chosen = np.concatenate([mine, work])
    is_work = np.arange(len(chosen)) >= len(mine)
    scope = state.scope.posts
    inside = np.ones(len(row), dtype=np.bool_) if scope is None else scope[row]
    # A thread that nobody answers any more is none of the topic's.
    answered = np.bincount(copy[answers & inside], minlength=len(entries)) > 0
    theta, others = _theta(model, state, entries, (row, copy), answered)
    asker = facts.people[facts.asker[chosen]]
    vouched = _vouched(model, who)[asker]
    # Who stands in for an asker whose post goes is answered, and vouched for, in the thread.
    trusted = answers & (author != who) & model.established[author]
    vouched |= np.isin(facts.thread[chosen], facts.thread[trusted])
    weight = _weights(ledger, facts, author == who, mine)
    weight = np.concatenate([weight, np.ones(len(work))])
    weight *= np.where(vouched | is_work, 1.0, UNVOUCHED_WEIGHT) * inside[chosen]
    named = UNNAMED_SHARE + (1 - UNNAMED_SHARE) * _coverage(model, state, row[chosen])
    rows = _Rows(
        row=row[chosen],
        month=month_of(posts.date[row[chosen]]),
        asker=asker,
        z=theta[copy[chosen]] * np.where(is_work, 1.0, named),
        weight=weight,
        pair=np.zeros(len(chosen), dtype=np.int64),
        counted=vouched & ~is_work,
        work=is_work,
    )
    by_copy = np.argsort(copy[chosen], kind="stable")
    return _Removed(rows.take(by_copy), copy[chosen][by_copy], others)


def _read(model: StandingModel, row: Integers, copy: Integers, removed: Integers) -> Conversation:
    """The facts of the copied threads; replies to the post that goes are to its parent."""
    posts, size = model.posts, len(model.posts)
    parent = posts.parent[row]
    gone = removed[copy]
    parent = np.where(parent == gone, posts.parent[gone], parent)
    key, wanted = copy * size + row, copy * size + parent
    place = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    known = (parent >= 0) & (key[place] == wanted) if len(key) else parent >= 0
    threads = Posts(
        message=posts.message[row],
        thread=copy,
        person=model.author[row],
        date=posts.date[row],
        parent=np.where(known, place, -1),
        automatic=posts.automatic[row],
        own_length=posts.own_length[row],
        thanks=posts.thanks[row],
        offers=posts.offers[row],
        lists=posts.lists[:0],
        list_ids=posts.list_ids,
    )
    return read_conversation(threads, None if model.replies is None else model.replies[row])


def _weights(ledger: Ledger, facts: Conversation, own: Flags, mine: Integers) -> Floats:
    """Weights of the person's answers without τ and n_pair."""
    human = np.flatnonzero(own & facts.human)
    before = np.zeros(len(own), dtype=np.int64)
    before[human] = ordinals(facts.thread[human])
    discussion = facts.rootless | ((facts.parent >= 0) & (facts.parent_person != facts.asker))
    full = full_at(facts, mine, ledger.established_at[facts.people]) < NEVER
    share = np.where(discussion[mine] & ~full, DISCUSSION_WEIGHT, 1.0)
    return share / (before[mine] + 1)


def _works(model: StandingModel, facts: Conversation, row: Integers, answers: Flags) -> Integers:
    """Places of the roots that are reviewed works."""
    root = facts.root
    offered = model.posts.offers[row[root]] & facts.human[root] & ~facts.rootless[root]
    reviewing = answers.copy()
    if model.ledger.mature_at < NEVER:
        reviewing &= model.established[facts.people[facts.person]]
    reviewed = np.bincount(facts.thread[reviewing], minlength=len(root)) > 0
    return root[offered & reviewed]


def _vouched(model: StandingModel, who: int) -> Flags:
    """For each person: whether vouched for in favour of ``who``."""
    ledger = model.ledger
    if ledger.mature_at == NEVER:
        return np.ones(len(ledger.people), dtype=np.bool_)
    vouching = (ledger.kind != Kind.WORK) & (ledger.person != who)
    vouching &= model.established[ledger.person]
    vouched = model.established.copy()
    vouched[ledger.asker[vouching]] = True
    return vouched


def _theta(
    model: StandingModel,
    state: TopicState,
    entries: Integers,
    left: tuple[Integers, Integers],
    answered: Flags,
) -> tuple[Floats, Floats]:
    """θ of each thread without its post, and the factor of θ of all others.

    left: the rows that stay, and of which thread. answered: whether anybody still answers it.
    """
    row, copy = left
    topicality, ledger = model.topicality, model.ledger
    count, removed = len(entries), ledger.row[entries]
    root = ledger.root[ledger.thread[entries]]
    words = sum_rows(model.terms.rows(row)[1], copy, count)
    gone = model.terms.rows(removed)[1]
    # A thread whose beginning goes is called by the next post's subject.
    first = np.searchsorted(copy, np.arange(count))
    now = np.where(root == removed, np.append(row, 0)[first], root)
    subjects = (model.terms.rows(roots)[0] for roots in (root, now))
    before = topicality.score(state.query, csr_array(words + gone), next(subjects))
    after = topicality.score(state.query, words, next(subjects))
    ratio = answered * np.divide(after, before, out=np.zeros(count), where=before > 0)
    document = ledger.thread[entries]
    pinned = np.isin(document, state.pinned)
    changed = state.theta[document] * ratio**POWER
    highest, second = _highest(state)
    beside = np.where(document == highest, second, 1.0)
    top = np.maximum(changed, np.where(pinned, 1.0, beside))
    others = np.divide(1.0, top, out=np.ones(count), where=top > 0)
    return np.where(pinned, answered, changed * others), np.where(pinned, 1.0, others)


def _highest(state: TopicState) -> tuple[int, float]:
    """The document that all others are measured against, and the next one's θ."""
    free = state.theta.copy()
    free[state.pinned] = 0.0
    highest = int(np.argmax(free))
    free[highest] = 0.0
    return highest, float(free.max())


def _coverage(model: StandingModel, state: TopicState, row: Integers) -> Floats:
    """Share c of the query that each post names."""
    subjects, texts = model.terms.rows(row)
    named = csr_array(subjects + texts)
    return model.topicality.share_named(state.query, named)
