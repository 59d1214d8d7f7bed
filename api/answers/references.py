"""Short forms: people, topics, threads, lists and evidence as other answers name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from api import schemas
from api.answers.visibility import Visibility
from api.readers import Reader
from archive.database import in_parts
from archive.mail.obfuscation import obfuscate_address
from archive.tables import Address, MailingList, Message, Person, Posting
from archive.tables import Thread as ThreadRow
from reputation.results import EvidenceItem
from reputation.tables import ThreadTopic
from reputation.tables import Topic as TopicRow
from reputation.topics.queries import LIVE_STATES

MAX_MERGES = 20
"""How far a chain of merges is followed: far more than any honest one."""
HIDDEN_NAME = {"en": "hidden person", "id": "orang tersembunyi"}


def rows_for(
    session: Session, statement: Select[*tuple[Any, ...]], column: Any, ids: Iterable[int]
) -> Iterator[Any]:
    """Rows of ``statement`` whose ``column`` is one of ``ids``, asked in bounded parts."""
    for part in in_parts(sorted(set(ids))):
        yield from session.execute(statement.where(column.in_(part)))


def message_url(message_id: str) -> str:
    """The page of a message: its permalink."""
    return f"/messages/{quote(message_id, safe='@')}"


def person_url(person: int) -> str:
    """The page of a person."""
    return f"/people/{person}"


def topic_reference(topic: TopicRow, reader: Reader) -> schemas.TopicReference:
    """A topic by slug and label."""
    return schemas.TopicReference(slug=topic.slug, label=topic_label(topic, reader))


def topic_label(topic: TopicRow, reader: Reader) -> str:
    """The label in the reader's language where there is one."""
    return (topic.label_id if reader.language == "id" else topic.label_en) or topic.label


def thread_reference(thread: int, subject: str, limits: Visibility) -> schemas.ThreadReference:
    """A thread by id and subject."""
    subject = limits.redaction(frozenset()).text(subject)
    return schemas.ThreadReference(id=thread, subject=subject, url=f"/threads/{thread}")


def people(
    session: Session, limits: Visibility, ids: Iterable[int]
) -> dict[int, schemas.PersonReference]:
    """Each person by id, name and URL: of the one merged into, where there is one."""
    follow: dict[int, list[int]] = {person: [person] for person in ids}
    found = dict.fromkeys(follow, hidden_person(limits.reader))
    for _ in range(MAX_MERGES):
        onward: dict[int, list[int]] = defaultdict(list)
        current = {row.id: row for (row,) in rows_for(session, select(Person), Person.id, follow)}
        for at, asked in follow.items():
            row = current.get(at)
            if row is not None and row.merged_into is not None:
                onward[row.merged_into].extend(asked)
            else:
                found.update(dict.fromkeys(asked, _person(limits, row)))
        if not onward:
            break
        follow = onward
    return found


def _person(limits: Visibility, row: Person | None) -> schemas.PersonReference:
    if row is None or row.id in limits.hidden:
        return hidden_person(limits.reader)
    return schemas.PersonReference(id=row.id, name=limits.name(row.name), url=person_url(row.id))


def hidden_person(reader: Reader) -> schemas.PersonReference:
    """Somebody who may not be named."""
    return schemas.PersonReference(id=None, name=HIDDEN_NAME[reader.language], url=None)


def author(limits: Visibility, message: Message, address: Address) -> schemas.Author:
    """Who wrote a message, under the name used on it."""
    return author_named(limits, message.author_name, address.person_id, address.email)


def author_named(limits: Visibility, name: str, person: int, email: str | None) -> schemas.Author:
    """A person under the name and address used on a message."""
    if person in limits.hidden:
        return schemas.Author(**hidden_person(limits.reader).model_dump())
    return schemas.Author(
        id=person,
        name=limits.name(name),
        url=person_url(person),
        address=email if email is None or limits.reader.trusted else obfuscate_address(email),
    )


