"""Bring copies of posts up to date: join messages that are one post, and choose whose bytes show.

The rule is in ``archive.store.copies``. Here it is applied to messages that are stored
already: after rereading, when a list becomes private or public, and when a list goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import private_lists
from archive.people.shown_names import count_names_again, names_shown
from archive.store.compression import decompress
from archive.store.copies import are_copies_of_one, posts_of_substance
from archive.store.preparation import PreparedMessage, prepare
from archive.store.removal import remove_posts
from archive.tables import (
    CompressionDictionary,
    MailingList,
    Message,
    MessageCopy,
    Posting,
    RawMessage,
)
from archive.threads.update import thread_new
from archive.upkeep.reread_rows import replace_rows

_ARRIVAL = ("received", "door", "envelope_sender")


def unite_copies(session: Session, numbers: Sequence[int]) -> list[int]:
    """Join each of these messages with an older one that is the same post; return those gone."""
    private = private_lists(session)
    substances: set[bytes] = set()
    for part in in_parts(numbers):
        found = session.scalars(select(Message.substance).where(Message.id.in_(part)))
        substances.update(bytes(one) for one in found if one is not None)
    originals: dict[int, int] = {}
    for group in posts_of_substance(session, sorted(substances)).values():
        originals.update(_originals(group, private))
    if not originals:
        return []
    gone, kept = sorted(originals), sorted(set(originals.values()))
    shown = names_shown(session, gone + kept)
    for message in gone:
        _fold(session, message, originals[message])
    remove_posts(session, gone, "copies of posts, kept with them")
    count_names_again(session, shown | names_shown(session, kept))
    thread_new(session, kept)
    return gone


def _originals(group: Mapping[int, set[int]], private: frozenset[int]) -> dict[int, int]:
    """Of messages with one substance, given with their lists: the oldest that each is a copy of."""
    kept: dict[int, set[int]] = {}
    found: dict[int, int] = {}
    for message, lists in sorted(group.items()):
        original = next(
            (one for one, known in kept.items() if are_copies_of_one(known, lists, private)), None
        )
        if original is None:
            kept[message] = set(lists)
        else:
            kept[original] |= lists
            found[message] = original
    return found


def _fold(session: Session, message: int, original: int) -> None:
    """Make ``message``, which is about to be removed, a copy of ``original``."""
    postings = session.scalars(
        select(Posting).where(Posting.message_id == message).order_by(Posting.id)
    ).all()
    row = session.execute(
        select(Message.digest, Message.size, RawMessage.dictionary_id, RawMessage.data)
        .join(RawMessage, RawMessage.message_id == Message.id)
        .where(Message.id == message)
    ).one()
    arrival = {name: getattr(postings[0], name) for name in ("list_id", *_ARRIVAL)}
    session.add(MessageCopy(message_id=original, **row._mapping, **arrival))
    session.execute(
        update(MessageCopy).where(MessageCopy.message_id == message).values(message_id=original)
    )
    known = set(session.scalars(select(Posting.list_id).where(Posting.message_id == original)))
    for posting in postings:
        if posting.list_id not in known:
            posting.message_id = original
    session.flush()


def settle_copies(session: Session, list_id: int) -> None:
    """Apply the rule again to the posts of a list that became private or public."""
    session.flush()
    if list_id in private_lists(session):
        show_other_copies(session, list_id)
    else:
        held = select(Posting.message_id).where(Posting.list_id == list_id)
        unite_copies(session, session.scalars(held).all())


def show_other_copies(session: Session, list_id: int) -> int:
    """Show, of each post of a list, the copy that came by another list that anybody may read.

    Called when the list becomes private or is about to go. Returns how many posts show
    another copy now. Does not commit.
    """
    first = select(func.min(Posting.id)).group_by(Posting.message_id)
    shown = select(Posting.message_id).where(Posting.list_id == list_id, Posting.id.in_(first))
    closed = private_lists(session) | {list_id}
    copies = session.scalars(
        select(MessageCopy)
        .where(MessageCopy.message_id.in_(shown), MessageCopy.list_id.not_in(closed))
        .order_by(MessageCopy.id.desc())
    ).all()
    chosen = {copy.message_id: copy for copy in copies}
    for copy in chosen.values():
        _show(session, copy, list_id)
    return len(chosen)


def _show(session: Session, copy: MessageCopy, list_id: int) -> None:
    """Exchange the bytes of a copy and of its message, and read the message again."""
    message = session.get_one(Message, copy.message_id)
    raw = session.get_one(RawMessage, copy.message_id)
    posting = session.scalars(
        select(Posting).where(Posting.message_id == message.id, Posting.list_id == list_id)
    ).one()
    arrival = {name: getattr(posting, name) for name in ("list_id", *_ARRIVAL)}
    former = MessageCopy(
        message_id=message.id,
        digest=message.digest,
        size=message.size,
        dictionary_id=raw.dictionary_id,
        data=raw.data,
        **arrival,
    )
    session.delete(copy)
    # The first posting says by which list the bytes came, and a new one is indexed again.
    session.delete(posting)
    message.digest, message.size = copy.digest, copy.size
    raw.dictionary_id, raw.data = copy.dictionary_id, copy.data
    session.flush()
    session.add_all([former, Posting(message_id=message.id, **arrival)])
    session.flush()
    replace_rows(session, [(message.id, _read(session, message, raw, copy.list_id))])
    session.expire_all()


def _read(session: Session, message: Message, raw: RawMessage, list_id: int) -> PreparedMessage:
    """What the bytes of a message say, read as mail of this list."""
    dictionary = None
    if raw.dictionary_id is not None:
        dictionary = session.get_one(CompressionDictionary, raw.dictionary_id).data
    prepared = prepare(
        decompress(raw.data, dictionary, message.size),
        None,
        None,
        arrival=message.date,
        list_address=session.get_one(MailingList, list_id).address,
    )
    if prepared.date_source == "arrival":
        prepared.date_source = message.date_source
    return prepared
