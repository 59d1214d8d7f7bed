"""Remove a list with its mail. Messages that other lists also hold stay."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import private_lists
from archive.people.forgetting import delete_referring
from archive.people.update import join_people
from archive.store.layers import derive_layers
from archive.store.removal import remove_messages
from archive.subscription.requests import remove_subscription
from archive.tables import AddressName, ListAlias, MailingList, Posting, SetAsideMail
from archive.upkeep.copies import show_other_copies


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed.

    messages: messages that no other list holds.
    postings: all postings of the list.
    set_aside: mail that was set aside for the list.
    """

    messages: int
    postings: int
    set_aside: int


def remove_list(session: Session, mailing_list: MailingList) -> Removed:
    """Remove a list and its mail; messages that other lists also hold stay with those lists.

    Raises ``UsageError`` while the archive is subscribed to the list.
    """
    number = mailing_list.id
    layered = bool(private_lists(session))
    remove_subscription(session, mailing_list)
    show_other_copies(session, number)
    held = session.scalars(select(Posting.message_id).where(Posting.list_id == number)).all()
    aside = session.scalar(
        select(func.count()).select_from(SetAsideMail).where(SetAsideMail.list_id == number)
    )
    session.execute(delete(Posting).where(Posting.list_id == number))
    shared: set[int] = set()
    for part in in_parts(held):
        shared.update(
            session.scalars(select(Posting.message_id).where(Posting.message_id.in_(part)))
        )
    gone = [message for message in held if message not in shared]
    for model in (AddressName, SetAsideMail, ListAlias):
        session.execute(delete(model).where(model.list_id == number))
    delete_referring(session.connection(), "mailing_list", [number])
    session.delete(mailing_list)
    session.flush()
    remove_messages(session, gone, f"list {mailing_list.address}", again=sorted(shared))
    if layered:
        derive_layers(session)
    else:
        join_people(session)
    return Removed(len(gone), len(held), aside or 0)
