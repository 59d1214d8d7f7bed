"""A thread as a page shows it: one message after the other, each knowing whom it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from api.pages.prose import Passage, passages
from api.schemas import Thread, ThreadMessage
from archive.subject import base_subject

MAXIMUM_TURNS = 100
"""Messages on one page; the next page continues."""
MAXIMUM_CHARACTERS = 20_000
"""Characters of one message shown in a thread; its own page has the rest."""
DEEPEST_INDENT = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation, in reading order.

    ``name`` is the author's; ``answered`` the name of whom it answers, empty for
    none; ``guessed``: by subject only; ``asker``: by who began the thread;
    ``new_subject`` only where it differs from the thread's; ``cut``: there is
    more text than shown; ``depth`` from 0, cut to what the page can indent.
    """

    message: ThreadMessage
    depth: int
    anchor: str
    name: str
    answered: str
    parent_anchor: str
    guessed: bool
    asker: bool
    new_subject: str
    passages: tuple[Passage, ...]
    cut: bool


def turns(thread: Thread, start: int = 0) -> tuple[list[Turn], int]:
    """At most ``MAXIMUM_TURNS`` turns from the ``start``-th on, and how many there are in all."""
    order = list(_in_order(thread.messages))
    known = {message.message_id: message for _, message in order}
    beginner = _beginner(order)
    subject = base_subject(thread.subject)[0].casefold()
    shown = [
        _turn(depth, message, known, beginner, subject)
        for depth, message in order[start : start + MAXIMUM_TURNS]
    ]
    return shown, len(order)


def anchor(message_id: str) -> str:
    """The fragment of a message on its thread's page: stable, and safe in any attribute."""
    return "m" + sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _in_order(roots: Sequence[ThreadMessage]) -> Iterator[tuple[int, ThreadMessage]]:
    """Every message with its depth, parents first, in the order given; no recursion."""
    stack = [(0, root) for root in reversed(roots)]
    while stack:
        depth, message = stack.pop()
        yield depth, message
        stack.extend((depth + 1, child) for child in reversed(message.children))


def _beginner(order: Sequence[tuple[int, ThreadMessage]]) -> int | None:
    """The person who began the thread, if the first message is here and its author named."""
    if not order or order[0][1].ghost:
        return None
    author = order[0][1].author
    return author.id if author else None


def _turn(
    depth: int,
    message: ThreadMessage,
    known: dict[str, ThreadMessage],
    beginner: int | None,
    thread_subject: str,
) -> Turn:
    parent = known.get(message.parent or "")
    text = message.text or ""
    author = message.author
    return Turn(
        message=message,
        depth=min(depth, DEEPEST_INDENT),
        anchor=anchor(message.message_id),
        name=author.name if author else "",
        answered=parent.author.name if parent and parent.author else "",
        parent_anchor=anchor(parent.message_id) if parent else "",
        guessed=message.parent_source == "subject",
        asker=beginner is not None and author is not None and author.id == beginner,
        new_subject=_new_subject(message, thread_subject),
        passages=tuple(passages(text[:MAXIMUM_CHARACTERS], message.spans)),
        cut=len(text) > MAXIMUM_CHARACTERS,
    )


def _new_subject(message: ThreadMessage, thread_subject: str) -> str:
    own = base_subject((message.subject or "")[:1_000])[0]
    return "" if own.casefold() == thread_subject else own
