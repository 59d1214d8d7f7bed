"""What S would be if one post had never been written, worked out from its thread alone.

Without the post its thread is another conversation: who replied to it replies
to what it answered, its author's later posts there move up (n_thread), as do
later answers to the same asker elsewhere (n_pair); the thread has fewer words,
hence another θ, and where it was the topic's best one all others are measured
against the next. What stays as it was: who is established, how rare words are,
how long threads are on average, and what other people did.

Several posts are left out at once, each in a copy of its thread. The copies are
read by ``reputation.evidence`` and weighed by ``reputation.standing.formula``,
as every thread is; the formula gets a column for each copy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from reputation.arrays import (
    Flags,
    Floats,
    Integers,
    joined,
    numbers_in,
    ordinals,
    spread,
    sum_rows,
)
from reputation.corpus.mentions import Mentions
from reputation.evidence.build import ledger_of
from reputation.evidence.ledger import Kind, Ledger, repeated
from reputation.evidence.thread_facts import read_conversation
from reputation.evidence.vouching import Established
from reputation.standing.formula import (
    Evidence,
    active_months,
    all_work,
    factors,
    relevance,
    topic_work,
)
from reputation.standing.model import StandingModel, TopicState

CELLS: Final = 1 << 20
"""Rows of evidence times posts left out that are worked on at once: some 8 MB a table."""


def standing_without(
    model: StandingModel, state: TopicState, who: int, entries: Integers
) -> Floats:
    """S of a person (by number) on the topic without the post of each of ``entries`` in turn.

    entries: rows of the ledger that are the person's, in threads on the topic.
    """
    size = max(1, CELLS // int(np.count_nonzero(model.ledger.person == who)))
    parts = [entries[start : start + size] for start in range(0, len(entries), size)]
    return np.concatenate([_standing(model, state, who, _copies(model, part)) for part in parts])


@dataclass(frozen=True, slots=True)
class _Copies:
    """Threads, each without one post.

    entries: the ledger row of the post that each lacks. row, copy: of every other
    post its row and in which copy it is, by copy and then by row.
    """

    entries: Integers
    row: Integers
    copy: Integers

    def __len__(self) -> int:
        return len(self.entries)


def _copies(model: StandingModel, entries: Integers) -> _Copies:
    starts, lengths, order = model.rows_of_threads
    threads = model.ledger.thread[entries]
    row = order[spread(starts[threads], lengths[threads])]
    copy = np.repeat(np.arange(len(entries)), lengths[threads])
    kept = row != model.ledger.row[entries][copy]
    return _Copies(entries, row[kept], copy[kept])


def _standing(model: StandingModel, state: TopicState, who: int, copies: _Copies) -> Floats:
    """S of the person with each of the copies in the place of its thread."""
    scope, point = state.scope, state.factors
    again, answered = _read(model, scope.posts, copies, who)
    theta, factor, covered = _topicality(model, state, copies, answered, again.row)
    on_topic = relevance(theta[again.thread], covered, again.kind == Kind.WORK)
    own = np.flatnonzero(model.ledger.person == who)
    work = _work(model, scope.work, own, again, copies)

    mine = state.evidence.person == who
    entries = state.entries[mine]
    pinned = np.isin(model.ledger.thread[entries], state.pinned)
    elsewhere = state.evidence.z[mine][:, None] * np.where(pinned[:, None], 1.0, factor)
    z = np.concatenate([elsewhere, np.repeat(on_topic[:, None], len(copies), axis=1)])
    rows = np.append(np.searchsorted(own, entries), np.arange(len(own), len(work)))
    weight = topic_work(work, 1)
    found = factors(
        work.take(rows).on_topic(z),
        weight,
        active_months(work, 1),
        everybody=scope.all_work.sum() - scope.all_work[who] + weight[0],
        others=factor * (point.on_topic.sum() - point.on_topic[who]),
    )
    value: Floats = found.value[0]
    return value


def _read(
    model: StandingModel, inside: Flags | None, copies: _Copies, who: int
) -> tuple[Ledger, Flags]:
    """The person's evidence in the copies, and whether anybody still answers each.

    Its ``row`` is a place in ``copies.row``, its ``thread`` a copy, its ``asker``
    the model's number. inside: the posts that count, None for all.
    """
    ledger, posts, row = model.ledger, model.posts, copies.row
    people, begin = len(ledger.people), copies.copy * len(posts)
    gone = ledger.row[copies.entries][copies.copy]
    parent = np.where(posts.parent[row] == gone, posts.parent[gone], posts.parent[row])
    cut = replace(
        posts.take(row),
        thread=copies.copy,
        # Nobody in one copy is anybody in another.
        person=copies.copy * people + model.author[row],
        parent=numbers_in(begin + row, np.where(parent >= 0, begin + parent, -1)),
    )
    replies = None if model.replies is None else model.replies[row]
    facts = read_conversation(cut, replies)
    known = Established(ledger.established_at[facts.people % people], ledger.mature_at)
    every = ledger_of(cut, Mentions(replies=replies), facts, known)
    if inside is not None:
        every = replace(every, base=np.where(inside[row[every.row]], every.base, 0.0))
    answers = every.thread[(every.kind != Kind.WORK) & (every.base > 0)]
    answered = np.bincount(every.threads[answers], minlength=len(copies)) > 0
    theirs = every.take(np.flatnonzero(every.people[every.person] % people == who))
    asker = every.people[theirs.asker] % people
    vouched = ledger.vouched_for(who)[asker] & (theirs.kind != Kind.WORK)
    return replace(
        theirs,
        asker=asker,
        thread=every.threads[theirs.thread],
        vouched_at=np.where(vouched, 0, theirs.vouched_at),
    ), answered


def _work(
    model: StandingModel, work: Evidence, own: Integers, again: Ledger, copies: _Copies
) -> Evidence:
    """All work of the person, a column for each copy: what is ``own`` elsewhere, and in the copy.

    work: all rows of the ledger.
    """
    ledger = model.ledger
    work = work.take(own).joined(all_work(again))
    row = np.append(ledger.row[own], copies.row[again.row])
    copy = np.append(np.full_like(own, -1), again.thread)
    present = np.concatenate(
        [
            ledger.thread[own][:, None] != ledger.thread[copies.entries],
            again.thread[:, None] == np.arange(len(copies)),
        ]
    )
    mass = np.where(present, work.mass[:, None], 0.0)
    # n_pair is counted anew for whoever was or is answered in the thread.
    answer = ~work.work
    moved, column = np.nonzero((present == (copy >= 0)[:, None]) & answer[:, None])
    askers = np.zeros((len(ledger.people), len(copies)), dtype=np.bool_)
    askers[work.asker[moved], column] = True
    place, column = np.nonzero(askers[work.asker] & present & answer[:, None])
    order = np.argsort(row[place], kind="stable")
    place, column = place[order], column[order]
    before = np.zeros_like(row)
    before[answer] = ordinals(joined(copy + 1, work.asker)[answer])
    now = ordinals(joined(column, work.asker[place]))
    mass[place, column] *= repeated(before[place]) / repeated(now)
    return replace(
        work, person=np.zeros_like(row), z=mass, mass=mass, counted=work.counted[:, None]
    )


def _topicality(
    model: StandingModel, state: TopicState, copies: _Copies, answered: Flags, places: Integers
) -> tuple[Floats, Floats, Floats]:
    """θ of each copy, what θ of every other thread is times then, and c of the posts at ``places``.

    A copy that nobody answers any more is none of the topic's; pinned threads stay as they are.
    """
    ledger, topicality, count = model.ledger, model.topicality, len(copies)
    removed, thread = ledger.row[copies.entries], ledger.thread[copies.entries]
    left, worlds = len(copies.row), np.arange(count)
    subjects, texts = model.terms.rows(np.concatenate([copies.row, removed]))
    words = sum_rows(texts[:left], copies.copy, count)
    # A thread whose beginning goes is called by the next post's subject.
    next_one = np.minimum(np.searchsorted(copies.copy, worlds), left + count - 1)
    root = np.where(ledger.root[thread] == removed, left + worlds, next_one)
    before = topicality.score(state.query, csr_array(words + texts[left:]), subjects[root])
    after = topicality.score(state.query, words, subjects[next_one])
    ratio = np.divide(after, before, out=np.zeros(count), where=answered & (before > 0))
    theta, factor = topicality.rescored(state.theta, state.pinned, thread, ratio)
    named = csr_array(subjects[places] + texts[places])
    return theta * answered, factor, topicality.share_named(state.query, named)