def lists_of_messages(
    session: Session, limits: Visibility, messages: Iterable[int]
) -> dict[int, dict[int, str]]:
    """Message row → the lists it came to that may be seen: id → address."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    statement = (
        select(Posting.message_id, MailingList.id, MailingList.address)
        .join(MailingList, MailingList.id == Posting.list_id)
        .where(limits.posting())
        .order_by(MailingList.address)
    )
    for message, list_id, address in rows_for(session, statement, Posting.message_id, messages):
        found[message][list_id] = address
    return found


def lists_of_threads(
    session: Session, limits: Visibility, threads: Iterable[int]
) -> dict[int, list[str]]:
    """Thread → addresses of the lists its messages came to, that may be seen."""
    found: dict[int, list[str]] = defaultdict(list)
    statement = (
        select(Message.thread_id, MailingList.address)
        .join(Posting, Posting.message_id == Message.id)
        .join(MailingList, MailingList.id == Posting.list_id)
        .where(limits.posting())
        .distinct()
        .order_by(MailingList.address)
    )
    for thread, address in rows_for(session, statement, Message.thread_id, threads):
        found[thread].append(address)
    return found


def topics_of_threads(
    session: Session, limits: Visibility, threads: Iterable[int]
) -> dict[int, list[schemas.TopicReference]]:
    """Thread → its topics, the one it is most about first."""
    found: dict[int, list[schemas.TopicReference]] = defaultdict(list)
    statement = (
        select(ThreadTopic.thread_id, TopicRow)
        .join(TopicRow, TopicRow.id == ThreadTopic.topic_id)
        .where(TopicRow.state.in_(LIVE_STATES), limits.computed(ThreadTopic), limits.topic())
        .order_by(ThreadTopic.theta.desc(), TopicRow.id)
    )
    for thread, topic in rows_for(session, statement, ThreadTopic.thread_id, threads):
        found[thread].append(topic_reference(topic, limits.reader))
    return found


def threads(
    session: Session, limits: Visibility, ids: Iterable[int]
) -> dict[int, schemas.ThreadReference]:
    """Each thread that may be seen, by id and subject."""
    statement = select(ThreadRow.id, ThreadRow.subject).where(limits.thread(ThreadRow.id))
    known = {row.id: row.subject for row in rows_for(session, statement, ThreadRow.id, ids)}
    subjects = thread_subjects(session, limits, known)
    return {thread: thread_reference(thread, subjects[thread], limits) for thread in known}


def thread_subjects(
    session: Session, limits: Visibility, known: Mapping[int, str]
) -> dict[int, str]:
    """Thread → its subject; of its first message that may be seen, where lists are private.

    known: the subjects of the threads in the store.
    """
    subjects = dict(known)
    if limits.private:
        privately = select(Message.thread_id).join(Posting, Posting.message_id == Message.id)
        privately = privately.where(Posting.list_id.in_(limits.private)).distinct()
        # Few threads have private mail, and asking for the first messages of all takes long.
        mixed = [row.thread_id for row in rows_for(session, privately, Message.thread_id, known)]
        firsts = first_messages(session, limits, mixed) if mixed else {}
        subjects.update({thread: message.subject for thread, message in firsts.items()})
    return subjects


def first_messages(
    session: Session, limits: Visibility, threads: Sequence[int]
) -> dict[int, Message]:
    """Thread → its first message that may be seen, with its address."""
    number = (
        func.row_number()
        .over(partition_by=Message.thread_id, order_by=(Message.date, Message.digest))
        .label("number")
    )
    numbered = (
        select(Message.id, number)
        .where(Message.thread_id.in_(threads), limits.message())
        .subquery()
    )
    statement = (
        select(Message)
        .join(numbered, numbered.c.id == Message.id)
        .where(numbered.c.number == 1)
        .options(joinedload(Message.address))
    )
    return {
        message.thread_id: message
        for message in session.scalars(statement)
        if message.thread_id is not None
    }


def evidence(
    session: Session, limits: Visibility, items: Sequence[EvidenceItem]
) -> dict[int, schemas.Evidence]:
    """Message row → the evidence it is; messages that may not be seen are left out."""
    contributions = {item.message: item for item in items}
    statement = select(Message.id, Message.message_id, Message.subject, Message.date)
    redaction = limits.redaction(frozenset())
    found: dict[int, schemas.Evidence] = {}
    for row in rows_for(session, statement.where(limits.message()), Message.id, contributions):
        found[row.id] = schemas.Evidence.of(
            contributions[row.id],
            message_id=row.message_id,
            subject=redaction.text(row.subject),
            date=row.date,
            url=message_url(row.message_id),
        )
    return found
