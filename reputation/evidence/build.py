"""Posts → ledger: one row for each post that helped somebody, with its weight.

A post by another than the *asker* (the author of the thread's root) is an
*answer*; one that replies to another answerer is *discussion*; a root that
offers a piece of work which others reviewed is a *work*. Where the root is
missing, the earliest author stands in for the asker and every post is
discussion only (``reputation.evidence.thread_facts``). w = q · τ · n_thread^-1 ·
n_pair^(-1/4); the instants at which τ and the discussion's half change are
kept in the row (``reputation.evidence.ledger``).
"""

from __future__ import annotations

import numpy as np

from reputation.arrays import Flags, Integers, ordinals
from reputation.corpus.mentions import Mentions
from reputation.corpus.posts import Posts
from reputation.evidence.endorsement import (
    agreed_at,
    built_upon,
    full_at,
    is_named,
    linked_at,
    reciprocal_at,
    thanked_at,
)
from reputation.evidence.ledger import NEVER, Kind, Ledger, repeated
from reputation.evidence.thread_facts import Conversation, read_conversation
from reputation.evidence.vouching import Established, established_people, vouched_at


def build_ledger(posts: Posts, mentions: Mentions | None = None) -> Ledger:
    """The ledger of all posts, in their order. About 0.1 s for 30,000 posts."""
    mentions = mentions or Mentions()
    return ledger_of(posts, mentions, read_conversation(posts, mentions.replies))


def ledger_of(
    posts: Posts, mentions: Mentions, facts: Conversation, known: Established | None = None
) -> Ledger:
    """The ledger of ``posts``, whose ``facts`` were read already.

    known: who of ``facts.people`` is established, where the posts are not all that tells it.
    """
    answers = np.flatnonzero(facts.useful & (facts.person != facts.asker))
    person, asker = facts.person[answers], facts.asker[answers]
    date = facts.date[answers]
    people = len(facts.people)
    pair_ordinal = ordinals(person * people + asker)
    established, mature_at = known or established_people(person, pair_ordinal, date, people)
    discussion = facts.rootless | ((facts.parent >= 0) & (facts.parent_person != facts.asker))
    discussion = discussion[answers]
    entry, builder, since = built_upon(facts, answers, established, mentions)
    ledger = Ledger(
        row=answers,
        person=person,
        asker=asker,
        thread=facts.thread[answers],
        date=date,
        known_at=date,
        kind=np.where(discussion, int(Kind.DISCUSSION), int(Kind.ANSWER)),
        base=1.0 / (_thread_ordinal(facts)[answers] + 1) / repeated(pair_ordinal),
        vouched_at=vouched_at(person, asker, pair_ordinal, date, established),
        full_at=np.where(discussion, full_at(facts, answers, established), 0),
        thanked_at=thanked_at(facts, posts.thanks, answers),
        agreed_at=agreed_at(facts, answers, established, mentions),
        linked_at=linked_at(facts, answers, established, mentions),
        named=is_named(facts, answers, mentions),
        reciprocal_at=reciprocal_at(person, asker, date, people),
        people=facts.people,
        established_at=established,
        threads=facts.threads,
        root=facts.root,
        mature_at=mature_at,
        built_entry=entry,
        built_by=builder,
        built_at=since,
    )
    return _with_works(ledger, facts, posts.offers)


def _thread_ordinal(facts: Conversation) -> Integers:
    """For each post: how many human posts of its author stand before it in the thread."""
    count = np.zeros(len(facts.person), dtype=np.int64)
    human = np.flatnonzero(facts.human)
    count[human] = ordinals(facts.person[human] * len(facts.threads) + facts.thread[human])
    return count


def _with_works(ledger: Ledger, facts: Conversation, offers: Flags) -> Ledger:
    """The ledger with a row for each offered work that others reviewed.

    A review by an established person counts; while the archive is young, any
    person's. ``asker`` of a work is its first reviewer.
    """
    first = np.full(len(facts.threads), -1, dtype=np.int64)
    first[ledger.thread[::-1]] = np.arange(len(ledger))[::-1]
    seen_at = np.where(first >= 0, np.append(ledger.date, NEVER)[first], NEVER)
    reviewed_at = np.full(len(facts.threads), NEVER, dtype=np.int64)
    since = np.maximum(ledger.date, ledger.established_at[ledger.person])
    np.minimum.at(reviewed_at, ledger.thread, since)
    known_at = np.where(seen_at < ledger.mature_at, seen_at, reviewed_at)
    root = facts.root
    offered = offers[root] & facts.human[root] & ~facts.rootless[root] & (known_at < NEVER)
    works = np.flatnonzero(offered)
    if not len(works):
        return ledger
    count = len(works)
    never = np.full(count, NEVER, dtype=np.int64)
    added = {
        "row": root[works],
        "person": facts.person[root[works]],
        "asker": ledger.person[first[works]],
        "thread": works,
        "date": facts.date[root[works]],
        "known_at": known_at[works],
        "kind": np.full(count, int(Kind.WORK), dtype=np.int64),
        "base": np.ones(count),
        "vouched_at": reviewed_at[works],
        "full_at": np.zeros(count, dtype=np.int64),
        "thanked_at": never,
        "agreed_at": never,
        "linked_at": never,
        "named": np.zeros(count, dtype=np.bool_),
        "reciprocal_at": never,
    }
    return ledger.with_rows(added)
