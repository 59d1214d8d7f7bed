"""The rule of threading: which messages belong together, and who answers whom.

A thread is a connected component: each message is joined to every Message-ID it
references, stored or not. So the threads do not depend on the order of arrival. Within
its thread, the parent of a message is its nearest stored ancestor. For a reply without
a known parent, one may be guessed from its quotes or its subject
(``archive.threads.guesses``). Decisions of moderators override all of this.
Everything is iterative, and linear in the number of messages and references.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from archive.disjoint_sets import DisjointSets
from archive.threads.facts import MODERATOR, Claims, Link, Placement, ThreadedMessage
from archive.threads.guesses import OwnMarks, no_marks, repair

__all__ = ["MODERATOR", "Claims", "Placement", "ThreadedMessage", "declared_parent", "place"]


_Name = tuple[bool, str]
"""The identity of a thread: whether a moderator made it, and one Message-ID of it."""


def place(
    messages: Iterable[ThreadedMessage],
    claims: Claims | None = None,
    own_marks: OwnMarks = no_marks,
) -> dict[int, Placement]:
    """Find the thread and the parent of every message; the result is keyed by row id.

    messages: a closed set (``archive.threads.affected``), in any order.
    claims: decisions of moderators.
    own_marks: reads the hashes of the messages' own lines.

    The result depends only on the set: any order of ``messages`` gives the same threads
    and the same parents.
    """
    ordered = sorted(messages, key=lambda message: message.order)
    first_version: dict[str, ThreadedMessage] = {}
    for message in ordered:
        first_version.setdefault(message.message_id, message)
    parents: dict[int, Link] = {}
    for message in ordered:
        found = declared_parent(message, first_version)
        if found is not None:
            parents[message.id] = found
    repaired = repair(ordered, parents, own_marks)
    parents.update((message.id, link) for message, link in repaired.items())
    moderated = _moderate(ordered, parents, first_version, claims or {})
    _break_cycles(ordered, parents)
    moved = _moved(ordered, parents, moderated) if moderated else {}
    partition = DisjointSets()
    for message in ordered:
        if message.message_id not in moved:
            for reference in message.references:
                partition.join(message.message_id, reference)
            if message in repaired:
                partition.join(message.message_id, repaired[message][0].message_id)
    threads: dict[str, _Name] = {}
    for name in first_version:
        root = moved.get(name, name)
        made = root in moved and root in moderated
        threads[name] = (made, root if made else partition.find(root))
    return _placements(ordered, parents, threads)


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
    ordered: Sequence[ThreadedMessage], parents: Mapping[int, Link], moderated: set[str]
) -> dict[str, str]:
    """Messages that moderators moved and all answers to them, each mapped to its root.

    Keys and values are Message-IDs. These messages join nothing by their own
    references: they belong to the thread of their root. The first version of a
    Message-ID decides for all its versions.
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
        root, moved = roots.get(current.id, (current.message_id, False))
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


def _placements(
    ordered: Sequence[ThreadedMessage], parents: Mapping[int, Link], threads: Mapping[str, _Name]
) -> dict[int, Placement]:
    numbers: dict[_Name, int] = {}
    placements: dict[int, Placement] = {}
    for message in ordered:
        thread = threads[message.message_id]
        above, source = parents.get(message.id, (None, None))
        if above is not None and threads[above.message_id] != thread:
            # The first version was moved to another thread than the parent of this version.
            above, source = None, None
        number = numbers.setdefault(thread, len(numbers))
        placements[message.id] = Placement(number, above.id if above else None, source)
    return placements


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
