"""Thread and attribute a whole store again when what is private changes."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from archive.lists.audience import private_lists
from archive.lists.layers import FIRST_PRIVATE, PUBLIC, layer_of_id, readers_of
from archive.people.forgetting import forget_people
from archive.people.update import join_people
from archive.tables import Address, Message, Thread
from archive.threads.update import thread_all


def derive_layers(session: Session) -> None:
    """Bring threads and people up to date after a list became private, public, or went.

    Whoever is known only from private mail now leaves the public numbers.
    """
    before = set(session.scalars(select(Address.own_person_id)))
    thread_all(session)
    join_people(session)
    left = before.difference(session.scalars(select(Address.own_person_id)))
    forget_people(session, (person for person in left if layer_of_id(person) == PUBLIC))


def has_layers(session: Session) -> bool:
    """Whether private mail has layers of its own; stores of older versions had none."""
    private = private_lists(session)
    if not private:
        return True
    public = readers_of(PUBLIC, private)
    wrote = exists().where(Message.address_id == Address.id)
    address = exists().where(
        Address.own_person_id < FIRST_PRIVATE, wrote, ~wrote.where(public.message())
    )
    thread = exists().where(Thread.id < FIRST_PRIVATE, ~public.thread(Thread.id))
    return not session.scalar(select(or_(address, thread)))
