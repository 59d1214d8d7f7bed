"""Guess the parent of a reply whose references are broken, from its quotes or its subject.

Only two safe cases are guessed, and the guess is marked as one (docs/threads.md). A
reply that references no message of the archive gets as parent the earlier message, of
the same subject and list, whose own lines it quotes most. A message with a reply mark
in its subject and no reference at all gets the latest earlier message of that subject
and list. Both look back at most thirty days.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from archive.threads.facts import Link, ThreadedMessage

SUBJECT_WINDOW_SECONDS = 30 * 86_400
MAX_CANDIDATES = 50
"""Most earlier messages that are compared with the quotes of one reply."""

OwnMarks = Callable[[Sequence[int]], Mapping[int, frozenset[bytes]]]
"""Returns the hashes of the own lines of messages, by row id."""


def no_marks(_rows: Sequence[int]) -> Mapping[int, frozenset[bytes]]:
    """An ``OwnMarks`` that knows no lines."""
    return {}


def repair(
    ordered: Sequence[ThreadedMessage], orphans: Sequence[ThreadedMessage], own_marks: OwnMarks
) -> dict[ThreadedMessage, Link]:
    """Guess links for ``orphans``: broken messages without a declared parent in the archive.

    ordered: all messages that may be parents, oldest first.
    """
    if not orphans:
        return {}
    candidates = _candidates(ordered, orphans)
    quoting = {orphan: found for orphan, found in candidates.items() if orphan.quote_marks}
    rows = {candidate.id for found in quoting.values() for candidate in found}
    marks = own_marks(sorted(rows)) if rows else {}
    links: dict[ThreadedMessage, Link] = {}
    for orphan, found in candidates.items():
        quoted = _most_quoted(orphan, found, marks)
        if quoted is not None:
            links[orphan] = quoted, "quote"
        elif orphan.is_reply and not orphan.references:
            links[orphan] = found[-1], "subject"
    return links


def is_broken(message: ThreadedMessage) -> bool:
    """Whether a parent may be guessed for a message that has no known one."""
    by_subject = message.is_reply and not message.references
    return bool(message.base_subject) and (by_subject or bool(message.quote_marks))


def _candidates(
    ordered: Sequence[ThreadedMessage], orphans: Sequence[ThreadedMessage]
) -> dict[ThreadedMessage, list[ThreadedMessage]]:
    """For each orphan, earlier messages of its subject on its lists, oldest first."""
    wanted = {message.base_subject for message in orphans}
    by_subject: dict[tuple[int, str], list[ThreadedMessage]] = defaultdict(list)
    for message in ordered:
        if message.base_subject in wanted:
            for mailing_list in message.lists:
                by_subject[mailing_list, message.base_subject].append(message)
    candidates: dict[ThreadedMessage, list[ThreadedMessage]] = {}
    for orphan in orphans:
        found: dict[int, ThreadedMessage] = {}
        for mailing_list in orphan.lists:
            same = by_subject[mailing_list, orphan.base_subject]
            position = bisect_left(same, orphan.order, key=lambda message: message.order)
            for candidate in same[max(0, position - MAX_CANDIDATES) : position]:
                near = orphan.date - candidate.date <= SUBJECT_WINDOW_SECONDS
                if near and candidate.message_id != orphan.message_id:
                    found[candidate.id] = candidate
        if found:
            latest = sorted(found.values(), key=lambda message: message.order)
            candidates[orphan] = latest[-MAX_CANDIDATES:]
    return candidates


def _most_quoted(
    orphan: ThreadedMessage,
    found: Sequence[ThreadedMessage],
    marks: Mapping[int, frozenset[bytes]],
) -> ThreadedMessage | None:
    """The message whose lines are quoted most, the latest of equals; None if none is quoted."""
    if not orphan.quote_marks:
        return None
    best, most = None, 0
    for candidate in found:
        agreeing = len(orphan.quote_marks & marks.get(candidate.id, frozenset()))
        if agreeing >= max(1, most):
            best, most = candidate, agreeing
    return best
