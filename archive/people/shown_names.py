"""Count again which names addresses show, after messages were removed, reread or moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.mail.automation.verdict import NOT_PERSONAL
from archive.mail.trust.results import FORGED
from archive.people.names import full_name_key
from archive.tables import AddressName, Authentication, Message, Posting

ShownName = tuple[int, int, str]
"""Row id of the address, row id of the list, and the name."""


def names_shown(session: Session, messages: Sequence[int]) -> set[ShownName]:
    """The names that the postings of these messages show."""
    shown: set[ShownName] = set()
    for part in in_parts(messages):
        rows = session.execute(
            select(Message.address_id, Posting.list_id, Message.author_name)
            .join(Posting, Posting.message_id == Message.id)
            .where(Message.id.in_(part))
        )
        shown.update((address, list_id, name) for address, list_id, name in rows)
    return shown


def count_names_again(session: Session, shown: Iterable[ShownName]) -> None:
    """Update the rows of ``address_name`` to what the messages show now."""
    for key in sorted(shown):
        _count_again(session, *key)
    session.flush()


def _count_again(session: Session, address: int, list_id: int, name: str) -> None:
    personal = or_(Message.automation.is_(None), Message.automation.not_in(NOT_PERSONAL))
    uses, first, last, by_people = session.execute(
        select(
            func.count(),
            func.min(Message.date),
            func.max(Message.date),
            func.count().filter(personal),
        )
        .join(Posting, Posting.message_id == Message.id)
        .where(
            Message.address_id == address,
            Posting.list_id == list_id,
            Message.author_name == name,
            Message.id.not_in(
                select(Authentication.message_id).where(Authentication.verdict == FORGED)
            ),
        )
    ).one()
    entry = session.get(AddressName, (address, list_id, name))
    if not uses:
        if entry is not None:
            session.delete(entry)
        return
    if entry is None:
        entry = AddressName(address_id=address, list_id=list_id, name=name)
        session.add(entry)
    # A name that only automatic mail shows gets no key: it does not identify a person.
    entry.name_key = full_name_key(name) if by_people else ""
    entry.uses, entry.first, entry.last = uses, first, last
