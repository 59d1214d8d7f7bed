"""Endorsements: thanks, agreement, later links, and whom established people built upon."""

from __future__ import annotations

import numpy as np

from reputation.arrays import Flags, Integers
from reputation.corpus.mentions import Mentions
from reputation.evidence.ledger import NEVER
from reputation.evidence.thread_facts import Conversation


def thanked_at(facts: Conversation, thanks: Flags, answers: Integers) -> Integers:
    """When each answer (ascending rows) was first thanked for by its asker.

    Thanks go to the answer they reply to; where they reply to something else,
    to the latest answer of the thread before them.
    """
    entry = entry_numbers(facts, answers)
    root = facts.root[facts.thread]
    thanking = np.flatnonzero(
        thanks & facts.human & (facts.person == facts.asker) & (np.arange(len(root)) != root)
    )
    parent = facts.parent[thanking]
    direct = np.where(parent >= 0, entry[parent], -1)
    credited = np.where(direct >= 0, direct, _latest_before(facts, answers, thanking))
    found = credited >= 0
    return _earliest(len(answers), credited[found], facts.date[thanking[found]])


def _latest_before(facts: Conversation, answers: Integers, rows: Integers) -> Integers:
    """For each row, the number of the last answer of its thread before it, -1 for none."""
    if not len(answers):
        return np.full(len(rows), -1, dtype=np.int64)
    size = len(facts.person)
    keys = facts.thread[answers] * size + answers
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], facts.thread[rows] * size + rows) - 1
    candidate = order[place]
    same = (place >= 0) & (facts.thread[answers[candidate]] == facts.thread[rows])
    return np.where(same, candidate, -1)


def agreed_at(
    facts: Conversation, answers: Integers, established: Integers, mentions: Mentions
) -> Integers:
    """When an established third person first agreed with each answer."""
    if mentions.agrees is None:
        return np.full(len(answers), NEVER, dtype=np.int64)
    entry, child = _third_person_replies(facts, answers)
    spoken = mentions.agrees[child]
    return _earliest_established(facts, len(answers), entry[spoken], child[spoken], established)


def linked_at(
    facts: Conversation, answers: Integers, established: Integers, mentions: Mentions
) -> Integers:
    """When another established person first built upon each answer in a later thread."""
    entry, citing = _citations(facts, answers, mentions)
    return _earliest_established(facts, len(answers), entry, citing, established)


def is_named(facts: Conversation, answers: Integers, mentions: Mentions) -> Flags:
    """For each answer: its thread's root asks for the answerer by name."""
    if mentions.named is None or not len(mentions.named):
        return np.zeros(len(answers), dtype=np.bool_)
    size = int(mentions.named[:, 1].max()) + 1
    person = facts.people[facts.person[answers]]
    keys = facts.root[facts.thread[answers]] * size + person
    asked = mentions.named[:, 0] * size + mentions.named[:, 1]
    return np.isin(keys, asked) & (person < size)


def reciprocal_at(person: Integers, asker: Integers, date: Integers, people: int) -> Integers:
    """For each answer: when the two had answered each other."""
    there, back = person * people + asker, asker * people + person
    pairs, first = np.unique(there, return_index=True)
    if not len(pairs):
        return np.zeros(0, dtype=np.int64)
    since = date[first]
    place = np.minimum(np.searchsorted(pairs, back), len(pairs) - 1)
    returned = np.where(pairs[place] == back, since[place], NEVER)
    return np.maximum(returned, since[np.searchsorted(pairs, there)])


def full_at(facts: Conversation, answers: Integers, established: Integers) -> Integers:
    """When the asker, or an established third person, first built on each post."""
    entry = entry_numbers(facts, answers)
    child = np.flatnonzero((facts.parent >= 0) & facts.human)
    number = entry[facts.parent[child]]
    child, number = child[number >= 0], number[number >= 0]
    asked = facts.person[child] == facts.asker[child]
    by_asker = _earliest(len(answers), number[asked], facts.date[child[asked]])
    third, reply = _third_person_replies(facts, answers)
    by_other = _earliest_established(facts, len(answers), third, reply, established)
    return np.minimum(by_asker, by_other)


def built_upon(
    facts: Conversation, answers: Integers, established: Integers, mentions: Mentions
) -> tuple[Integers, Integers, Integers]:
    """Pairs (answer, established person who replied as a third or cited it, since when)."""
    entry, child = _third_person_replies(facts, answers)
    cited, citing = _citations(facts, answers, mentions)
    entry, row = np.concatenate([entry, cited]), np.concatenate([child, citing])
    builder = facts.person[row]
    since = np.maximum(facts.date[row], established[builder])
    ever = since < NEVER
    return entry[ever], builder[ever], since[ever]


def entry_numbers(facts: Conversation, answers: Integers) -> Integers:
    """For each post its number among the answers, -1 for a post that is none."""
    entry = np.full(len(facts.person), -1, dtype=np.int64)
    entry[answers] = np.arange(len(answers))
    return entry


def _third_person_replies(facts: Conversation, answers: Integers) -> tuple[Integers, Integers]:
    """Pairs (answer, row of a human reply to it by neither its author, its addressee nor asker)."""
    child = np.flatnonzero((facts.parent >= 0) & facts.human)
    entry = entry_numbers(facts, answers)[facts.parent[child]]
    child, entry = child[entry >= 0], entry[entry >= 0]
    who, parent = facts.person[child], facts.parent[child]
    addressee = np.where(facts.parent[parent] >= 0, facts.person[facts.parent[parent]], -1)
    third = (who != facts.person[parent]) & (who != facts.asker[child]) & (who != addressee)
    return entry[third], child[third]


def _citations(
    facts: Conversation, answers: Integers, mentions: Mentions
) -> tuple[Integers, Integers]:
    """Pairs (answer, row of another's later post in another thread that cites it)."""
    if mentions.links is None or not len(mentions.links):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    citing, cited = mentions.links[:, 0], mentions.links[:, 1]
    entry = entry_numbers(facts, answers)[cited]
    fit = (
        (entry >= 0)
        & (citing > cited)
        & facts.human[citing]
        & (facts.person[citing] != facts.person[cited])
        & (facts.thread[citing] != facts.thread[cited])
    )
    return entry[fit], citing[fit]


def _earliest_established(
    facts: Conversation, size: int, entry: Integers, rows: Integers, established: Integers
) -> Integers:
    since = np.maximum(facts.date[rows], established[facts.person[rows]])
    return _earliest(size, entry, since)


def _earliest(size: int, number: Integers, instants: Integers) -> Integers:
    first = np.full(size, NEVER, dtype=np.int64)
    np.minimum.at(first, number, instants)
    return first
