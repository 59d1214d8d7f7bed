"""The rule of threading: which messages belong together, and who answers whom.

A thread is a connected component: each message is joined to every Message-ID it
references, stored or not. So the threads do not depend on the order of arrival. Within
its thread, the parent of a message is its nearest stored ancestor. For a reply without
a known parent, one may be guessed from its quotes or its subject
(``archive.threads.guesses``). Decisions of moderators override all of this.

Each layer (``archive.lists.layers``) is placed after those before it, and changes
nothing there (``archive.threads.layering``). Everything is iterative, and linear in the
number of messages and references.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.threads.facts import MODERATOR, Claims, Link, Placement, ThreadedMessage, ThreadName
from archive.threads.guesses import OwnMarks, is_broken, no_marks, repair
from archive.threads.layering import Ground, LayeredSets, layers

__all__ = ["MODERATOR", "Claims", "Placement", "ThreadedMessage", "declared_parent", "place"]


def place(
    messages: Iterable[ThreadedMessage],
    claims: Claims | None = None,
    own_marks: OwnMarks = no_marks,
    private: Collection[int] = (),
) -> dict[int, Placement]:
    """Find the thread and the parent of every message; the result is keyed by row id.

    messages: a closed set (``archive.threads.affected``), in any order.
    claims: decisions of moderators.
    own_marks: reads the hashes of the messages' own lines.
    private: row ids of the private lists.

    The result depends only on the set: any order of ``messages`` gives the same threads
    and the same parents.
    """
    ordered = sorted(messages, key=lambda message: message.order)
    numbers: dict[ThreadName, int] = {}
    placements: dict[int, Placement] = {}
    for ground, own, candidates in layers(ordered, private, claims or {}):
        placed = _place_layer(ground, own, candidates, claims or {}, own_marks)
        ground.settle(own, placed.threads, placed.moved)
        _number(own, placed, numbers, placements)
    return placements


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer, placed.

    parents: by row id. threads: by Message-ID. moved: Message-IDs of messages that
        moderators moved, and of all answers to them.
    """

    parents: Mapping[int, Link]
    threads: Mapping[str, ThreadName]
    moved: Collection[str]


def _place_layer(
    ground: Ground,
    own: Sequence[ThreadedMessage],
    candidates: Sequence[ThreadedMessage],
    claims: Claims,
    own_marks: OwnMarks,
) -> _Layer:
    """Place the messages ``own`` of a layer, oldest first.

    candidates: the messages that may be guessed as parents, oldest first.
    """
    first_version = ground.first_versions(own)
    parents: dict[int, Link] = {}
    for message in own:
        found = declared_parent(message, first_version)
        if found is not None:
            parents[message.id] = found
    orphans = [
        message
        for message in own
        if message.id not in parents and is_broken(message) and ground.may_guess(message)
    ]
    repaired = repair(candidates, orphans, own_marks)
    parents.update((message.id, link) for message, link in repaired.items())
    moderated = _moderate(own, parents, first_version, claims)
    _break_cycles(own, parents)
    moved: dict[str, str] = {}
    if moderated or ground.moved:
        moved = _moved(own, parents, moderated, ground.moved)
    partition = ground.partition()
    _join(partition, [message for message in own if message.message_id not in moved], parents)
    threads: dict[str, ThreadName] = {}
    for message in own:
        name = message.message_id
        if name not in threads:
            root = moved.get(name, name)
            if name in ground.threads:
                threads[name] = ground.threads[name]
            elif root in moved and root in moderated:
                threads[name] = (ground.layer, True, root)
            else:
                threads[name] = partition.thread(root)
    return _Layer(parents, threads, moved)


def _join(
    partition: LayeredSets, messages: Iterable[ThreadedMessage], parents: Mapping[int, Link]
) -> None:
    """Join each message to all that it references, and to its parent if that was guessed."""
    held = list(messages)
    partition.join_parents(held, parents)
    for message in held:
        for reference in reversed(message.references):
            partition.join(message.message_id, reference)
        link = parents.get(message.id)
        if link is not None and link[1] in ("quote", "subject"):
            partition.join(message.message_id, link[0].message_id)


def _moderate(
    ordered: Sequence[ThreadedMessage],
    parents: dict[int, Link],
    first_version: Mapping[str, ThreadedMessage],
    claims: Claims,
) -> set[str]:
    """Replace links by those that moderators decided; return the Message-IDs they moved."""
    moderated: set[str] = set()
    for message in ordered if claims else ():
        if message.message_id not in claims:
            continue
        wanted = claims[message.message_id]
        if wanted is None:
            parents.pop(message.id, None)
        elif wanted in first_version and wanted != message.message_id:
            parents[message.id] = first_version[wanted], MODERATOR
        else:
            # The parent that the moderator chose is not in the archive (yet).
            continue
        moderated.add(message.message_id)
    return moderated


def _moved(
    ordered: Sequence[ThreadedMessage],
    parents: Mapping[int, Link],
    moderated: set[str],
    moved_before: Collection[str],
) -> dict[str, str]:
    """Messages that moderators moved and all answers to them, each mapped to its root.

    Keys and values are Message-IDs. These messages join nothing by their own
    references: they belong to the thread of their root. The first version of a
    Message-ID decides for all its versions.

    moved_before: the same of the layers before, whose messages have no links here.
    """
    roots: dict[int, tuple[str, bool]] = {}
    for message in ordered:
        path: list[ThreadedMessage] = []
        current = message
        while current.id not in roots:
            path.append(current)
            link = parents.get(current.id)
            if link is None:
                break
            current = link[0]
        top = (current.message_id, current.message_id in moved_before)
        root, moved = roots.get(current.id, top)
        for passed in reversed(path):
            moved = moved or passed.message_id in moderated
            roots[passed.id] = root, moved
    found: dict[str, str] = {}
    seen: set[str] = set()
    for message in ordered:
        root, moved = roots[message.id]
        if message.message_id not in seen and moved:
            found[message.message_id] = root
        seen.add(message.message_id)
    return found


def _number(
    own: Sequence[ThreadedMessage],
    placed: _Layer,
    numbers: dict[ThreadName, int],
    placements: dict[int, Placement],
) -> None:
    """Number the threads of a layer, and take over its placements."""
    for message in own:
        thread = placed.threads[message.message_id]
        number = numbers.setdefault(thread, len(numbers))
        above, source = placed.parents.get(message.id, (None, None))
        if above is not None:
            held = placements.get(above.id)
            name = placed.threads.get(above.message_id)
            other = name != thread if held is None else held.thread != number
            if other:
                # The first version was moved to another thread than the parent of this
                # version, or the message stands in a thread of a layer before.
                above, source = None, None
        placements[message.id] = Placement(number, above.id if above else None, source)


def declared_parent(
    message: ThreadedMessage, first_version: Mapping[str, ThreadedMessage]
) -> Link | None:
    """The nearest stored ancestor that the headers name; None if none of them is stored."""
    if message.parent_reference is not None:
        parent = first_version.get(message.parent_reference)
        if parent is not None and parent.message_id != message.message_id:
            return parent, "in-reply-to"
    for reference in reversed(message.references):
        parent = first_version.get(reference)
        if parent is not None and parent.message_id != message.message_id:
            return parent, "references"
    return None


def _break_cycles(ordered: Sequence[ThreadedMessage], parents: dict[int, Link]) -> None:
    """In every cycle of parent links, remove the link of the oldest message.

    A moderator's link is kept, unless the cycle has only such links.
    """
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
                free = [row for row in cycle if parents[row][1] != MODERATOR]
                del parents[min(free or cycle, key=position.__getitem__)]
        finished.update(path)
