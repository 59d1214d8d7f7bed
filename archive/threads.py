"""Threads: which messages belong together, and who answers whom.

A thread is a connected set of messages: a message is joined to every msg-id
it references, seen or not, so the partition does not depend on the order of
arrival. Inside a thread a message hangs under its nearest stored ancestor.
A reply without any reference may join by subject (LIST-MANAGERS.md, Rules).
Everything is iterative and linear in messages plus references.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SUBJECT_WINDOW_SECONDS = 30 * 86_400


@dataclass(frozen=True, slots=True, eq=False)
class ThreadedMessage:
    """What threading needs to know of a stored message."""

    id: int
    message_id: str
    digest: bytes
    date: int
    references: tuple[str, ...]
    parent_reference: str | None
    base_subject: str
    is_reply: bool
    lists: tuple[int, ...]

    @property
    def order(self) -> tuple[int, bytes]:
        """Oldest first, the digest deciding ties, so that no order depends on arrival."""
        return self.date, self.digest


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a message stands: its thread (a number local to the answer) and its parent."""

    thread: int
    parent: int | None
    parent_source: str | None


class _Partition:
    """Disjoint sets of hashable keys, with path halving and union by size."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._size: dict[str, int] = {}

    def find(self, key: str) -> str:
        parent = self._parent
        if key not in parent:
            parent[key] = key
            self._size[key] = 1
            return key
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(self, one: str, other: str) -> None:
        first, second = self.find(one), self.find(other)
        if first == second:
            return
        if self._size[first] < self._size[second]:
            first, second = second, first
        self._parent[second] = first
        self._size[first] += self._size[second]


def place(messages: Iterable[ThreadedMessage]) -> dict[int, Placement]:
    """Thread and parent of every message of a closed set; keyed by message row.

    The answer is a function of the set alone: any order of ``messages`` gives
    the same partition and the same parents.
    """
    ordered = sorted(messages, key=lambda message: message.order)
    first_version: dict[str, ThreadedMessage] = {}
    for message in ordered:
        first_version.setdefault(message.message_id, message)

    partition = _Partition()
    for message in ordered:
        for reference in message.references:
            partition.join(message.message_id, reference)
    by_subject = _subject_parents(ordered)
    for message_row, parent in by_subject.items():
        partition.join(parent.message_id, message_row.message_id)

    parents: dict[int, tuple[ThreadedMessage, str]] = {}
    for message in ordered:
        found = _declared_parent(message, first_version)
        if found is None and message in by_subject:
            found = by_subject[message], "subject"
        if found is not None:
            parents[message.id] = found
    _break_cycles(ordered, parents)

    numbers: dict[str, int] = {}
    placements: dict[int, Placement] = {}
    for message in ordered:
        number = numbers.setdefault(partition.find(message.message_id), len(numbers))
        above, source = parents.get(message.id, (None, None))
        placements[message.id] = Placement(number, above.id if above else None, source)
    return placements


def _declared_parent(
    message: ThreadedMessage, first_version: Mapping[str, ThreadedMessage]
) -> tuple[ThreadedMessage, str] | None:
    """The nearest stored ancestor that the headers name."""
    if message.parent_reference is not None:
        parent = first_version.get(message.parent_reference)
        if parent is not None and parent.message_id != message.message_id:
            return parent, "in-reply-to"
    for reference in reversed(message.references):
        parent = first_version.get(reference)
        if parent is not None and parent.message_id != message.message_id:
            return parent, "references"
    return None


def _subject_parents(
    ordered: Sequence[ThreadedMessage],
) -> dict[ThreadedMessage, ThreadedMessage]:
    """For replies that reference nothing: the latest earlier message of the same subject."""
    orphans = [
        message
        for message in ordered
        if message.is_reply and not message.references and message.base_subject
    ]
    if not orphans:
        return {}
    wanted = {message.base_subject for message in orphans}
    by_subject: dict[tuple[int, str], list[ThreadedMessage]] = defaultdict(list)
    for message in ordered:
        if message.base_subject in wanted:
            for mailing_list in message.lists:
                by_subject[mailing_list, message.base_subject].append(message)
    parents: dict[ThreadedMessage, ThreadedMessage] = {}
    for orphan in orphans:
        for mailing_list in orphan.lists:
            same = by_subject[mailing_list, orphan.base_subject]
            position = bisect_left(same, orphan.order, key=lambda message: message.order)
            if position == 0:
                continue
            candidate = same[position - 1]
            near = orphan.date - candidate.date <= SUBJECT_WINDOW_SECONDS
            if near and candidate.message_id != orphan.message_id:
                known = parents.get(orphan)
                if known is None or known.order < candidate.order:
                    parents[orphan] = candidate
    return parents


def _break_cycles(
    ordered: Sequence[ThreadedMessage], parents: dict[int, tuple[ThreadedMessage, str]]
) -> None:
    """Drop, in every cycle of parent links, the link of its oldest message."""
    position = {message.id: index for index, message in enumerate(ordered)}
    finished: set[int] = set()
    for message in ordered:
        path: list[int] = []
        on_path: set[int] = set()
        current = message.id
        while current not in finished and current not in on_path:
            path.append(current)
            on_path.add(current)
            above = parents.get(current)
            if above is None:
                break
            current = above[0].id
        else:
            if current in on_path:
                cycle = path[path.index(current) :]
                del parents[min(cycle, key=position.__getitem__)]
        finished.update(path)
