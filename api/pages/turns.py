"""A thread as a page shows it: a sequence of messages, each with the person whom it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from api.answers.references import message_url
from api.pages.bodies.body import Body, body
from api.schemas import Thread, ThreadMessage
from archive.mail.subject import base_subject

MAXIMUM_TURNS = 100
"""Most messages on one page; the next page continues."""
MAXIMUM_CHARACTERS = 20_000
"""Most characters of one message shown in a thread; the message's own page has the rest."""
DEEPEST_INDENT = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a thread, in reading order.

    depth: from 0, limited to what the page can indent.
    name: the author's name.
    answered: name of the person whom it answers; empty if none.
    parent_link: link to the message that it answers.
    guessed: whether the parent was guessed from the subject or the quotes.
    asker: whether the author began the thread.
    new_subject: the subject, only if it differs from the thread's.
    """

    message: ThreadMessage
    depth: int
    anchor: str
    name: str
    answered: str
    parent_link: str
    guessed: bool
    asker: bool
    new_subject: str
    body: Body


def turns(thread: Thread, *, plain: bool = False) -> list[Turn]:
    """The messages of a thread, or of a part of one, in reading order.

    plain: whether their bodies are shown as they were sent.
    """
    order = list(_in_order(thread.messages))
    known = {message.message_id for message in order}
    beginner = thread.author.id if thread.author else None
    subject = base_subject(thread.subject)[0].casefold()
    return [_turn(message, known, beginner, subject, plain) for message in order]


def anchor(message_id: str) -> str:
    """The fragment of a message on its thread's page: stable, and safe in any attribute."""
    return "m" + sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _in_order(roots: Sequence[ThreadMessage]) -> Iterator[ThreadMessage]:
    """Every message, parents first, in the given order, without recursion."""
    stack = list(reversed(roots))
    while stack:
        message = stack.pop()
        yield message
        stack.extend(reversed(message.children))


def _turn(
    message: ThreadMessage,
    known: set[str],
    beginner: int | None,
    thread_subject: str,
    plain: bool,
) -> Turn:
    parent = message.parent or ""
    author = message.author
    return Turn(
        message=message,
        depth=min(message.depth, DEEPEST_INDENT),
        anchor=anchor(message.message_id),
        name=author.name if author else "",
        answered=message.parent_author or "",
        parent_link=f"#{anchor(parent)}" if parent in known else message_url(parent),
        guessed=message.parent_source in {"subject", "quote"},
        asker=beginner is not None and author is not None and author.id == beginner,
        new_subject=_new_subject(message, thread_subject),
        body=body(
            message.text or "",
            message.own_text or "",
            message.spans,
            plain=plain,
            limit=MAXIMUM_CHARACTERS,
        ),
    )


def _new_subject(message: ThreadMessage, thread_subject: str) -> str:
    own = base_subject((message.subject or "")[:1_000])[0]
    return "" if own.casefold() == thread_subject else own
