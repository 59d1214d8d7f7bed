"""What threading does with layers: each stands on those before it and changes nothing there.

The messages of a private layer see those of the public one, and those of layers before
that came to their list too. They may join one thread of them, the one of their parent
first, and never join two.
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.disjoint_sets import DisjointSets
from archive.lists.layers import PUBLIC, layer_of
from archive.threads.facts import Claims, Link, ThreadedMessage, ThreadName


class LayeredSets:
    """Sets of Message-IDs, each in at most one thread that is settled.

    settled: the threads of Message-IDs that no join may change.
    """

    def __init__(self, layer: int, settled: Mapping[str, ThreadName]) -> None:
        self._layer = layer
        self._settled = settled
        self._sets = DisjointSets()
        self._joined: dict[str, ThreadName] = {}

    def thread(self, name: str) -> ThreadName:
        """The thread of a Message-ID."""
        root = self._sets.find(name)
        return self._thread_of_set(root) or (self._layer, False, root)

    def join(self, one: str, other: str) -> None:
        """Join the sets of two Message-IDs, unless they are in two settled threads."""
        if not self._settled:
            self._sets.join(one, other)
            return
        first, second = self._sets.find(one), self._sets.find(other)
        left, right = self._thread_of_set(first), self._thread_of_set(second)
        if left is not None and right is not None and left != right:
            return
        self._sets.join(first, second)
        thread = left or right
        if thread is not None:
            self._joined[min(first, second)] = thread

    def join_parents(
        self, messages: Iterable[ThreadedMessage], parents: Mapping[int, Link]
    ) -> None:
        """Join each Message-ID to its parent, before references can take it elsewhere.

        The first version of each counts. One that is settled itself stays there, so no
        two settled threads meet, in whatever order the messages come.
        """
        seen: set[str] = set()
        for message in messages if self._settled else ():
            name = message.message_id
            link = parents.get(message.id)
            if name not in seen and name not in self._settled and link is not None:
                self.join(name, link[0].message_id)
            seen.add(name)

    def _thread_of_set(self, root: str) -> ThreadName | None:
        return self._joined.get(root) or self._settled.get(root)


@dataclass(slots=True)
class _Placed:
    """Messages that are placed: by Message-ID the first of them, its thread, and ghosts'."""

    first: dict[str, ThreadedMessage] = field(default_factory=dict)
    threads: dict[str, ThreadName] = field(default_factory=dict)
    ghosts: dict[str, ThreadName] = field(default_factory=dict)


@dataclass(slots=True)
class _Settled:
    """All that is placed, as far as private messages name it.

    names: the Message-IDs that they name.
    public: of the public layer. shared: of private layers, by the other private lists that
    the messages came to. moved: Message-IDs that moderators moved, and answers to them.
    """

    names: frozenset[str] = frozenset()
    public: _Placed = field(default_factory=_Placed)
    shared: dict[int, _Placed] = field(default_factory=lambda: defaultdict(_Placed))
    moved: set[str] = field(default_factory=set)


class Ground:
    """What a layer stands on: the messages before it that its readers may read.

    threads: their threads, by Message-ID. moved: as in ``_Settled``.
    """

    def __init__(self, layer: int, settled: _Settled) -> None:
        self.layer = layer
        self.moved = settled.moved if layer != PUBLIC else frozenset[str]()
        self._all = settled
        below = [settled.public, settled.shared[layer]] if layer != PUBLIC else []
        self._first = ChainMap(*(one.first for one in below))
        self.threads: Mapping[str, ThreadName] = ChainMap(*(one.threads for one in below))
        named = ChainMap(*(one.threads for one in below), *(one.ghosts for one in below))
        self._named: Mapping[str, ThreadName] = named if below else {}
        self._own: dict[str, ThreadedMessage] = {}

    def first_versions(self, own: Sequence[ThreadedMessage]) -> Mapping[str, ThreadedMessage]:
        """The message that each Message-ID stands for; ``own`` are the layer's, oldest first."""
        for message in own:
            self._own.setdefault(message.message_id, message)
        return ChainMap(self._first, self._own) if self._first else self._own

    def may_guess(self, message: ThreadedMessage) -> bool:
        """Whether the thread of a message is open, so that a guess can put it anywhere."""
        name = message.message_id
        return self.layer == PUBLIC or (name not in self._named and self._own[name] is message)

    def partition(self) -> LayeredSets:
        """Sets to join the layer's Message-IDs in."""
        return LayeredSets(self.layer, self._named)

    def settle(
        self,
        own: Iterable[ThreadedMessage],
        threads: Mapping[str, ThreadName],
        moved: Iterable[str],
    ) -> None:
        """Remember where the messages of the layer were placed, for the layers after it."""
        wanted = self._all.names
        if not wanted:
            return
        self._all.moved.update(moved)
        for message in own:
            name, thread = message.message_id, threads[message.message_id]
            for placed in self._read_with(message):
                if name in wanted:
                    placed.first.setdefault(name, message)
                    placed.threads.setdefault(name, thread)
                if name not in self._all.moved:
                    for reference in message.references:
                        if reference in wanted:
                            placed.ghosts.setdefault(reference, thread)

    def _read_with(self, message: ThreadedMessage) -> list[_Placed]:
        if self.layer == PUBLIC:
            return [self._all.public]
        return [self._all.shared[one] for one in message.lists if one != self.layer]


def layers(
    ordered: Sequence[ThreadedMessage], private: Collection[int], claims: Claims
) -> Iterator[tuple[Ground, Sequence[ThreadedMessage], Sequence[ThreadedMessage]]]:
    """Each layer's ground, messages, and the messages that may be guessed as parents.

    ordered: all messages, oldest first. Each ground must be settled before the next.
    """
    if not private:
        yield Ground(PUBLIC, _Settled()), ordered, ordered
        return
    public: list[ThreadedMessage] = []
    own: dict[int, list[ThreadedMessage]] = defaultdict(list)
    on_list: dict[int, list[ThreadedMessage]] = defaultdict(list)
    names = {parent for parent in claims.values() if parent is not None}
    for message in ordered:
        layer = layer_of(message.lists, private)
        hidden = [one for one in message.lists if one in private]
        if layer == PUBLIC:
            public.append(_on(message, [one for one in message.lists if one not in private]))
        else:
            own[layer].append(message)
            names.update(message.references)
            if message.parent_reference is not None:
                names.add(message.parent_reference)
        if hidden:
            names.add(message.message_id)
        for one in hidden:
            on_list[one].append(_on(message, [one]))
    settled = _Settled(frozenset(names) if own else frozenset())
    yield Ground(PUBLIC, settled), public, public
    for layer in sorted(own):
        yield Ground(layer, settled), own[layer], on_list[layer]


def _on(message: ThreadedMessage, lists: Sequence[int]) -> ThreadedMessage:
    """The message as readers of these of its lists see it."""
    return message if len(lists) == len(message.lists) else replace(message, lists=tuple(lists))
